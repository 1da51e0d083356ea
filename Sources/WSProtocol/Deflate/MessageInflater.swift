/// Inflates the messages of one connection (RFC 7692 §7.2.2).
///
/// Between messages it holds as little as it can: nothing without context takeover; the agreed window's worth of bytes
/// where that window is smaller than the largest; a zlib stream only with the largest. A stream is borrowed for the
/// length of a message otherwise.
struct MessageInflater: Sendable {
    private let windowBits: UInt8
    private let keepsContext: Bool
    private var stream: Inflater?
    /// The end of what came out of earlier messages, where that is kept apart from a stream.
    private var history: [UInt8] = []

    init(role: Role, _ agreement: DeflateAgreement) {
        let (windowBits, keepsContext) = agreement.receiving(role)
        self.windowBits = UInt8(windowBits)
        self.keepsContext = keepsContext
    }

    /// Inflates `part` to the end of `bytes`, which grow to at most `bytesMax`.
    mutating func inflate(_ part: Span<UInt8>, into bytes: inout [UInt8], bytesMax: Int) -> Inflater.Step {
        if stream == nil {
            stream = ZlibPool.inflater()
            if !history.isEmpty, stream?.resume(after: history) == false { return .outOfMemory }
        } else if !isKnownUniquelyReferenced(&stream) {
            // The decoder was copied in the middle of things: each copy goes on by itself.
            stream = stream?.copy()
        }
        return stream?.inflate(part, into: &bytes, bytesMax: bytesMax) ?? .outOfMemory
    }

    /// Ends a message, all of which came out as `bytes`.
    mutating func finish(_ bytes: [UInt8]) throws(WSError) {
        guard stream?.isBetweenBlocks == true else { throw .invalidCompressedData }
        if keepsContext {
            if windowBits == 15 { return }
            remember(bytes)
        }
        // A stream that a copy of this decoder still uses must not go to anybody else.
        if isKnownUniquelyReferenced(&stream), let stream { ZlibPool.giveBack(stream) }
        stream = nil
    }

    private mutating func remember(_ bytes: [UInt8]) {
        let window = 1 << Int(windowBits)
        if bytes.count < window {
            history.removeFirst(max(0, history.count + bytes.count - window))
            history.append(contentsOf: bytes)
        } else {
            history = Array(bytes.suffix(window))
        }
    }
}
