/// Reading of one field line, for requests, responses and trailers alike (RFC 9112 §5).
///
/// A head is read from left to right within a window: the bytes that are there, cut at the limit. What is wrong throws
/// as soon as its first byte is in the window, whatever follows; so a head gives the same answer in one piece as byte
/// by byte.
enum FieldLine {
    /// Whether the section ends at `start`, with the empty line; nil: not enough is there to tell.
    @inline(__always)
    static func isEnd(_ bytes: Span<UInt8>, at start: Int, window: Int) throws(HTTPError) -> Bool? {
        guard start < window else { return nil }
        guard bytes[start] == ASCII.carriageReturn else { return false }
        guard start + 1 < window else { return nil }
        guard bytes[start + 1] == ASCII.lineFeed else { throw .malformedHeader }
        return true
    }

    /// The line at `start`, its value trimmed, and where the next one begins; nil: not all of it is there.
    @inline(__always)
    static func read(
        _ bytes: Span<UInt8>, at start: Int, window: Int
    ) throws(HTTPError) -> (name: Range<Int>, value: Range<Int>, next: Int)? {
        var index = bytes.skippingName(from: start, to: window)
        while index < window, ASCII.isToken(bytes[index]) { index += 1 }
        guard index < window else { return nil }
        let name = start..<index
        guard bytes[index] == ASCII.colon, !name.isEmpty else {
            // A space before the colon is refused with the rest (RFC 9112 §5.1): proxies disagree on its meaning.
            throw index == start && ASCII.isWhitespace(bytes[index]) ? .foldedHeader : .malformedHeader
        }
        index += 1
        while index < window, ASCII.isWhitespace(bytes[index]) { index += 1 }
        let valueStart = index
        index = bytes.firstControl(from: index, to: window)
        while index < window, bytes[index] == ASCII.tab { index = bytes.firstControl(from: index + 1, to: window) }
        guard index < window else { return nil }
        guard bytes[index] == ASCII.carriageReturn else { throw .malformedHeader }
        var valueEnd = index
        while valueEnd > valueStart, ASCII.isWhitespace(bytes[valueEnd - 1]) { valueEnd -= 1 }
        guard index + 1 < window else { return nil }
        guard bytes[index + 1] == ASCII.lineFeed else { throw .malformedHeader }
        return (name, valueStart..<valueEnd, index + 2)
    }
}
