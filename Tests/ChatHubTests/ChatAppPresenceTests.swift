import ChatDomain
import Testing

@testable import ChatHub

/// STATUS: who is online, and who is told.
@Suite struct ChatAppPresenceTests {
    private func status(_ value: String, room: String = Demo.room, user: String, id: UInt64 = 0) -> String {
        frame("STATUS", [value], room: room, user: user, id: id)
    }

    private func texts(_ client: TestClient) -> [String] { client.takeTexts().filter { $0.contains("STATUS") } }

    /// Both of Ashley's rooms are Charles's too.
    private func both(_ value: String, _ user: String) -> Set<String> {
        [status(value, room: Demo.room, user: user), status(value, room: Demo.otherRoom, user: user)]
    }

    @Test(arguments: loopCounts)
    func eachRoomOfTheUserIsTold(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let unplaced = try scene.socket(2)
        let elsewhere = try scene.socket(0, as: Demo.ahmad, in: try scene.makeRoom("Third", Demo.ahmad))
        scene.harness.forget(charles, unplaced, elsewhere)
        let ashley = try scene.socket(1)
        scene.harness.say(ashley, frame("CONNECT", [], room: "", user: Demo.ashley))
        for socket in [charles, unplaced] {
            let told = texts(socket)
            #expect(told.count == 2)
            #expect(Set(told) == both("ONLINE", Demo.ashley))
        }
        #expect(texts(elsewhere) == [])
        // Of itself it hears nothing; of those who are there already it does.
        #expect(Set(texts(ashley)) == both("ONLINE", Demo.charles))
        let second = try scene.socket(2, as: Demo.ashley)
        scene.harness.run()
        #expect(texts(charles) == [])
        #expect(texts(second) == [])
    }

    @Test(arguments: loopCounts)
    func offlineFollowsTheLastSocketAfterTheGrace(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let laptop = try scene.socket(1, as: Demo.ashley)
        let phone = try scene.socket(2, as: Demo.ashley)
        scene.harness.forget(charles)
        scene.harness.kill(laptop)
        scene.harness.advance(byMs: 40_000)
        #expect(texts(charles) == [])
        scene.harness.kill(phone)
        scene.harness.advance(byMs: 29_900)
        #expect(texts(charles) == [])
        scene.harness.advance(byMs: 2_100)
        let told = texts(charles)
        #expect(told.count == 2)
        #expect(Set(told) == both("OFFLINE", Demo.ashley))
        // And back.
        _ = try scene.socket(1, as: Demo.ashley)
        #expect(Set(texts(charles)) == both("ONLINE", Demo.ashley))
    }

    @Test(arguments: loopCounts)
    func nobodyHearsOfAReload(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        var ashley = try scene.socket(1, as: Demo.ashley)
        scene.harness.forget(charles)
        for index in 0..<5 {
            scene.harness.kill(ashley)
            scene.harness.advance(byMs: 25_000)
            ashley = try scene.socket(index, as: Demo.ashley)
        }
        scene.harness.advance(byMs: 60_000)
        #expect(texts(charles) == [])
    }

    @Test(arguments: loopCounts)
    func theFirstValidUserOfASocketCounts(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        scene.harness.forget(charles)
        let socket = try scene.socket(1)
        scene.harness.say(socket, frame("CONNECT", [], room: Demo.room, user: "nobody"))
        scene.harness.say(socket, frame("CONNECT", [], room: Demo.room, user: Demo.ashley))
        scene.harness.say(socket, frame("CONNECT", [], room: Demo.room, user: Demo.ahmad))
        #expect(Set(texts(charles)) == both("ONLINE", Demo.ashley))
        scene.harness.kill(socket)
        scene.harness.advance(byMs: 33_000)
        #expect(Set(texts(charles)) == both("OFFLINE", Demo.ashley))
    }

    @Test(arguments: loopCounts)
    func aClientsOwnStatusGoesToTheRoomItNames(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let ashley = try scene.socket(1, as: Demo.ashley)
        let third = try scene.makeRoom("Third", Demo.ahmad)
        let elsewhere = try scene.socket(2, as: Demo.ahmad, in: third)
        scene.harness.forget(charles, ashley, elsewhere)
        for value in ["OFFLINE", "ONLINE"] {
            scene.harness.say(ashley, status(value, user: Demo.ashley, id: 5))
            #expect(texts(charles) == [status(value, user: Demo.ashley, id: ashley.number)])
        }
        scene.harness.say(ashley, status("AWAY", user: Demo.ashley))
        scene.harness.say(ashley, status("ONLINE", user: "nobody"))
        #expect(texts(charles) == [])
        #expect(texts(elsewhere) == [])
        #expect(texts(ashley) == [])
    }

    @Test(arguments: loopCounts)
    func whoJoinsARoomIsSeenThereAtOnce(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let third = try scene.makeRoom("Third", Demo.ahmad)
        let ahmad = try scene.socket(1, as: Demo.ahmad, in: third)
        scene.harness.forget(charles, ahmad)
        scene.harness.say(ahmad, frame("TEXT", ["hi"], room: Demo.room, user: Demo.ahmad))
        #expect(texts(charles) == [status("ONLINE", user: Demo.ahmad)])
        scene.harness.kill(ahmad)
        scene.harness.advance(byMs: 33_000)
        #expect(texts(charles) == [status("OFFLINE", user: Demo.ahmad)])
    }

    /// Ahmad is a member of no room of theirs.
    @Test(arguments: loopCounts)
    func roomsThatASocketTookPartInAreTold(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let ahmad = try scene.socket(1)
        // A room that is named before the user counts too.
        scene.harness.say(ahmad, frame("CONNECT", [], room: Demo.otherRoom, user: "nobody"))
        scene.harness.forget(charles)
        scene.harness.say(ahmad, frame("CONNECT", [], room: Demo.room, user: Demo.ahmad))
        #expect(texts(charles).sorted() == both("ONLINE", Demo.ahmad).sorted())
        // Once a room is told, however often it is named, on whichever socket.
        let phone = try scene.socket(2, as: Demo.ahmad)
        scene.harness.say(phone, frame("TYPING", ["IN"], room: Demo.room, user: Demo.ahmad))
        scene.harness.say(ahmad, frame("TEXT", ["hi"], room: Demo.room, user: Demo.ahmad))
        #expect(texts(charles) == [])
        scene.harness.kill(ahmad)
        scene.harness.kill(phone)
        scene.harness.advance(byMs: 33_000)
        #expect(texts(charles).sorted() == both("OFFLINE", Demo.ahmad).sorted())
        // The next time it is told of what it is in then: the TEXT has made Ahmad a member of the one.
        _ = try scene.socket(1, as: Demo.ahmad, in: "")
        #expect(texts(charles) == [status("ONLINE", user: Demo.ahmad)])
    }

    @Test(arguments: loopCounts)
    func aRoomThatIsGoneHearsNothing(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let third = try scene.makeRoom("Third", Demo.charles)
        let ahmad = try scene.socket(1, as: Demo.ahmad, in: third)
        #expect(try scene.harness.request("DELETE", "/rooms/\(third)").status == 204)
        scene.harness.forget(charles)
        scene.harness.kill(ahmad)
        scene.harness.advance(byMs: 33_000)
        #expect(texts(charles) == [])
    }

    @Test(arguments: loopCounts)
    func aDeletedUserIsOfflineAtOnceAndNobodysSocketStays(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles)
        let ashley = try scene.socket(1, as: Demo.ashley)
        scene.harness.forget(charles, ashley)
        #expect(try scene.harness.request("DELETE", "/users/\(Demo.ashley)", loop: scene.loop(2)).status == 204)
        #expect(Set(texts(charles)) == both("OFFLINE", Demo.ashley))
        // The socket is open, but what it says as that user is ignored.
        scene.harness.say(ashley, frame("TEXT", ["ghost"], room: Demo.room, user: Demo.ashley))
        scene.harness.say(ashley, frame("TYPING", ["IN"], room: Demo.room, user: Demo.ashley))
        scene.harness.say(ashley, status("ONLINE", user: Demo.ashley))
        #expect(charles.takeTexts() == [])
        #expect(try scene.messages(in: Demo.room).count == 2)
        #expect(!ashley.sawEnd)
        // It can be somebody else's.
        scene.harness.say(ashley, frame("TEXT", ["hi"], room: Demo.room, user: Demo.ahmad))
        #expect(charles.takeTexts().contains { $0.contains("TEXT") })
        scene.harness.kill(ashley)
        scene.harness.advance(byMs: 33_000)
        #expect(texts(charles).last == status("OFFLINE", user: Demo.ahmad))
    }

    @Test(arguments: loopCounts, 1...6 as ClosedRange<UInt64>)
    func aUserDeletedWhileItIsLookedUpDoesNotComeBack(loopCount: Int, seed: UInt64) throws {
        let scene = try ChatAppScene(loopCount: loopCount, seed: seed)
        let charles = try scene.socket(0, as: Demo.charles)
        scene.harness.forget(charles)
        let ashley = try scene.socket(1)
        ashley.send(frame("TEXT", ["one"], room: Demo.room, user: Demo.ashley))
        let manager = scene.harness.connect(loop: scene.loop(2))
        manager.sendRequest("DELETE", "/users/\(Demo.ashley)")
        scene.harness.run()
        scene.harness.advance(byMs: 1_000)
        #expect(texts(charles).suffix(1).allSatisfy { $0.contains("OFFLINE") }, "seed \(seed)")
        let later = try scene.socket(0, as: Demo.charles)
        scene.harness.run()
        #expect(scene.harness.hubs.allSatisfy { $0.chatApp.connections(of: UserID(2)).isEmpty }, "seed \(seed)")
        #expect(texts(later) == [], "seed \(seed)")
    }
}

/// What happens while a socket's rooms are still being looked up.
@Suite struct ChatAppLookupTests {
    @Test(arguments: loopCounts)
    func whatIsSaidDuringTheLookupComesBehindIt(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(0, as: Demo.charles, in: Demo.otherRoom)
        let ashley = try scene.socket(1)
        // She tells who she is by a frame about one room; he speaks in another of hers at once.
        ashley.send(frame("CONNECT", [], room: Demo.room, user: Demo.ashley))
        charles.send(frame("TEXT", ["early"], room: Demo.otherRoom, user: Demo.charles))
        scene.harness.run()
        let text = frame("TEXT", ["early"], room: Demo.otherRoom, user: Demo.charles, id: charles.number)
        #expect(ashley.takeTexts().filter { $0 == text } == [text])
    }

    /// With one loop: on others a socket may have heard it while it had not yet named a room.
    @Test func twoWhoComeAtOnceHearOfEachOtherOnceARoom() throws {
        let scene = try ChatAppScene()
        let charles = try scene.socket(0)
        let ashley = try scene.socket(1)
        charles.send(frame("CONNECT", [], room: Demo.room, user: Demo.charles))
        ashley.send(frame("CONNECT", [], room: Demo.otherRoom, user: Demo.ashley))
        scene.harness.run()
        for socket in [charles, ashley] {
            let heard = socket.takeTexts().filter { $0.contains("STATUS") }
            #expect(Set(heard).count == heard.count)
            #expect(heard.count == 2)
        }
    }
}
