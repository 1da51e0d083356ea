import ChatDomain
import HTTPCore
import Synchronization
import Testing

@testable import ChatHub

/// What the server tells those who run it, and nobody else.
@Suite struct MetricsTests {
    private let elsewhere = IPAddress("192.0.2.7")

    /// The figure at the beginning of a line.
    private func figure(_ response: TestResponse, _ name: String) -> Double? {
        response.text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { Double($0.dropFirst(name.utf8.count + 1)) }
    }

    @Test(arguments: loopCounts) func figuresAreThoseOfAllLoops(loopCount: Int) throws {
        let scene = IdentityScene(loopCount: loopCount) {
            $0.readings = { [MetricReading(name: "chat_search_lag_entries", help: "Lag.", value: 2.5)] }
        }
        let last = loopCount - 1
        let sockets = try (0..<3).map { _ in try scene.harness.openSocket("/broadcast/all", loop: last) }
        let ada = try scene.register("ada")
        let room = try scene.ask(
            "POST", "/v1/rooms", by: ada.token, #"{"kind":"group","name":"a","visibility":"private"}"#)
        let id = try #require(room.json?["room"]?["id"]?.string)
        let key = "00000000-0000-7000-8000-000000000001"
        #expect(try scene.ask("PUT", "/v1/rooms/\(id)/messages/\(key)", by: ada.token, #"{"text":"x"}"#).status == 201)
        let response = try scene.ask("GET", "/metrics")
        #expect(response.status == 200)
        #expect(response["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(figure(response, #"chat_connections{loop="\#(last)",kind="broadcast"}"#) == 3)
        #expect(figure(response, #"chat_connections{loop="0",kind="http"}"#) == 1)
        #expect(figure(response, "chat_messages_total") == 1)
        #expect(figure(response, #"chat_unwritten{loop="0"}"#) == 0)
        #expect(figure(response, #"chat_accepted_total{loop="0"}"#) == (loopCount == 1 ? 7 : 4))
        #expect(figure(response, #"chat_requests_total{loop="0"}"#) == (loopCount == 1 ? 7 : 4))
        #expect(figure(response, "chat_search_lag_entries") == 2.5)
        // Each name is described once.
        let names = response.text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
        #expect(Set(names).count == names.count)
        #expect(sockets.allSatisfy { !$0.isGone })
    }

    @Test(arguments: ["/metrics", "/ready"]) func onlyWhoRunsTheServerIsTold(path: String) throws {
        let scene = IdentityScene()
        let (ada, bob) = (try scene.register("ada"), try scene.register("bob"))
        try scene.promote(ada)
        let nothing = try scene.ask("GET", "/nothing", peer: elsewhere)
        #expect(nothing.status == 404)
        for response in [
            try scene.ask("GET", path, peer: elsewhere), try scene.ask("GET", path, by: bob.token, peer: elsewhere),
            try scene.ask("GET", path, headers: [("Host", "chat.example")]),
        ] {
            #expect(response.status == 404)
            #expect(response.body == nothing.body && response.head == nothing.head)
        }
        #expect(try scene.ask("GET", path).status == 200)
        #expect(try scene.ask("GET", path, by: ada.token, peer: elsewhere).status == 200)
    }

    @Test func whoeverCannotReadItsStoreIsNotReady() throws {
        let scene = IdentityScene()
        #expect(try scene.ask("GET", "/ready").text == #"{"status":"ready"}"#)
        scene.harness.store.fail(reads: true)
        #expect(try scene.ask("GET", "/ready").status == 503)
        #expect(try scene.ask("GET", "/health").status == 200)
        scene.harness.store.fail()
        #expect(try scene.ask("GET", "/ready").status == 200)
    }

    @Test func aStoreThatOwesAnAnswerIsSeen() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        scene.harness.isStoreHalted = false
        let writing = scene.harness.connect()
        writing.sendRequest("GET", "/health")
        scene.harness.run()
        _ = writing.takeResponses()
        // The look-up is answered, the draft not.
        writing.sendRequest(
            "POST", "/v1/auth/logout", headers: [("Authorization", "Bearer \(ada.token)")])
        for _ in 0..<3 { scene.harness.step() }
        scene.harness.isStoreHalted = true
        scene.harness.advance(byMs: 1_500)
        let response = try scene.ask("GET", "/metrics")
        #expect(figure(response, #"chat_unwritten{loop="0"}"#) == 1)
        #expect(figure(response, #"chat_unwritten_seconds{loop="0"}"#) == 1.5)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(writing.takeResponses().map(\.status) == [204])
        #expect(figure(try scene.ask("GET", "/metrics"), #"chat_unwritten_seconds{loop="0"}"#) == 0)
    }

    @Test func whatIsNotReadySaysWhy() throws {
        let reasons = Mutex<[String]>([])
        let scene = IdentityScene { $0.unreadiness = { reasons.withLock { $0 } } }
        func answer() throws -> [String] {
            let response = try scene.ask("GET", "/ready")
            guard response.status == 503 else { return response.status == 200 ? [] : ["\(response.status)"] }
            #expect(response.json?["error"]?["code"]?.string == "unavailable")
            #expect(response.json?["error"]?["message"]?.string?.isEmpty == false)
            return response.json?["error"]?["reasons"]?.array?.compactMap(\.string) ?? []
        }
        #expect(try answer() == [])
        reasons.withLock { $0 = ["disk", "stuck"] }
        #expect(try answer() == ["disk", "stuck"])
        reasons.withLock { $0 = [] }
        scene.harness.store.fail(reads: true)
        #expect(try answer() == ["reads"])
        scene.harness.store.fail()
        #expect(try answer() == [])
    }

    @Test func aKeyMayReadFiguresIfItWasMadeForThat() throws {
        let keys = ["ck_reader", "ck_other"].enumerated().map { index, text in
            APIKey(
                id: text, digest: TestCryptography.digest(Array(text.utf8)), publish: [], managesFeeds: true,
                readsMetrics: index == 0)
        }
        let isReadable = Mutex(true)
        let scene = IdentityScene { $0.readKeys = { isReadable.withLock { $0 } ? APIKeyList(keys) : nil } }
        func status(_ path: String, _ key: String) throws -> Int {
            try scene.ask("GET", path, by: key, peer: elsewhere).status
        }
        #expect(try status("/metrics", "ck_reader") == 200)
        #expect(try status("/metrics", "ck_other") == 404)
        #expect(try status("/metrics", "ck_nobody") == 404)
        #expect(try status("/ready", "ck_reader") == 404)
        // What cannot be read is not the same as what is not there.
        isReadable.withLock { $0 = false }
        scene.harness.advance(byMs: 2_000)
        #expect(try status("/metrics", "ck_reader") == 503)
        isReadable.withLock { $0 = true }
        #expect(try status("/metrics", "ck_reader") == 200)
    }

    @Test func errorsAreCountedByCode() throws {
        let scene = IdentityScene(loopCount: 2)
        _ = try scene.ask("GET", "/nothing", loop: 1)
        _ = try scene.ask("GET", "/v1/rooms", loop: 0)
        _ = try scene.ask("GET", "/v1/rooms", loop: 1)
        _ = try scene.ask("POST", "/v1/auth/login", "{", loop: 1)
        let response = try scene.ask("GET", "/metrics")
        let expected = ["not_found": 1, "unauthorized": 2, "bad_request": 1, "unavailable": 0, "token_expired": 0]
        for (code, count) in expected {
            #expect(figure(response, #"chat_errors_total{code="\#(code)"}"#) == Double(count), "\(code)")
        }
    }

    @Test func aHubOfOperationsOffersNothingElse() throws {
        let scene = IdentityScene {
            $0.offer = .operations { "figures" }
            $0.dialectAccess = .everyone
        }
        for host in ["localhost", "chat.example"] {
            for (path, body) in [
                ("/health", #"{"status":"ok"}"#), ("/ready", #"{"status":"ready"}"#), ("/metrics", "figures"),
            ] {
                let response = try scene.ask("GET", path, headers: [("Host", host)], peer: elsewhere)
                #expect(response.status == 200 && response.text == body, "\(path)")
            }
        }
        for path in ["/", "/users", "/v1/rooms", "/v1/ws", "/broadcast", "/register", "/v1/auth/login"] {
            #expect(try scene.ask("GET", path).status == 404, "\(path)")
        }
    }

    @Test func labelsAreEscaped() {
        var text = MetricsText()
        text.add("a", [("b", "c\"\\\nd")], 1)
        #expect(text.text == #"a{b="c\"\\\nd"} 1"# + "\n")
    }
}
