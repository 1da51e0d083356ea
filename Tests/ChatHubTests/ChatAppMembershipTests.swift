import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// What changes for connected sockets when rooms change.
@Suite struct ChatAppMembershipTests {
    private func text(_ text: String, room: String = Demo.room, user: String, id: UInt64 = 0) -> String {
        frame("TEXT", [text], room: room, user: user, id: id)
    }

    private func texts(_ client: TestClient) -> [String] { client.takeTexts().filter { $0.contains("TEXT") } }

    private func setParticipants(_ scene: ChatAppScene, of room: String, _ users: String...) throws {
        let list = users.map { #""\#($0)""# }.joined(separator: ",")
        let response = try scene.harness.request(
            "PATCH", "/rooms/\(room)", body: #"{"participant_ids":[\#(list)]}"#, loop: scene.loop(2))
        try #require(response.status == 200)
    }

    @Test(arguments: loopCounts)
    func whoIsAddedHearsFromThenOn(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let third = try scene.makeRoom("Third", Demo.ahmad)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let ahmad = try scene.socket(1, as: Demo.ahmad, in: third)
        scene.harness.say(ashley, text("before", user: Demo.ashley))
        try setParticipants(scene, of: Demo.room, Demo.ashley, Demo.charles, Demo.ahmad)
        scene.harness.say(ashley, text("after", user: Demo.ashley))
        #expect(texts(ahmad) == [text("after", user: Demo.ashley, id: ashley.number)])
    }

    @Test(arguments: loopCounts)
    func whoIsRemovedHearsNoMore(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        try setParticipants(scene, of: Demo.room, Demo.ashley)
        scene.harness.say(ashley, text("secret", user: Demo.ashley))
        scene.harness.say(ashley, frame("TYPING", ["IN"], room: Demo.room, user: Demo.ashley))
        scene.harness.say(ashley, text("open", room: Demo.otherRoom, user: Demo.ashley))
        #expect(
            charles.takeTexts().filter { !$0.contains("STATUS") } == [
                text("open", room: Demo.otherRoom, user: Demo.ashley, id: ashley.number)
            ])
        // It can come back by speaking there.
        scene.harness.say(charles, text("me again", user: Demo.charles))
        scene.harness.say(ashley, text("hello", user: Demo.ashley))
        #expect(texts(charles) == [text("hello", user: Demo.ashley, id: ashley.number)])
    }

    @Test(arguments: loopCounts)
    func aNewRoomIsHeardByItsParticipants(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let ahmad = try scene.socket(2, as: Demo.ahmad, in: try scene.makeRoom("Own", Demo.ahmad))
        let room = try scene.makeRoom("New", Demo.ashley, Demo.ahmad)
        scene.harness.say(ashley, text("hi", room: room, user: Demo.ashley))
        #expect(texts(ahmad) == [text("hi", room: room, user: Demo.ashley, id: ashley.number)])
        #expect(texts(charles) == [])
    }

    @Test(arguments: loopCounts)
    func aDeletedRoomIsNoRoom(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let unplaced = try scene.socket(2)
        #expect(try scene.harness.request("DELETE", "/rooms/\(Demo.room)", loop: scene.loop(2)).status == 204)
        scene.harness.forget(ashley, charles, unplaced)
        for kind in [("TEXT", "x"), ("TYPING", "IN"), ("STATUS", "ONLINE")] {
            scene.harness.say(ashley, frame(kind.0, [kind.1], room: Demo.room, user: Demo.ashley))
        }
        for socket in [ashley, charles, unplaced] { #expect(socket.takeTexts() == []) }
        for hub in scene.harness.hubs { #expect(hub.audiences[.room(RoomID(1))] == nil) }
        scene.harness.say(ashley, text("y", room: Demo.otherRoom, user: Demo.ashley))
        #expect(texts(charles).count == 1)
    }

    /// ListenerPlace that changes while the list of a newcomer's rooms is being read: whatever comes first, who is out
    /// hears nothing, and who is in hears all.
    @Test(arguments: loopCounts, 1...10 as ClosedRange<UInt64>)
    func changesDuringTheLookUpCount(loopCount: Int, seed: UInt64) throws {
        let scene = try ChatAppScene(loopCount: loopCount, seed: seed)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1)
        charles.send(frame("CONNECT", [], room: Demo.otherRoom, user: Demo.charles))
        let newcomer = try scene.makeRoom("Third", Demo.ashley)
        for _ in 0..<scene.harness.pick(6) { scene.harness.step() }
        let manager = scene.harness.connect(loop: scene.loop(2))
        manager.sendRequest(
            "PATCH", "/rooms/\(Demo.room)", body: #"{"participant_ids":["\#(Demo.ashley)"]}"#)
        manager.sendRequest(
            "PATCH", "/rooms/\(newcomer)", body: #"{"participant_ids":["\#(Demo.ashley)","\#(Demo.charles)"]}"#)
        scene.harness.run()
        scene.harness.forget(charles)
        scene.harness.say(ashley, text("out", user: Demo.ashley))
        scene.harness.say(ashley, text("in", room: newcomer, user: Demo.ashley))
        #expect(texts(charles) == [text("in", room: newcomer, user: Demo.ashley, id: ashley.number)], "seed \(seed)")
    }

    @Test func nothingIsLeftOfSocketsThatWent() throws {
        let scene = try ChatAppScene(loopCount: 3)
        for index in 0..<12 {
            let socket = try scene.socket(index, as: [Demo.ashley, Demo.charles, Demo.ahmad][index % 3])
            scene.harness.say(socket, frame("TYPING", ["IN"], room: Demo.room, user: Demo.ashley))
            if index % 2 == 0 { socket.sendClose(.normal) } else { scene.harness.kill(socket) }
            scene.harness.run()
        }
        scene.harness.advance(byMs: 60_000)
        for hub in scene.harness.hubs {
            #expect(hub.audiences.isEmpty)
            #expect(hub.connectionCount == 0)
            #expect(hub.nextDeadline == nil)
        }
    }
}
