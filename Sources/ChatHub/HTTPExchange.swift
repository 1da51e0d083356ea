import HTTPCore

/// A connection while it speaks HTTP: one request after another, each answered before the next is looked at.
final class HTTPExchange {
    var parser: RequestParser
    /// The request whose answer is still being made by the store.
    var awaiting: RequestContext?
    /// The answer to it, where that is made piece by piece.
    var streamed: StreamedAnswer?
    /// Bytes that came behind that request.
    var heldBytes: [UInt8] = []
    var progress = Progress.idle
    var requestCount = 0

    /// How far the request being received has come.
    enum Progress {
        case idle
        case head
        case body
    }

    init(limits: HTTPLimits) { parser = RequestParser(limits: limits) }
}

/// What is needed of a request to answer it later.
struct RequestContext {
    let method: Method
    var keepsAlive: Bool
    let isHTTP10: Bool
    let origin: String?
    /// Which dialect's rules (CORS, form of errors) the answer follows.
    var scope: Scope
    /// Who asks, as far as it can be known: the peer, or whom a trusted proxy names.
    var clientAddress: IPAddress?
    /// By which scheme the client asked, where that is known: "http" or "https".
    var scheme: String?
    /// The authority that the client asked, with its port if it named one.
    var host: String?
    /// The request comes from this very machine, and not through anything in between.
    var isLocal = false

    var isSecure: Bool { scheme == "https" }

    /// Where this server is, as the client knows it, without a slash at the end.
    var siteURL: String { (isSecure ? "https://" : "http://") + (host ?? "localhost") }

    /// The part of the site that a request was for.
    enum Scope {
        case site
        case chatApp
        case native
        case relay

        /// It belongs to somebody else's clients.
        var isDialect: Bool { self == .chatApp || self == .relay }
    }
}
