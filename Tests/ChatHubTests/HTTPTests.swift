import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// Requests and answers on one connection.
@Suite struct HTTPTests {
    private let health = #"{"status":"ok"}"#

    @Test func aConnectionTakesOneRequestAfterAnother() throws {
        let harness = HubHarness()
        let client = harness.connect()
        for _ in 0..<3 {
            client.sendRequest("GET", "/health")
            harness.run()
            let response = try #require(client.takeResponses().first)
            #expect(response.status == 200)
            #expect(response.text == health)
            #expect(response["content-type"] == "application/json")
            #expect(response["date"] == "Thu, 01 Jan 2026 00:16:40 GMT")
            #expect(response["connection"] == nil)
        }
        #expect(!client.sawEnd)
    }

    @Test func answersAreNotGuessedAt() throws {
        #expect(try HubHarness().request("GET", "/health")["x-content-type-options"] == "nosniff")
    }

    /// The answer is made once a second, and has that second's date.
    @Test func healthTellsTheTime() throws {
        let harness = HubHarness()
        let client = harness.connect()
        var dates: [String] = []
        for _ in 0..<3 {
            for _ in 0..<3 { client.sendRequest("GET", "/health") }
            client.sendRequest("GET", "/nothing")
            client.sendRequest("GET", "/health", headers: [("Accept", "x")])
            harness.run()
            let responses = client.takeResponses()
            #expect(responses.map(\.status) == [200, 200, 200, 404, 200])
            #expect(Set(responses.map { $0["date"] }).count == 1)
            dates.append(try #require(responses[0]["date"]))
            #expect(responses[0].text == health && responses[4].text == health)
            harness.advance(byMs: 1_000)
        }
        #expect(Set(dates).count == 3)
    }

    @Test func pagesCarrySecurityHeaders() throws {
        let harness = HubHarness { $0.files.add("/index.html", content: Array("<p>".utf8)) }
        let response = try harness.request("GET", "/")
        #expect(response["x-content-type-options"] == "nosniff")
        #expect(response["x-frame-options"] == "DENY")
        #expect(response["content-security-policy"]?.contains("default-src 'self'") == true)
    }

    @Test(arguments: [1, 2, 7, 65_536])
    func pipelinedRequestsAreAnsweredInOrderAroundASlowOne(readBytesMax: Int) throws {
        let scene = try ChatAppScene()
        let client = scene.harness.connect()
        scene.harness.readBytesMax = readBytesMax
        scene.harness.isStoreHalted = true
        client.sendRequest("GET", "/health")
        client.sendRequest("GET", "/users/\(Demo.ahmad)")
        client.sendRequest("GET", "/health")
        client.sendRequest("GET", "/nothing")
        client.sendRequest("GET", "/users/phone/345")
        client.sendRequest("HEAD", "/rooms")
        client.sendRequest("GET", "/health")
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [200])
        scene.harness.isStoreHalted = false
        scene.harness.run()
        let responses = client.takeResponses()
        #expect(responses.map(\.status) == [200, 200, 404, 200, 200, 200])
        try #require(responses.count == 6)
        #expect(responses[0].json?["id"]?.string == Demo.ahmad)
        #expect(responses[1].text == health)
        #expect(responses[3].json?["id"]?.string == Demo.ashley)
        #expect(responses[5].text == health)
    }

    @Test func noMoreIsReadWhileBytesWaitBehindASlowAnswer() throws {
        let scene = try ChatAppScene()
        let client = scene.harness.connect()
        scene.harness.isStoreHalted = true
        client.sendRequest("GET", "/rooms")
        client.sendRequest("GET", "/health")
        scene.harness.run()
        client.sendRequest("GET", "/health")
        scene.harness.run()
        #expect(scene.harness.connection(of: client)?.wantsBytes == false)
        #expect(!client.unsent.isEmpty)
        // However long the store takes, the client is not blamed for it.
        scene.harness.advance(byMs: 29_000)
        #expect(!client.isGone)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [200, 200, 200])
        #expect(client.unsent.isEmpty)
    }

    @Test func headGetsTheHeadOnly() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRequest("HEAD", "/health")
        client.sendRequest("GET", "/health")
        harness.run()
        let responses = client.takeResponses()
        try #require(responses.map(\.status) == [200, 200])
        #expect(responses[0].body.isEmpty)
        #expect(responses[0]["content-length"] == String(health.utf8.count))
        #expect(responses[1].text == health)
    }

    // MARK: What is not there

    @Test func anUnknownPathIs404() throws {
        let harness = HubHarness()
        for path in ["/", "/nope", "/health/", "/healt", "/rooms/1/2/3", "/%00", "/a/../health"] {
            let response = try harness.request("GET", path)
            #expect(response.status == 404, "\(path)")
            #expect(response.json?["error"]?["code"]?.string == "not_found", "\(path)")
        }
    }

    @Test(arguments: [
        ("POST", "/health", "GET, HEAD"), ("DELETE", "/broadcast", "GET, HEAD"), ("DELETE", "/ws", "GET, HEAD"),
        ("PUT", "/rooms", "GET, HEAD, POST"), ("GET", "/users/create/x", nil),
        ("DELETE", "/users", "GET, HEAD"), ("POST", "/users/1", "GET, HEAD, PATCH, DELETE"),
        ("GET", "/rooms/1", "PATCH, DELETE"), ("PUT", "/conversations/1/2", "PATCH, DELETE"),
    ])
    func anotherMethodIs405WithAllow(method: String, path: String, allow: String?) throws {
        let response = try HubHarness().request(method, path)
        #expect(response.status == (allow == nil ? 404 : 405))
        #expect(response["allow"] == allow)
    }

    @Test func optionsSayWhatIsAllowed() throws {
        let response = try HubHarness().request("OPTIONS", "/health")
        #expect(response.status == 204)
        #expect(response["allow"] == "GET, HEAD")
    }

    /// As haproxy asks whether a server is there, in HTTP/1.0 and without a Host, and others do.
    @Test(
        arguments: [
            ("OPTIONS / HTTP/1.0\r\n\r\n", "GET, HEAD"),
            ("OPTIONS /index.html HTTP/1.1\r\nHost: a\r\n\r\n", "GET, HEAD"),
            ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
            ("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
            ("OPTIONS /nothing HTTP/1.1\r\nHost: a\r\n\r\n", nil),
        ] as [(String, String?)])
    func optionsOfFilesAndOfAllSayWhatIsAllowed(request: String, allow: String?) throws {
        let harness = HubHarness { $0.files.add("/index.html", content: Array("<p>".utf8)) }
        let client = harness.connect(isLoopbackPeer: false)
        client.expectResponse(to: "OPTIONS")
        client.sendRaw(request)
        harness.run()
        let response = try #require(client.takeResponses().first)
        #expect(response.status == (allow == nil ? 404 : 204))
        #expect(response["allow"] == allow)
        #expect(response.body.isEmpty == (allow != nil))
    }

    @Test func aFileIsServedBehindTheRoutes() throws {
        let harness = HubHarness { configuration in
            configuration.files.add("/index.html", content: Array("<p>page</p>".utf8))
            configuration.files.add("/health", content: Array("never".utf8))
        }
        let page = try harness.request("GET", "/")
        #expect(page.status == 200)
        #expect(page.text == "<p>page</p>")
        let etag = try #require(page["etag"])
        #expect(try harness.request("GET", "/index.html", headers: [("If-None-Match", etag)]).status == 304)
        #expect(try harness.request("GET", "/health").text == health)
        let post = try harness.request("POST", "/index.html")
        #expect(post.status == 405)
        #expect(post["allow"] == "GET, HEAD")
    }

    // MARK: What cannot be understood

    /// Bytes that are no request, and what they are answered.
    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let bytes: String
        let status: Int

        init(_ name: String, _ bytes: String, _ status: Int) {
            testDescription = name
            self.bytes = bytes
            self.status = status
        }
    }

    private static let toRooms = "POST /rooms HTTP/1.1\r\nHost: a\r\n"

    @Test(arguments: [
        Mistake("half a request line", "GET\r\n\r\n", 400),
        Mistake("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
        Mistake("another version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        Mistake("an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        Mistake("a space in a name", "GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n", 400),
        Mistake("two framings", toRooms + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        Mistake("a long body", toRooms + "Content-Length: 9999999999\r\n\r\n", 413),
        Mistake("a long chunk", toRooms + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 413),
        Mistake("an unknown expectation", toRooms + "Expect: miracles\r\n\r\n", 417),
        Mistake("a long target", "GET /" + String(repeating: "a", count: 9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        Mistake("a long field", toRooms + "X: " + String(repeating: "a", count: 17_000) + "\r\n\r\n", 431),
        Mistake("many fields", toRooms + String(repeating: "X: a\r\n", count: 200) + "\r\n", 431),
    ])
    func isAnsweredAndEndsTheConnection(mistake: Mistake) throws {
        for readBytesMax in [1, 65_536] {
            let harness = HubHarness()
            harness.readBytesMax = readBytesMax
            let client = harness.connect()
            client.closesBehindServer = false
            client.expectResponse(to: "GET")
            client.sendRaw(mistake.bytes + "GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            harness.run()
            let responses = client.takeResponses()
            #expect(responses.map(\.status) == [mistake.status])
            #expect(responses.first?["connection"] == "close")
            #expect(responses.first?.json?["error"]?["message"]?.string?.isEmpty == false)
            // What still comes is dropped for a while, so that the answer is not lost in a reset.
            #expect(client.sawEnd && !client.isGone)
            harness.advance(byMs: 2_300)
            #expect(client.isGone)
            #expect(harness.hubs[0].connectionCount == 0)
        }
    }

    /// A page of another origin that may use an interface hears what is wrong with its request, however early that is
    /// found.
    @Test(arguments: [
        ("GET /nothing HTTP/1.1\r\nHost: localhost", 404), (toRooms + "X: y\r\nContent-Length: 9999999999", 413),
        ("POST /publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999", 413),
        ("POST /publish HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\nFFFFFFFF", 413),
        ("GET / HTTP/2.0\r\nHost: a", 505), ("GET /" + String(repeating: "a", count: 9_000) + " HTTP/1.1", 414),
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 17_000), 431), ("GET / HTTP/1.1\r\nX y: z", 400),
    ])
    func errorsBeforeRoutingMayBeReadByOtherPages(request: String, status: Int) throws {
        func answer(_ origin: String, _ configure: (inout HubConfiguration) -> Void) -> TestResponse? {
            let harness = HubHarness(configure: configure)
            let client = harness.connect()
            client.expectResponse(to: "GET")
            // The field comes first, as the head may not be read to its end.
            let lines = request.split(separator: "\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            client.sendRaw("\(lines[0])\r\nOrigin: \(origin)\r\n\(lines.dropFirst().joined())\r\n\r\n")
            harness.run()
            return client.takeResponses().first
        }
        let open = try #require(answer("https://any.example") { $0.dialectAccess = .everyone })
        #expect(open.status == status)
        // One of chat-app is for the pages of its list.
        let isOfChatApp = request.hasPrefix("POST /rooms")
        #expect(open["access-control-allow-origin"] == (isOfChatApp ? nil : "*"))
        let listed = try #require(answer("http://localhost:3000") { $0.dialectAccess = .everyone })
        #expect(listed["access-control-allow-origin"] == (isOfChatApp ? "http://localhost:3000" : "*"))
        // Where no interface is for other pages, nothing is.
        let closed = try #require(answer("https://any.example") { $0.dialects = [] })
        #expect(closed.status == status)
        #expect(closed["access-control-allow-origin"] == nil)
    }

    /// What may not be used does not exist, not even as something that could be read.
    @Test func whatIsHiddenIsNoMoreReadableThanWhatIsNotThere() throws {
        for path in ["/register", "/nothing"] {
            let response = try HubHarness().request(
                "POST", path, headers: [("Origin", "https://a.example")], body: "{}", isLoopbackPeer: false)
            #expect(response.status == 404)
            #expect(response["access-control-allow-origin"] == nil)
        }
    }

    @Test func aBodyIsTakenUpToItsLimit() throws {
        let harness = HubHarness { $0.limits.bodyBytesMax = 2_000 }
        let fits = String(repeating: " ", count: 1_998) + "{}"
        #expect(try harness.request("POST", "/rooms", body: fits).status == 400)
        #expect(try harness.request("POST", "/rooms", body: fits + " ").status == 413)
    }

    // MARK: Expectations and old versions

    @Test func continueIsSaidOnceAndOnlyWhereTheBodyIsAwaited() throws {
        let scene = try ChatAppScene()
        let client = scene.harness.connect()
        let body = #"{"username":"Eve","phone":"999"}"#
        let head =
            "POST /users/create HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        client.expectResponse(to: "POST")
        client.sendRaw(head)
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [100])
        client.sendRaw(String(body.prefix(5)))
        scene.harness.run()
        client.sendRaw(String(body.dropFirst(5)))
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [200])
        // With the body at hand there is nothing to wait for.
        client.expectResponse(to: "POST")
        client.sendRaw(head + body)
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [422])
    }

    @Test func aBodyTooLongIsRefusedInPlaceOfContinue() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.expectResponse(to: "POST")
        client.sendRaw(
            "POST /rooms HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 90000000\r\n\r\n")
        harness.run()
        #expect(client.takeResponses().map(\.status) == [413])
        #expect(client.sawEnd)
    }

    @Test func http10ClosesUnlessToldOtherwise() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRequest("GET", "/health", version: "HTTP/1.0")
        harness.run()
        let response = try #require(client.takeResponses().first)
        #expect(response.status == 200)
        #expect(response["connection"] == "close")
        #expect(client.isGone)

        let keeping = harness.connect()
        keeping.sendRequest("GET", "/health", headers: [("Connection", "keep-alive")], version: "HTTP/1.0")
        harness.run()
        #expect(keeping.takeResponses().first?["connection"] == "keep-alive")
        #expect(!keeping.sawEnd)
    }

    @Test func connectionCloseIsHonoured() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRequest("GET", "/health", headers: [("Connection", "close")])
        client.sendRequest("GET", "/health")
        harness.run()
        let responses = client.takeResponses()
        #expect(responses.map(\.status) == [200])
        #expect(responses.first?["connection"] == "close")
        #expect(client.isGone)
    }

    @Test func requestsOnOneConnectionCanBeLimited() throws {
        let harness = HubHarness { $0.limits.requestsPerConnectionMax = 3 }
        let client = harness.connect()
        for _ in 0..<5 { client.sendRequest("GET", "/health") }
        harness.run()
        let responses = client.takeResponses()
        #expect(responses.map { $0["connection"] } == [nil, nil, "close"])
        #expect(client.isGone)
    }

    // MARK: The client's end

    @Test func whatWasAskedIsAnsweredToAClientThatHasEndedItsSide() throws {
        let scene = try ChatAppScene()
        for halted in [false, true] {
            scene.harness.isStoreHalted = halted
            let client = scene.harness.connect()
            client.sendRequest("GET", "/health")
            client.sendRequest("GET", "/users/phone/345")
            client.sendRequest("GET", "/health")
            client.sendRequest("GET", "/users/phone/123")
            client.end()
            scene.harness.run()
            scene.harness.isStoreHalted = false
            scene.harness.run()
            #expect(client.takeResponses().map(\.status) == [200, 200, 200, 200])
            #expect(client.isGone)
        }
        #expect(scene.harness.hubs[0].connectionCount == 0)
    }

    @Test func aConnectionThatEndsWithinARequestIsForgotten() throws {
        let harness = HubHarness()
        for part in ["", "GET /hea", "POST /rooms HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"] {
            let client = harness.connect()
            client.sendRaw(part)
            client.end()
            harness.run()
            #expect(client.isGone)
            #expect(client.takeResponses().isEmpty)
        }
        #expect(harness.hubs[0].connectionCount == 0)
        #expect(harness.hubs[0].nextDeadline == nil)
    }

    @Test func anAnswerToSomebodyWhoIsGoneGoesNowhere() throws {
        let scene = try ChatAppScene()
        scene.harness.isStoreHalted = true
        let gone = scene.harness.connect()
        gone.sendRequest("GET", "/rooms")
        scene.harness.run()
        scene.harness.kill(gone)
        // The slot is used again before the answer comes.
        let next = scene.harness.connect()
        #expect(next.id.slot == gone.id.slot)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(next.takeResponses().isEmpty)
        #expect(next.bytesReceived == 0)
    }
}

/// The times that a client has.
@Suite struct HTTPTimeTests {
    @Test func theFirstHeadHasItsTime() throws {
        let harness = HubHarness()
        let silent = harness.connect()
        let slow = harness.connect()
        slow.sendRaw("GET / HTTP/1.1\r\n")
        harness.run()
        for _ in 0..<9 {
            harness.advance(byMs: 1_000)
            // Dripping bytes in buys no time.
            slow.sendRaw("X: y\r\n")
            harness.run()
        }
        #expect(!silent.isGone && !slow.sawEnd)
        harness.advance(byMs: 1_300)
        #expect(silent.isGone)
        #expect(silent.bytesReceived == 0)
        #expect(slow.takeResponses().map(\.status) == [408])
        #expect(slow.sawEnd)
    }

    @Test func aLaterHeadHasItsTimeFromItsFirstByte() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRequest("GET", "/health")
        harness.run()
        harness.advance(byMs: 50_000)
        client.sendRaw("GET /health HT")
        harness.run()
        harness.advance(byMs: 9_900)
        #expect(client.takeResponses().map(\.status) == [200])
        harness.advance(byMs: 400)
        #expect(client.takeResponses().map(\.status) == [408])
    }

    @Test func aBodyHasItsTime() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRaw("POST /rooms HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        harness.run()
        for _ in 0..<29 {
            harness.advance(byMs: 1_000)
            client.sendRaw("x")
            harness.run()
        }
        #expect(!client.sawEnd)
        harness.advance(byMs: 1_300)
        #expect(client.takeResponses().map(\.status) == [408])
        #expect(client.isGone)
    }

    @Test func anIdleConnectionIsClosedWithoutAWord() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.sendRequest("GET", "/health")
        harness.run()
        #expect(client.takeResponses().count == 1)
        // Longer than the minute that proxies keep theirs: they are to let go first.
        harness.advance(byMs: 74_800)
        #expect(!client.isGone)
        harness.advance(byMs: 400)
        #expect(client.isGone)
        #expect(client.takeResponses().isEmpty)
    }

    @Test func eachRequestBeginsTheIdleTimeAnew() throws {
        let harness = HubHarness()
        let client = harness.connect()
        for _ in 0..<4 {
            client.sendRequest("GET", "/health")
            harness.run()
            harness.advance(byMs: 55_000)
        }
        #expect(client.takeResponses().count == 4)
        #expect(!client.isGone)
    }

    @Test func aLongAnswerMayTakeItsTimeWhileItIsTaken() throws {
        let body = [UInt8](repeating: 120, count: 100_000)
        for headers in [[], [("Connection", "close")]] {
            let harness = HubHarness { $0.files.add("/long.txt", content: body) }
            let client = harness.connect()
            client.windowBytes = 0
            client.sendRequest("GET", "/long.txt", headers: headers)
            harness.run()
            for _ in 0..<11 {
                harness.advance(byMs: 1_000)
                harness.open(client, windowBytes: 10_000)
            }
            let responses = client.takeResponses()
            #expect(responses.map(\.body) == [body])
        }
    }

    @Test func aPeerThatTakesNothingOfItsLastAnswerIsCut() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.windowBytes = 0
        client.sendRequest("GET", "/health", headers: [("Connection", "close")])
        harness.run()
        harness.advance(byMs: 2_300)
        #expect(client.isGone)
    }

    @Test func whoAsksWithoutReadingIsNotReadEither() throws {
        let harness = HubHarness { $0.limits.queueBytesMax = 65_536 }
        let client = harness.connect()
        client.windowBytes = 0
        for _ in 0..<2_000 { client.sendRequest("GET", "/health") }
        harness.run()
        let connection = try #require(harness.connection(of: client))
        #expect(connection.outbox.byteCount < 40_000)
        #expect(!connection.wantsBytes)
        #expect(!client.unsent.isEmpty)
        // Once it takes its answers it gets all of them.
        for _ in 0..<200 {
            harness.open(client, windowBytes: 5_000)
            harness.run()
        }
        harness.open(client)
        harness.run()
        #expect(client.takeResponses().count == 2_000)
        #expect(!client.isGone)
    }

    @Test func whoAsksAndNeverReadsIsCut() throws {
        let harness = HubHarness { $0.limits.queueBytesMax = 65_536 }
        let client = harness.connect()
        client.windowBytes = 0
        for _ in 0..<2_000 { client.sendRequest("GET", "/health") }
        harness.run()
        harness.advance(byMs: 78_000)
        #expect(client.isGone)
        #expect(harness.hubs[0].connectionCount == 0)
    }
}
