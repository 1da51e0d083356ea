import Testing
import WSProtocol

private let key = HandshakeKey(high: 0x7468_6520_7361_6D70, low: 0x6C65_206E_6F6E_6365)

private func head(_ text: String) throws -> HandshakeHead {
    var reader = HandshakeHeadReader()
    let bytes = Array(text.utf8)
    reader.append(bytes)
    return try #require(try reader.next())
}

private func response(
    status: String = "101 Switching Protocols", upgrade: String = "Upgrade: websocket\r\n",
    connection: String = "Connection: Upgrade\r\n",
    accept: String = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", more: String = ""
) -> String { "HTTP/1.1 \(status)\r\n\(upgrade)\(connection)\(accept)\(more)\r\n" }

@Suite struct ClientHandshakeTests {
    /// The example of §1.3, whose nonce is the ASCII text "the sample nonce".
    @Test func request() throws {
        var bytes: [UInt8] = []
        try ClientHandshake.appendRequest(
            host: "example.com", target: "/chat?x=1", key: key, protocols: ["chat", "superchat"],
            headers: [("Origin", "http://example.com")], to: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "GET /chat?x=1 HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: chat, superchat\r\nOrigin: http://example.com\r\n\r\n")
    }

    /// The server accepts what the client asks, and the client what the server answers.
    @Test func bothSidesAgree() throws {
        var random = SystemRandomNumberGenerator()
        let key = HandshakeKey(using: &random)
        var bytes: [UInt8] = []
        try ClientHandshake.appendRequest(host: "h", key: key, protocols: ["a", "b"], to: &bytes)
        let fields = try #require(HandshakeFields(try head(String(decoding: bytes, as: UTF8.self))))
        let acceptance = try ServerHandshake.accept(fields)
        var answer: [UInt8] = []
        ServerHandshake.appendResponse(acceptance, subprotocol: "b", to: &answer)
        let agreement = try ClientHandshake.check(
            try head(String(decoding: answer, as: UTF8.self)), key: key, protocols: ["a", "b"])
        #expect(agreement.subprotocol == "b")
        #expect(agreement.deflate == nil)
    }

    /// Subprotocol and compression through the bytes of a whole handshake.
    @Test func bothSidesNegotiate() throws {
        let options = DeflateOptions(serverNoContextTakeover: true, serverMaxWindowBits: 12)
        var bytes: [UInt8] = []
        try ClientHandshake.appendRequest(
            host: "h", key: key, protocols: ["v3", "v2", "v1"], deflate: options, to: &bytes)
        let request = try head(String(decoding: bytes, as: UTF8.self))
        let acceptance = try ServerHandshake.accept(
            try #require(HandshakeFields(request)), deflate: DeflateOptions(clientNoContextTakeover: true))
        // The client's order decides.
        #expect(acceptance.subprotocol(among: ["v1", "v2"]) == "v2")
        #expect(acceptance.subprotocol(among: ["v4"]) == nil)
        var answer: [UInt8] = []
        ServerHandshake.appendResponse(acceptance, subprotocol: "v2", to: &answer)
        let agreement = try ClientHandshake.check(
            try head(String(decoding: answer, as: UTF8.self)), key: key, protocols: ["v3", "v2", "v1"],
            deflate: options)
        #expect(agreement.subprotocol == "v2")
        let deflate = try #require(agreement.deflate)
        #expect(deflate == acceptance.deflate)
        #expect(deflate.serverNoContextTakeover && deflate.clientNoContextTakeover)
        #expect(deflate.serverMaxWindowBits == 12 && deflate.clientMaxWindowBits == 15)
        #expect(HandshakeFields(try head(String(decoding: answer, as: UTF8.self))) == nil)
    }

    @Test(arguments: [
        ("a\r\nX: y", "/", "n", "v", "host"), ("h", "/a b", "n", "v", "target"), ("h", "x", "n", "v", "target"),
        ("h", "/\n", "n", "v", "target"), ("h", "/", "a:b", "v", "headers"), ("h", "/", "n", "v\r\nX: y", "headers"),
        ("h", "/", "n", "v\0", "headers"),
    ])
    func nothingIllegalIsSent(host: String, target: String, name: String, value: String, part: String) {
        var bytes: [UInt8] = []
        #expect(throws: HandshakeFailure.invalidRequest(part: part)) {
            try ClientHandshake.appendRequest(
                host: host, target: target, key: key, headers: [(name, value)], to: &bytes)
        }
        #expect(bytes.isEmpty)
    }

    @Test(arguments: [
        (response(status: "200 OK"), HandshakeFailure.refused(status: 200)),
        (response(status: "426"), .refused(status: 426)),
        (response(upgrade: ""), .notAnUpgrade), (response(upgrade: "Upgrade: h2c\r\n"), .notAnUpgrade),
        (response(connection: "Connection: close\r\n"), .notAnUpgrade),
        (response(accept: ""), .wrongAcceptKey),
        (response(accept: "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), .wrongAcceptKey),
        (response(more: "Sec-WebSocket-Protocol: other\r\n"), .unexpectedProtocol),
        (response(more: "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"), .unexpectedProtocol),
        (response(more: "Sec-WebSocket-Extensions: x-unknown\r\n"), .unexpectedExtension),
        ("GET / HTTP/1.1\r\n\r\n", .notAnUpgrade),
    ])
    func wrongAnswers(_ text: String, _ failure: HandshakeFailure) throws {
        let head = try head(text)
        #expect(throws: failure) { try ClientHandshake.check(head, key: key, protocols: ["chat"]) }
    }

    /// A field without an element in it chooses nothing.
    @Test func emptyListsAreAsIfAbsent() throws {
        for more in ["Sec-WebSocket-Protocol:\r\n", "Sec-WebSocket-Extensions: ,\r\nSec-WebSocket-Protocol: ,\r\n"] {
            let agreement = try ClientHandshake.check(try head(response(more: more)), key: key, protocols: ["chat"])
            #expect(agreement.subprotocol == nil && agreement.deflate == nil)
        }
    }

    @Test func rightAnswers() throws {
        #expect(try ClientHandshake.check(try head(response()), key: key).subprotocol == nil)
        let head = try head(response(upgrade: "upgrade: WebSocket\r\n", more: "Sec-WebSocket-Protocol: chat\r\n"))
        #expect(try ClientHandshake.check(head, key: key, protocols: ["chat"]).subprotocol == "chat")
    }
}
