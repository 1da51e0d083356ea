import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// What a socket hears of rooms that it is not subscribed to, and of the people in its user's rooms.
@Suite struct ActivityTests {
    private func frames(_ client: TestClient, _ type: String) -> [JSONValue] {
        client.takeObjects().filter { $0.type == type }
    }

    @Test(arguments: loopCounts)
    func newsOfRoomsNotSubscribedToIsGathered(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let (room, other) = (try scene.makeRoom(0, 1), try scene.makeRoom(0, 1))
        let elsewhere = try scene.makeRoom(0, 2)
        let client = try scene.arrive(1, loop: 1).client
        scene.post(3, in: room, by: 0)
        scene.post(1, in: other, by: 0, text: String(repeating: "é", count: 100))
        scene.post(1, in: elsewhere, by: 0)
        #expect(frames(client, "activity").isEmpty)
        scene.harness.advance(byMs: 1_000)
        let news = frames(client, "activity")
        try #require(news.count == 1)
        #expect(news[0]["offset"] == nil && news[0]["stream"] == nil)
        let rooms = try #require(news[0]["rooms"]?.object)
        #expect(rooms.map(\.key) == ["\(room.rawValue)", "\(other.rawValue)"])
        #expect(rooms[0].value["seq"]?.integer == 3)
        #expect(rooms[0].value.offset == (try scene.head(room)))
        #expect(rooms[0].value["by"]?.string == "\(scene.users[0].rawValue)")
        #expect(rooms[0].value["text"]?.string == "text 2")
        #expect(rooms[0].value["mentioned"] == nil)
        #expect(rooms[1].value["text"]?.string == String(repeating: "é", count: 80))
        // Once.
        scene.harness.advance(byMs: 5_000)
        #expect(frames(client, "activity").isEmpty)
    }

    @Test(arguments: loopCounts)
    func aSubscriberHearsTheStreamOnly(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        let client = try scene.subscriber(1, loop: 1, to: room)
        let second = try scene.arrive(1, loop: 0).client
        scene.post(1, in: room, by: 0)
        scene.harness.advance(byMs: 1_000)
        #expect(client.takeObjects().map(\.type) == ["event"])
        #expect(second.takeObjects().map(\.type) == ["activity"])
        _ = scene.ask(client, #"{"type":"unsubscribe","id":"u","room":"\#(room.rawValue)"}"#)
        scene.post(1, in: room, by: 0)
        scene.harness.advance(byMs: 1_000)
        #expect(client.takeObjects().map(\.type) == ["activity"])
    }

    @Test(arguments: loopCounts)
    func whoComesAndGoesHearsOfTheTimeBetween(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0)
        let client = try scene.arrive(1, loop: 1).client
        scene.post(1, in: room, by: 0)
        scene.apply(.room(.addMembers(room, [scene.users[1]], role: nil, by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        // What was said before was not said to them.
        #expect(frames(client, "activity").isEmpty)
        scene.post(1, in: room, by: 0)
        scene.harness.advance(byMs: 1_000)
        #expect(frames(client, "activity").count == 1)
        scene.post(1, in: room, by: 0)
        scene.apply(.room(.kick(room, scene.users[1], by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        #expect(frames(client, "activity").isEmpty)
        scene.apply(.room(.addMembers(room, [scene.users[1]], role: nil, by: scene.users[0])))
        scene.post(1, in: room, by: 0)
        scene.apply(.room(.delete(room, by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        #expect(frames(client, "activity").isEmpty)
    }

    @Test func mentionsAreToldToWhomTheyConcern() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0, 1, 2)
        let clients = try (1...2).map { try scene.arrive($0).client }
        for (number, mentions) in [[scene.users[2]], []].enumerated() {
            scene.apply(
                .send(
                    NewMessage(
                        room: room, author: scene.users[0], key: key(number), text: "\(number)", mentions: mentions,
                        isChecked: true)))
        }
        scene.harness.advance(byMs: 1_000)
        let news = clients.map { frames($0, "activity").first?[path: "rooms", "\(room.rawValue)"] }
        #expect(news[0]?["mentioned"] == nil && news[0]?["text"]?.string == "1")
        #expect(news[1]?["mentioned"]?.bool == true && news[1]?["text"]?.string == "1")
    }

    /// A mention counts as long as something says it.
    @Test func mentionsThatAreGoneAreNotTold() throws {
        let scene = try NativeScene()
        let rooms = try (0..<3).map { _ in try scene.makeRoom(0, 1) }
        let client = try scene.arrive(1).client
        for (number, room) in rooms.enumerated() {
            for (index, mentions) in [[scene.users[1]], []].enumerated() {
                scene.apply(
                    .send(
                        NewMessage(
                            room: room, author: scene.users[0], key: key(number * 2 + index), text: "x",
                            mentions: mentions, isChecked: true)))
            }
        }
        scene.apply(.post(.delete(rooms[0], seq: 1, ifVersion: nil, by: scene.users[0])))
        scene.apply(.post(.edit(rooms[1], seq: 1, text: "y", mentions: [], ifVersion: nil, by: scene.users[0])))
        scene.apply(
            .post(
                .edit(rooms[2], seq: 2, text: "y", mentions: [scene.users[1]], ifVersion: nil, by: scene.users[0])))
        scene.apply(.post(.delete(rooms[2], seq: 1, ifVersion: nil, by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        let news = try #require(frames(client, "activity").first?["rooms"])
        #expect(rooms.map { news["\($0.rawValue)"]?["mentioned"]?.bool } == [nil, nil, true])
        #expect(rooms.map { news["\($0.rawValue)"]?["text"]?.string } == ["x", "x", "y"])
    }

    @Test func whatWasDeletedIsNotRepeated() throws {
        let scene = try NativeScene()
        let (room, other) = (try scene.makeRoom(0, 1), try scene.makeRoom(0, 1))
        let client = try scene.arrive(1).client
        scene.post(1, in: room, by: 0, text: "secret")
        scene.apply(.post(.delete(room, seq: 1, ifVersion: nil, by: scene.users[0])))
        scene.post(1, in: other, by: 0, text: "wrong")
        scene.apply(.post(.edit(other, seq: 1, text: "right", ifVersion: nil, by: scene.users[0])))
        scene.harness.advance(byMs: 1_000)
        let news = try #require(frames(client, "activity").first?["rooms"])
        #expect(news["\(room.rawValue)"]?["text"]?.string == "")
        #expect(news["\(other.rawValue)"]?["text"]?.string == "right")
    }

    @Test func manyRoomsComeInSeveralFrames() throws {
        let scene = try NativeScene()
        let rooms = try (0..<70).map { _ in try scene.makeRoom(0, 1) }
        let client = try scene.arrive(1).client
        for room in rooms { scene.post(1, in: room, by: 0) }
        scene.harness.advance(byMs: 1_000)
        let news = frames(client, "activity")
        #expect(news.map { $0["rooms"]?.object?.count } == [64, 6])
        #expect(news.flatMap { $0["rooms"]?.object ?? [] }.compactMap { WireID.room($0.key) } == rooms)
    }

    @Test func roomsBeyondTheLimitArePassedOver() throws {
        let scene = try NativeScene { $0.limits.activityRoomsMax = 2 }
        let rooms = try (0..<3).map { _ in try scene.makeRoom(0, 1) }
        let client = try scene.arrive(1).client
        for room in rooms { scene.post(1, in: room, by: 0) }
        scene.harness.advance(byMs: 1_000)
        let news = try #require(frames(client, "activity").first?["rooms"]?.object)
        #expect(news.compactMap { WireID.room($0.key) } == Array(rooms.dropFirst()))
    }

    @Test func nothingIsKeptOfWhoHasGone() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0, 1)
        let client = try scene.arrive(1).client
        scene.harness.kill(client)
        scene.harness.run()
        var places = RoomPlaces(roomsMax: 10)
        #expect(!places.hasMembers(of: room))
        // The store's answer may be older than what was heard since it was asked, or newer.
        let (user, other) = (scene.users[1], RoomID(77))
        var isAsking = places.begin(user)
        #expect(isAsking)
        places.left(user, room, logID: 5)
        places.joined(user, other, logID: 6)
        places.found([RoomJoining(room: room, logID: 3), RoomJoining(room: RoomID(78), logID: 2)], of: user)
        #expect(!places.hasMembers(of: room) && places.members(of: other) == [user: 6])
        #expect(places.members(of: RoomID(78)) == [user: 2])
        places.forget(user)
        isAsking = places.begin(user)
        #expect(isAsking)
        places.left(user, room, logID: 5)
        places.found([RoomJoining(room: room, logID: 9)], of: user)
        #expect(places.members(of: room) == [user: 9])
        // That was by another joining.
        places.left(user, room, logID: 8)
        #expect(places.hasMembers(of: room))
        isAsking = places.begin(user)
        #expect(!isAsking)
        places.ended(room)
        #expect(!places.hasMembers(of: room))
        places.forget(user)
        #expect(!places.hasMembers(of: RoomID(78)) && !places.hasMembers(of: other))
    }

    // MARK: Who is called how

    @Test(arguments: loopCounts)
    func whoSharesARoomHearsOfANewName(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        _ = try scene.makeRoom(0, 1)
        let clients = try (0...2).map { try scene.arrive($0, loop: $0).client }
        for name in ["Countess", "Ada L."] {
            scene.apply(
                .account(.updateProfile(scene.users[0], displayName: name, phone: nil, settings: nil)))
        }
        scene.harness.advance(byMs: 1_000)
        for client in clients[...1] {
            let profiles = frames(client, "profile")
            #expect(profiles.count == 1)
            let user = try #require(profiles.first?["user"])
            #expect(user["id"]?.string == "\(scene.users[0].rawValue)" && user["username"]?.string == "user0")
            #expect(user["display_name"]?.string == "Ada L." && user["deleted"] == nil)
            #expect(user.object?.count == 3)
        }
        #expect(frames(clients[2], "profile").isEmpty)
        // What others do not see is nobody's business.
        scene.apply(
            .account(
                .updateProfile(scene.users[0], displayName: nil, phone: "1", settings: .init(statusText: "x"))))
        scene.apply(.account(.delete(scene.users[0], credential: nil)))
        scene.harness.advance(byMs: 1_000)
        let gone = frames(clients[1], "profile")
        #expect(gone.count == 1 && gone[0][path: "user", "deleted"]?.bool == true)
        #expect(gone.first?["user"]?.object?.count == 2)
        #expect(frames(clients[2], "profile").isEmpty)
    }
}
