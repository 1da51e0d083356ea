import ChatDomain
import Testing

@testable import ChatHub

/// The stream dialect: what feeds say goes to the relay's clients whose topics match.
@Suite struct StreamTests {
    private func item(
        _ text: String, topic: String? = nil, author: String? = nil, json: String = "{}"
    ) -> FeedItem {
        FeedItem(feed: "demo", text: text, topic: topic, author: author, json: Array(json.utf8))
    }

    private func deliver(_ items: FeedItem..., to scene: RelayScene) {
        for loop in scene.harness.hubs.indices {
            scene.harness.turn(loop) { $0.relay.deliver(items, hub: $0) }
        }
        scene.harness.run()
    }

    /// Text and tags of each frame that a client was sent.
    private func take(_ client: TestClient) throws -> [String] {
        try client.takeTexts().map { text in
            let json = try JSONValue(parsing: Array(text.utf8))
            let tags = json["matching_rules"]?.array?.compactMap { $0["tag"]?.string } ?? []
            return (json["data"]?["text"]?.string ?? "?") + " | " + tags.joined(separator: ",")
        }
    }

    @Test(arguments: loopCounts)
    func whatMatchesGoesToThoseWhoFollowIt(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let cats = try scene.client(#"{"user_id":1,"topic":"cats"}"#, on: loopCount - 1)
        let dogs = try scene.client(#"{"user_id":2,"topics":["big dogs","Straße"]}"#)
        let both = try scene.client(#"{"user_id":3,"topics":["dogs","cats","nothing"]}"#, on: loopCount - 1)
        deliver(
            item("I love #Cats!"), item("concatenation"), item("DOGS that are big"), item("STRASSE"),
            item("cats and dogs, big ones"), item("nothing of that kind", topic: "other"), to: scene)
        #expect(try take(cats) == ["I love #Cats! | cats", "cats and dogs, big ones | cats"])
        #expect(
            try take(dogs) == [
                "DOGS that are big | big dogs", "STRASSE | Straße", "cats and dogs, big ones | big dogs",
            ])
        let heard = try take(both)
        #expect(heard.count == 4)
        #expect(heard[0] == "I love #Cats! | cats" && heard[1] == "DOGS that are big | dogs")
        #expect(["cats,dogs", "dogs,cats"].contains(heard[2].split(separator: "|")[1].dropFirst()))
        #expect(heard[3] == "nothing of that kind | nothing")
    }

    @Test func nobodyIsToldOfTheTopicsOfOthers() throws {
        let scene = RelayScene()
        let mine = try scene.client(#"{"user_id":1,"topics":["cats","secret project"]}"#)
        let other = try scene.client(#"{"user_id":2,"topic":"cats"}"#)
        deliver(item("cats of the secret project"), to: scene)
        #expect(try take(mine).count == 1)
        for text in other.takeTexts() { #expect(!text.contains("\"tag\":\"secret")) }
    }

    @Test func aFieldMayNameTheTopic() throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1,"topics":["sport","cats"]}"#)
        deliver(
            item("a goal", topic: "sport"), item("cats in sport", topic: "sport"), item("a goal", topic: "Sport"),
            to: scene)
        let heard = try take(client)
        #expect(heard.count == 2)
        #expect(heard[0] == "a goal | sport")
        #expect(heard[1].hasPrefix("cats in sport | "))
    }

    /// Phrases are tracked from the first item on; those of before and of after count alike.
    @Test func listsMayChangeAtAnyTime() throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1,"topics":["cats","dogs"]}"#)
        let other = try scene.client(#"{"user_id":1,"topics":["cats"]}"#)
        deliver(item("cats"), item("dogs"), item("birds"), to: scene)
        #expect(try take(client) == ["cats | cats", "dogs | dogs"])
        scene.harness.say(client, #"{"topics":["birds","dogs"]}"#)
        deliver(item("cats"), item("dogs"), item("birds"), to: scene)
        #expect(try take(client) == ["dogs | dogs", "birds | birds"])
        #expect(try take(other) == ["cats | cats", "cats | cats"])
        scene.harness.kill(other)
        scene.harness.say(client, #"{"topics":["...","","\ud83d\ude00"]}"#)
        deliver(item("cats"), item("..."), item("😀"), to: scene)
        #expect(try take(client) == [])
        scene.harness.say(client, #"{"topics":["cats"]}"#)
        deliver(item("cats"), to: scene)
        #expect(try take(client) == ["cats | cats"])
    }

    @Test func publishingAndFeedsComeInOrder() throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1,"topics":["cats","dogs"]}"#)
        scene.harness.turn(0) { hub in
            for round in 0..<3 {
                hub.relay.publish(Array("\(round)a".utf8), to: "cats", hub: hub)
                hub.relay.deliver([item("cats \(round)"), item("cats dogs \(round)")], hub: hub)
                hub.relay.publish(Array("\(round)b".utf8), to: "cats", hub: hub)
            }
        }
        scene.harness.run()
        let heard = client.takeTexts().map { text in text.hasPrefix("{") ? "{" : text }
        #expect(heard == ["0a", "{", "{", "0b", "1a", "{", "{", "1b", "2a", "{", "{", "2b"])
    }

    @Test func withoutTheDialectFeedsReachNobody() throws {
        let scene = RelayScene { $0.dialects = [.relay] }
        let client = try scene.client(#"{"user_id":1}"#)
        deliver(item("cats"), to: scene)
        try scene.publish("cats", "by hand")
        #expect(client.takeTexts() == ["by hand"])
    }

    @Test func theDialectAloneHasTheRelaysRegistration() throws {
        let scene = RelayScene { $0.dialects = [.stream] }
        let client = try scene.client(#"{"user_id":1}"#)
        deliver(item("cats"), to: scene)
        try scene.publish("cats", "by hand")
        #expect(client.takeTexts().count == 2)
        let none = RelayScene { $0.dialects = [.broadcast] }
        #expect(try none.harness.request("POST", "/register", body: #"{"user_id":1}"#).status == 404)
    }

    /// One that takes nothing loses items, and nobody else does; its queue does not grow.
    @Test func aStuckClientLosesWhatItDoesNotTake() throws {
        let scene = RelayScene { $0.limits.queueBytesMax = 65_536 }
        let stuck = try scene.client(#"{"user_id":1,"topics":["cats","dogs"]}"#)
        let quick = try scene.client(#"{"user_id":1,"topics":["cats","dogs"]}"#)
        stuck.windowBytes = 0
        let long = String(repeating: "x", count: 1_000)
        for index in 0..<500 { deliver(item("cats \(index % 2 == 0 ? "dogs " : "")\(long)"), to: scene) }
        #expect(try take(quick).count == 500)
        #expect(!stuck.isGone)
        let waiting = try #require(scene.harness.connection(of: stuck)).outbox.byteCount
        #expect((30_000...34_000).contains(waiting))
    }

    // MARK: Frames

    @Test(arguments: [
        (
            #"{"data":{"id":"1","text":"cats","x":[1]},"includes":{"users":[{"name":"Ada"}]}}"#,
            #"{"data":{"id":"1","text":"cats","x":[1]},"includes":{"users":[{"name":"Ada"}]},"feed":"demo","matching_rules":[{"tag":"a \"b\""}]}"#
        ),
        (
            #"{ "feed" : "other" , "data" : { "text" : "cats" } , "matching_rules" : [ {"tag":"theirs"} ] }"#,
            #"{"data":{ "text" : "cats" },"feed":"demo","matching_rules":[{"tag":"a \"b\""}]}"#
        ),
        (
            #"{"data":"cats","message":"cats"}"#,
            #"{"data":{"text":"cats","author":"Ada","topic":"t"},"feed":"demo","matching_rules":[{"tag":"a \"b\""}]}"#
        ),
        (
            #"{}"#,
            #"{"data":{"text":"cats","author":"Ada","topic":"t"},"feed":"demo","matching_rules":[{"tag":"a \"b\""}]}"#
        ),
        (
            "[1",
            #"{"data":{"text":"cats","author":"Ada","topic":"t"},"feed":"demo","matching_rules":[{"tag":"a \"b\""}]}"#
        ),
    ])
    func framesAreTheItemAndWhatMatched(json: String, frame: String) {
        let item = item("cats", topic: "t", author: "Ada", json: json)
        #expect(String(decoding: StreamFrame(item).json(matching: [#"a "b""#]), as: UTF8.self) == frame)
    }
}
