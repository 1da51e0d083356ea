/// A request's head, read in one go from bytes that hold all of it.
struct RequestHead {
    var request: Request
    var framing: BodyFraming
    /// Where the body, or the next request, begins.
    var end: Int

    /// - Returns: nil if not all of the head is in `bytes` yet. At the limits' bounds it throws instead.
    static func read(_ bytes: Span<UInt8>, from start: Int, limits: HTTPLimits) throws(HTTPError) -> RequestHead? {
        let headMax = limits.headBytesCap
        let isCut = bytes.count - start >= headMax
        let window = isCut ? start + headMax : bytes.count
        guard let line = try RequestLine.read(bytes, from: start, window: window, lineBytesMax: limits.lineBytesCap)
        else {
            if isCut { throw .requestLineTooLong }
            return nil
        }
        guard
            let section = try FieldSection.read(
                bytes, from: start, at: line.next, window: window, limits: limits, role: .request)
        else {
            if isCut { throw .headTooLarge }
            return nil
        }
        return try make(bytes, from: start, line, section)
    }

    /// What only the whole head can tell: the host, the framing, and what becomes of the connection.
    private static func make(
        _ bytes: Span<UInt8>, from start: Int, _ line: RequestLine, _ section: FieldSection
    ) throws(HTTPError) -> RequestHead {
        let found = section.found
        if let host = found.host {
            guard HostSyntax.split(bytes, host) != nil else { throw .malformedHost }
        } else if !line.isHTTP10 {
            throw .hostMissing
        }
        let framing = try found.framing(isHTTP10: line.isHTTP10)
        func slice(_ part: Range<Int>) -> ByteRange32 { ByteRange32(part.lowerBound - start, part.upperBound - start) }
        let head = [UInt8](copying: bytes.extracting(start..<section.end))
        let request = Request(
            method: line.method,
            isHTTP10: line.isHTTP10,
            keepsAlive: found.keepsAlive(isHTTP10: line.isHTTP10),
            expectsContinue: found.expectsContinue && !line.isHTTP10 && framing != .none,
            headers: Headers(bytes: head, fields: section.fields),
            targetForm: line.target.form,
            targetRange: slice(line.targetRange),
            pathRange: slice(line.target.path),
            queryRange: line.target.query.map(slice),
            hostRange: (line.target.authority ?? found.host).map(slice))
        return RequestHead(request: request, framing: framing, end: section.end)
    }
}
