/// `method SP request-target SP HTTP-version CRLF`, one space each (RFC 9112 §3).
struct RequestLine {
    var method: Method
    var target: RequestTarget
    var targetRange: Range<Int>
    var isHTTP10: Bool
    /// Where the field lines begin.
    var next: Int

    /// The methods known here have at most 7 letters: a token that goes on and on need not be read to its end.
    private static let methodBytesMax = 32

    /// One empty line before it is skipped (RFC 9112 §2.2).
    ///
    /// - Returns: nil if not all of the line is in `from ..< window` yet.
    static func read(
        _ bytes: Span<UInt8>, from: Int, window: Int, lineBytesMax: Int
    ) throws(HTTPError) -> RequestLine? {
        var start = from
        if start < window, bytes[start] == ASCII.carriageReturn {
            guard start + 1 < window else { return nil }
            guard bytes[start + 1] == ASCII.lineFeed else { throw .malformedRequestLine }
            start += 2
        }
        // The carriage return may stand just behind the last byte that the line may have.
        let isCut = window - start > lineBytesMax
        let end = isCut ? start + lineBytesMax + 1 : window

        var index = start
        while index < end, ASCII.isToken(bytes[index]) {
            guard index - start < methodBytesMax else { throw .methodNotImplemented }
            index += 1
        }
        let method = start..<index
        guard try isByte(bytes, ASCII.space, at: index, end, isCut) else { return nil }
        guard !method.isEmpty else { throw .malformedRequestLine }

        let targetStart = index + 1
        index = targetStart < end ? bytes.skippingTarget(from: targetStart, to: end) : targetStart
        while index < end, ASCII.isTarget(bytes[index]) { index += 1 }
        let target = targetStart..<index
        guard try isByte(bytes, ASCII.space, at: index, end, isCut) else { return nil }
        guard !target.isEmpty else { throw .malformedRequestLine }

        let versionStart = index + 1
        guard try isVersion(bytes, at: versionStart, end, isCut) else { return nil }
        let lineFeed = versionStart + 9
        guard lineFeed < window else { return nil }
        guard bytes[lineFeed] == ASCII.lineFeed else { throw .malformedRequestLine }

        let (major, minor) = (bytes[versionStart + 5], bytes[versionStart + 7])
        guard major == ASCII.zero + 1 else { throw .versionNotSupported }
        guard let known = Method(parsing: bytes, method) else { throw .methodNotImplemented }
        let parts = try RequestTarget(bytes, target, method: known)
        // A later minor version is read as the latest known one (RFC 9110 §2.5).
        return RequestLine(
            method: known, target: parts, targetRange: target, isHTTP10: minor == ASCII.zero, next: lineFeed + 1)
    }

    /// Whether the byte at `index` is `wanted`; false if it is not there yet. Another byte, or a line too long, throws.
    private static func isByte(
        _ bytes: Span<UInt8>, _ wanted: UInt8, at index: Int, _ end: Int, _ isCut: Bool
    ) throws(HTTPError) -> Bool {
        guard index < end else {
            if isCut { throw .requestLineTooLong }
            return false
        }
        guard bytes[index] == wanted else { throw .malformedRequestLine }
        return true
    }

    /// Whether "HTTP/", a digit, ".", a digit and a carriage return are at `start`; false if not all there yet.
    private static func isVersion(
        _ bytes: Span<UInt8>, at start: Int, _ end: Int, _ isCut: Bool
    ) throws(HTTPError) -> Bool {
        let form = "HTTP/0.0\r".utf8.span
        for offset in 0..<form.count {
            let index = start + offset
            if form[offset] == ASCII.zero, index < end, ASCII.isDigit(bytes[index]) { continue }
            guard try isByte(bytes, form[offset], at: index, end, isCut) else { return false }
        }
        return true
    }
}
