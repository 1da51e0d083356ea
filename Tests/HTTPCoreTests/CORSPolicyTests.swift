import HTTPCore
import Testing

@Suite struct CORSPolicyTests {
    private static let listed = CORSPolicy(
        origins: .list(["https://chat.example"].compactMap { Origin($0) }), methods: [.get, .post],
        headers: ["Content-Type"], maxAgeSeconds: 60,
        allowsCredentials: true)
    private static let open = CORSPolicy(origins: .any, methods: [.get], allowsCredentials: true)

    private func request(_ head: String) throws -> Request {
        var parser = RequestParser()
        parser.append([UInt8](text: head + "\r\nHost: x\r\n\r\n").span)
        return try #require(try parser.next())
    }

    @Test(arguments: [
        ("https://chat.example", true), ("https://CHAT.example", true), ("https://chat.example:443", true),
        ("https://chat.example.", true), ("http://chat.example", false), ("http://chat.example:443", false),
        ("https://chat.example.evil", false), ("https://evil-chat.example", false), ("https://chat.example:444", false),
        ("https://a.chat.example", false), ("null", false), ("", false),
        ("https://chat.example, https://chat.example", false),
    ])
    func comparesExactly(_ origin: String, _ isAllowed: Bool) {
        #expect(Self.listed.isAllowed(origin: origin) == isAllowed)
        #expect(Self.open.isAllowed(origin: origin))
    }

    /// `null` is allowed by name, and not by any other.
    @Test func listsNullByName() {
        let policy = CORSPolicy(origins: .list([.null]), methods: [])
        #expect(policy.isAllowed(origin: "null"))
        for other in ["", "NULL", "null://", "http://null", "file://"] { #expect(!policy.isAllowed(origin: other)) }
    }

    @Test func answersAPreflight() throws {
        let asked = "OPTIONS /p HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\nOrigin: "
        let allowed = try #require(Self.listed.preflightResponse(for: try request(asked + "https://chat.example")))
        #expect(allowed.status == .noContent)
        #expect(allowed.headers["Access-Control-Allow-Origin"] == "https://chat.example")
        #expect(allowed.headers["Access-Control-Allow-Methods"] == "GET, POST")
        #expect(allowed.headers["Access-Control-Allow-Headers"] == "Content-Type")
        #expect(allowed.headers["Access-Control-Max-Age"] == "60")
        #expect(allowed.headers["Access-Control-Allow-Credentials"] == "true")
        #expect(allowed.headers["Vary"] == "Origin")

        let refused = try #require(Self.listed.preflightResponse(for: try request(asked + "https://evil.example")))
        #expect(refused.status == .noContent && refused.headers["Vary"] == "Origin")
        #expect(refused.headers["Access-Control-Allow-Origin"] == nil)
        #expect(refused.headers["Access-Control-Allow-Methods"] == nil)

        let open = try #require(Self.open.preflightResponse(for: try request(asked + "https://evil.example")))
        #expect(open.headers["Access-Control-Allow-Origin"] == "*" && open.headers["Vary"] == nil)
        #expect(open.headers["Access-Control-Allow-Credentials"] == nil)
    }

    @Test(arguments: [
        "OPTIONS /p HTTP/1.1", "OPTIONS /p HTTP/1.1\r\nOrigin: https://chat.example",
        "OPTIONS /p HTTP/1.1\r\nAccess-Control-Request-Method: POST",
        "GET /p HTTP/1.1\r\nOrigin: https://chat.example\r\nAccess-Control-Request-Method: POST",
    ])
    func knowsWhatIsNoPreflight(_ head: String) throws {
        #expect(Self.listed.preflightResponse(for: try request(head))?.status == nil)
    }

    @Test(arguments: [nil, "https://evil.example", "https://chat.example"])
    func alwaysSaysThatTheAnswerVaries(_ origin: String?) {
        var response = Response(status: .ok)
        Self.listed.addHeaders(to: &response, origin: origin)
        #expect(response.headers["Vary"] == "Origin")
        #expect((response.headers["Access-Control-Allow-Origin"] != nil) == (origin == "https://chat.example"))
    }
}
