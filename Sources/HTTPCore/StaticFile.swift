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

    /// The plain content, and the compressed one if there is one, whose bytes and so whose tag are others.
    private let plain: Variant
    private let gzipped: Variant?
    /// What every answer carries besides.
    private let extraHeaders: OutgoingHeaders

    /// What an answer with a content says, made once.
    private struct Variant: Sendable {
        let etag: String
        /// What 200, 206 and 304 have in common (RFC 9110 §15.4.5).
        let validators: OutgoingHeaders
        /// All of 200.
        let full: OutgoingHeaders
    }

    /// Ask before each use whether the copy is still good: right for whatever keeps its name when it changes.
    public static let revalidate = "no-cache"
    /// Keep it for a year, and never ask: right for a name that changes with the content.
    public static let immutable = "public, max-age=31536000, immutable"

    public init(
        content: [UInt8], contentType: String, cacheControl: String = Self.revalidate, lastModified: Int64? = nil,
        gzippedContent: [UInt8]? = nil
    ) {
        self.init(
            content: content, gzippedContent: gzippedContent, contentType: contentType, cacheControl: cacheControl,
            lastModified: lastModified, extraHeaders: OutgoingHeaders())
    }

    private init(
        content: [UInt8], gzippedContent: [UInt8]?, contentType: String, cacheControl: String, lastModified: Int64?,
        extraHeaders: OutgoingHeaders
    ) {
        self.content = content
        self.gzippedContent = gzippedContent
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.lastModified = lastModified
        self.extraHeaders = extraHeaders
        func variant(_ content: [UInt8], coding: String?) -> Variant {
            let etag = Self.makeETag(content)
            var headers = OutgoingHeaders()
            headers.append("ETag", etag)
            headers.append("Cache-Control", cacheControl)
            if let lastModified { headers.append("Last-Modified", HTTPDate.format(secondsSince1970: lastModified)) }
            if gzippedContent != nil { headers.append("Vary", "Accept-Encoding") }
            headers.append(contentsOf: extraHeaders)
            var full = headers
            full.append("Content-Type", contentType)
            if let coding { full.append("Content-Encoding", coding) }
            full.append("Accept-Ranges", "bytes")
            return Variant(etag: etag, validators: headers, full: full)
        }
        plain = variant(content, coding: nil)
        gzipped = gzippedContent.map { variant($0, coding: "gzip") }
        etag = plain.etag
    }

    /// The same file, of which every answer carries these fields too.
    public func adding(_ headers: OutgoingHeaders) -> StaticFile {
        var all = extraHeaders
        all.append(contentsOf: headers)
        return StaticFile(
            content: content, gzippedContent: gzippedContent, contentType: contentType, cacheControl: cacheControl,
            lastModified: lastModified, extraHeaders: all)
    }

    /// The answer to a request for this file: 200, 206, 304, 412, 416, or 405 for other methods than GET and HEAD;
    /// 204 to who asks for the methods.
    public func response(for request: Request) -> Response {
        if request.method == .options {
            var response = Response(status: .noContent)
            response.headers.append("Allow", "GET, HEAD")
            return carrying(response)
        }
        guard request.method == .get || request.method == .head else {
            return carrying(.methodNotAllowed(allowed: [.get, .head]))
        }
        // Ranges are of the plain content: a piece of a compressed one is of use to nobody.
        let range = request.method == .get ? request.headers["Range"] : nil
        let isGzipped = gzipped != nil && range == nil && ContentNegotiation.prefersGzip(request.headers)
        let variant = isGzipped ? gzipped ?? plain : plain
        switch Conditional.evaluate(request.headers, etag: variant.etag, lastModified: lastModified) {
        case .failed: return carrying(Response(status: .preconditionFailed))
        case .notModified: return Response(status: .notModified, headers: variant.validators)
        case .proceed: break
        }
        if let range, Conditional.allowsRange(request.headers, etag: etag, lastModified: lastModified) {
            switch ByteRanges.parse(range, count: content.count) {
            case .whole: break
            case .unsatisfiable: return carrying(rangeNotSatisfiable())
            case .ranges(let ranges): return partialContent(ranges)
            }
        }
        return Response(
            status: .ok, headers: variant.full, body: isGzipped ? gzippedContent ?? content : content)
    }

    private func carrying(_ response: Response) -> Response {
        var response = response
        response.headers.append(contentsOf: extraHeaders)
        return response
    }

    private func rangeNotSatisfiable() -> Response {
        var response = Response(status: .rangeNotSatisfiable)
        response.headers.append("Content-Range", "bytes */\(content.count)")
        return response
    }

    /// One range is the body itself; several are parts with a head each (RFC 9110 §14.6).
    private func partialContent(_ ranges: [Range<Int>]) -> Response {
        var response = Response(status: .partialContent, headers: plain.validators)
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
