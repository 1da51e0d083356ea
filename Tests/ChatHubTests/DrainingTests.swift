import ChatDomain
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
        #expect(try scene.harness.store.head(of: room.id).seq == 4)
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

    @Test func aSecondDrainAndAnEmptyHubAreFine() {
        let harness = HubHarness(loopCount: 2)
        #expect(!harness.hubs[0].isDrained && !harness.hubs[0].hasSettled)
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
        #expect(!scene.harness.hubs[0].hasSettled)
        scene.harness.advance(byMs: 2_600)
        #expect(scene.harness.hubs[0].hasSettled)
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
