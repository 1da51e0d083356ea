import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// A room of which who joins sees what happens from then on, as sockets hear it.
@Suite struct ConcealmentTests {
    /// A room of users 0, 1 and 2, with two messages from before user 1 came; user 2 was there from the beginning.
    private func makeRoom(_ scene: NativeScene, history: RoomHistory = .joined) throws -> RoomID {
        let room = try scene.makeRoom(0, 2)
        scene.apply(.room(.update(room, RoomUpdate(history: history), by: scene.users[0])))
        scene.post(2, in: room, by: 0, text: "secret")
        scene.apply(.room(.addMembers(room, [scene.users[1]], role: nil, by: scene.users[0])))
        return room
    }

    private func changeOld(_ scene: NativeScene, _ room: RoomID) {
        let by = scene.users[0]
        scene.apply(.post(.edit(room, seq: 1, text: "secret again", ifVersion: nil, by: by)))
        scene.apply(.post(.react(room, seq: 1, key: "👍", by: by)))
        scene.apply(.post(.unreact(room, seq: 1, key: "👍", by: by)))
        scene.apply(.post(.delete(room, seq: 1, ifVersion: nil, by: by)))
    }

    private let concealed = [String](repeating: "message.concealed", count: 4)
    private let open = ["message.edited", "reaction.added", "reaction.removed", "message.deleted"]

    @Test(arguments: loopCounts)
    func liveEventsOfOldMessagesSayNothing(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try makeRoom(scene)
        let late = try scene.subscriber(1, loop: 1, to: room)
        let early = try scene.subscriber(2, loop: 1, to: room)
        changeOld(scene, room)
        scene.post(1, in: room, by: 0, text: "new")
        scene.apply(.post(.edit(room, seq: 3, text: "newer", ifVersion: nil, by: scene.users[0])))
        let (heard, all) = (late.takeObjects(), early.takeObjects())
        #expect(heard.map(\.event) == concealed + ["message.created", "message.edited"])
        #expect(all.map(\.event) == open + ["message.created", "message.edited"])
        #expect(heard.map(\.offset) == all.map(\.offset))
        #expect(heard[..<4].allSatisfy { $0["seq"]?.integer == 1 && $0["message"] == nil && $0["key"] == nil })
        #expect(heard[5][path: "message", "text"]?.string == "newer")
    }

    @Test(arguments: loopCounts)
    func itHoldsFromTheMomentItIsChosen(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try makeRoom(scene, history: .all)
        let late = try scene.subscriber(1, loop: 1, to: room)
        scene.apply(.post(.edit(room, seq: 2, text: "seen", ifVersion: nil, by: scene.users[0])))
        scene.apply(.room(.update(room, RoomUpdate(history: .joined), by: scene.users[0])))
        changeOld(scene, room)
        scene.apply(.room(.update(room, RoomUpdate(history: .all), by: scene.users[0])))
        scene.apply(.post(.edit(room, seq: 2, text: "seen again", ifVersion: nil, by: scene.users[0])))
        let heard = late.takeObjects()
        #expect(
            heard.map(\.event) == ["message.edited", "room.updated"] + concealed + ["room.updated", "message.edited"])
        #expect(heard[1][path: "room", "history"]?.string == "joined")
    }

    @Test(arguments: loopCounts)
    func replaysBeginWithTheJoining(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try makeRoom(scene)
        let joined = try scene.head(room)
        changeOld(scene, room)
        let head = try scene.head(room)
        // From where on it sees the room all can be recovered.
        let (client, welcome) = try scene.arrive(1, loop: 1, resume: try scene.claim(room, joined - 1))
        #expect(welcome[path: "streams", "\(room.rawValue)", "recovered"]?.bool == true)
        let replayed = client.takeObjects().filter { $0["stream"]?.string == "\(room.rawValue)" }
        #expect(replayed.map(\.event) == ["member.joined"] + concealed)
        #expect(replayed.map(\.offset) == Array(joined...head))
        // What was before is lost to it.
        for offset in [0, joined - 2] {
            let (client, welcome) = try scene.arrive(1, loop: 1, resume: try scene.claim(room, offset))
            #expect(welcome[path: "streams", "\(room.rawValue)", "recovered"]?.bool == false)
            #expect(welcome[path: "streams", "\(room.rawValue)", "offset"]?.integer == head)
            #expect(client.takeObjects().allSatisfy { $0["stream"]?.string != "\(room.rawValue)" })
        }
        let whole = try scene.arrive(2, loop: 1, resume: try scene.claim(room, 2)).client.takeObjects()
        #expect(whole.filter { $0["stream"]?.string == "\(room.rawValue)" }.count == Int(head) - 2)
    }

    /// What happens while the store is asked is read from the log, which knows who may see it.
    @Test(arguments: loopCounts)
    func nothingSlipsThroughWhileSubscribing(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try makeRoom(scene)
        let client = try scene.arrive(1, loop: 1).client
        scene.post(1, in: room, by: 0, text: "new")
        client.send(#"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
        for text in ["a", "b", "c"] {
            scene.submit(.post(.edit(room, seq: 1, text: text, ifVersion: nil, by: scene.users[0])))
            for _ in 0..<3 { scene.harness.step() }
        }
        scene.harness.run()
        let heard = client.takeObjects().filter { $0.type == "event" }
        #expect(heard.allSatisfy { $0.event == "message.concealed" })
        let head = try scene.head(room)
        #expect(heard.last.map(\.offset) ?? head == head)
    }

    // MARK: By REST

    private func get(_ scene: NativeScene, _ user: Int, _ path: String) throws -> TestResponse {
        try scene.harness.request("GET", path, headers: [("Authorization", "Bearer \(NativeScene.token(user))")])
    }

    @Test func eventsByREST() throws {
        let scene = try NativeScene()
        let room = try makeRoom(scene)
        let joined = try scene.head(room)
        changeOld(scene, room)
        let path = "/v1/rooms/\(room.rawValue)/events"
        for query in ["", "?after=0", "?after=\(joined - 1)"] {
            let events = try get(scene, 1, path + query).json?["events"]?.array ?? []
            #expect(events.map(\.event) == ["member.joined"] + concealed, "\(query)")
            #expect(events.first?.offset == joined)
        }
        #expect(try get(scene, 1, path + "?after=1").status == 410)
        #expect(try get(scene, 2, path + "?after=2").status == 200)
        let versions = "/v1/rooms/\(room.rawValue)/messages/by-seq/2/versions"
        #expect(try get(scene, 1, versions).status == 404)
        #expect(try get(scene, 2, versions).status == 200)
        #expect(try get(scene, 1, "/v1/rooms/\(room.rawValue)/messages").json?["messages"]?.array?.count == 0)
        let listed = try get(scene, 1, "/v1/rooms").json?["rooms"]?.array?.first
        #expect(listed?["last_message"] == nil && listed?["history"]?.string == "joined")
        #expect(listed?["unread"]?.integer == 0)
    }
}
