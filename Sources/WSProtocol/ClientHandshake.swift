/// The nonce of a client's handshake: 16 bytes, new for each connection (RFC 6455 §4.1, item 7).
public struct HandshakeKey: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public init(using random: inout some RandomNumberGenerator) {
        self.init(high: random.next(), low: random.next())
    }

    /// The value of `Sec-WebSocket-Key`: Base64, 24 characters.
    public var text: String {
        var bytes: [UInt8] = []
        for word in [high, low] {
            for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(56 - index * 8))) }
        }
        var text: [UInt8] = []
        Base64.append(bytes.span, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

/// What both sides agreed on in the opening handshake.
public struct HandshakeAgreement: Sendable, Equatable {
    /// nil: none.
    public let subprotocol: String?
    /// nil: no compression. Pass it to `WebSocketDecoder` and `WebSocketEncoder`.
    public let deflate: DeflateAgreement?
}

/// Why a client has no WebSocket connection. Close the transport; nothing more is to be sent (RFC 6455 §4.1).
public enum HandshakeFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A part of the request holds a character that must not be there.
    case invalidRequest(part: String)
    /// The server answered with another status than 101.
    case refused(status: Int)
    /// The answer is a request, or HTTP/1.0, or its `Upgrade` or `Connection` is not what it must be.
    case notAnUpgrade
    /// `Sec-WebSocket-Accept` does not answer the key.
    case wrongAcceptKey
    /// The server chose a subprotocol that was not asked for, or more than one.
    case unexpectedProtocol
    /// The server uses an extension that was not offered, or not as it was offered.
    case unexpectedExtension

    /// One sentence for a person; never a byte that came from the peer.
    public var description: String {
        switch self {
        case .invalidRequest(let part): "The request cannot be sent: its \(part) holds a character that is not allowed."
        case .refused(let status): "The server refused the connection with status \(status)."
        case .notAnUpgrade: "The server's answer is no upgrade to WebSocket."
        case .wrongAcceptKey: "The server's answer does not belong to this request."
        case .unexpectedProtocol: "The server chose a subprotocol that was not asked for."
        case .unexpectedExtension: "The server uses an extension that was not offered, or not as it was offered."
        }
    }
}

/// The client's side of the opening handshake (RFC 6455 §4.1).
public enum ClientHandshake {
    /// Appends the request that opens a connection.
    ///
    /// - Parameters:
    ///   - host: the value of `Host`: a name or address, with `:port` unless it is the scheme's own.
    ///   - target: path and query, beginning with `/`.
    ///   - key: a new one for each connection, to be passed to `check` again.
    ///   - protocols: subprotocols, the one liked best first.
    ///   - headers: more fields, such as `Origin` or `Cookie`.
    ///   - deflate: how to compress where the server agrees; nil: not at all.
    ///   - bytes: where the request goes.
    public static func appendRequest(
        host: String, target: String = "/", key: HandshakeKey, protocols: [String] = [],
        headers: [(name: String, value: String)] = [], deflate: DeflateOptions? = nil, to bytes: inout [UInt8]
    ) throws(HandshakeFailure) {
        guard isVisible(host) else { throw .invalidRequest(part: "host") }
        guard target.utf8.first == UInt8(ascii: "/"), isVisible(target) else { throw .invalidRequest(part: "target") }
        guard protocols.allSatisfy(HeaderSyntax.isToken) else { throw .invalidRequest(part: "subprotocols") }
        guard
            headers.allSatisfy({ HeaderSyntax.isToken($0.name) && $0.value.utf8.allSatisfy(HeaderSyntax.isValueByte) })
        else { throw .invalidRequest(part: "headers") }
        var head = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Key: \(key.text)\r\nSec-WebSocket-Version: 13\r\n"
        if !protocols.isEmpty { head += "Sec-WebSocket-Protocol: \(protocols.joined(separator: ", "))\r\n" }
        if let deflate { head += "Sec-WebSocket-Extensions: \(DeflateNegotiation.offer(deflate))\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        bytes.append(contentsOf: head.utf8)
        bytes.append(contentsOf: "\r\n".utf8)
    }

    /// Checks the server's answer to a request made with the same key, subprotocols and options.
    public static func check(
        _ head: HandshakeHead, key: HandshakeKey, protocols: [String] = [], deflate: DeflateOptions? = nil
    ) throws(HandshakeFailure) -> HandshakeAgreement {
        guard case .response(let status) = head.startLine else { throw .notAnUpgrade }
        guard status == 101 else { throw .refused(status: status) }
        guard head.isHTTP11OrLater,
            let upgrade = head.value(of: "upgrade"), HeaderSyntax.list(upgrade, contains: "websocket"),
            let connection = head.value(of: "connection"), HeaderSyntax.list(connection, contains: "upgrade")
        else { throw .notAnUpgrade }
        guard head.value(of: "sec-websocket-accept") == ServerHandshake.acceptKey(for: key.text) else {
            throw .wrongAcceptKey
        }
        let subprotocol = try HeaderSyntax.onlyToken(head.value(of: "sec-websocket-protocol"))
        if let subprotocol, !protocols.contains(subprotocol) { throw .unexpectedProtocol }
        let extensions = head.value(of: "sec-websocket-extensions") ?? ""
        return HandshakeAgreement(
            subprotocol: subprotocol, deflate: try DeflateNegotiation.check(extensions, deflate))
    }

    /// Without spaces and control characters.
    private static func isVisible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
