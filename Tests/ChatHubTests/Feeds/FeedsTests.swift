import ChatDomain
import Testing

@testable import ChatHub

/// Feeds in a server: who may name them, where they live, and whom their items reach.
struct FeedsTests {
    private static let feed = #"{"name":"one","url":"http://a.org/","format":"ndjson"}"#

    /// Keeps what each loop hears.
    private final class Listener {
        var items: [[FeedItem]]

        init(_ harness: HubHarness) {
            items = Array(repeating: [], count: harness.hubs.count)
            for (loop, hub) in harness.hubs.enumerated() {
                hub.feeds.subscribe { [unowned self] _, items in self.items[loop] += items }
            }
        }
    }

    /// Plays the source of the last connection that was asked for.
    private func stream(_ harness: HubHarness, _ text: String, isNew: Bool = true) throws {
        let (loop, action) = try #require(
            harness.feedActions.last { if case .open = $0.action { true } else { false } })
        guard case .open(let link, _) = action else { return }
        if isNew { harness.turn(loop) { $0.feedOpened(link) } }
        var bytes = Array((isNew ? "HTTP/1.1 200 OK\r\n\r\n" : "").utf8) + Array(text.utf8)
        harness.turn(loop) {
            var span = bytes.mutableSpan
            $0.feedReceived(link, &span)
        }
    }

    private func state(_ harness: HubHarness, loop: Int = 0) throws -> [String] {
        let json = try harness.request("GET", "/v1/feeds", loop: loop).json
        return try #require(json?["feeds"]?.array).compactMap { feed in
            feed["name"]?.string.flatMap { name in feed["state"]?.string.map { "\(name) \($0)" } }
        }
    }

    @Test(arguments: [1, 2, 3])
    func isAddedAndRemovedFromAnyLoop(loopCount: Int) throws {
        let harness = HubHarness(loopCount: loopCount)
        for loop in 0..<loopCount {
            let added = try harness.request("POST", "/v1/feeds", body: Self.feed, loop: loop)
            #expect(added.status == 201)
            #expect(added.json?["feed"]?["state"]?.string == "connecting")
            #expect(try harness.request("POST", "/v1/feeds", body: Self.feed, loop: 0).status == 409)
            for other in 0..<loopCount { #expect(try state(harness, loop: other) == ["one connecting"]) }
            #expect(try harness.request("DELETE", "/v1/feeds/one", loop: loop).status == 204)
            #expect(try harness.request("DELETE", "/v1/feeds/one", loop: loop).status == 404)
            for other in 0..<loopCount { #expect(try state(harness, loop: other) == []) }
            guard case .close? = harness.feedActions.last?.action else {
                Issue.record("the connection stays")
                return
            }
        }
    }

    @Test(arguments: [1, 3])
    func itemsReachEveryLoop(loopCount: Int) throws {
        let harness = HubHarness(loopCount: loopCount)
        let listener = Listener(harness)
        _ = try harness.request("POST", "/v1/feeds", body: Self.feed)
        try stream(harness, #"{"text":"hello","id":9,"author":"ada","ts":"t"}"# + "\r\n")
        harness.run()
        let item = FeedItem(
            feed: "one", text: "hello", author: "ada", time: "t", id: "9",
            json: Array(#"{"text":"hello","id":9,"author":"ada","ts":"t"}"#.utf8))
        #expect(listener.items == Array(repeating: [item], count: loopCount))
        harness.advance(byMs: 1_000)
        let feeds = try harness.request("GET", "/v1/feeds", loop: loopCount - 1).json?["feeds"]?.array
        #expect(feeds?.first?["state"]?.string == "streaming")
        #expect(feeds?.first?["items"]?.integer == 1)
    }

    /// A loop that takes nothing holds up neither the feed nor memory.
    @Test func aLoopThatDoesNotKeepUpMissesItems() throws {
        let harness = HubHarness(loopCount: 2) { $0.limits.feedQueueBytesMax = 65_536 }
        _ = try harness.request("POST", "/v1/feeds", body: Self.feed)
        let listener = Listener(harness)
        let line = #"{"text":"\#(String(repeating: "x", count: 1_000))"}"# + "\n"
        try stream(harness, line)
        // No mail is delivered meanwhile.
        for _ in 0..<200 { try stream(harness, line, isNew: false) }
        let heard = listener.items.map(\.count)
        #expect(heard.contains(201) && heard.contains(0))
        harness.run()
        let caughtUp = listener.items.map(\.count).min() ?? 0
        #expect(caughtUp > 20 && caughtUp < 70)
        harness.advance(byMs: 1_100)
        let dropped = try harness.request("GET", "/v1/feeds").json?["feeds"]?.array?.first?["dropped"]?.integer
        #expect(dropped == Int64(201 - caughtUp))
        // And from then on it is served again.
        try stream(harness, line, isNew: false)
        harness.run()
        #expect(listener.items.map(\.count).min() == caughtUp + 1)
    }

    @Test(
        arguments: [
            ([("Host", "example.org")], true, 401), ([("X-Forwarded-For", "1.2.3.4")], true, 401), ([], false, 401),
            ([("Origin", "http://evil.example")], true, 403), ([("Origin", "http://localhost:3000")], true, 403),
            ([("Origin", "http://localhost:8080")], true, 200), ([], true, 200),
        ] as [([(String, String)], Bool, Int)])
    func isForThisMachineOnly(headers: [(String, String)], isLoopbackPeer: Bool, status: Int) throws {
        let harness = HubHarness()
        for (method, path) in [("GET", "/v1/feeds"), ("POST", "/v1/feeds"), ("DELETE", "/v1/feeds/one")] {
            let body = method == "POST" ? Self.feed : nil
            let answer = try harness.request(
                method, path, headers: headers, body: body, isLoopbackPeer: isLoopbackPeer)
            if status == 200 { #expect(answer.status < 300) } else { #expect(answer.status == status) }
        }
        #expect(harness.feedActions.isEmpty == (status != 200))
    }

    @Test func isForNobodyWithoutDialects() throws {
        let harness = HubHarness { $0.dialects = [] }
        #expect(try harness.request("POST", "/v1/feeds", body: Self.feed).status == 401)
    }

    @Test(arguments: [("", 400), ("[]", 400), ("{", 400), (#"{"name":"a","url":"file:///x","format":"sse"}"#, 422)])
    func saysWhatIsWrong(body: String, status: Int) throws {
        let answer = try HubHarness().request("POST", "/v1/feeds", body: body)
        #expect(answer.status == status)
        #expect(answer.json?["error"]?["message"]?.string?.isEmpty == false)
    }

    @Test func thereIsALimit() throws {
        let harness = HubHarness(loopCount: 2) { $0.limits.feedsMax = 2 }
        for (name, status) in [("a", 201), ("b", 201), ("c", 422)] {
            let body = #"{"name":"\#(name)","url":"ws://a.org/"}"#
            #expect(try harness.request("POST", "/v1/feeds", body: body).status == status)
        }
    }

    @Test func secretsAreNotShown() throws {
        let harness = HubHarness()
        let body = #"{"name":"a","url":"ws://a.org/?token=hidden","headers":{"Authorization":"hidden"}}"#
        let added = try harness.request("POST", "/v1/feeds", body: body)
        #expect(added.status == 201)
        #expect(!added.text.contains("hidden"))
        #expect(!(try harness.request("GET", "/v1/feeds").text.contains("hidden")))
    }

    @Test(arguments: [1, 2])
    func theDemoNeedsNoNetwork(loopCount: Int) throws {
        let harness = HubHarness(loopCount: loopCount) { $0.feeds = [.demo] }
        let listener = Listener(harness)
        harness.advance(byMs: 10_000)
        #expect(harness.feedActions.isEmpty)
        for items in listener.items {
            #expect((20...40).contains(items.count))
            #expect(Set(items.map(\.id)).count == items.count)
            #expect(Set(items.map(\.author)).count > 3)
            for item in items {
                let json = try JSONValue(parsing: item.json)
                #expect(json["data"]?["text"]?.string == item.text)
                #expect(!item.text.isEmpty && !item.text.contains("%"))
            }
        }
        #expect(try state(harness) == ["demo streaming"])
        #expect(try harness.request("DELETE", "/v1/feeds/demo").status == 204)
        let count = listener.items[0].count
        harness.advance(byMs: 5_000)
        #expect(listener.items[0].count == count)
    }

    @Test func drainingEndsFeeds() throws {
        let harness = HubHarness(loopCount: 2) { $0.feeds = [.demo] }
        harness.advance(byMs: 100)
        _ = try harness.request("POST", "/v1/feeds", body: Self.feed)
        harness.drain()
        harness.run()
        guard case .close? = harness.feedActions.last?.action else {
            Issue.record("the connection stays")
            return
        }
        #expect(harness.isDrained)
        harness.advance(byMs: 60_000)
        #expect(harness.feedActions.count == 2)
    }
}
