/// A file of a site, held in memory.
public struct StaticFile: Sendable {
    public let content: [UInt8]
    public let contentType: String
    /// Strong, in its quotes: a fixed hash of the content and its length, so the same in every process.
    public let etag: String
    public let cacheControl: String
    /// Seconds since 1970; nil: not known.
    public let lastModified: Int64?

    /// Ask before each use whether the copy is still good: right for whatever keeps its name when it changes.
    public static let revalidate = "no-cache"
    /// Keep it for a year, and never ask: right for a name that changes with the content.
    public static let immutable = "public, max-age=31536000, immutable"

    public init(
        content: [UInt8], contentType: String, cacheControl: String = Self.revalidate, lastModified: Int64? = nil
    ) {
        self.content = content
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.lastModified = lastModified
        etag = Self.makeETag(content)
    }

    /// The answer to a request for this file: 200, 304, 412, or 405 for other methods than GET and HEAD.
    public func response(for request: Request) -> Response {
        guard request.method == .get || request.method == .head else {
            return .methodNotAllowed(allowed: [.get, .head])
        }
        switch Conditional.evaluate(request.headers, etag: etag, lastModified: lastModified) {
        case .failed: return Response(status: .preconditionFailed)
        case .notModified: return Response(status: .notModified, headers: validators())
        case .proceed:
            return Response(status: .ok, contentType: contentType, headers: validators(), body: content)
        }
    }

    /// What 200 and 304 have in common (RFC 9110 §15.4.5).
    private func validators() -> OutgoingHeaders {
        var headers = OutgoingHeaders()
        headers.append("ETag", etag)
        headers.append("Cache-Control", cacheControl)
        if let lastModified { headers.append("Last-Modified", HTTPDate.format(secondsSince1970: lastModified)) }
        return headers
    }

    /// FNV-1a of 64 bits: not against an attacker, who would have to be the one that writes our files.
    private static func makeETag(_ content: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\"" + String(hash, radix: 16) + "-" + String(content.count, radix: 16) + "\""
    }
}
