/// A request's head, read in one go from bytes that hold all of it.
struct RequestHead {
    var request: Request
    var framing: BodyFraming
    /// Where the body, or the next request, begins.
    var end: Int

    /// How many field lines the table is made for at first: a browser sends 10 to 20, and one allocation is to do.
    private static let fieldsReserved = 24

    /// - Returns: nil if not all of the head is in `bytes` yet. At the limits' bounds it throws instead.
    static func read(
        _ bytes: Span<UInt8>, from start: Int, limits: HTTPLimits
    ) throws(HTTPError) -> RequestHead? {
        let headMax = limits.headBytesCap
        let window = bytes.count - start > headMax ? start + headMax : bytes.count
        guard let line = try RequestLine.read(bytes, from: start, window: window, lineBytesMax: limits.lineBytesCap)
        else {
            if bytes.count - start >= headMax { throw .requestLineTooLong }
            return nil
        }
        var fields: [FieldSlice] = []
        var found = FramingFields()
        var position = line.next
        while let isEnd = try FieldLine.isEnd(bytes, at: position, window: window), !isEnd {
            guard let (name, value, next) = try FieldLine.read(bytes, at: position, window: window) else { break }
            guard fields.count < limits.headerCountMax else { throw .tooManyHeaders }
            if fields.isEmpty { fields.reserveCapacity(fieldsReserved) }
            try found.take(bytes, name: name, value: value)
            fields.append(
                FieldSlice(
                    name: ByteRange32(name.lowerBound - start, name.upperBound - start),
                    value: ByteRange32(value.lowerBound - start, value.upperBound - start)))
            position = next
        }
        guard try FieldLine.isEnd(bytes, at: position, window: window) == true else {
            if bytes.count - start >= headMax { throw .headTooLarge }
            return nil
        }
        return try make(bytes, start..<position + 2, line, fields, found)
    }

    /// What only the whole head can tell: the host, the framing, and what becomes of the connection.
    private static func make(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ line: RequestLine, _ fields: [FieldSlice],
        _ found: FramingFields
    ) throws(HTTPError) -> RequestHead {
        if let host = found.host {
            guard HostSyntax.split(bytes, host) != nil else { throw .malformedHost }
        } else if !line.isHTTP10 {
            throw .hostMissing
        }
        let framing = try found.framing(isHTTP10: line.isHTTP10)
        let start = range.lowerBound
        func slice(_ part: Range<Int>) -> ByteRange32 { ByteRange32(part.lowerBound - start, part.upperBound - start) }
        let request = Request(
            method: line.method,
            isHTTP10: line.isHTTP10,
            keepsAlive: !found.hasClose && (!line.isHTTP10 || found.hasKeepAlive),
            expectsContinue: found.expectsContinue && !line.isHTTP10 && framing != .none,
            headers: Headers(bytes: [UInt8](copying: bytes.extracting(range)), fields: fields),
            form: line.target.form,
            targetRange: slice(line.targetRange),
            pathRange: slice(line.target.path),
            queryRange: line.target.query.map(slice),
            hostRange: (line.target.authority ?? found.host).map(slice))
        return RequestHead(request: request, framing: framing, end: range.upperBound)
    }
}
