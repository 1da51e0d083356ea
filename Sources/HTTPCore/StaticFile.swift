/// A file of a site, held in memory, with what HTTP has for such: validators, ranges, a compressed variant.
public struct StaticFile: Sendable {
    public let content: [UInt8]
    /// The same, compressed, for clients that take it; nil: there is none.
    public let gzippedContent: [UInt8]?
    public let contentType: String
    /// Strong, in its quotes: a fixed hash of the content and its length, so the same in every process.
    public let etag: String
    public let cacheControl: String
    /// Seconds since 1970; nil: not known.
    public let lastModified: Int64?

    /// Of the compressed variant, whose bytes are others.
    private let gzippedETag: String

    /// Ask before each use whether the copy is still good: right for whatever keeps its name when it changes.
    public static let revalidate = "no-cache"
    /// Keep it for a year, and never ask: right for a name that changes with the content.
    public static let immutable = "public, max-age=31536000, immutable"

    public init(
        content: [UInt8], contentType: String, cacheControl: String = Self.revalidate, lastModified: Int64? = nil,
        gzippedContent: [UInt8]? = nil
    ) {
        self.content = content
        self.gzippedContent = gzippedContent
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.lastModified = lastModified
        etag = Self.makeETag(content)
        gzippedETag = gzippedContent.map(Self.makeETag) ?? etag
    }

    /// The answer to a request for this file: 200, 206, 304, 412, 416, or 405 for other methods than GET and HEAD.
    public func response(for request: Request) -> Response {
        guard request.method == .get || request.method == .head else {
            return .methodNotAllowed(allowed: [.get, .head])
        }
        // Ranges are of the plain content: a piece of a compressed one is of use to nobody.
        let range = request.method == .get ? request.headers["Range"] : nil
        let isGzipped = gzippedContent != nil && range == nil && ContentNegotiation.prefersGzip(request.headers)
        let tag = isGzipped ? gzippedETag : etag
        switch Conditional.evaluate(request.headers, etag: tag, lastModified: lastModified) {
        case .failed: return Response(status: .preconditionFailed)
        case .notModified: return Response(status: .notModified, headers: validators(tag))
        case .proceed: break
        }
        if let range, Conditional.allowsRange(request.headers, etag: etag, lastModified: lastModified) {
            switch ByteRanges.parse(range, count: content.count) {
            case .whole: break
            case .unsatisfiable: return rangeNotSatisfiable()
            case .ranges(let ranges): return partialContent(ranges)
            }
        }
        var response = Response(
            status: .ok, contentType: contentType, headers: validators(tag),
            body: isGzipped ? gzippedContent ?? content : content)
        if isGzipped { response.headers.append("Content-Encoding", "gzip") }
        response.headers.append("Accept-Ranges", "bytes")
        return response
    }

    /// What 200, 206 and 304 have in common (RFC 9110 §15.4.5).
    private func validators(_ tag: String) -> OutgoingHeaders {
        var headers = OutgoingHeaders()
        headers.append("ETag", tag)
        headers.append("Cache-Control", cacheControl)
        if let lastModified { headers.append("Last-Modified", HTTPDate.format(secondsSince1970: lastModified)) }
        if gzippedContent != nil { headers.append("Vary", "Accept-Encoding") }
        return headers
    }

    private func rangeNotSatisfiable() -> Response {
        var response = Response(status: .rangeNotSatisfiable)
        response.headers.append("Content-Range", "bytes */\(content.count)")
        return response
    }

    /// One range is the body itself; several are parts with a head each (RFC 9110 §14.6).
    private func partialContent(_ ranges: [Range<Int>]) -> Response {
        var response = Response(status: .partialContent, headers: validators(etag))
        if ranges.count == 1, let range = ranges.first {
            response.headers.append("Content-Type", contentType)
            response.headers.append("Content-Range", contentRange(range))
            response.body = [UInt8](copying: content.span.extracting(range))
            return response
        }
        // The boundary has the content's hash in it: a content with its own hash in it would be hard to make.
        let boundary = "part-" + etag.filter { $0 != "\"" }
        response.headers.append("Content-Type", "multipart/byteranges; boundary=" + boundary)
        for range in ranges {
            response.body.append("--\(boundary)\r\nContent-Type: \(contentType)\r\n")
            response.body.append("Content-Range: \(contentRange(range))\r\n\r\n")
            response.body.append(copying: content.span.extracting(range))
            response.body.append("\r\n")
        }
        response.body.append("--\(boundary)--\r\n")
        return response
    }

    private func contentRange(_ range: Range<Int>) -> String {
        "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(content.count)"
    }

    /// FNV-1a of 64 bits: not against an attacker, who would have to be the one that writes our files.
    private static func makeETag(_ content: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"" + String(hash, radix: 16) + "-" + String(content.count, radix: 16) + "\""
    }
}
