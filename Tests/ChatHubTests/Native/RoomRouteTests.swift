import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// Routes about rooms and people that members have for themselves.
@Suite struct RoomRouteTests {
    private let scene: NativeScene

    init() throws { scene = try NativeScene() }

    private func ask(_ user: Int, _ method: String, _ path: String, _ body: String = "") throws -> TestResponse {
        try scene.harness.request(
            method, path, headers: [("Authorization", "Bearer \(NativeScene.token(user))")], body: body)
    }

    @Test func settings() throws {
        let room = try scene.makeRoom(0, 1)
        let client = try scene.arrive(1).client
        let path = "/v1/rooms/\(room.rawValue)/settings"
        #expect(
            try ask(1, "PUT", path, #"{"notify":"mentions","hidden":true}"#).text
                == #"{"settings":{"notify":"mentions","favorite":false,"hidden":true}}"#)
        let told = client.takeObjects()
        #expect(told.map(\.event) == ["room.settings"])
        #expect(told.first?["room"]?.string == "\(room.rawValue)")
        #expect(told.first?[path: "settings", "hidden"]?.bool == true)
        #expect(try ask(1, "GET", "/v1/rooms").json?["rooms"]?.array?.count == 0)
        let hidden = try ask(1, "GET", "/v1/rooms?hidden=1").json?["rooms"]?.array ?? []
        #expect(hidden.count == 1 && hidden[0][path: "settings", "notify"]?.string == "mentions")
        #expect(try ask(1, "GET", "/v1/rooms?hidden=x").status == 422)
        scene.post(1, in: room, by: 0)
        #expect(client.takeObjects().map(\.event) == ["room.settings"])
        #expect(try ask(1, "GET", "/v1/rooms").json?["rooms"]?.array?.count == 1)
        for (body, status) in [
            (#"{"notify":"some"}"#, 422), (#"{"notify":1}"#, 400), (#"{"favorite":"yes"}"#, 400), ("[]", 400),
            ("{}", 200),
        ] {
            #expect(try ask(1, "PUT", path, body).status == status, "\(body)")
        }
        #expect(try ask(2, "PUT", path, "{}").status == 404)
    }

    @Test func topicAndHistory() throws {
        let room = try scene.makeRoom(0, 1)
        let client = try scene.subscriber(1, to: room)
        let path = "/v1/rooms/\(room.rawValue)"
        let changed = try ask(0, "PATCH", path, #"{"topic":" Cats ","history":"joined"}"#)
        #expect(changed.json?[path: "room", "topic"]?.string == "Cats")
        #expect(changed.json?[path: "room", "history"]?.string == "joined")
        let event = try #require(client.takeObjects().first)
        #expect(event.event == "room.updated" && event[path: "room", "topic"]?.string == "Cats")
        for (body, status) in [
            (#"{"topic":"\#(String(repeating: "x", count: 513))"}"#, 422),
            (#"{"topic":"\#(String(repeating: "x", count: 512))"}"#, 200), (#"{"topic":"a\u202eb"}"#, 422),
            (#"{"topic":"a\nb"}"#, 422), (#"{"topic":7}"#, 400), (#"{"topic":"\u200b"}"#, 200),
            (#"{"history":"none"}"#, 422),
        ] {
            #expect(try ask(0, "PATCH", path, body).status == status, "\(body)")
        }
        #expect(try ask(0, "GET", path).json?[path: "room", "topic"]?.string == "")
        #expect(try ask(1, "PATCH", path, #"{"topic":"x"}"#).status == 403)
        #expect(try ask(1, "PATCH", path, #"{"history":"all"}"#).status == 403)
    }

    @Test func someUnread() throws {
        let rooms = try (0..<3).map { _ in try scene.makeRoom(0, 1) }
        let hidden = try scene.makeRoom(0)
        for room in rooms { scene.post(2, in: room, by: 0) }
        let ids = [rooms[2], hidden, rooms[0], rooms[2]].map { "\($0.rawValue)" }
        let answer = try ask(1, "GET", "/v1/unread?rooms=\(ids.joined(separator: ","))")
        #expect(answer.json?["rooms"]?.object?.map(\.key) == [ids[0], ids[2]])
        #expect(answer.json?[path: "rooms", ids[0], "unread"]?.integer == 2)
        #expect(try ask(1, "GET", "/v1/unread").json?["rooms"]?.object?.count == 3)
        let many = (1...201).map { "\($0)" }.joined(separator: ",")
        for query in ["rooms=", "rooms=x", "rooms=1,", "rooms=\(many)"] {
            #expect(try ask(1, "GET", "/v1/unread?\(query)").status == 422, "\(query)")
        }
    }

    @Test func usersByTheirIdentifiers() throws {
        let ids = [scene.users[2], UserID(999), scene.users[0], scene.users[2]].map { "\($0.rawValue)" }
        scene.apply(.account(.delete(scene.users[2], credential: nil)))
        let users = try ask(1, "GET", "/v1/users?ids=\(ids.joined(separator: ","))").json?["users"]?.array ?? []
        #expect(users.map { $0["id"]?.string } == [ids[0], ids[2]])
        #expect(users[0]["deleted"]?.bool == true && users[1]["display_name"]?.string == "User 0")
        let many = (1...201).map { "\($0)" }.joined(separator: ",")
        #expect(try ask(1, "GET", "/v1/users?ids=\(many)").status == 422)
        #expect(try ask(1, "GET", "/v1/users?ids=1&query=a").status == 400)
        #expect(try ask(1, "GET", "/v1/users?ids=0").status == 422)
    }

    @Test func membersHaveNames() throws {
        let room = try scene.makeRoom(0, 1)
        let members = try ask(1, "GET", "/v1/rooms/\(room.rawValue)/members").json?["members"]?.array ?? []
        #expect(members.map { $0["username"]?.string } == ["user0", "user1"])
        #expect(members.map { $0["display_name"]?.string } == ["User 0", "User 1"])
        let one = try ask(1, "GET", "/v1/rooms/\(room.rawValue)/members/\(scene.users[0].rawValue)")
        #expect(one.json?[path: "member", "display_name"]?.string == "User 0")
    }

    @Test func notesToOneself() throws {
        let path = "/v1/direct/\(scene.users[0].rawValue)"
        let made = try ask(0, "PUT", path)
        #expect(made.status == 201 && made.json?[path: "room", "members"]?.integer == 1)
        #expect(made.json?[path: "room", "peer"] == nil && made.json?[path: "room", "kind"]?.string == "direct")
        #expect(try ask(0, "PUT", path).status == 200)
        let id = made.json?[path: "room", "id"]?.string ?? ""
        #expect(try ask(0, "PUT", "/v1/rooms/\(id)/members/\(scene.users[1].rawValue)").status == 403)
        #expect(try ask(1, "GET", "/v1/rooms/\(id)").status == 404)
        let client = try scene.subscriber(0, to: RoomID(Int64(id) ?? 0))
        client.sendMessage("note", in: RoomID(Int64(id) ?? 0), key: key(1))
        scene.harness.run()
        #expect(Set(client.takeObjects().map(\.type)) == ["ack", "event"])
        #expect(scene.ask(client, #"{"type":"typing","id":"t","room":"\#(id)","state":"start"}"#).first?.type == "ack")
    }
}
