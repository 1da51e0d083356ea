import ChatDomain
import Testing

@testable import ChatHub

/// Native topics between loops: subscribing, publishing, coming back.
@Suite struct TopicHubTests {
    @Test(arguments: loopCounts)
    func aPublicationReachesItsSubscribersOnEveryLoop(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount)
        let clients = try (0..<6).map { try scene.subscriber(user: Int64($0 + 1), loop: $0 % loopCount) }
        for client in clients[..<4] { try scene.subscribe(client, "cats") }
        try scene.subscribe(clients[4], "dogs")
        #expect(try scene.publish("cats", #""meow""#, loop: loopCount - 1) == 4)
        #expect(try scene.publish("cats", #""purr""#) == 4)
        #expect(try scene.publish("nobody", "1") == 0)
        for client in clients[..<4] { #expect(try scene.take(client) == ["cats 1 meow", "cats 2 purr"]) }
        for client in clients[4...] { #expect(try scene.take(client) == []) }
    }

    @Test func aPublicationSaysWhereItStands() throws {
        let scene = TopicScene()
        let client = try scene.subscriber()
        let location = try #require(try scene.subscribe(client, "cats").first)
        #expect(location.head.offset == 0 && location.isRecovered == nil)
        try scene.publish("cats", #"{"a":[1,{"b":null}]}"#)
        let epoch = location.head.epoch
        #expect(
            client.takeTexts() == [
                #"{"type":"publication","topic":"cats","epoch":"\#(epoch)","offset":1,"data":{"a":[1,{"b":null}]}}"#
            ])
        #expect(try scene.subscribe(client, "cats").first?.head == StreamPosition(epoch: epoch, offset: 1))
    }

    @Test(arguments: loopCounts)
    func whoMatchesTwiceGetsItOnce(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount)
        let client = try scene.subscriber(loop: loopCount - 1)
        let other = try scene.subscriber(loop: 0)
        try scene.subscribe(client, "news.sport", "news.*", ">", "*.sport")
        try scene.subscribe(other, "news.>")
        #expect(try scene.publish("news.sport", "1") == 2)
        #expect(try scene.publish("news.a.b", "2") == 2)
        #expect(try scene.publish("other", "3") == 1)
        #expect(try scene.take(client).count == 3)
        #expect(try scene.take(other).count == 2)
        try scene.unsubscribe(client, ">", "news.*", "never")
        #expect(try scene.publish("news.sport", "4") == 2)
        #expect(try scene.publish("other", "5") == 0)
        try scene.unsubscribe(client, "news.sport", "*.sport")
        try scene.unsubscribe(other, "news.>")
        #expect(try scene.publish("news.sport", "6") == 0)
    }

    @Test(arguments: loopCounts)
    func aPublicationForOneUserIsTheirsAlone(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount)
        let ones = try (0..<2).map { try scene.subscriber(user: 1, loop: $0 % loopCount) }
        let two = try scene.subscriber(user: 2, loop: loopCount - 1)
        let oneElsewhere = try scene.subscriber(user: 1)
        for client in ones + [two] { try scene.subscribe(client, "cats", "c.*") }
        try scene.subscribe(oneElsewhere, "dogs")
        #expect(try scene.publish("cats", "1", user: 1) == 2)
        #expect(try scene.publish("c.x", "2", user: 2) == 1)
        #expect(try scene.publish("cats", "3", user: 3) == 0)
        #expect(try scene.publish("cats", "4") == 3)
        // It has no offset: to the others it would look like something missed.
        for client in ones { #expect(try scene.take(client) == ["cats - number(\"1\")", "cats 1 number(\"4\")"]) }
        #expect(try scene.take(two) == ["c.x - number(\"2\")", "cats 1 number(\"4\")"])
        #expect(try scene.take(oneElsewhere) == [])
    }

    @Test(arguments: loopCounts)
    func aUsersTopicsReachThatUserOnly(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount)
        let one = try scene.subscriber(user: 1, loop: loopCount - 1)
        let two = try scene.subscriber(user: 2)
        try scene.subscribe(one, "user.1.inbox")
        try scene.subscribe(two, ">", "user.*.inbox")
        #expect(throws: TopicHub.SubscriptionProblem.self) { try scene.subscribe(two, "user.1.inbox") }
        #expect(try scene.publish("user.1.inbox", "1") == 1)
        #expect(try scene.publish("user.1.inbox", "2", user: 2) == 0)
        #expect(try scene.publish("user.2.inbox", "3") == 1)
        #expect(try scene.take(one).count == 1)
        #expect(try scene.take(two) == ["user.2.inbox 1 number(\"3\")"])
    }

    @Test func subscriptionsAreBoundedAndAllOrNone() throws {
        let scene = TopicScene { $0.limits.topicSubscriptionsMax = 3 }
        let client = try scene.subscriber()
        try scene.subscribe(client, "a", "b.*")
        #expect(throws: TopicHub.SubscriptionProblem.tooMany) { try scene.subscribe(client, "c", "d") }
        #expect(try scene.publish("c", "1") == 0)
        // What it has already is nothing new.
        try scene.subscribe(client, "a", "b.*", "a", "c")
        #expect(try scene.publish("a", "1") == 1)
        try scene.unsubscribe(client, "a")
        try scene.subscribe(client, "d")
    }

    @Test(arguments: loopCounts)
    func whoIsGoneIsSubscribedToNothing(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount)
        let client = try scene.subscriber(loop: loopCount - 1)
        let other = try scene.subscriber(loop: loopCount - 1)
        for client in [client, other] { try scene.subscribe(client, "a", "a.*", ">") }
        scene.harness.kill(client)
        #expect(try scene.publish("a", "1") == 1)
        scene.harness.kill(other)
        #expect(try scene.publish("a", "1") == 0)
    }

    @Test func aSlowSubscriberIsCutAndNotCounted() throws {
        let scene = TopicScene { $0.limits.queueBytesMax = 65_536 }
        let slow = try scene.subscriber()
        let quick = try scene.subscriber()
        for client in [slow, quick] { try scene.subscribe(client, "a") }
        slow.windowBytes = 0
        let data = "\"" + String(repeating: "x", count: 20_000) + "\""
        var counts: [Int] = []
        for _ in 0..<5 { counts.append(try scene.publish("a", data)) }
        #expect(counts == [2, 2, 2, 1, 1])
        #expect(try scene.take(quick).count == 5)
        scene.harness.open(slow)
        #expect(slow.takeCloseCode() == 4101)
    }

    // MARK: Coming back

    private func history(_ rules: String...) -> (inout HubConfiguration) -> Void {
        { configuration in configuration.topicHistory = rules.compactMap { TopicHistoryRule($0) } }
    }

    @Test(arguments: loopCounts)
    func whoComesBackGetsWhatWasMissed(loopCount: Int) throws {
        let scene = TopicScene(loopCount: loopCount, configure: history("news.*=3"))
        let client = try scene.subscriber(loop: loopCount - 1)
        for index in 1...5 { try scene.publish("news.a", "\"\(index)\"") }
        let head = try #require(try scene.subscribe(client, "news.a").first?.head)
        #expect(head.offset == 5)
        #expect(try scene.take(client) == [])
        let cases: [(Int64, Bool, [String])] = [
            (5, true, []), (4, true, ["news.a 5 5"]), (2, true, ["news.a 3 3", "news.a 4 4", "news.a 5 5"]),
            (1, false, []), (0, false, []), (6, false, []), (-1, false, []), (.min, false, []), (.max, false, []),
        ]
        for (offset, isRecovered, expected) in cases {
            let position = StreamPosition(epoch: head.epoch, offset: offset)
            let locations = try scene.subscribe(client, "news.a", since: position)
            #expect(locations.map(\.isRecovered) == [isRecovered], "\(offset)")
            #expect(locations.map(\.head) == [head])
            #expect(try scene.take(client) == expected, "\(offset)")
        }
        let elsewhere = StreamPosition(epoch: Epoch(head.epoch.rawValue &+ 1), offset: 5)
        #expect(try scene.subscribe(client, "news.a", since: elsewhere).first?.isRecovered == false)
    }

    @Test func whatIsTooOldIsNotReplayed() throws {
        let scene = TopicScene(configure: history("a=10,30s"))
        let client = try scene.subscriber()
        try scene.publish("a", "\"old\"")
        scene.harness.advance(byMs: 20_000)
        try scene.publish("a", "\"new\"")
        scene.harness.advance(byMs: 11_000)
        let head = try #require(try scene.subscribe(client, "a").first?.head)
        let locations = try scene.subscribe(client, "a", since: StreamPosition(epoch: head.epoch, offset: 1))
        #expect(locations.first?.isRecovered == true)
        #expect(try scene.take(client) == ["a 2 new"])
        #expect(
            try scene.subscribe(client, "a", since: StreamPosition(epoch: head.epoch, offset: 0)).first?.isRecovered
                == false)
    }

    @Test func withoutHistoryOnlyWhoMissedNothingRecovers() throws {
        let scene = TopicScene()
        let client = try scene.subscriber()
        try scene.publish("a", "1")
        let head = try #require(try scene.subscribe(client, "a").first?.head)
        #expect(try scene.subscribe(client, "a", since: head).first?.isRecovered == true)
        let before = StreamPosition(epoch: head.epoch, offset: 0)
        #expect(try scene.subscribe(client, "a", since: before).first?.isRecovered == false)
    }

    @Test func whatTheQueueHasNoRoomForIsNotRecovered() throws {
        let scene = TopicScene {
            $0.limits.queueBytesMax = 65_536
            $0.topicHistory = ["a=10"].compactMap { TopicHistoryRule($0) }
        }
        let client = try scene.subscriber()
        for _ in 0..<4 { try scene.publish("a", "\"" + String(repeating: "x", count: 10_000) + "\"") }
        let head = try #require(try scene.subscribe(client, "a").first?.head)
        let three = try scene.subscribe(client, "a", since: StreamPosition(epoch: head.epoch, offset: 1))
        #expect(three.first?.isRecovered == true)
        let four = try scene.subscribe(client, "a", since: StreamPosition(epoch: head.epoch, offset: 0))
        #expect(four.first?.isRecovered == false)
        #expect(try scene.take(client).count == 3)
        #expect(!client.isGone)
    }

    @Test func historiesTogetherAreBounded() throws {
        let scene = TopicScene {
            $0.limits.topicHistoryBytesMax = 100_000
            $0.limits.topicsMax = 20
            $0.topicHistory = [">=1000"].compactMap { TopicHistoryRule($0) }
        }
        let client = try scene.subscriber()
        var epochs: [Epoch] = []
        let data = "\"" + String(repeating: "x", count: 1_000) + "\""
        for index in 0..<60 {
            for _ in 0..<5 { try scene.publish("t.\(index)", data) }
            epochs.append(try #require(try scene.subscribe(client, "t.\(index)").first?.head.epoch))
            try scene.unsubscribe(client, "t.\(index)")
        }
        // The newest is whole; of the oldest nothing is left, and its epoch is another one.
        let newest = StreamPosition(epoch: epochs[59], offset: 0)
        #expect(try scene.subscribe(client, "t.59", since: newest).first?.isRecovered == true)
        #expect(try scene.take(client).count == 5)
        let oldest = try #require(
            try scene.subscribe(client, "t.0", since: StreamPosition(epoch: epochs[0], offset: 5)).first)
        #expect(oldest.isRecovered == false && oldest.head.offset == 0 && oldest.head.epoch != epochs[0])
        // One that is too big for itself loses its own oldest.
        for _ in 0..<200 { try scene.publish("big", data) }
        let big = try #require(try scene.subscribe(client, "big").first?.head)
        #expect(big.offset == 200)
        let near = try scene.subscribe(client, "big", since: StreamPosition(epoch: big.epoch, offset: 180))
        #expect(near.first?.isRecovered == true)
        let far = try scene.subscribe(client, "big", since: StreamPosition(epoch: big.epoch, offset: 100))
        #expect(far.first?.isRecovered == false)
    }

    /// However publishing, subscribing, going and coming back fall together: each subscriber sees every offset from its
    /// position on, once and in order.
    @Test(arguments: [1, 2, 3], 1...25 as ClosedRange<UInt64>)
    func nothingIsMissedOrDoubled(loopCount: Int, seed: UInt64) throws {
        let scene = TopicScene(loopCount: loopCount, seed: seed) {
            $0.topicHistory = [">=1000"].compactMap { TopicHistoryRule($0) }
        }
        let harness = scene.harness
        let topics = ["a", "b", "c.d"]
        var published = [Int](repeating: 0, count: topics.count)
        /// What a subscriber has of each topic, over all its connections.
        var seen = [[Int64]](repeating: [Int64](repeating: -1, count: topics.count), count: 4)
        var epochs = [Epoch](repeating: Epoch(0), count: topics.count)
        var clients: [TestClient?] = [nil, nil, nil, nil]
        func drain(_ index: Int) throws {
            guard let client = clients[index] else { return }
            for line in try scene.take(client) {
                let words = line.split(separator: " ")
                let topic = try #require(topics.firstIndex(of: String(words[0])))
                let offset = try #require(Int64(words[1]))
                if seen[index][topic] >= 0 { #expect(offset == seen[index][topic] + 1, "seed \(seed): \(line)") }
                seen[index][topic] = offset
            }
        }
        for _ in 0..<80 {
            let index = harness.pick(clients.count)
            switch harness.pick(4) {
            case 0 where clients[index] == nil:
                let client = try scene.subscriber(user: Int64(index + 1), loop: harness.pick(loopCount))
                clients[index] = client
                for (topic, name) in topics.enumerated() {
                    let position =
                        seen[index][topic] >= 0
                        ? StreamPosition(epoch: epochs[topic], offset: seen[index][topic]) : nil
                    try scene.beginToSubscribe(client, [name], since: position) { locations in
                        for location in locations {
                            #expect(location.isRecovered != false, "seed \(seed)")
                            epochs[topic] = location.head.epoch
                            if location.isRecovered == nil { seen[index][topic] = location.head.offset }
                        }
                    }
                }
            case 1:
                guard let client = clients[index] else { break }
                harness.run()
                try drain(index)
                harness.kill(client)
                clients[index] = nil
            default:
                let topic = harness.pick(topics.count)
                published[topic] += 1
                try scene.beginToPublish(topics[topic], "\"x\"", loop: harness.pick(loopCount))
            }
            for _ in 0..<harness.pick(5) { harness.step() }
        }
        harness.run()
        for index in clients.indices where clients[index] != nil {
            try drain(index)
            for topic in topics.indices {
                #expect(seen[index][topic] == Int64(published[topic]), "seed \(seed) \(topics[topic])")
            }
        }
    }

    /// Whoever asks again for what it is subscribed to gets behind each answer what came since its position, once and
    /// in order, whatever was on its way.
    @Test(arguments: [1, 3], 1...25 as ClosedRange<UInt64>)
    func askingAgainDoublesNothing(loopCount: Int, seed: UInt64) throws {
        let scene = TopicScene(loopCount: loopCount, seed: seed) {
            $0.topicHistory = [">=1000"].compactMap { TopicHistoryRule($0) }
        }
        let harness = scene.harness
        let client = try scene.subscriber(loop: harness.pick(loopCount))
        let epoch = try #require(try scene.subscribe(client, "a").first?.head.epoch)
        if seed.isMultiple(of: 2) { try scene.subscribe(client, ">") }
        let connection = try #require(harness.connection(of: client))
        let pattern = try #require(TopicPattern("a"))
        let delivered = TopicScene.Box<Int64>()
        var published: Int64 = 0
        for _ in 0..<60 {
            if harness.pick(3) > 0 {
                published += 1
                try scene.beginToPublish("a", "1", loop: harness.pick(loopCount)) { _ in
                    delivered.value = (delivered.value ?? 0) + 1
                }
            } else {
                let since = Int64(harness.pick(Int(delivered.value ?? 0) + 1))
                let request = TopicHub.Request(pattern: pattern, since: StreamPosition(epoch: epoch, offset: since))
                harness.turn(client.loop) { hub in
                    try? hub.topicHub.subscribe(connection, to: [request], hub: hub) { hub, locations in
                        #expect(locations?.first?.isRecovered == true, "seed \(seed)")
                        hub.enqueue(textFrame(Array(#"{"since":\#(since)}"#.utf8)), to: connection)
                    }
                }
            }
            for _ in 0..<harness.pick(5) { harness.step() }
        }
        harness.run()
        var next: Int64 = 1
        for text in client.takeTexts() {
            let json = try JSONValue(parsing: Array(text.utf8))
            if let since = json["since"]?.integer {
                next = since + 1
            } else {
                #expect(json["offset"]?.integer == next, "seed \(seed)")
                next += 1
            }
        }
        #expect(next == published + 1 && delivered.value == published, "seed \(seed)")
    }

    /// What is published within one turn goes out as one, and each publication hears to how many it went.
    @Test func aTurnsPublicationsGoOutTogether() throws {
        let scene = TopicScene()
        let clients = try (0..<3).map { try scene.subscriber(user: Int64($0 + 1)) }
        for client in clients { try scene.subscribe(client, "a") }
        let one = try #require(scene.harness.connection(of: clients[0]))
        var receipts: [TopicHub.PublicationResult] = []
        var appended: [Int] = []
        scene.harness.turn(0) { hub in
            func publish(_ topic: String, user: Int64? = nil) {
                guard let topic = TopicName(topic) else { return }
                let draft = TopicDraft(topic: topic, data: Array("0".utf8), user: user.map { UserID($0) })
                hub.topicHub.publish(draft, hub: hub) { _, receipt in receipts.append(receipt) }
            }
            publish("a")
            publish("a")
            publish("nobody")
            appended.append(one.outbox.byteCount)
            // One that goes elsewhere does not overtake them.
            publish("a", user: 1)
            appended.append(one.outbox.byteCount)
            publish("a")
        }
        #expect(appended[0] == 0 && appended[1] > 0)
        #expect(receipts == [0, 3, 3, 1, 3].map { .delivered(receivers: $0) })
        #expect(try scene.take(clients[0]).map { $0.split(separator: " ")[1] } == ["1", "2", "-", "3"])
        #expect(try scene.take(clients[2]).map { $0.split(separator: " ")[1] } == ["1", "2", "3"])
    }

    /// Who leaves or joins within a turn gets what was published before, or after.
    @Test func comingAndGoingWithinATurn() throws {
        let scene = TopicScene()
        let (old, new, other) = (try scene.subscriber(), try scene.subscriber(), try scene.subscriber())
        try scene.subscribe(old, "a")
        let connections = try [old, new, other].map { try #require(scene.harness.connection(of: $0)) }
        let (exact, wild) = (try #require(TopicPattern("a")), try #require(TopicPattern("*")))
        let draft = TopicDraft(topic: try #require(TopicName("a")), data: Array("0".utf8))
        var receipts: [TopicHub.PublicationResult] = []
        scene.harness.turn(0) { hub in
            func publish() { hub.topicHub.publish(draft, hub: hub) { _, receipt in receipts.append(receipt) } }
            publish()
            try? hub.topicHub.subscribe(connections[1], to: [.init(pattern: exact)], hub: hub) { _, _ in }
            publish()
            hub.topicHub.unsubscribe(connections[0], from: [exact], hub: hub)
            publish()
            try? hub.topicHub.subscribe(connections[2], to: [.init(pattern: wild)], hub: hub) { _, _ in }
            publish()
        }
        #expect(receipts == [1, 2, 1, 2].map { .delivered(receivers: $0) })
        #expect(try scene.take(old).map { $0.split(separator: " ")[1] } == ["1", "2"])
        #expect(try scene.take(new).map { $0.split(separator: " ")[1] } == ["2", "3", "4"])
        #expect(try scene.take(other).map { $0.split(separator: " ")[1] } == ["4"])
    }
}
