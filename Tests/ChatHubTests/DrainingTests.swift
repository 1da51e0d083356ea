import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// The end: what was taken is delivered, then everybody is told to go.
@Suite struct DrainingTests {
    private func text(_ text: String, user: String = Demo.ashley, id: UInt64 = 0) -> String {
        frame("TEXT", [text], room: Demo.room, user: user, id: id)
    }

    @Test(arguments: loopCounts)
    func whatWasTakenIsDeliveredBeforeTheClose(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let phone = try scene.socket(2, as: Demo.ashley)
        scene.harness.forget(ashley, charles, phone)
        scene.harness.isStoreHalted = true
        scene.harness.say(ashley, text("taken"))
        scene.harness.drain()
        // What comes now is too late.
        scene.harness.say(ashley, text("late"))
        #expect(!charles.sawEnd)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        for socket in [charles, phone] {
            let frames = socket.takeFrames()
            #expect(frames.first == .message(.text, Array(text("taken", id: ashley.number).utf8)))
            #expect(frames.last == .close(.goingAway, reason: ""))
        }
        #expect(ashley.takeCloseCode() == 1001)
        #expect(scene.harness.isDrained)
        let room = try #require(try scene.harness.store.room(handle: Demo.room))
        #expect(try scene.harness.store.head(of: room.id).seq == 3)
    }

    /// RFC 6455 §5.5.1: the end of one socket is news for the others, but not for one that was told to go itself.
    @Test(arguments: loopCounts)
    func nothingGoesBehindAClose(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let sockets = try (0..<6).map { try scene.socket($0, as: Demo.ashley) }
        sockets[2].sendClose(.normal)
        sockets[3].send(.close, [0])
        scene.harness.run()
        scene.harness.drain()
        scene.harness.run()
        for socket in sockets {
            #expect(socket.takeCloseCode() != nil)
            #expect(socket.bytesBehindClose == 0)
        }
    }

    @Test(arguments: loopCounts)
    func aRequestThatWasTakenIsAnswered(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        scene.harness.isStoreHalted = true
        let asking = scene.harness.connect()
        asking.sendRequest("POST", "/users/create", body: #"{"username":"Eve","phone":"9"}"#)
        let reading = scene.harness.connect(loop: scene.loop(1))
        reading.sendRequest("GET", "/rooms")
        let idle = scene.harness.connect(loop: scene.loop(2))
        scene.harness.run()
        scene.harness.drain()
        scene.harness.run()
        #expect(!scene.harness.isDrained)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        for client in [asking, reading] {
            let responses = client.takeResponses()
            #expect(responses.map(\.status) == [200])
            #expect(responses.first?["connection"] == "close")
        }
        #expect(idle.isGone)
        #expect(idle.bytesReceived == 0)
        #expect(scene.harness.isDrained)
    }

    @Test(arguments: loopCounts)
    func broadcastFramesOfOtherLoopsArriveToo(loopCount: Int) throws {
        let harness = HubHarness(loopCount: loopCount)
        let sockets = try (0..<3).map { try harness.openSocket("/broadcast", loop: $0 % loopCount) }
        sockets[0].send("last")
        harness.turn(0) { _ in }
        while sockets[0].takeTexts().isEmpty { harness.step() }
        harness.drain()
        harness.run()
        for socket in sockets.dropFirst() {
            #expect(
                socket.takeFrames() == [.message(.text, Array("last".utf8)), .close(.goingAway, reason: "")])
        }
    }

    // MARK: What is under way between loops

    /// A user whose home is the other loop than that of their socket.
    private func stranger(_ scene: NativeScene, to loop: Int) throws -> Int {
        try #require(scene.users.firstIndex { Int($0.rawValue) % scene.harness.hubs.count != loop })
    }

    /// Its loop has asked for one of the user's tokens, elsewhere, and has nothing else to wait for.
    @Test func aMessageThatWaitsForAnotherLoopIsStoredAndDelivered() throws {
        let scene = try NativeScene(loopCount: 2)
        let author = try stranger(scene, to: 0)
        let reader = author == 0 ? 1 : 0
        let room = try scene.makeRoom(author, reader)
        let listening = try scene.subscriber(reader, loop: 1, to: room)
        let (socket, _) = try scene.arrive(author, loop: 0)
        socket.sendMessage("last words", in: room, key: key(1))
        // One turn of the socket's loop.
        scene.harness.step()
        #expect(!scene.harness.hubs[0].isSettled)
        scene.harness.drain()
        #expect(scene.harness.hubs[0].settleReport == nil)
        scene.harness.run()
        #expect(socket.takeObjects().contains { $0.type == "ack" && $0["seq"]?.integer == 1 })
        #expect(listening.takeObjects().contains { $0.event == "message.created" })
        #expect(try scene.harness.store.head(of: room).seq == 1)
        #expect(scene.harness.isDrained)
    }

    /// Whatever order things come in: what is acknowledged is stored, and what is stored is acknowledged and delivered.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func nothingIsLostInAnyOrder(seed: UInt64) throws {
        let scene = try NativeScene(loopCount: 2, seed: seed)
        let room = try scene.makeRoom(0, 1, 2)
        scene.post(3, in: room, by: 0)
        let listening = try scene.subscriber(2, loop: 1, to: room)
        let sockets = try (0..<2).map { try scene.arrive($0, loop: $0).client }
        var marking: [TestClient] = []
        for (index, socket) in sockets.enumerated() {
            socket.sendMessage("\(index)", in: room, key: key(index))
            let client = scene.harness.connect(loop: scene.loop(index + 1))
            client.sendRequest(
                "PUT", "/v1/rooms/\(room.rawValue)/markers",
                headers: [("Authorization", "Bearer \(NativeScene.token(index + 1))")],
                body: #"{"kind":"read","seq":3}"#)
            marking.append(client)
        }
        for _ in 0..<scene.harness.pick(30) { scene.harness.step() }
        scene.harness.drain()
        scene.harness.run()
        #expect(scene.harness.isDrained, "seed \(seed)")
        let stored = try scene.harness.store.messages(in: room, after: 3, before: nil, limit: 9).map(\.text)
        let heard = listening.takeObjects().compactMap { $0[path: "message", "text"]?.string }
        #expect(heard == stored, "seed \(seed)")
        for (index, socket) in sockets.enumerated() {
            let isAcknowledged = socket.takeObjects().contains { $0.type == "ack" }
            #expect(isAcknowledged == stored.contains("\(index)"), "seed \(seed)")
        }
        for (index, client) in marking.enumerated() where client.takeResponses().map(\.status) == [204] {
            let read = try scene.harness.store.member(scene.users[index + 1], of: room)?.read
            #expect(read ?? 0 >= 3, "seed \(seed)")
        }
    }

    /// Nobody is told that it is stored, but it was taken.
    @Test(arguments: loopCounts)
    func aMarkerThatWaitsForItsIntervalIsStored(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        scene.post(5, in: room, by: 0)
        let (socket, _) = try scene.arrive(1, loop: 1)
        for seq in [2, 4] {
            socket.send(#"{"type":"receipt","room":"\#(room.rawValue)","seq":\#(seq),"kind":"received"}"#)
            scene.harness.run()
        }
        #expect(try scene.harness.store.member(scene.users[1], of: room)?.received == 2)
        scene.harness.drain()
        scene.harness.run()
        #expect(scene.harness.isDrained)
        #expect(try scene.harness.store.member(scene.users[1], of: room)?.received == 4)
    }

    /// What would have been stored after a while is stored at once: who was there when.
    @Test(arguments: loopCounts)
    func whoWasThereIsStored(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        for user in 0..<3 { _ = try scene.arrive(user, loop: user) }
        scene.harness.advance(byMs: 5_000)
        let now = scene.harness.wallTime
        scene.harness.drain()
        scene.harness.run()
        #expect(scene.harness.isDrained)
        for user in scene.users { #expect(try scene.harness.store.account(user)?.lastSeen == now) }
    }

    @Test func aPublicationToATopicIsCounted() throws {
        let scene = TopicScene(loopCount: 2)
        let clients = try (0..<2).map { try scene.subscriber(loop: $0) }
        for client in clients { try scene.subscribe(client, "news.today", "news.>") }
        var receivers: [Int] = []
        for topic in ["news.today", "news.1", "news.2"] {
            scene.harness.turn(0) { hub in
                guard let name = TopicName(topic) else { return }
                hub.topicHub.publish(TopicDraft(topic: name, data: Array("1".utf8), user: nil), hub: hub) {
                    _, receipt in
                    if case .delivered(let count) = receipt { receivers.append(count) }
                }
            }
        }
        scene.harness.drain()
        scene.harness.run()
        #expect(receivers == [2, 2, 2])
        for client in clients { #expect(client.takeFrames().count == 4) }
    }

    @Test func aSecondDrainAndAnEmptyHubAreFine() {
        let harness = HubHarness(loopCount: 2)
        #expect(!harness.hubs[0].isDrained && harness.hubs[0].settleReport == nil)
        harness.drain()
        harness.drain()
        harness.run()
        #expect(harness.isDrained)
    }

    @Test func newRequestsAreAnsweredAndClosedAndNoSocketIsOpened() throws {
        let scene = try ChatAppScene()
        scene.harness.isStoreHalted = true
        let busy = try scene.socket(0)
        scene.harness.say(busy, text("held"))
        let client = scene.harness.connect()
        let upgrading = scene.harness.connect()
        scene.harness.drain()
        client.sendRequest("GET", "/health")
        try upgrading.sendUpgrade("/ws")
        scene.harness.run()
        #expect(client.takeResponses().first?["connection"] == "close")
        #expect(client.isGone)
        #expect(upgrading.takeResponses().map(\.status) == [503])
        #expect(upgrading.isGone)
    }

    @Test func aStoreThatDoesNotAnswerIsNotWaitedForForEver() throws {
        let scene = try ChatAppScene()
        let ashley = try scene.socket(0, as: Demo.ashley)
        scene.harness.isStoreHalted = true
        scene.harness.say(ashley, text("stuck"))
        scene.harness.drain()
        scene.harness.run()
        #expect(scene.harness.hubs[0].settleReport == nil)
        scene.harness.advance(byMs: 2_600)
        #expect(scene.harness.hubs[0].settleReport?.isOutOfTime == true)
        // Until the shell goes on, there is nothing to wake for again and again.
        #expect(scene.harness.hubs[0].nextDeadline.map { $0 > scene.harness.now } ?? true)
    }

    @Test func peersThatDoNotAnswerTheCloseAreCut() throws {
        let harness = HubHarness()
        let socket = try harness.openSocket("/broadcast")
        socket.closesBehindServer = false
        harness.drain()
        harness.run()
        #expect(socket.takeCloseCode() == 1001)
        #expect(!harness.hubs[0].isDrained)
        harness.advance(byMs: 2_300)
        #expect(socket.isGone)
        #expect(harness.hubs[0].isDrained)
    }
}
