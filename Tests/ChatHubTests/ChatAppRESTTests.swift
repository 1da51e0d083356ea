import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// The rows of the chat-app dialect that are requests.
@Suite struct ChatAppRESTTests {
    private let userKeys = ["id", "username", "phone", "created_at"]
    private let roomKeys = ["id", "name", "last_message", "participant_ids", "created_at"]
    private let messageKeys = ["id", "room_id", "user_id", "content", "created_at"]

    /// Whether the answer is an error in the form that the tutorial's client knows.
    private func expectError(
        _ response: TestResponse, _ status: Int, _ message: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(response.status == status, "\(response)", sourceLocation: sourceLocation)
        #expect(response.keys == ["error", "message"], sourceLocation: sourceLocation)
        #expect(response.json?["error"]?.integer == Int64(status), sourceLocation: sourceLocation)
        #expect(response["content-type"] == "application/json", sourceLocation: sourceLocation)
        if let message {
            #expect(response.json?["message"]?.string == message, sourceLocation: sourceLocation)
        } else {
            #expect(response.json?["message"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
        }
    }

    // MARK: Users

    @Test(arguments: loopCounts)
    func usersAreCreatedAndFound(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let created = try scene.harness.request(
            "POST", "/users/create", body: #"{"username":" Eve Ünal ","phone":"+49 (30) 1234"}"#)
        #expect(created.status == 200)
        #expect(created["content-type"] == "application/json")
        #expect(created.keys == userKeys)
        let id = try #require(created.json?["id"]?.string)
        #expect(created.json?["username"]?.string == "Eve Ünal")
        #expect(created.json?["phone"]?.string == "+49 (30) 1234")
        #expect(created.json?["created_at"]?.string == scene.harness.wallTime.description)
        for path in ["/users/\(id)", "/users/phone/+49%20(30)%201234"] {
            let found = try scene.harness.request("GET", path, loop: loopCount - 1)
            #expect(found.status == 200)
            #expect(found.text == created.text)
        }
        let all = try scene.harness.request("GET", "/users")
        #expect(
            all.json?.array?.compactMap { $0["username"]?.string } == [
                "Ahmad Rosid", "Ashley Young", "Charles Edward", "Eve Ünal",
            ])
        #expect(all.json?.array?.first?.object?.map(\.key) == userKeys)
    }

    @Test func aPhoneTwiceIs422() throws {
        let scene = try ChatAppScene()
        expectError(
            try scene.harness.request("POST", "/users/create", body: #"{"username":"Eve","phone":"123"}"#), 422)
        #expect(try scene.harness.request("GET", "/users").json?.array?.count == 3)
    }

    @Test func unknownUsersAre404() throws {
        let scene = try ChatAppScene()
        expectError(try scene.harness.request("GET", "/users/nobody"), 404, "No user found with id: nobody")
        expectError(try scene.harness.request("GET", "/users/phone/42"), 404, "No user found with phone: 42")
        expectError(
            try scene.harness.request("PATCH", "/users/x", body: #"{"username":"Y"}"#), 404, "No user found with id: x")
        expectError(try scene.harness.request("DELETE", "/users/x"), 404, "No user found with id: x")
    }

    @Test func usersAreRenamed() throws {
        let scene = try ChatAppScene()
        let path = "/users/\(Demo.charles)"
        let renamed = try scene.harness.request("PATCH", path, body: #"{"username":"Karl"}"#)
        #expect(renamed.status == 200)
        #expect(renamed.keys == userKeys)
        #expect(renamed.json?["username"]?.string == "Karl")
        #expect(renamed.json?["phone"]?.string == "678")
        #expect(try scene.harness.request("GET", path).text == renamed.text)
    }

    @Test func usersAreDeleted() throws {
        let scene = try ChatAppScene()
        let path = "/users/\(Demo.charles)"
        let deleted = try scene.harness.request("DELETE", path)
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(deleted["content-length"] == nil)
        expectError(try scene.harness.request("GET", path), 404)
        expectError(try scene.harness.request("GET", "/users/phone/678"), 404)
        expectError(try scene.harness.request("DELETE", path), 404)
        #expect(try scene.harness.request("GET", "/users").json?.array?.count == 2)
        // What they said stays, and its author is somebody without a name.
        #expect(try scene.messages(in: Demo.room).count == 2)
        #expect(
            try scene.harness.request("POST", "/users/create", body: #"{"username":"New","phone":"678"}"#).status
                == 200)
    }

    @Test(arguments: [
        ("", 400), ("{", 400), ("[]", 400), (#""x""#, 400), (#"{"username":"A"}"#, 400), (#"{"phone":"1"}"#, 400),
        (#"{"username":1,"phone":"1"}"#, 400), (#"{"username":null,"phone":"1"}"#, 400),
        (#"{"username":"","phone":"1"}"#, 422), (#"{"username":"  ","phone":"1"}"#, 422),
        (#"{"username":"A","phone":""}"#, 422), (#"{"username":"A","phone":"abc"}"#, 422),
        (#"{"username":"A\u0000","phone":"1"}"#, 400),
        (#"{"username":"A\u0007","phone":"1"}"#, 422), (#"{"username":"A","username":"B","phone":"1"}"#, 400),
    ])
    func whatIsNoUserIsRefused(body: String, status: Int) throws {
        let scene = try ChatAppScene()
        expectError(try scene.harness.request("POST", "/users/create", body: body), status)
        #expect(try scene.harness.request("GET", "/users").json?.array?.count == 3)
    }

    @Test func aLongNameIsRefused() throws {
        let scene = try ChatAppScene()
        for (count, status) in [(64, 200), (65, 422)] {
            let name = String(repeating: "ä", count: count)
            let body = #"{"username":"\#(name)","phone":"\#(count)"}"#
            #expect(try scene.harness.request("POST", "/users/create", body: body).status == status)
        }
    }

    // MARK: Rooms

    @Test(arguments: loopCounts)
    func roomsAreListedWithTheirUsers(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let response = try scene.harness.request("GET", "/rooms", loop: loopCount - 1)
        #expect(response.status == 200)
        let rooms = try #require(response.json?.array)
        try #require(rooms.count == 2)
        for entry in rooms {
            #expect(entry.object?.map(\.key) == ["room", "users"])
            #expect(entry["room"]?.object?.map(\.key) == roomKeys)
            #expect(entry["room"]?["participant_ids"]?.string == "\(Demo.ashley),\(Demo.charles)")
            #expect(entry["users"]?.array?.compactMap { $0["id"]?.string } == [Demo.ashley, Demo.charles])
            #expect(entry["users"]?.array?.first?.object?.map(\.key) == userKeys)
        }
        #expect(rooms.compactMap { $0["room"]?["id"]?.string } == [Demo.room, Demo.otherRoom])
        #expect(rooms.compactMap { $0["room"]?["name"]?.string } == ["Charles Edward", "Ahmad Rosid"])
        #expect(
            rooms.compactMap { $0["room"]?["last_message"]?.string } == ["Hi, how are you?", "Hi... are free today?"])
    }

    @Test func noRoomsAre404() throws {
        let harness = HubHarness()
        expectError(try harness.request("GET", "/rooms"), 404, "No rooms available at the moment.")
        #expect(try harness.request("GET", "/users").text == "[]")
    }

    @Test func roomsAreCreatedForTwoAndForMore() throws {
        let scene = try ChatAppScene()
        let body = #"{"name":"All","participant_ids":["\#(Demo.charles)","\#(Demo.ahmad)","\#(Demo.ashley)"]}"#
        let created = try scene.harness.request("POST", "/rooms", body: body)
        #expect(created.status == 200)
        #expect(created.keys == ["room", "users"])
        #expect(created.json?["room"]?.object?.map(\.key) == roomKeys)
        #expect(
            created.json?["room"]?["participant_ids"]?.string == "\(Demo.charles),\(Demo.ahmad),\(Demo.ashley)")
        let id = try #require(created.json?["room"]?["id"]?.string)
        #expect(try scene.harness.store.room(handle: id)?.kind == .group)
        #expect(try scene.harness.request("GET", "/conversations/\(id)").text == "[]")
        let two = try scene.makeRoom("Two", Demo.ahmad, Demo.charles)
        #expect(try scene.harness.store.room(handle: two)?.kind == .direct)
        #expect(try scene.harness.request("GET", "/rooms").json?.array?.count == 4)
    }

    @Test(arguments: [
        ("{}", 400), (#"{"name":"A"}"#, 400), (#"{"name":"A","participant_ids":[]}"#, 400),
        (#"{"name":"A","participant_ids":"x"}"#, 400), (#"{"name":"A","participant_ids":[1]}"#, 400),
        (#"{"name":"A","participant_ids":["nobody"]}"#, 422),
        (#"{"name":"","participant_ids":["1e9a12c1-e98c-4a83-a55a-32cc548a169d"]}"#, 422),
        (#"{"participant_ids":["1e9a12c1-e98c-4a83-a55a-32cc548a169d"]}"#, 400),
    ])
    func whatIsNoRoomIsRefused(body: String, status: Int) throws {
        let scene = try ChatAppScene()
        expectError(try scene.harness.request("POST", "/rooms", body: body), status)
        #expect(try scene.harness.request("GET", "/rooms").json?.array?.count == 2)
    }

    @Test func aRoomHasAtMostAThousandParticipants() throws {
        let scene = try ChatAppScene()
        let list = [String](repeating: #""\#(Demo.ashley)""#, count: 1_001).joined(separator: ",")
        expectError(
            try scene.harness.request("POST", "/rooms", body: #"{"name":"A","participant_ids":[\#(list)]}"#), 422)
    }

    @Test func roomsAreChanged() throws {
        let scene = try ChatAppScene()
        let path = "/rooms/\(Demo.room)"
        let named = try scene.harness.request("PATCH", path, body: #"{"name":"New name"}"#)
        #expect(named.status == 200)
        #expect(named.keys == ["room", "users"])
        #expect(named.json?["room"]?["name"]?.string == "New name")
        #expect(named.json?["room"]?["participant_ids"]?.string == "\(Demo.ashley),\(Demo.charles)")
        let moved = try scene.harness.request(
            "PATCH", path, body: #"{"participant_ids":["\#(Demo.charles)","\#(Demo.ahmad)"]}"#)
        #expect(moved.json?["room"]?["name"]?.string == "New name")
        #expect(moved.json?["users"]?.array?.compactMap { $0["id"]?.string } == [Demo.charles, Demo.ahmad])
        let both = try scene.harness.request(
            "PATCH", path, body: #"{"name":"Both","participant_ids":["\#(Demo.ashley)"]}"#)
        #expect(both.json?["room"]?["name"]?.string == "Both")
        #expect(both.json?["room"]?["participant_ids"]?.string == Demo.ashley)
        expectError(try scene.harness.request("PATCH", path, body: "{}"), 400)
        expectError(try scene.harness.request("PATCH", path, body: #"{"name":""}"#), 422)
        expectError(try scene.harness.request("PATCH", path, body: #"{"participant_ids":["x"]}"#), 422)
        expectError(
            try scene.harness.request("PATCH", "/rooms/x", body: #"{"name":"A"}"#), 404, "No room found with id: x")
    }

    @Test func roomsAreDeleted() throws {
        let scene = try ChatAppScene()
        #expect(try scene.harness.request("DELETE", "/rooms/\(Demo.room)").status == 204)
        #expect(try scene.harness.request("GET", "/rooms").json?.array?.count == 1)
        expectError(try scene.harness.request("GET", "/conversations/\(Demo.room)"), 404)
        expectError(
            try scene.harness.request("DELETE", "/rooms/\(Demo.room)"), 404, "No room found with id: \(Demo.room)")
    }

    // MARK: Messages

    @Test(arguments: loopCounts)
    func aConversationIsItsMessagesOldestFirst(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let response = try scene.harness.request("GET", "/conversations/\(Demo.room)", loop: loopCount - 1)
        #expect(response.status == 200)
        let messages = try #require(response.json?.array)
        #expect(messages.compactMap { $0["content"]?.string } == ["Hello", "Hi, how are you?"])
        #expect(messages.compactMap { $0["user_id"]?.string } == [Demo.charles, Demo.ashley])
        #expect(try scene.messages(in: Demo.otherRoom) == ["Hi... are free today?"])
        for message in messages {
            #expect(message.object?.map(\.key) == messageKeys)
            #expect(message["room_id"]?.string == Demo.room)
            #expect(message["created_at"]?.string == scene.harness.wallTime.description)
        }
        #expect(Set(messages.compactMap { $0["id"]?.string }).count == 2)
        expectError(try scene.harness.request("GET", "/conversations/none"), 404, "No room found with id: none")
    }

    @Test func messagesAreEditedAndDeleted() throws {
        let scene = try ChatAppScene()
        let charles = try scene.socket(0, as: Demo.charles)
        scene.harness.say(charles, frame("TEXT", ["Bye"], room: Demo.room, user: Demo.charles))
        let before = try scene.harness.request("GET", "/conversations/\(Demo.room)")
        let ids = before.json?.array?.compactMap { $0["id"]?.string } ?? []
        try #require(ids.count == 3)
        let path = "/conversations/\(Demo.room)/"
        let edited = try scene.harness.request("PATCH", path + ids[1], body: #"{"content":"Fine \"you\"?"}"#)
        #expect(edited.status == 200)
        #expect(edited.keys == messageKeys)
        #expect(edited.json?["id"]?.string == ids[1])
        #expect(edited.json?["content"]?.string == #"Fine "you"?"#)
        #expect(try scene.harness.request("DELETE", path + ids[2]).status == 204)
        #expect(try scene.messages(in: Demo.room) == ["Hello", #"Fine "you"?"#])
        #expect(
            try scene.harness.request("GET", "/rooms").json?.array?.first?["room"]?["last_message"]?.string
                == #"Fine "you"?"#)
        for id in [ids[2], "x", "00000000-0000-7000-8000-000000000000"] {
            expectError(
                try scene.harness.request("PATCH", path + id, body: #"{"content":"A"}"#), 404,
                "No message found with id: \(id)")
        }
        // Deleting again is as good as once.
        #expect(try scene.harness.request("DELETE", path + ids[2]).status == 204)
        expectError(try scene.harness.request("DELETE", "/conversations/none/\(ids[0])"), 404)
        expectError(try scene.harness.request("DELETE", "/conversations/\(Demo.otherRoom)/\(ids[0])"), 404)
    }

    @Test func whatMayNotBeSaidCannotBeEditedIn() throws {
        let scene = try ChatAppScene { $0.limits.textBytesMax = 100 }
        let list = try scene.harness.request("GET", "/conversations/\(Demo.room)").json?.array
        let path = "/conversations/\(Demo.room)/" + (list?.first?["id"]?.string ?? "")
        for (content, status) in [
            (String(repeating: "x", count: 100), 200), (String(repeating: "x", count: 101), 413), ("", 422),
            (#"a\u0000b"#, 400),
        ] {
            let response = try scene.harness.request("PATCH", path, body: #"{"content":"\#(content)"}"#)
            #expect(response.status == status)
        }
        expectError(try scene.harness.request("PATCH", path, body: #"{"content":7}"#), 400)
        expectError(try scene.harness.request("PATCH", path, body: "{}"), 400)
    }

    @Test func longListsAreLimited() throws {
        let scene = try ChatAppScene {
            $0.limits.historyMessagesMax = 1
            $0.limits.listEntriesMax = 1
        }
        #expect(try scene.messages(in: Demo.room) == ["Hi, how are you?"])
        #expect(try scene.harness.request("GET", "/users").json?.array?.count == 1)
        #expect(try scene.harness.request("GET", "/rooms").json?.array?.count == 1)
    }

    // MARK: Failure

    @Test(arguments: [
        ("POST", "/users/create", #"{"username":"Eve","phone":"9"}"#),
        ("PATCH", "/users/\(Demo.ahmad)", #"{"username":"E"}"#),
        ("DELETE", "/users/\(Demo.ahmad)", ""), ("DELETE", "/rooms/\(Demo.room)", ""),
        ("POST", "/rooms", #"{"name":"A","participant_ids":["\#(Demo.ahmad)"]}"#),
        ("PATCH", "/rooms/\(Demo.room)", #"{"name":"B"}"#),
    ])
    func aStoreThatTakesNothingIs503(method: String, path: String, body: String) throws {
        let scene = try ChatAppScene()
        scene.harness.store.fail(writes: true)
        expectError(try scene.harness.request(method, path, body: body), 503)
        scene.harness.store.fail()
        #expect(try scene.harness.request(method, path, body: body).status < 300)
    }

    @Test(arguments: ["/users", "/users/x", "/users/phone/1", "/rooms", "/conversations/x"])
    func aStoreThatCannotBeReadIs503(path: String) throws {
        let scene = try ChatAppScene()
        scene.harness.store.fail(reads: true)
        expectError(try scene.harness.request("GET", path), 503)
    }

    // MARK: Only what is open

    @Test func whatWasNotMadeOpenDoesNotExist() throws {
        let scene = try ChatAppScene()
        let store = scene.harness.store
        let now = scene.harness.wallTime
        let commit = try store.append(
            [
                .createUser(.init(handle: "secret-user", username: "S", phone: "777", isOpen: false))
            ], at: now)
        guard case .user(let user)? = commit.outcomes.first, let ashley = try store.user(handle: Demo.ashley) else {
            Issue.record("no user")
            return
        }
        _ = try store.append(
            [
                .createRoom(
                    .init(handle: "secret-room", kind: .group, name: "R", members: [user.id, ashley.id], isOpen: false))
            ], at: now)
        let requests: [(String, String, String?)] = [
            ("GET", "/users/secret-user", nil), ("GET", "/users/phone/777", nil), ("DELETE", "/users/secret-user", nil),
            ("PATCH", "/users/secret-user", #"{"username":"X"}"#), ("GET", "/conversations/secret-room", nil),
            ("PATCH", "/rooms/secret-room", #"{"name":"X"}"#), ("DELETE", "/rooms/secret-room", nil),
        ]
        for (method, path, body) in requests {
            expectError(try scene.harness.request(method, path, body: body), 404)
        }
        expectError(
            try scene.harness.request("POST", "/rooms", body: #"{"name":"A","participant_ids":["secret-user"]}"#), 422)
        #expect(!(try scene.harness.request("GET", "/users").text.contains("secret")))
        #expect(!(try scene.harness.request("GET", "/rooms").text.contains("secret")))
        // Nor on the socket: nothing is stored, and nobody comes to take part.
        let socket = try scene.socket(0)
        scene.harness.say(socket, frame("TEXT", ["in"], room: "secret-room", user: Demo.ashley))
        scene.harness.say(socket, frame("TEXT", ["as"], room: Demo.room, user: "secret-user"))
        #expect(try store.room(handle: "secret-room").map { try store.head(of: $0.id).seq } == 0)
        #expect(try scene.messages(in: Demo.room).count == 2)
    }
}
