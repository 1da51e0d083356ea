import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// The relay dialect: registering, the socket with its list of topics, and publishing by POST.
@Suite struct RelayTests {
    // MARK: Registering

    @Test(arguments: loopCounts)
    func tellsWhereTheSocketIs(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let response = try scene.harness.request(
            "POST", "/register", headers: [("Host", "127.0.0.1:1234")], body: #"{"user_id":1}"#)
        #expect(response.status == 200)
        #expect(response.keys == ["url"])
        let url = try #require(response.json?["url"]?.string)
        #expect(url.hasPrefix("ws://127.0.0.1:1234/ws/"))
        #expect(RelayID(String(url.dropFirst("ws://127.0.0.1:1234/ws/".count))) != nil)
    }

    @Test(arguments: [
        ("", 400), ("{", 400), ("[]", 400), ("7", 400), ("{}", 400), (#"{"user_id":"1"}"#, 400),
        (#"{"user_id":1.5}"#, 400), (#"{"user_id":null}"#, 400), (#"{"user_id":99999999999999999999}"#, 400),
        (#"{"user_id":1,"topics":"cats"}"#, 400), (#"{"user_id":1,"topics":[1]}"#, 400),
        (#"{"user_id":1,"topics":[["cats"]]}"#, 400), (#"{"user_id":1,"topics":[{"a":[]},"b"]}"#, 400),
        (#"{"user_id":1,"topic":7}"#, 400), (#"{"user_id":1} x"#, 400), (#"{"user_id":1,"topics":["a"}"#, 400),
        (#"{"user_id":1,"x":{"user_id":[]}}"#, 200), (#"{"user_id":-1}"#, 200), (#"{"user_id":0,"topics":[]}"#, 200),
        (#"{"user_id":1,"topics":null,"topic":null}"#, 200),
    ])
    func answersWhateverItIsAsked(body: String, status: Int) throws {
        let scene = RelayScene()
        let response = try scene.harness.request("POST", "/register", body: body)
        #expect(response.status == status, "\(response)")
        if status != 200 { #expect(response.json?["error"]?["code"]?.string == "bad_request") }
    }

    @Test(arguments: loopCounts)
    func aNewClientHasTheTopicCats(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let plain = try scene.client(#"{"user_id":1}"#, registeredOn: 0, on: loopCount - 1)
        let one = try scene.client(#"{"user_id":1,"topic":"dogs"}"#, registeredOn: loopCount - 1, on: 0)
        let many = try scene.client(#"{"user_id":1,"topics":["dogs","cats"],"topic":"x"}"#)
        let none = try scene.client(#"{"user_id":1,"topics":[]}"#)
        for topic in ["cats", "dogs", "x"] { try scene.publish(topic, "about \(topic)") }
        #expect(plain.takeTexts() == ["about cats"])
        #expect(one.takeTexts() == ["about dogs"])
        #expect(many.takeTexts() == ["about cats", "about dogs"])
        #expect(none.takeTexts() == [])
    }

    @Test func identifiersAreUUIDsThatNameTheirLoop() {
        var next: UInt64 = 0
        let bits: () -> UInt64 = {
            next &+= 0x9E37_79B9_7F4A_7C15
            return next
        }
        var seen: Set<RelayID> = []
        for loop in [0, 1, 255] {
            for _ in 0..<100 {
                let id = RelayID(homeLoop: loop, bits: bits)
                #expect(id.homeLoop == loop)
                #expect(RelayID(id.description) == id)
                let characters = Array(id.description)
                #expect(characters.count == 36 && characters[14] == "4" && "89ab".contains(characters[19]))
                seen.insert(id)
            }
        }
        #expect(seen.count == 300)
    }

    @Test func tooManyClientsAreRefused() throws {
        let scene = RelayScene { $0.limits.registrationsMax = 2 }
        let first = try scene.client(#"{"user_id":1}"#)
        _ = try scene.register(#"{"user_id":1}"#)
        #expect(try scene.harness.request("POST", "/register", body: #"{"user_id":1}"#).status == 503)
        scene.harness.kill(first)
        _ = try scene.register(#"{"user_id":1}"#)
    }

    @Test func allTopicsTogetherAreBounded() throws {
        let scene = RelayScene {
            $0.limits.clientTopicsMax = 10
            $0.limits.topicEntriesMax = 12
        }
        let client = try scene.client(list("a", 10))
        #expect(try scene.harness.request("POST", "/register", body: list("b", 3)).status == 503)
        let other = try scene.client(list("b", 2))
        // A longer list would be too much: it is ignored. A shorter one makes room.
        scene.harness.say(other, #"{"topics":["b1","b2","b3"]}"#)
        try scene.publish("b3", "no")
        scene.harness.say(client, #"{"topics":["a1"]}"#)
        scene.harness.say(other, #"{"topics":["b1","b2","b3"]}"#)
        try scene.publish("b3", "yes")
        #expect(other.takeTexts() == ["yes"])
        #expect(scene.harness.hubs[0].relay.entryCount == 4)
        for socket in [client, other] { scene.harness.kill(socket) }
        #expect(scene.harness.hubs[0].relay.entryCount == 0)
        #expect(scene.harness.hubs[0].relay.home.entryCount == 0)
    }

    private func list(_ prefix: String, _ count: Int) -> String {
        let topics = (1...count).map { "\"\(prefix)\($0)\"" }.joined(separator: ",")
        return #"{"user_id":1,"topics":["# + topics + "]}"
    }

    // MARK: The socket

    @Test(arguments: loopCounts)
    func anUnknownClientHasNoSocket(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let known = try scene.register(#"{"user_id":1}"#)
        var ids = ["x", "", "\(known)x", "../\(known)", known.replacing("-", with: "")]
        for loop in [0, loopCount - 1, loopCount, 255] {
            ids.append(RelayID(homeLoop: loop, bits: { 42 }).description)
        }
        for id in ids {
            let client = scene.harness.connect(loop: loopCount - 1)
            try client.sendUpgrade("/ws/\(id)")
            scene.harness.run()
            #expect(client.takeResponses().map(\.status) == [404], "\(id)")
            #expect(try scene.harness.request("GET", "/ws/\(id)", loop: loopCount - 1).status == 404, "\(id)")
        }
    }

    @Test(arguments: loopCounts)
    func whoDoesNotUpgradeLosesNothing(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let id = try scene.register(#"{"user_id":1}"#, loop: 0)
        let client = scene.harness.connect(loop: loopCount - 1)
        // Two in a row: the second waits until the first is answered.
        client.sendRequest("GET", "/ws/\(id)")
        client.sendRequest("GET", "/ws/\(id)", headers: [("Upgrade", "websocket"), ("Connection", "Upgrade")])
        client.sendRequest("GET", "/health")
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [426, 400, 200])
        _ = try scene.harness.openSocket("/ws/\(id)", loop: loopCount - 1)
    }

    @Test(arguments: loopCounts)
    func whatComesWithTheUpgradeIsHeard(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let id = try scene.register(#"{"user_id":1}"#, loop: 0)
        let client = scene.harness.connect(loop: loopCount - 1)
        try client.sendUpgrade("/ws/\(id)")
        client.send(#"{"topics":["early"]}"#)
        scene.harness.run()
        try scene.publish("early", "bird")
        #expect(client.takeTexts() == ["bird"])
    }

    @Test(arguments: loopCounts)
    func aListReplacesTheOneBefore(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let client = try scene.client(#"{"user_id":1}"#, registeredOn: 0, on: loopCount - 1)
        let heard = { () throws -> [String] in
            for topic in ["cats", "dogs", "birds"] { try scene.publish(topic, topic) }
            return client.takeTexts()
        }
        scene.harness.say(client, #"{"topics":["cats","dogs","cats"]}"#)
        #expect(try heard() == ["cats", "dogs"])
        scene.harness.say(client, #" { "x" : [1] , "topics" : [ "birds" , "dogs" ] } "#)
        #expect(try heard() == ["dogs", "birds"])
        scene.harness.say(client, #"{"topics":[]}"#)
        #expect(try heard() == [])
        scene.harness.say(client, #"{"topics":["c\u0061ts"]}"#)
        #expect(try heard() == ["cats"])
    }

    @Test(arguments: [
        "ping", "ping\n", "", "cats", "{}", "[]", "null", #"["dogs"]"#, #"{"topics":"dogs"}"#, #"{"topics":null}"#,
        #"{"topics":["dogs",1]}"#, #"{"topics":["dogs"]"#, #"{"topics":["dogs"]}}"#, #"{"topic":"dogs"}"#,
        #"{"topics":["dogs"],"topics":7}"#,
    ])
    func anythingElseIsIgnored(text: String) throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1}"#)
        scene.harness.say(client, text)
        client.send(.binary, Array(#"{"topics":["dogs"]}"#.utf8))
        scene.harness.run()
        for topic in ["dogs", "cats"] { try scene.publish(topic, topic) }
        #expect(client.takeFrames() == [.message(.text, Array("cats".utf8))])
        #expect(!client.isGone)
    }

    @Test func aListThatComesByteByByteIsAList() throws {
        let scene = RelayScene()
        let client = try scene.client(#"{"user_id":1}"#)
        scene.harness.readBytesMax = 1
        // And in fragments of a byte each, RFC 6455 §5.4.
        let list = Array(#"{"topics":["dogs","žluťoučký"]}"#.utf8)
        for (index, byte) in list.enumerated() {
            client.send(index == 0 ? .text : .continuation, [byte], fin: index == list.count - 1)
        }
        scene.harness.run()
        scene.harness.readBytesMax = 65_536
        for topic in ["cats", "dogs", "žluťoučký"] { try scene.publish(topic, topic) }
        #expect(client.takeTexts() == ["dogs", "žluťoučký"])
    }

    @Test(arguments: loopCounts)
    func tenThousandTopicsAreAList(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let byBody = try scene.client(list("topic-with-a-long-name-", 10_000), registeredOn: 0, on: loopCount - 1)
        #expect(try scene.harness.request("POST", "/register", body: list("t", 10_001)).status == 422)
        let bySocket = try scene.client(#"{"user_id":1}"#, registeredOn: 0, on: loopCount - 1)
        let names = (0..<10_000).map { "\"" + String($0, radix: 36) + "\"" }
        scene.harness.say(bySocket, #"{"topics":["# + names.joined(separator: ",") + "]}")
        for topic in ["topic-with-a-long-name-10000", "0", "7pr"] { try scene.publish(topic, topic) }
        #expect(byBody.takeTexts() == ["topic-with-a-long-name-10000"])
        #expect(bySocket.takeTexts() == ["0", "7pr"])
        // One more is no list, and changes nothing.
        scene.harness.say(bySocket, #"{"topics":["# + (names + [#""zzz""#]).joined(separator: ",") + "]}")
        for topic in ["zzz", "7pr"] { try scene.publish(topic, topic) }
        #expect(bySocket.takeTexts() == ["7pr"])
        // Half of it goes, half stays.
        scene.harness.say(bySocket, #"{"topics":["# + names[5_000...].joined(separator: ",") + "]}")
        for topic in ["0", "7pr"] { try scene.publish(topic, topic) }
        #expect(bySocket.takeTexts() == ["7pr"])
        scene.harness.kill(bySocket)
        scene.harness.kill(byBody)
        for hub in scene.harness.hubs { #expect(hub.audiences.isEmpty) }
    }

    @Test func aListLongerThanAMessageMayBeEndsTheSocket() throws {
        let scene = RelayScene { $0.limits.messageBytesMax = 1_000 }
        let client = try scene.client(#"{"user_id":1}"#)
        scene.harness.say(client, #"{"topics":[""# + String(repeating: "x", count: 1_000) + #""]}"#)
        #expect(client.takeCloseCode() == 1009)
    }

    @Test func aLongTopicIsNone() throws {
        let scene = RelayScene()
        let longest = String(repeating: "x", count: 255)
        let client = try scene.client(#"{"user_id":1,"topics":[""# + longest + #""]}"#)
        scene.harness.say(client, #"{"topics":["dogs","x"# + longest + #""]}"#)
        try scene.publish(longest, "longest")
        #expect(client.takeTexts() == ["longest"])
        for body in [#"{"user_id":1,"topics":["x\#(longest)"]}"#, #"{"user_id":1,"topic":"x\#(longest)"}"#] {
            #expect(try scene.harness.request("POST", "/register", body: body).status == 422)
        }
        let publication = #"{"topic":"x\#(longest)","message":"m"}"#
        #expect(try scene.harness.request("POST", "/publish", body: publication).status == 422)
    }

    // MARK: Being forgotten

    @Test(arguments: loopCounts)
    func whoNeverComesIsForgottenAfterAMinute(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let early = try scene.register(#"{"user_id":1}"#, loop: 0)
        scene.harness.advance(byMs: 30_000)
        let late = try scene.register(#"{"user_id":1}"#, loop: 0)
        scene.harness.advance(byMs: 29_900)
        let inTime = try scene.harness.openSocket("/ws/\(early)", loop: loopCount - 1)
        scene.harness.advance(byMs: 30_200)
        #expect(try scene.harness.request("GET", "/ws/\(late)", loop: loopCount - 1).status == 404)
        #expect(!inTime.isGone)
        #expect(scene.harness.hubs[0].relay.home.count == 1)
    }

    @Test(arguments: loopCounts)
    func whoDisconnectsIsForgotten(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let id = try scene.register(#"{"user_id":1}"#, loop: 0)
        let client = try scene.harness.openSocket("/ws/\(id)", loop: loopCount - 1)
        scene.harness.kill(client)
        scene.harness.run()
        #expect(try scene.harness.request("GET", "/ws/\(id)").status == 404)
        for hub in scene.harness.hubs { #expect(hub.audiences.isEmpty && hub.relay.home.count == 0) }
    }

    @Test(arguments: loopCounts)
    func deletingClosesTheSocket(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let ids = try (0..<3).map { _ in try scene.register(#"{"user_id":1}"#, loop: 0) }
        let client = try scene.harness.openSocket("/ws/\(ids[0])", loop: loopCount - 1)
        let other = try scene.harness.openSocket("/ws/\(ids[1])", loop: loopCount - 1)
        for id in [ids[0], ids[2], ids[2], "nobody", RelayID(homeLoop: 99, bits: { 1 }).description] {
            let response = try scene.harness.request("DELETE", "/register/\(id)", loop: loopCount / 2)
            #expect(response.status == 200 && response.body.isEmpty, "\(id)")
        }
        #expect(client.takeCloseCode() == 1000)
        try scene.publish("cats", "left")
        #expect(other.takeTexts() == ["left"])
        for id in [ids[0], ids[2]] { #expect(try scene.harness.request("GET", "/ws/\(id)").status == 404) }
    }

    /// Whatever was answered before the DELETE is delivered, in order; nothing that was published after its answer is.
    @Test(arguments: [1, 2, 3], 1...12 as ClosedRange<UInt64>)
    func deletingWhilePublishing(loopCount: Int, seed: UInt64) throws {
        let scene = RelayScene(loopCount: loopCount, seed: seed)
        let id = try scene.register(#"{"user_id":5}"#, loop: 0)
        let client = try scene.harness.openSocket("/ws/\(id)", loop: loopCount - 1)
        let publisher = scene.harness.connect(loop: loopCount / 2)
        let deleter = scene.harness.connect(loop: Int(seed) % loopCount)
        var published = 0
        func publishOne() {
            let target = published % 3 == 0 ? #","user_id":5"# : ""
            publisher.sendRequest(
                "POST", "/publish", body: #"{"topic":"cats","message":"\#(published)"\#(target)}"#)
            published += 1
        }
        for _ in 0..<5 { publishOne() }
        scene.harness.run()
        for _ in 0..<10 { publishOne() }
        deleter.sendRequest("DELETE", "/register/\(id)")
        while deleter.takeResponses().isEmpty { #expect(scene.harness.step()) }
        let atDeletion = published
        for _ in 0..<10 { publishOne() }
        scene.harness.run()
        let frames = client.takeFrames()
        #expect(frames.last == .close(.normal, reason: ""), "seed \(seed)")
        let heard = frames.dropLast().map { frame in
            guard case .message(.text, let bytes) = frame else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(heard == (0..<heard.count).map(String.init), "seed \(seed)")
        #expect((5...atDeletion).contains(heard.count), "seed \(seed)")
        #expect(publisher.takeResponses().map(\.status) == [Int](repeating: 200, count: published))
    }

    @Test(arguments: loopCounts)
    func whoComesAgainTakesThePlace(loopCount: Int) throws {
        let scene = RelayScene(loopCount: loopCount)
        let id = try scene.register(#"{"user_id":1}"#, loop: 0)
        let old = try scene.harness.openSocket("/ws/\(id)", loop: loopCount - 1)
        scene.harness.say(old, #"{"topics":["dogs"]}"#)
        let new = try scene.harness.openSocket("/ws/\(id)", loop: 0)
        #expect(old.takeCloseCode() == 1000)
        try scene.publish("dogs", "wow")
        #expect(new.takeTexts() == ["wow"])
        // The old one's end is not the client's.
        scene.harness.kill(old)
        scene.harness.run()
        _ = try scene.harness.request("DELETE", "/register/\(id)")
        #expect(new.takeCloseCode() == 1000)
    }

    /// However registering, coming, going and forgetting fall together, nothing is left over at the end.
    @Test(arguments: [2, 3], 1...20 as ClosedRange<UInt64>)
    func nothingIsLeftOver(loopCount: Int, seed: UInt64) throws {
        let scene = RelayScene(loopCount: loopCount, seed: seed)
        let harness = scene.harness
        var ids: [String] = []
        var sockets: [TestClient] = []
        for _ in 0..<40 {
            if ids.isEmpty || harness.pick(3) == 0 {
                ids.append(try scene.register(#"{"user_id":1}"#, loop: harness.pick(loopCount)))
            }
            let id = ids[harness.pick(ids.count)]
            let client = harness.connect(loop: harness.pick(loopCount))
            switch harness.pick(3) {
            case 0: client.sendRequest("DELETE", "/register/\(id)")
            case 1: client.sendRequest("GET", "/ws/\(id)")
            default:
                try client.sendUpgrade("/ws/\(id)")
                sockets.append(client)
            }
            for _ in 0..<harness.pick(6) { harness.step() }
            if !sockets.isEmpty, harness.pick(4) == 0 { harness.kill(sockets.remove(at: harness.pick(sockets.count))) }
        }
        harness.run()
        let open = sockets.filter { $0.webSocket != nil && $0.takeCloseCode() == nil && !$0.isGone }
        let seated = harness.hubs.reduce(0) { $0 + $1.relay.home.count }
        harness.advance(byMs: 61_000)
        // Only who has a socket is known after a minute, and who has one is known.
        #expect(harness.hubs.reduce(0) { $0 + $1.relay.home.count } == open.count, "seed \(seed)")
        #expect(seated >= open.count)
        for id in ids { _ = try harness.request("DELETE", "/register/\(id)") }
        for socket in open { #expect(socket.takeCloseCode() == 1000, "seed \(seed)") }
        for hub in harness.hubs {
            #expect(hub.relay.home.count == 0 && hub.relay.entryCount == 0 && hub.relay.home.entryCount == 0)
            #expect(hub.relay.claims.isEmpty && hub.audiences.isEmpty, "seed \(seed)")
        }
    }
}
