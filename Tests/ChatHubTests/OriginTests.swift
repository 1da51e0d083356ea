import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// Which pages may use the native interface, and where the server is for them.
@Suite struct OriginTests {
    private static let account = #"{"username":"ada","password":"correct horse"}"#
    private static let proxy = IPAddress("10.0.0.1")

    /// What became of signing in, and of opening a socket, from a page.
    private func statuses(_ harness: HubHarness, _ fields: [(String, String)], peer: IPAddress? = nil) throws -> [Int] {
        let scene = IdentityScene(harness: harness)
        let signIn = try scene.ask("POST", "/v1/auth/login", Self.account, headers: fields, peer: peer)
        let client = harness.connect(peer: peer)
        var upgrade = fields
        let host = upgrade.first { $0.0 == "Host" }?.1 ?? "localhost:8080"
        upgrade.removeAll { $0.0 == "Host" }
        try client.sendUpgrade("/v1/ws", host: host, headers: upgrade)
        harness.run()
        return [signIn.status] + client.takeResponses().map(\.status)
    }

    private static let allowed = [401, 101]
    private static let refused = [403, 403]

    @Test(arguments: [
        ("chat.example:443", "https://chat.example", true), ("chat.example", "https://chat.example:443", true),
        ("chat.example:80", "http://chat.example", true), ("CHAT.example", "http://chat.EXAMPLE", true),
        ("chat.example.", "https://chat.example", true), ("chat.example", "https://chat.example.", true),
        ("chat.example:8443", "https://chat.example:8443", true), ("chat.example", "https://chat.example:8443", false),
        ("chat.example", "http://chat.example:443", false), ("chat.example:80", "https://chat.example", false),
        ("chat.example", "https://chat.example.evil", false), ("chat.example", "null", false),
        ("chat.example", "app://chat.example", false),
    ])
    func areComparedAsOrigins(host: String, origin: String, isOwn: Bool) throws {
        let found = try statuses(HubHarness(), [("Host", host), ("Origin", origin)])
        #expect(found == (isOwn ? Self.allowed : Self.refused))
    }

    @Test(
        arguments: [
            ("https", "https://chat.example", true), ("http", "http://chat.example", true),
            ("https", "http://chat.example", false), ("http", "https://chat.example", false),
            (nil, "http://chat.example", true), (nil, "https://chat.example", true),
        ] as [(String?, String, Bool)])
    func theSchemeCountsWhereItIsKnown(scheme: String?, origin: String, isOwn: Bool) throws {
        let harness = HubHarness { $0.trustedProxies = [IPBlock("10.0.0.1")].compactMap { $0 } }
        let fields =
            [("Host", "chat.example"), ("Origin", origin)] + (scheme.map { [("X-Forwarded-Proto", $0)] } ?? [])
        #expect(try statuses(harness, fields, peer: Self.proxy) == (isOwn ? Self.allowed : Self.refused))
    }

    /// What the request is refused for is compared the same way where the page is named by `Referer`.
    @Test(arguments: [
        ("http://localhost:8080/#x", 200), ("http://LOCALHOST:8080/a", 200), ("http://localhost/", 403),
        ("http://localhost:8080@evil.example/", 403), ("localhost:8080", 403),
    ])
    func aRefererIsReadAsOne(referer: String, status: Int) throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let response = try scene.ask(
            "PATCH", "/v1/users/me", #"{"display_name":"A"}"#, headers: [ada.cookie(), ("Referer", referer)])
        #expect(response.status == status)
    }

    // MARK: The public address

    private func publicly(_ url: String = "https://chat.example", _ more: (inout HubConfiguration) -> Void = { _ in })
        -> HubHarness
    {
        HubHarness {
            $0.publicURL = Origin(url)
            $0.registration = .open
            $0.dialectAccess = .everyone
            more(&$0)
        }
    }

    /// Whatever a proxy that nobody trusts makes of the request.
    @Test(arguments: [
        ("chat.example", "https://chat.example", true), ("127.0.0.1:8080", "https://chat.example", true),
        ("internal", "https://CHAT.example:443", true), ("chat.example", "http://chat.example", false),
        ("internal", "http://internal", false), ("www.chat.example", "https://www.chat.example", false),
        // A page that was opened on this very machine is its own as well.
        ("localhost:8080", "http://localhost:8080", true), ("localhost:8080", "http://localhost:8081", false),
    ])
    func thePublicAddressIsTheOwnOne(host: String, origin: String, isOwn: Bool) throws {
        let found = try statuses(publicly(), [("Host", host), ("Origin", origin)])
        #expect(found == (isOwn ? Self.allowed : Self.refused))
    }

    @Test(arguments: [
        ("https://chat.example", "wss://chat.example/ws/", true),
        ("https://a.example:444", "wss://a.example:444/ws/", true),
        ("http://chat.example", "ws://chat.example/ws/", false),
    ])
    func linksAndCookiesAreOfThePublicAddress(url: String, socket: String, isSecure: Bool) throws {
        let harness = publicly(url)
        let scene = IdentityScene(harness: harness)
        let found = try scene.ask("POST", "/register", #"{"user_id":1}"#, headers: [("X-Forwarded-Proto", "gopher")])
        #expect(found.json?["url"]?.string?.hasPrefix(socket) == true)
        let response = try scene.ask("POST", "/v1/auth/register", Self.account, headers: [("Origin", url)])
        #expect(response.status == 201)
        #expect(response["set-cookie"]?.contains("; Secure") == isSecure)
        let ada = try scene.person("ada", response)
        #expect(try scene.ask("GET", "/v1/users/me", headers: [ada.cookie()]).status == 200)
        try scene.promote(ada)
        let invite = try scene.ask("POST", "/v1/invites", by: ada.token, "{}")
        #expect(invite.json?["url"]?.string?.hasPrefix(url + "/#invite=") == true)
    }

    /// On the machine itself a page works by plain HTTP, and its cookie is of that kind.
    @Test func aPageOnThisMachineHasACookieThatItsBrowserKeeps() throws {
        let scene = IdentityScene(harness: publicly())
        let own = [("Host", "localhost:8080"), ("Origin", "http://localhost:8080")]
        let response = try scene.ask("POST", "/v1/auth/register", Self.account, headers: own)
        #expect(response["set-cookie"]?.contains("Secure") == false)
        let ada = try scene.person("ada", response)
        let referer = [("Host", "localhost:8080"), ("Referer", "http://localhost:8080/")]
        #expect(try scene.ask("GET", "/v1/users/me", headers: referer + [ada.cookie()]).status == 200)
    }

    /// Somebody else's browser, brought here by a proxy on this machine that says nothing of it.
    @Test func aPageOfThePublicAddressIsNotLocal() throws {
        let harness = publicly { $0.registration = .openLocally }
        let scene = IdentityScene(harness: harness)
        let from = [("Host", "127.0.0.1:8080"), ("Origin", "https://chat.example")]
        #expect(try scene.ask("POST", "/v1/auth/register", Self.account, headers: from).status == 403)
        #expect(try scene.ask("GET", "/metrics", headers: from).status == 404)
        #expect(try scene.ask("GET", "/metrics", headers: [("Host", "127.0.0.1:8080")]).status == 200)
    }

    // MARK: Pages of others

    private func open(_ origins: String...) -> HubHarness {
        HubHarness {
            $0.allowedOrigins = origins.compactMap { Origin($0) }
            $0.dialects = []
        }
    }

    @Test(arguments: ["https://app.example", "app://desk", "null", "capacitor://localhost"])
    func allowedPagesMayUseTheInterfaceWithAToken(origin: String) throws {
        let harness = open(origin)
        let scene = IdentityScene(harness: harness)
        let from = [("Origin", origin)]
        let preflight = try scene.ask(
            "OPTIONS", "/v1/users/me",
            headers: from + [
                ("Access-Control-Request-Method", "PATCH"), ("Access-Control-Request-Headers", "authorization"),
            ])
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == origin)
        #expect(preflight["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE")
        #expect(preflight["access-control-allow-headers"]?.contains("Authorization") == true)
        #expect(preflight["access-control-allow-credentials"] == nil)

        let answer = try scene.ask("POST", "/v1/auth/register", Self.account, headers: from)
        #expect(answer.status == 201)
        #expect(answer["access-control-allow-origin"] == origin && answer["vary"] == "Origin")
        // It has the token, and nothing that its browser would send by itself.
        #expect(answer["set-cookie"] == nil)
        let ada = try scene.person("ada", answer)
        let change = #"{"display_name":"Ada"}"#
        let changed = try scene.ask("PATCH", "/v1/users/me", by: ada.token, change, headers: from)
        #expect(changed.status == 200 && changed["access-control-allow-origin"] == origin)
        let failed = try scene.ask("GET", "/v1/rooms/1", by: ada.token, headers: from)
        #expect(failed.status == 404 && failed["access-control-allow-origin"] == origin)
        let socket = try harness.openSocket("/v1/ws", headers: from)
        socket.send(#"{"type":"hello","id":"h","token":"\#(ada.token)"}"#)
        harness.run()
        #expect(socket.takeTexts().first?.contains("welcome") == true)
    }

    /// A cookie is sent by browsers whether its user knows of the page or not.
    @Test func allowedPagesHaveNoUseOfACookie() throws {
        let harness = open("https://app.example")
        let scene = IdentityScene(harness: harness)
        let ada = try scene.register("ada")
        let from = [("Origin", "https://app.example"), ada.cookie()]
        #expect(try scene.ask("GET", "/v1/users/me", headers: from).status == 401)
        #expect(try scene.ask("PATCH", "/v1/users/me", #"{"display_name":"A"}"#, headers: from).status == 401)
        let socket = try harness.openSocket("/v1/ws", headers: from)
        socket.send(#"{"type":"hello","id":"h"}"#)
        harness.run()
        #expect(socket.takeCloseCode() == 4500)
        // Nor of being on this machine.
        #expect(try scene.ask("GET", "/metrics", headers: [("Origin", "https://app.example")]).status == 404)
        #expect(try scene.ask("GET", "/metrics").status == 200)
    }

    @Test(arguments: ["https://evil.example", "null", "http://app.example", "https://app.example:444"])
    func othersMayNot(origin: String) throws {
        let harness = open("https://app.example")
        #expect(try statuses(harness, [("Origin", origin)]) == Self.refused)
        let response = try harness.request("GET", "/v1/users/me", headers: [("Origin", origin)])
        #expect(response["access-control-allow-origin"] == nil && response["vary"] == "Origin")
    }

    // MARK: The log

    @Test func aRefusedPageIsALineInTheLog() throws {
        let harness = HubHarness()
        let fields = [("Host", "internal:8080"), ("Origin", "https://chat.example")]
        _ = try harness.request("POST", "/v1/auth/login", headers: fields, body: Self.account)
        #expect(
            harness.events == [
                .originRefused(
                    origin: "https://chat.example", host: "internal:8080", scheme: nil,
                    remedy: "--public-url https://chat.example if that is this server, "
                        + "--allow-origin https://chat.example if it is another")
            ])
    }

    @Test(
        arguments: [
            ("/v1/ws", "null", "--allow-origin null if it is another"), ("/v1/ws", "no origin", nil),
            (
                "/ws", "http://a.example",
                "--public-url http://a.example if that is this server, --cors-origin "
                    + "http://a.example if it is another"
            ),
        ] as [(String, String, String?)])
    func theLineSaysWhatToSet(path: String, origin: String, remedy: String?) throws {
        let harness = HubHarness()
        let client = harness.connect()
        try client.sendUpgrade(path, headers: [("Origin", origin)])
        harness.run()
        #expect(client.takeResponses().map(\.status) == [403])
        #expect(
            harness.events == [
                .originRefused(origin: origin, host: "localhost:8080", scheme: nil, remedy: remedy)
            ])
    }

    /// Whoever makes such lines come makes few, and short ones.
    @Test func theLogIsNotFlooded() throws {
        let harness = HubHarness()
        let client = harness.connect()
        for index in 0..<200 {
            let origin = "https://\(String(repeating: "a", count: 4_000))\(index)"
            client.sendRequest("POST", "/v1/auth/login", headers: [("Origin", origin)], body: Self.account)
        }
        harness.run()
        #expect(client.takeResponses().map(\.status) == Array(repeating: 403, count: 200))
        #expect(harness.events.count == 20)
        for case .originRefused(let origin, _, _, _) in harness.events { #expect(origin.utf8.count < 600) }
        harness.advance(byMs: 10_000)
        _ = try harness.request("POST", "/v1/auth/login", headers: [("Origin", "null")], body: Self.account)
        #expect(harness.events.count == 21)
    }
}
