/// A whole request: its head as it came, and its body with the transfer coding taken off.
///
/// What is asked of it is looked up in the bytes of the head when it is asked: `path`, `query` and `host` make a
/// `String` each time, so keep it if you need it twice.
public struct Request: Sendable {
    /// The forms of a request target (RFC 9112 §3.2).
    enum TargetForm: UInt8, Sendable { case origin, absolute, authority, asterisk }

    public let method: Method
    /// The request was made in HTTP/1.0: no chunked answer, and no connection kept unless `keepsAlive`.
    public let isHTTP10: Bool
    /// The client wants to use the connection further (RFC 9112 §9.3). After the answer, close it if not.
    public let keepsAlive: Bool
    /// The client waits for "100 Continue" before it sends the body; never under HTTP/1.0 (RFC 9110 §10.1.1).
    public let expectsContinue: Bool
    public let headers: Headers
    public internal(set) var body: [UInt8] = []

    let targetForm: TargetForm
    let targetRange: ByteRange32
    let pathRange: ByteRange32
    let queryRange: ByteRange32?
    let hostRange: ByteRange32?

    /// The percent-encoded path of the target, without the query: it begins with "/" in the origin and absolute forms,
    /// is "*" in the asterisk form, and empty in the authority form (`CONNECT`).
    public var path: String {
        if !pathRange.isEmpty { return headers.bytes.span.string(pathRange.range) }
        switch targetForm {
        case .authority: return ""
        case .asterisk: return "*"
        // RFC 9112 §3.2.4: an absolute target without a path means the server as a whole, if asked for its options.
        case .origin, .absolute: return method == .options ? "*" : "/"
        }
    }

    /// What follows the first "?" of the target, as it came; nil without one.
    public var query: String? { queryRange.map { headers.bytes.span.string($0.range) } }

    /// The authority that is asked, with its port if that was given: from the target if it is there, else from the
    /// `Host` field (RFC 9112 §3.3). It is of valid syntax; nothing more is known of it.
    public var host: String? { hostRange.map { headers.bytes.span.string($0.range) } }

    /// Whether the target is exactly `text`, as it came. Allocates nothing.
    public func hasTarget(_ text: String) -> Bool { headers.bytes.span.equals(targetRange.range, text.utf8.span) }

    /// The target as it came.
    public var target: String { headers.bytes.span.string(targetRange.range) }
}
