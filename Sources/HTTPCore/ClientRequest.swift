/// A request to be written: the client role.
public struct ClientRequest: Sendable {
    public let method: Method
    public let target: String
    public let host: String
    public var headers: OutgoingHeaders
    public var body: [UInt8]

    /// - Parameters:
    ///   - target: a path that begins with "/", with its query, percent-encoded; or another form that the method may
    ///     have (RFC 9112 §3.2).
    ///   - host: the authority that is asked: a name or an address (IPv6 in brackets), and a port if it is not the
    ///     scheme's own.
    /// - Throws: `malformedTarget`, `malformedHost`: what would break the head is never written.
    public init(
        method: Method, target: String, host: String, headers: OutgoingHeaders = OutgoingHeaders(), body: [UInt8] = []
    ) throws(HTTPError) {
        let (targetBytes, hostBytes) = (target.utf8.span, host.utf8.span)
        for index in 0..<targetBytes.count where !ASCII.isTarget(targetBytes[index]) { throw .malformedTarget }
        _ = try RequestTarget(targetBytes, 0..<targetBytes.count, method: method)
        guard HostSyntax.split(hostBytes, 0..<hostBytes.count) != nil else { throw .malformedHost }
        self.method = method
        self.target = target
        self.host = host
        self.headers = headers
        self.body = body
    }

    /// Appends the whole request. `Host` is written first, and only once. `Content-Length` is there if there is a body,
    /// or if the method says that there might be one (RFC 9110 §8.6).
    public func encode(into bytes: inout [UInt8]) {
        bytes.append(method.name)
        bytes.append(ASCII.space)
        bytes.append(target)
        bytes.append(" HTTP/1.1\r\nHost: ")
        bytes.append(host)
        bytes.append("\r\n")
        var others = headers
        others.remove("Host")
        bytes.append(contentsOf: others.lines)
        if !body.isEmpty || [.post, .put, .patch].contains(method) {
            bytes.append("Content-Length: ")
            bytes.append(decimal: body.count)
            bytes.append("\r\n")
        }
        bytes.append("\r\n")
        bytes.append(contentsOf: body)
    }
}
