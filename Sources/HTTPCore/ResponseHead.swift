/// A response's head, read in one go from bytes that hold all of it: the client's counterpart of `RequestHead`.
struct ResponseHead {
    var response: ClientResponse
    var framing: BodyFraming
    /// Where the body, or the next response, begins.
    var end: Int

    /// - Parameter method: of the request that is answered: it decides whether there is a body (RFC 9112 §6.3).
    /// - Returns: nil if not all of the head is in `bytes` yet. At the limits' bounds it throws instead.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, answering method: Method, limits: HTTPLimits
    ) throws(HTTPError) -> ResponseHead? {
        let isCut = bytes.count - start >= limits.headBytesCap
        let window = isCut ? start + limits.headBytesCap : bytes.count
        guard let line = try statusLine(bytes, from: start, window: window, lineBytesMax: limits.lineBytesCap),
            let section = try FieldSection.read(
                bytes, from: start, at: line.next, window: window, limits: limits, role: .response)
        else {
            if isCut { throw .headTooLarge }
            return nil
        }
        let framing = try framing(of: section.found, line, answering: method)
        let head = [UInt8](copying: bytes.extracting(start..<section.end))
        let response = ClientResponse(
            status: line.status,
            isHTTP10: line.isHTTP10,
            keepsAlive: section.found.keepsAlive(isHTTP10: line.isHTTP10) && framing != .untilClose,
            headers: Headers(bytes: head, fields: section.fields),
            reasonRange: ByteRange32(line.reason.lowerBound - start, line.reason.upperBound - start))
        return ResponseHead(response: response, framing: framing, end: section.end)
    }

    private struct StatusLine {
        var status: Status
        var isHTTP10: Bool
        var reason: Range<Int>
        var next: Int
    }

    /// `HTTP-version SP status-code SP [ reason-phrase ] CRLF` (RFC 9112 §4). The second space may be missing with the
    /// reason: widespread, and nothing depends on it.
    private static func statusLine(
        _ bytes: Span<UInt8>, from start: Int, window: Int, lineBytesMax: Int
    ) throws(HTTPError) -> StatusLine? {
        let form = "HTTP/0.0 000".utf8.span
        for offset in 0..<form.count {
            guard start + offset < window else { return nil }
            let byte = bytes[start + offset]
            let isFitting = form[offset] == ASCII.zero ? ASCII.isDigit(byte) : byte == form[offset]
            guard isFitting else { throw .malformedStatusLine }
        }
        let codeStart = start + 9
        var index = codeStart + 3
        guard index < window else { return nil }
        if bytes[index] == ASCII.space {
            index += 1
        } else if bytes[index] != ASCII.carriageReturn {
            throw .malformedStatusLine
        }
        let reasonStart = index
        while index < window, bytes[index] == ASCII.tab || !ASCII.isControl(bytes[index]) { index += 1 }
        guard index - start <= lineBytesMax else { throw .headTooLarge }
        guard index < window else { return nil }
        guard bytes[index] == ASCII.carriageReturn else { throw .malformedStatusLine }
        guard index + 1 < window else { return nil }
        guard bytes[index + 1] == ASCII.lineFeed else { throw .malformedStatusLine }
        guard bytes[start + 5] == ASCII.zero + 1 else { throw .versionNotSupported }
        guard let code = bytes.decimal(codeStart..<codeStart + 3), (100...599).contains(code) else {
            throw .malformedStatusLine
        }
        return StatusLine(
            status: Status(code: Int(code)), isHTTP10: bytes[start + 7] == ASCII.zero, reason: reasonStart..<index,
            next: index + 2)
    }

    /// RFC 9112 §6.3, in its order.
    private static func framing(
        of found: FramingFields, _ line: StatusLine, answering method: Method
    ) throws(HTTPError) -> BodyFraming {
        let isTunnel = method == .connect && line.status.code / 100 == 2
        if method == .head || !line.status.allowsBody || isTunnel { return .none }
        let framing = try found.framing(isHTTP10: line.isHTTP10)
        return framing == .none && found.contentLength == nil ? .untilClose : framing
    }
}
