/// What of a request matters to the handshake. Any HTTP parser can fill it in: where a header repeats, its values are
/// joined by commas.
public struct HandshakeFields: Sendable {
    public var method: String
    public var isHTTP11OrLater: Bool
    public var upgrade: String?
    public var connection: String?
    public var key: String?
    public var version: String?
    public var protocols: String?
    public var extensions: String?
    /// How many `Sec-WebSocket-Key` fields there were.
    public var keyCount: Int

    public init(
        method: String, isHTTP11OrLater: Bool, upgrade: String?, connection: String?, key: String?, version: String?,
        protocols: String?, extensions: String?, keyCount: Int = 1
    ) {
        self.method = method
        self.isHTTP11OrLater = isHTTP11OrLater
        self.upgrade = upgrade
        self.connection = connection
        self.key = key
        self.version = version
        self.protocols = protocols
        self.extensions = extensions
        self.keyCount = keyCount
    }
}

/// A request that may become a WebSocket connection.
public struct HandshakeAcceptance: Sendable, Equatable {
    /// The value of `Sec-WebSocket-Accept`: 28 ASCII characters.
    public let acceptKey: String
    /// The subprotocols the client would speak, the one it likes best first.
    public let protocols: [String]
    /// The compression agreed on; nil: none. Pass it to `WebSocketDecoder` and `WebSocketEncoder`.
    public let deflate: DeflateAgreement?
    /// The value of `Sec-WebSocket-Extensions` that says so.
    let extensionAnswer: String?

    /// The subprotocol to speak: the first one the client asks for that is also among `supported`; nil where there is
    /// none, and the connection is to go on without one, or not at all.
    public func subprotocol(among supported: [String]) -> String? { protocols.first(where: supported.contains) }
}

/// The server's side of the opening handshake (RFC 6455 §4.2).
public enum ServerHandshake {
    /// Checks a request. Answer an acceptance with `appendResponse`, a refusal with its status and headers; whether
    /// the `Origin` is welcome is for the caller to say (`HandshakeRefusal.originNotAllowed`).
    ///
    /// - Parameters:
    ///   - fields: what matters of the request.
    ///   - deflate: how to compress where the client offers it; nil: not at all. An offer that is not legal, or that
    ///     the options do not allow, is declined and refuses nothing.
    public static func accept(
        _ fields: HandshakeFields, deflate: DeflateOptions? = nil
    ) throws(HandshakeRefusal) -> HandshakeAcceptance {
        guard let upgrade = fields.upgrade, HeaderSyntax.list(upgrade, contains: "websocket"),
            let connection = fields.connection, HeaderSyntax.list(connection, contains: "upgrade")
        else { throw .notAnUpgrade }
        guard fields.method == "GET" else { throw .methodNotGet }
        guard fields.isHTTP11OrLater else { throw .versionOfHTTPTooOld }
        guard let version = fields.version else { throw .invalidVersion }
        guard version == "13" else {
            let digits = version.utf8
            let isNumber =
                !digits.isEmpty && digits.count <= 3
                && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
            throw isNumber ? .unsupportedVersion : .invalidVersion
        }
        guard let key = fields.key, fields.keyCount == 1, Base64.isKey(key) else { throw .invalidKey }
        var protocols: [String] = []
        if let list = fields.protocols {
            // A list of nothing is as if it were not there (RFC 9110 §5.6.1.2): some clients always write the field.
            guard let tokens = HeaderSyntax.tokens(list), areDifferent(tokens) else { throw .invalidProtocols }
            protocols = tokens
        }
        var agreed: (DeflateAgreement, answer: String)?
        if let deflate, let offers = fields.extensions { agreed = DeflateNegotiation.accept(offers, deflate) }
        return HandshakeAcceptance(
            acceptKey: acceptKey(for: key), protocols: protocols, deflate: agreed?.0, extensionAnswer: agreed?.answer)
    }

    /// The answer to a `Sec-WebSocket-Key`: Base64 of the SHA-1 of the key and a fixed text (§4.2.2).
    public static func acceptKey(for key: String) -> String {
        var hash = SHA1()
        for byte in key.utf8 { hash.append(byte) }
        for byte in "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8 { hash.append(byte) }
        let digest = hash.finish()
        var text: [UInt8] = []
        text.reserveCapacity(28)
        Base64.append(digest.span, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the whole head of the response, status 101. What follows it are frames.
    ///
    /// - Parameters:
    ///   - acceptance: what `accept` said of the request.
    ///   - subprotocol: one of `acceptance.protocols`; any other is left out, as the client would have to refuse it.
    ///   - bytes: where the head goes.
    public static func appendResponse(
        _ acceptance: HandshakeAcceptance, subprotocol: String?, to bytes: inout [UInt8]
    ) {
        bytes.append(
            contentsOf: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n".utf8)
        bytes.append(contentsOf: "Sec-WebSocket-Accept: ".utf8)
        bytes.append(contentsOf: acceptance.acceptKey.utf8)
        if let subprotocol, acceptance.protocols.contains(subprotocol) {
            bytes.append(contentsOf: "\r\nSec-WebSocket-Protocol: ".utf8)
            bytes.append(contentsOf: subprotocol.utf8)
        }
        if let extensions = acceptance.extensionAnswer {
            bytes.append(contentsOf: "\r\nSec-WebSocket-Extensions: ".utf8)
            bytes.append(contentsOf: extensions.utf8)
        }
        bytes.append(contentsOf: "\r\n\r\n".utf8)
    }

    /// Whether no name is there twice (§4.1, item 10). The head's own limit bounds the list.
    private static func areDifferent(_ names: [String]) -> Bool { Set(names).count == names.count }
}
