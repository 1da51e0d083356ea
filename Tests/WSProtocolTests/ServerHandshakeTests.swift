import Testing

@testable import WSProtocol

private let sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

private func fields(_ change: (inout HandshakeFields) -> Void = { _ in }) -> HandshakeFields {
    var fields = HandshakeFields(
        method: "GET", isHTTP11OrLater: true, upgrade: "websocket", connection: "Upgrade", key: sampleKey,
        version: "13", protocols: nil, extensions: nil)
    change(&fields)
    return fields
}

struct RefusalCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fields: HandshakeFields
    let refusal: HandshakeRefusal
    let status: Int

    init(_ name: String, _ refusal: HandshakeRefusal, _ status: Int, _ change: (inout HandshakeFields) -> Void) {
        testDescription = name
        fields = WSProtocolTests.fields(change)
        self.refusal = refusal
        self.status = status
    }
}

private let refusals: [RefusalCase] = [
    RefusalCase("no upgrade", .notAnUpgrade, 426) { $0.upgrade = nil },
    RefusalCase("another upgrade", .notAnUpgrade, 426) { $0.upgrade = "h2c, websockets, websocke" },
    RefusalCase("no connection option", .notAnUpgrade, 426) { $0.connection = "keep-alive" },
    RefusalCase("POST", .methodNotGet, 405) { $0.method = "POST" },
    RefusalCase("HTTP/1.0", .versionOfHTTPTooOld, 400) { $0.isHTTP11OrLater = false },
    RefusalCase("no version", .invalidVersion, 400) { $0.version = nil },
    RefusalCase("two versions", .invalidVersion, 400) { $0.version = "13, 13" },
    RefusalCase("version 8", .unsupportedVersion, 426) { $0.version = "8" },
    RefusalCase("version 113", .unsupportedVersion, 426) { $0.version = "113" },
    RefusalCase("no key", .invalidKey, 400) { $0.key = nil },
    RefusalCase("two keys", .invalidKey, 400) { $0.keyCount = 2 },
    RefusalCase("a short key", .invalidKey, 400) { $0.key = "dGhlIHNhbXBsZSBub25j" },
    RefusalCase("a key without padding", .invalidKey, 400) { $0.key = "dGhlIHNhbXBsZSBub25jZQ" },
    RefusalCase("a key with a space", .invalidKey, 400) { $0.key = "dGhlIHNhbXBsZSBub25 ZQ==" },
    RefusalCase("a key of 17 bytes", .invalidKey, 400) { $0.key = "dGhlIHNhbXBsZSBub25jZXg=" },
    RefusalCase("a subprotocol twice", .invalidProtocols, 400) { $0.protocols = "chat, chat" },
    RefusalCase("a subprotocol with a space", .invalidProtocols, 400) { $0.protocols = "a b" },
]

@Suite struct ServerHandshakeTests {
    @Test(arguments: refusals)
    func refusal(_ row: RefusalCase) {
        #expect(throws: row.refusal) { try ServerHandshake.accept(row.fields) }
        #expect(row.refusal.status == row.status)
        var response: [UInt8] = []
        row.refusal.appendResponse(to: &response)
        let text = String(decoding: response, as: UTF8.self)
        #expect(text.hasPrefix("HTTP/1.1 \(row.status) "))
        #expect(text.contains("\r\nConnection: ") && text.hasSuffix("\r\n\r\n\(row.refusal)\n"))
    }

    /// §4.4: a version we do not speak is answered with the one we do.
    @Test func headersOfARefusal() {
        #expect(HandshakeRefusal.unsupportedVersion.extraHeaders.contains { $0 == ("Sec-WebSocket-Version", "13") })
        #expect(HandshakeRefusal.methodNotGet.extraHeaders.contains { $0 == ("Allow", "GET") })
        #expect(HandshakeRefusal.notAnUpgrade.extraHeaders.contains { $0 == ("Upgrade", "websocket") })
        #expect(HandshakeRefusal.originNotAllowed.status == 403)
    }

    /// The example of §1.3.
    @Test func acceptKey() { #expect(ServerHandshake.acceptKey(for: sampleKey) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") }

    @Test(arguments: [
        ("WebSocket", "Upgrade"), ("websocket", "keep-alive, Upgrade"), ("WEBSOCKET", "keep-alive,\tupgrade ,x"),
        ("h2c, websocket", ",,Upgrade"),
    ])
    func tokensAreFoundInLists(_ upgrade: String, _ connection: String) throws {
        let acceptance = try ServerHandshake.accept(
            fields {
                $0.upgrade = upgrade
                $0.connection = connection
            })
        #expect(acceptance.acceptKey == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    /// A list without an element is as if it were not there, and empty elements are passed over (RFC 9110 §5.6.1.2).
    @Test(arguments: [
        ("", []), (" ", []), (",", []), (" , ,", []), (",chat", ["chat"]), ("a,, b ,", ["a", "b"]),
    ])
    func emptyElementsOfSubprotocols(_ value: String, _ protocols: [String]) throws {
        #expect(try ServerHandshake.accept(fields { $0.protocols = value }).protocols == protocols)
    }

    @Test(arguments: ["", " , ", ",permessage-deflate", "permessage-deflate,,"])
    func emptyElementsOfExtensions(_ value: String) throws {
        let acceptance = try ServerHandshake.accept(fields { $0.extensions = value }, deflate: DeflateOptions())
        #expect((acceptance.deflate != nil) == value.contains("deflate"))
    }

    /// The bits behind the 16 bytes may be anything, as in the key of RFC 6455 §11.3.1; the answer is to the key as it
    /// was written.
    @Test(arguments: ["AQIDBAUGBwgJCgsMDQ4PEC==", "dGhlIHNhbXBsZSBub25jZR==", "/////////////////////w=="])
    func looseBitsOfAKey(_ key: String) throws {
        #expect(try ServerHandshake.accept(fields { $0.key = key }).acceptKey == ServerHandshake.acceptKey(for: key))
    }

    @Test(arguments: ["upgradex", "x upgrade", "upgrade x", "up grade", "", "upgrad", "\"upgrade\""])
    func otherTokensAreNot(_ value: String) { #expect(!HeaderSyntax.list(value, contains: "upgrade")) }

    @Test func response() throws {
        let acceptance = try ServerHandshake.accept(fields { $0.protocols = "chat, superchat" })
        #expect(acceptance.protocols == ["chat", "superchat"])
        func response(_ subprotocol: String?) -> String {
            var bytes: [UInt8] = []
            ServerHandshake.appendResponse(acceptance, subprotocol: subprotocol, to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        let plain =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        #expect(response(nil) == plain + "\r\n")
        #expect(response("superchat") == plain + "Sec-WebSocket-Protocol: superchat\r\n\r\n")
        #expect(response("evil\r\nX: y") == plain + "\r\n")
    }

    /// FIPS 180-4's examples, and the lengths around a block.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 55), "c1c8bbdc22796e28c0e15163d20899b65621d65a"),
        (String(repeating: "a", count: 64), "0098ba824b5c16427bd7a1122a5a442a25ec644d"),
    ])
    func sha1(_ text: String, _ expected: String) {
        var hash = SHA1()
        for byte in text.utf8 { hash.append(byte) }
        let digest = hash.finish()
        var hex = ""
        for index in 0..<20 { hex += (digest[index] < 16 ? "0" : "") + String(digest[index], radix: 16) }
        #expect(hex == expected)
    }
}
