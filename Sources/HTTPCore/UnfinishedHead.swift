/// The beginning of a head whose end has not come: kept, and searched for its end, each byte once however slowly they
/// come. Only then is it read.
struct UnfinishedHead: Sendable {
    private var bytes: [UInt8] = []
    /// Where the last line feed was. Two that are at most two apart are an empty line, or an error: the end either way.
    private var lastLineFeed = Self.none

    private static let none = -8

    var isEmpty: Bool { bytes.isEmpty }

    /// Keeps bytes from `offset` on, which moves: up to the end of the head if that is found, and no more than the
    /// limit.
    ///
    /// - Returns: whether it is time to read the head: its end is here, or it is so long that something is wrong.
    @discardableResult
    mutating func append(_ input: Span<UInt8>, at offset: inout Int, _ limits: HTTPLimits) -> Bool {
        let room = max(limits.headBytesCap - bytes.count, 0)
        var end = input.count - offset > room ? offset + room : input.count
        var (position, isWhole) = (offset, false)
        while let lineFeed = input.firstLineFeed(from: position, to: end) {
            let place = bytes.count + lineFeed - offset
            position = lineFeed + 1
            isWhole = place - lastLineFeed <= 2
            lastLineFeed = place
            if isWhole {
                end = position
                break
            }
        }
        bytes.append(copying: input.extracting(offset..<end))
        offset = end
        let hasLongLine = lastLineFeed == Self.none && bytes.count > limits.lineBytesCap
        return isWhole || hasLongLine || bytes.count >= limits.headBytesCap
    }

    /// What was kept; nothing is kept any more.
    mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        lastLineFeed = Self.none
        return taken
    }

    /// Keeps what was taken out again: it was not whole after all.
    mutating func putBack(_ taken: [UInt8]) {
        bytes = taken
        lastLineFeed = taken.lastIndex(of: ASCII.lineFeed) ?? Self.none
    }
}
