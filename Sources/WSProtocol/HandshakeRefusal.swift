/// Why a request does not become a WebSocket connection, with the HTTP answer that says so (RFC 6455 §4.2, §4.4).
public enum HandshakeRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The request asks for no upgrade to `websocket`, so it is an ordinary one.
    case notAnUpgrade
    case methodNotGet
    case versionOfHTTPTooOld
    /// `Sec-WebSocket-Version` is missing, repeated or no number.
    case invalidVersion
    /// Any other version than 13.
    case unsupportedVersion
    /// `Sec-WebSocket-Key` is missing, repeated, or not 16 bytes in Base64.
    case invalidKey
    /// `Sec-WebSocket-Protocol` is no list of different tokens.
    case invalidProtocols
    /// The `Origin` is none that this server accepts.
    case originNotAllowed

    /// The status of the answer.
    public var status: Int {
        switch self {
        case .notAnUpgrade, .unsupportedVersion: 426
        case .methodNotGet: 405
        case .versionOfHTTPTooOld, .invalidVersion, .invalidKey, .invalidProtocols: 400
        case .originNotAllowed: 403
        }
    }

    /// What the answer must carry besides its status and its own framing.
    public var extraHeaders: [(name: String, value: String)] {
        switch self {
        case .notAnUpgrade: [("Upgrade", "websocket"), ("Connection", "Upgrade")]
        case .unsupportedVersion:
            [("Sec-WebSocket-Version", "13"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
        case .invalidVersion: [("Sec-WebSocket-Version", "13")]
        case .methodNotGet: [("Allow", "GET")]
        case .versionOfHTTPTooOld, .invalidKey, .invalidProtocols, .originNotAllowed: []
        }
    }

    /// One sentence for a person; never a byte that came from the peer.
    public var description: String {
        switch self {
        case .notAnUpgrade: "This address speaks WebSocket: ask for an upgrade to it."
        case .methodNotGet: "A WebSocket connection is opened with GET."
        case .versionOfHTTPTooOld: "A WebSocket connection is opened with HTTP/1.1 or later."
        case .invalidVersion: "Sec-WebSocket-Version must be there once, and be a number."
        case .unsupportedVersion: "This server speaks version 13 of WebSocket."
        case .invalidKey: "Sec-WebSocket-Key must be there once, and be 16 bytes in Base64."
        case .invalidProtocols: "Sec-WebSocket-Protocol must be a list of different names."
        case .originNotAllowed: "Pages of this origin may not connect here."
        }
    }

    /// Appends a whole HTTP/1.1 response with the sentence as its body, after which the connection is to be closed.
    public func appendResponse(to bytes: inout [UInt8]) {
        let reason =
            switch status {
            case 403: "Forbidden"
            case 405: "Method Not Allowed"
            case 426: "Upgrade Required"
            default: "Bad Request"
            }
        var head = "HTTP/1.1 \(status) \(reason)\r\n"
        // One `Connection` field, though both the upgrade and the end have something to say in it.
        for (name, value) in extraHeaders where name != "Connection" { head += "\(name): \(value)\r\n" }
        head += status == 426 ? "Connection: Upgrade, close\r\n" : "Connection: close\r\n"
        head += "Content-Type: text/plain; charset=utf-8\r\nContent-Length: \(description.utf8.count + 1)\r\n\r\n"
        bytes.append(contentsOf: head.utf8)
        bytes.append(contentsOf: description.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
