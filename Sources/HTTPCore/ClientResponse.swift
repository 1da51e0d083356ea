/// A response that was read: the client role. Of one that is read in parts, `body` stays empty.
public struct ClientResponse: Sendable {
    public let status: Status
    public let isHTTP10: Bool
    /// Whether another request may follow on this connection.
    public let keepsAlive: Bool
    public let headers: Headers
    public internal(set) var body: [UInt8] = []

    let reasonRange: ByteRange32

    /// The reason as the server gave it: for people, not for decisions (RFC 9112 §4).
    public var reason: String { headers.bytes.span.string(reasonRange.range) }

    init(status: Status, isHTTP10: Bool, keepsAlive: Bool, headers: Headers, reasonRange: ByteRange32) {
        self.status = status
        self.isHTTP10 = isHTTP10
        self.keepsAlive = keepsAlive
        self.headers = headers
        self.reasonRange = reasonRange
    }
}
