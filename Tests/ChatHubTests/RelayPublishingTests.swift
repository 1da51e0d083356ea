import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// What `POST /publish` brings to whom.
@Suite struct RelayPublishingTests {
    @Test(arguments: loopCounts)
    func reachesThoseWhoHaveTheTopic(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let cats = try (0..<4).map { try scene.client(#"{"user_id":\#($0)}"#, on: $0 % loopCount) }
        let dogs = try scene.client(#"{"user_id":0,"topic":"dogs"}"#)
        try scene.publish("cats", #"žluťoučký \"kůň\"\n\u0001"#, loop: loopCount - 1)
        for client in cats {
            #expect(client.takeFrames() == [.message(.text, Array("žluťoučký \"kůň\"\n\u{1}".utf8))])
        }
        #expect(dogs.takeTexts() == [])
    }

    /// Whoever has the answer may rely on it: no loop delivers it later.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func whatWasAnsweredBeforeATopicWasNamedDoesNotReachIt(seed: UInt64) throws {
        let scene = RelayScene(loopCount: 3, seed: seed)
        let clients = try (0..<3).map { try scene.client(#"{"user_id":1,"topics":[]}"#, on: $0) }
        let publisher = scene.harness.connect(loop: 1)
        let target = seed % 2 == 0 ? "" : #","user_id":1"#
        publisher.sendRequest("POST", "/publish", body: #"{"topic":"cats","message":"before"\#(target)}"#)
        var answers: [Int] = []
        for _ in 0..<10_000 where answers.isEmpty {
            scene.harness.step()
            answers = publisher.takeResponses().map(\.status)
        }
        #expect(answers == [200])
        for client in clients { client.send(#"{"topics":["cats"]}"#) }
        scene.harness.run()
        try scene.publish("cats", "after", loop: 2)
        for client in clients { #expect(client.takeTexts() == ["after"], "seed \(seed)") }
    }

    @Test(arguments: loopCounts)
    func aUserMayHaveSeveralClients(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let ones = try (0..<3).map { try scene.client(#"{"user_id":1}"#, on: $0 % loopCount) }
        let oneWithDogs = try scene.client(#"{"user_id":1,"topic":"dogs"}"#, on: loopCount - 1)
        let two = try scene.client(#"{"user_id":2,"topics":["cats","dogs"]}"#, on: loopCount - 1)
        try scene.publish("cats", "a", user: 1)
        try scene.publish("cats", "b")
        try scene.publish("dogs", "c", user: 1, loop: loopCount - 1)
        try scene.publish("dogs", "d", user: 2)
        try scene.publish("dogs", "e", user: 3)
        for client in ones { #expect(client.takeTexts() == ["a", "b"]) }
        #expect(oneWithDogs.takeTexts() == ["c"])
        #expect(two.takeTexts() == ["b", "d"])
        scene.harness.kill(ones[0])
        try scene.publish("cats", "f", user: 1)
        for client in ones[1...] { #expect(client.takeTexts() == ["f"]) }
    }

    @Test(arguments: loopCounts)
    func publishingToNobodyIsDoneAndLeavesNothing(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        _ = try scene.register(#"{"user_id":1}"#)
        for topic in ["cats", "", "nobody's"] {
            try scene.publish(topic, "x")
            try scene.publish(topic, "x", user: 1)
        }
        for hub in scene.harness.hubs { #expect(hub.audiences.isEmpty) }
    }

    @Test(arguments: [
        ("", 400), ("[]", 400), (#"{"topic":"cats"}"#, 400), (#"{"message":"x"}"#, 400),
        (#"{"topic":1,"message":"x"}"#, 400), (#"{"topic":"cats","message":{}}"#, 400),
        (#"{"topic":"cats","message":"x","user_id":"1"}"#, 400), (#"{"topic":"cats","message":"x","user_id":{}}"#, 400),
        (#"{"topic":"cats","message":"\ud800"}"#, 400), (#"{"topic":"cats","message":"\u0000"}"#, 400),
        (#"{"topic":"cats","message":"x","user_id":null}"#, 200), (#"{"topic":"cats","message":"","a":[[]]}"#, 200),
    ])
    func answersWhateverItIsAsked(body: String, status: Int) throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1}"#)
        #expect(try scene.harness.request("POST", "/publish", body: body).status == status)
        #expect(client.takeTexts().count == (status == 200 ? 1 : 0))
    }

    @Test func aMessageMayBeAsLongAsAnyOther() throws {
        let scene = RelayScene { $0.limits.messageBytesMax = 1_000 }
        let client = try scene.client(#"{"user_id":1}"#)
        let longest = String(repeating: "x", count: 1_000)
        try scene.publish("cats", longest)
        #expect(client.takeTexts() == [longest])
        let body = #"{"topic":"cats","message":"x\#(longest)"}"#
        #expect(try scene.harness.request("POST", "/publish", body: body).status == 413)
    }

    /// Publications of one turn come in one write.
    @Test func aTurnIsOneWriteForEachReceiver() throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1}"#)
        let publishers = (0..<20).map { _ in scene.harness.connect() }
        let before = client.writeCount
        for (index, publisher) in publishers.enumerated() {
            publisher.sendRequest("POST", "/publish", body: #"{"topic":"cats","message":"\#(index)"}"#)
        }
        scene.harness.run()
        #expect(client.takeTexts() == (0..<20).map(String.init))
        #expect(client.writeCount - before == 1)
    }

    @Test func aSlowClientHarmsOnlyItself() throws {
        let scene = RelayScene { $0.limits.queueBytesMax = 65_536 }
        let slow = try scene.client(#"{"user_id":1}"#)
        let quick = try scene.client(#"{"user_id":1}"#)
        slow.windowBytes = 0
        let message = String(repeating: "x", count: 10_000)
        for index in 0..<8 { try scene.publish("cats", message, user: index % 2 == 0 ? 1 : nil) }
        #expect(quick.takeTexts().count == 8)
        scene.harness.open(slow)
        #expect(slow.takeCloseCode() == 4101)
    }

    // MARK: Pages of other origins

    @Test(arguments: ["http://example.org", "null"])
    func anyPageMayUseIt(origin: String) throws {
        let scene = RelayScene()
        for (method, path) in [
            ("POST", "/register"), ("POST", "/publish"), ("DELETE", "/register/x"), ("GET", "/health"),
        ] {
            let preflight = try scene.harness.request(
                "OPTIONS", path,
                headers: [
                    ("Origin", origin), ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", "content-type"),
                ])
            #expect(preflight.status == 204, "\(path)")
            #expect(preflight["access-control-allow-origin"] == "*", "\(path)")
            #expect(preflight["access-control-allow-methods"]?.contains(method) == true, "\(path)")
            #expect(preflight["access-control-allow-headers"]?.contains("Content-Type") == true, "\(path)")
            let response = try scene.harness.request(
                method, path, headers: [("Origin", origin)], body: method == "POST" ? "" : nil)
            #expect(response["access-control-allow-origin"] == "*", "\(path)")
        }
        let id = try scene.register(#"{"user_id":1}"#)
        _ = try scene.harness.openSocket("/ws/\(id)", headers: [("Origin", origin)])
    }
}
