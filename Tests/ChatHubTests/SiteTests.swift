import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// For whom the dialects are open, and from which pages.
@Suite struct SiteTests {
    private static let dialectPaths = [
        "/users", "/rooms", "/users/phone/345", "/ws", "/broadcast", "/broadcast/x", "/publish", "/register",
        "/register/x",
    ]

    private func status(
        _ scene: ChatAppScene, _ path: String, headers: [(String, String)] = [], isLoopbackPeer: Bool = true
    ) throws -> Int {
        try scene.harness.request("GET", path, headers: headers, isLoopbackPeer: isLoopbackPeer).status
    }

    // MARK: Loopback

    @Test(arguments: [
        "localhost", "LOCALHOST", "localhost:8080", "localhost:1", "127.0.0.1", "127.0.0.1:8080", "127.255.0.9:80",
        "[::1]", "[::1]:8080",
    ])
    func areOpenToRequestsOfThisMachine(host: String) throws {
        let scene = try ChatAppScene()
        for path in Self.dialectPaths {
            #expect(try status(scene, path, headers: [("Host", host)]) != 404, "\(path)")
        }
    }

    @Test(arguments: [
        "example.org", "localhost.example.org", "127.0.0.1.example.org", "localhost.", "0x7f.1", "127.1", "0177.0.0.1",
        "2130706433", "128.0.0.1", "[::2]", "[::ffff:127.0.0.1]", "192.168.0.1:8080",
    ])
    func doNotExistUnderAnotherName(host: String) throws {
        let scene = try ChatAppScene()
        let nothing = try scene.harness.request("GET", "/nothing", headers: [("Host", host)])
        for path in Self.dialectPaths {
            let response = try scene.harness.request("GET", path, headers: [("Host", host)])
            #expect(response.status == 404, "\(path)")
            #expect(response.text == nothing.text, "\(path)")
        }
        #expect(try status(scene, "/health", headers: [("Host", host)]) == 200)
    }

    @Test(arguments: [
        ("Forwarded", "for=1.2.3.4"), ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "localhost"),
        ("X-Forwarded-Proto", "https"), ("X-Real-IP", "127.0.0.1"), ("Via", "1.1 proxy"), ("x-forwarded-for", ""),
    ])
    func doNotExistBehindAProxy(name: String, value: String) throws {
        let scene = try ChatAppScene()
        for path in Self.dialectPaths { #expect(try status(scene, path, headers: [(name, value)]) == 404, "\(path)") }
        #expect(try status(scene, "/health", headers: [(name, value)]) == 200)
    }

    @Test func doNotExistForAPeerFromElsewhere() throws {
        let scene = try ChatAppScene()
        for path in Self.dialectPaths { #expect(try status(scene, path, isLoopbackPeer: false) == 404, "\(path)") }
        #expect(try scene.harness.request("POST", "/users/create", body: "{}", isLoopbackPeer: false).status == 404)
        #expect(try scene.harness.request("OPTIONS", "/users/create", isLoopbackPeer: false).status == 404)
    }

    @Test func aRequestWithoutAHostIsOfNobody() throws {
        let scene = try ChatAppScene()
        let client = scene.harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw("GET /users HTTP/1.0\r\n\r\n")
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [404])
    }

    @Test func theHostOfTheTargetCountsBeforeTheField() throws {
        let scene = try ChatAppScene()
        let client = scene.harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw("GET http://example.org/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.expectResponse(to: "GET")
        client.sendRaw("GET http://localhost/users HTTP/1.1\r\nHost: localhost\r\n\r\n")
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [404, 200])
    }

    // MARK: By name

    @Test(arguments: [
        ([], []), ([Dialect.chatApp], ["/users", "/rooms", "/users/phone/345", "/ws"]),
        ([Dialect.broadcast], ["/broadcast", "/broadcast/x"]), (Dialect.allCases, dialectPaths),
    ])
    func areOpenToEverybodyIfNamed(dialects: [Dialect], open: [String]) throws {
        let scene = try ChatAppScene {
            $0.dialects = Set(dialects)
            $0.dialectAccess = .everyone
        }
        for path in Self.dialectPaths {
            for (host, isLoopbackPeer) in [("localhost", true), ("chat.example", false)] {
                let found = try status(scene, path, headers: [("Host", host)], isLoopbackPeer: isLoopbackPeer)
                #expect((found != 404) == open.contains(path), "\(path) of \(host)")
            }
        }
    }

    // MARK: CORS

    private static let origins = ["http://localhost:3000", "http://localhost:8080"]

    private func preflight(_ scene: ChatAppScene, _ origin: String, _ path: String) throws -> TestResponse {
        try scene.harness.request(
            "OPTIONS", path,
            headers: [
                ("Origin", origin), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "content-type"),
            ])
    }

    @Test(arguments: ["/users/create", "/users/1", "/rooms", "/conversations/1", "/users/phone/1", "/ws"])
    func aPreflightOfAKnownOriginIsGranted(path: String) throws {
        let scene = try ChatAppScene()
        for origin in Self.origins {
            let response = try preflight(scene, origin, path)
            #expect(response.status == 204)
            #expect(response["access-control-allow-origin"] == origin)
            #expect(response["access-control-allow-methods"] == "GET, POST")
            #expect(response["access-control-allow-headers"] == "Authorization, Accept, Content-Type")
            #expect(response["access-control-max-age"] == "3600")
            #expect(response["vary"]?.contains("Origin") == true)
            for name in ["access-control-allow-origin", "vary"] { #expect(response.count(of: name) == 1) }
        }
    }

    @Test(arguments: [
        "https://localhost:3000", "http://localhost:3001", "http://localhost", "http://evil.example",
        "http://localhost:3000.evil.example", "null",
    ])
    func otherOriginsAreNotGranted(origin: String) throws {
        let scene = try ChatAppScene()
        let preflight = try preflight(scene, origin, "/users/create")
        #expect(preflight.status == 204)
        #expect(preflight["access-control-allow-origin"] == nil)
        #expect(preflight["access-control-allow-methods"] == nil)
        // It may look, as anybody may, but its page does not get to see the answer.
        let read = try scene.harness.request("GET", "/rooms", headers: [("Origin", origin), ("Host", "localhost:9")])
        #expect(read.status == 200)
        #expect(read["access-control-allow-origin"] == nil)
        // What a page sends without asking first changes nothing.
        let written = try scene.harness.request(
            "POST", "/users/create", headers: [("Origin", origin), ("Content-Type", "text/plain")],
            body: #"{"username":"Eve","phone":"9"}"#)
        #expect(written.status == 403)
        #expect(try scene.harness.store.user(phone: "9") == nil)
    }

    @Test func answersToKnownOriginsMayBeRead() throws {
        let scene = try ChatAppScene()
        for (index, origin) in Self.origins.enumerated() {
            for (path, status) in [("/rooms", 200), ("/users/none", 404), ("/rooms/1", 405)] {
                let response = try scene.harness.request("GET", path, headers: [("Origin", origin)])
                #expect(response.status == status)
                #expect(response["access-control-allow-origin"] == origin, "\(path)")
            }
            let written = try scene.harness.request(
                "POST", "/users/create", headers: [("Origin", origin)],
                body: #"{"username":"Eve","phone":"\#(index)"}"#)
            #expect(written.status == 200)
            #expect(written["access-control-allow-origin"] == origin)
        }
        #expect(try scene.harness.request("GET", "/health", headers: [("Origin", Self.origins[0])])["vary"] == nil)
    }

    @Test func pagesOfTheServerItselfMayDoEverything() throws {
        let scene = try ChatAppScene()
        for (host, origin) in [
            ("127.0.0.1:9000", "http://127.0.0.1:9000"), ("localhost", "https://localhost"),
            ("LocalHost:9", "http://localhost:9"),
        ] {
            let response = try scene.harness.request(
                "PATCH", "/users/\(Demo.ahmad)", headers: [("Host", host), ("Origin", origin)],
                body: #"{"username":"Ahmad"}"#)
            #expect(response.status == 200)
        }
    }

    @Test func theListOfOriginsCanBeAnother() throws {
        let scene = try ChatAppScene { $0.corsOrigins = ["https://chat.example"].compactMap { Origin($0) } }
        #expect(
            try preflight(scene, "https://chat.example", "/rooms")["access-control-allow-origin"]
                == "https://chat.example")
        #expect(try preflight(scene, Self.origins[0], "/rooms")["access-control-allow-origin"] == nil)
        _ = try scene.harness.openSocket("/ws", headers: [("Origin", "https://chat.example")])
    }

    // MARK: Origins of sockets

    @Test func theSocketIsForKnownOriginsTheServersOwnAndNone() throws {
        let scene = try ChatAppScene()
        for origin in Self.origins + ["http://127.0.0.1:8080"] {
            _ = try scene.harness.openSocket("/ws", host: "127.0.0.1:8080", headers: [("Origin", origin)])
        }
        _ = try scene.harness.openSocket("/ws")
        for origin in ["http://evil.example", "http://localhost:3001", "null", "http://127.0.0.1"] {
            let client = scene.harness.connect()
            try client.sendUpgrade("/ws", host: "127.0.0.1:8080", headers: [("Origin", origin)])
            scene.harness.run()
            #expect(client.webSocket == nil)
            #expect(client.takeResponses().map(\.status) == [403])
        }
    }

    @Test func theBroadcastSocketIsForAnyOrigin() throws {
        let harness = HubHarness()
        for origin in ["http://evil.example", "null"] {
            _ = try harness.openSocket("/broadcast", headers: [("Origin", origin)])
        }
    }
}
