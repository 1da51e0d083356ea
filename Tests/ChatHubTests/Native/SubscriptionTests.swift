import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Who gets which streams, and from where on.
@Suite struct SubscriptionTests {
    @Test(arguments: loopCounts)
    func theAnswerSaysWhereTheHeadIs(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        scene.post(3, in: room, by: 0)
        let client = try scene.arrive(1, loop: 1).client
        let ack = try scene.answer(client, #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
        #expect(ack["room"]?.string == "\(room.rawValue)")
        #expect(ack["epoch"]?.string == (try scene.epoch(room)))
        #expect(ack.offset == (try scene.head(room)))
        #expect(ack["recovered"] == nil)
        scene.post(2, in: room, by: 0)
        let events = client.takeObjects()
        #expect(events.map(\.event) == ["message.created", "message.created"])
        #expect(events.map(\.offset) == [ack.offset + 1, ack.offset + 2])
        #expect(events[0]["stream"]?.string == "\(room.rawValue)")
        // Again: nothing changes, and the head is that of now.
        let again = try scene.answer(client, #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
        #expect(again.offset == ack.offset + 2)
        #expect(try scene.answer(client, #"{"type":"unsubscribe","id":"u","room":"\#(room.rawValue)"}"#).type == "ack")
        scene.post(1, in: room, by: 0)
        #expect(client.takeObjects().isEmpty)
        #expect(scene.harness.hubs[scene.loop(1)].native.rooms.isEmpty)
    }

    /// A private room that one is not in answers byte for byte like one that does not exist.
    @Test func hiddenRoomsDoNotExist() throws {
        let scene = try NativeScene()
        let hidden = try scene.makeRoom(0, 1)
        let open = try scene.makeRoom(0, 1, visibility: .public)
        let client = try scene.arrive(2).client
        func texts(_ room: String) -> [String] {
            client.send(#"{"type":"subscribe","id":"s","room":"\#(room)"}"#)
            scene.harness.run()
            return client.takeTexts()
        }
        let nothing = texts("999999")
        #expect(nothing.count == 1 && nothing[0].contains(#""code":"not_found""#))
        #expect(texts("\(hidden.rawValue)") == nothing)
        #expect(texts("x") == nothing)
        #expect(texts("0") == nothing)
        #expect(texts("\(open.rawValue)").first?.contains(#""code":"forbidden""#) == true)
        for text in [#""type":"message.send","client_msg_id":"\#(key(1))","text":"x""#] {
            client.send("{\(text),\"id\":\"s\",\"room\":\"\(hidden.rawValue)\"}")
            scene.harness.run()
            #expect(client.takeTexts() == nothing)
        }
    }

    @Test func thereIsALimit() throws {
        let scene = try NativeScene { $0.limits.subscriptionsMax = 3 }
        let rooms = try (0..<5).map { _ in try scene.makeRoom(0) }
        let client = try scene.subscriber(0, to: rooms[0], rooms[1], rooms[2])
        let refused = try scene.answer(client, #"{"type":"subscribe","id":"s","room":"\#(rooms[3].rawValue)"}"#)
        #expect(refused.code == "unprocessable")
        _ = scene.ask(client, #"{"type":"unsubscribe","id":"u","room":"\#(rooms[0].rawValue)"}"#)
        let taken = try scene.answer(client, #"{"type":"subscribe","id":"s","room":"\#(rooms[3].rawValue)"}"#)
        #expect(taken.type == "ack")
        // In a hello those that cannot be read do not count.
        var claims = ["\"x\":5", "\"77777\":{}"]
        claims += rooms.map { "\"\($0.rawValue)\":null" }
        let welcome = try scene.arrive(0, resume: claims.joined(separator: ",")).welcome
        let streams = try #require(welcome["streams"])
        #expect(streams[path: "x", "code"]?.string == "not_found")
        #expect(streams[path: "77777", "code"]?.string == "not_found")
        for room in rooms[..<3] {
            #expect(streams["\(room.rawValue)"]?["recovered"]?.bool == false)
            #expect(streams["\(room.rawValue)"]?["code"] == nil)
        }
        for room in rooms[3...] { #expect(streams["\(room.rawValue)"]?["code"]?.string == "unprocessable") }
    }

    // MARK: Resume

    /// How many events were missed, and whether they come.
    @Test(arguments: [(0, true), (1, true), (5, true), (6, false), (-1, false)])
    func whatWasMissedComesUpToALimit(missed: Int64, isRecovered: Bool) throws {
        for byHello in [true, false] {
            let scene = try NativeScene { $0.limits.historyEventsMax = 5 }
            let room = try scene.makeRoom(0, 1)
            scene.post(10, in: room, by: 0)
            let head = try scene.head(room)
            let position = try scene.claim(room, head - missed)
            let client: TestClient
            let answer: JSONValue
            if byHello {
                let arrival = try scene.arrive(1, resume: position)
                client = arrival.client
                answer = try #require(arrival.welcome[path: "streams", "\(room.rawValue)"])
            } else {
                client = try scene.arrive(1).client
                client.send(
                    #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)","epoch":"\#(try scene.epoch(room))","#
                        + #""offset":\#(head - missed)}"#)
                scene.harness.run()
                var objects = client.takeObjects()
                answer = objects.removeFirst()
                client.unread = objects
            }
            #expect(answer["recovered"]?.bool == isRecovered)
            #expect(answer.offset == head)
            let events = client.takeObjects()
            #expect(events.map(\.offset) == (isRecovered ? Array(head - missed + 1..<head + 1) : []))
            scene.post(1, in: room, by: 0)
            #expect(client.takeObjects().map(\.offset) == [head + 1])
        }
    }

    @Test(
        arguments: [
            #"{"epoch":"0000000000000000","offset":3}"#, #"{"epoch":5,"offset":3}"#, #"{"epoch":"E","offset":"3"}"#,
            #"{"offset":3}"#, #"{"epoch":"E"}"#, #"{"epoch":"E","offset":-1}"#, #"{"epoch":"E","offset":1.5}"#, "null",
            "[]", #"{"epoch":"E","offset":99999999999999999999}"#,
        ])
    func aMalformedPositionIsNotRecovered(claim: String) throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0)
        scene.post(5, in: room, by: 0)
        let text = claim.replacing("E", with: try scene.epoch(room))
        let welcome = try scene.arrive(0, resume: #""\#(room.rawValue)":\#(text),"me":\#(text)"#).welcome
        for stream in ["\(room.rawValue)", "me"] {
            #expect(welcome[path: "streams", stream, "recovered"]?.bool == false)
            #expect(welcome[path: "streams", stream, "code"] == nil)
        }
        #expect(welcome[path: "streams", "\(room.rawValue)", "offset"]?.integer == (try scene.head(room)))
    }

    /// The user's own stream is resumed like any other.
    @Test(arguments: loopCounts)
    func theOwnStreamIsResumed(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let (client, welcome) = try scene.arrive(1, loop: 1)
        let epoch = welcome[path: "streams", "me", "epoch"]?.string ?? ""
        let offset = welcome[path: "streams", "me", "offset"]?.integer ?? -1
        let room = try scene.makeRoom(0, 1)
        let joined = try #require(client.takeObjects().first)
        #expect(joined["stream"]?.string == "me")
        #expect(joined.event == "room.joined")
        #expect(joined.offset == offset + 1)
        #expect(joined[path: "room", "id"]?.string == "\(room.rawValue)")
        let (later, second) = try scene.arrive(
            1, loop: 2, resume: #""me":{"epoch":"\#(epoch)","offset":\#(offset)}"#)
        #expect(second[path: "streams", "me", "recovered"]?.bool == true)
        #expect(later.takeObjects() == [joined])
        // Nothing that others have to do with it.
        let other = try scene.arrive(2).client
        scene.apply(.room(.leave(room, by: scene.users[1])))
        #expect(client.takeObjects().map(\.event) == ["room.left"])
        #expect(other.takeObjects().isEmpty)
    }

    @Test func aReplayIsPacedByTheSocketAndDoesNotCutIt() throws {
        let scene = try NativeScene { $0.limits.queueBytesMax = 65_536 }
        let room = try scene.makeRoom(0)
        scene.post(200, in: room, by: 0, text: String(repeating: "x", count: 2_000))
        let head = try scene.head(room)
        let client = try scene.open()
        client.windowBytes = 5_000
        client.sayHello(NativeScene.token(0), resume: try scene.claim(room, head - 200))
        scene.harness.run()
        var most = 0
        for _ in 0..<200 {
            scene.harness.open(client, windowBytes: 5_000)
            scene.harness.run()
            most = max(most, scene.harness.connection(of: client)?.outbox.byteCount ?? 0)
        }
        #expect(!client.sawEnd)
        #expect(most < 40_000)
        let objects = client.takeObjects()
        #expect(objects.dropFirst().map(\.offset) == Array(head - 199..<head + 1))
    }

    /// More is said while a replay goes on than can be held back: it is read from the log then.
    @Test(arguments: loopCounts)
    func whatIsTooMuchToHoldBackIsReadLater(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount) { $0.limits.queueBytesMax = 65_536 }
        let room = try scene.makeRoom(0)
        scene.post(50, in: room, by: 0, text: String(repeating: "x", count: 2_000))
        let before = try scene.head(room)
        let client = try scene.open(1)
        client.windowBytes = 3_000
        client.sayHello(NativeScene.token(0), resume: try scene.claim(room, before - 50))
        scene.harness.run()
        for _ in 0..<4 {
            scene.post(10, in: room, by: 0, text: String(repeating: "y", count: 2_000))
            scene.harness.open(client, windowBytes: 20_000)
            scene.harness.run()
        }
        for _ in 0..<100 {
            scene.harness.open(client, windowBytes: 20_000)
            scene.harness.run()
        }
        #expect(!client.sawEnd)
        #expect(client.takeObjects().dropFirst().map(\.offset) == Array(before - 49..<before + 41))
        scene.post(1, in: room, by: 0)
        scene.harness.open(client)
        #expect(client.takeObjects().map(\.offset) == [before + 41])
    }

    @Test func aReplayThatCannotBeReadEndsTheSocket() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0)
        scene.post(50, in: room, by: 0, text: String(repeating: "x", count: 4_000))
        let client = try scene.open()
        client.windowBytes = 1_000
        client.sayHello(NativeScene.token(0), resume: try scene.claim(room, try scene.head(room) - 50))
        scene.harness.run()
        scene.harness.store.fail(reads: true)
        scene.harness.open(client)
        scene.harness.run()
        #expect(client.takeCloseCode() == 4102)
    }

    // MARK: Being taken out

    @Test(arguments: loopCounts)
    func whoIsTakenOutGetsNothingMore(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1, 2)
        let stays = try scene.subscriber(0, to: room)
        let kicked = try scene.subscriber(1, loop: 1, to: room)
        let alsoKicked = try scene.subscriber(1, loop: 2, to: room)
        let banned = try scene.subscriber(2, loop: 1, to: room)
        scene.apply(.room(.kick(room, scene.users[1], by: scene.users[0])))
        scene.apply(.room(.ban(room, scene.users[2], reason: nil, until: nil, by: scene.users[0])))
        scene.post(2, in: room, by: 0)
        #expect(
            stays.takeObjects().map(\.event) == [
                "member.kicked", "member.banned", "message.created", "message.created",
            ])
        for client in [kicked, alsoKicked] {
            let left = client.takeObjects()
            #expect(left.map(\.event) == ["room.left"])
            #expect(left.first?["reason"]?.string == "kicked")
        }
        let heard = banned.takeObjects()
        #expect(heard.map(\.event) == ["member.kicked", "room.left"])
        #expect(heard.last?["reason"]?.string == "banned")
        #expect(try scene.answer(kicked, #"{"type":"ping","id":"p"}"#).type == "ack")
        let refused = try scene.answer(kicked, #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
        #expect(refused.code == "not_found")
    }

    @Test(arguments: loopCounts)
    func aDeletedRoomSaysSoAndIsGone(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        let client = try scene.subscriber(1, loop: 1, to: room)
        scene.apply(.room(.delete(room, by: scene.users[0])))
        let events = client.takeObjects()
        #expect(events.map(\.event) == ["room.deleted", "room.left"])
        #expect(events.last?["reason"]?.string == "deleted")
        #expect(scene.harness.hubs[scene.loop(1)].native.rooms.isEmpty)
        let welcome = try scene.arrive(1, resume: #""\#(room.rawValue)":null"#).welcome
        #expect(
            welcome[path: "streams", "\(room.rawValue)"]
                == .object([
                    JSONMember(key: "recovered", value: .bool(false)),
                    JSONMember(key: "code", value: .string("not_found")),
                ]))
    }

    /// A subscription and a kick at the same time: whatever comes first, nothing said after the kick is heard.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func aKickWinsOverASubscriptionUnderWay(seed: UInt64) throws {
        for loopCount in loopCounts {
            let scene = try NativeScene(loopCount: loopCount, seed: seed)
            let room = try scene.makeRoom(0, 1)
            scene.post(3, in: room, by: 0)
            let client = try scene.arrive(1, loop: 1).client
            client.send(
                #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)","epoch":"\#(try scene.epoch(room))","#
                    + #""offset":1}"#)
            for _ in 0..<scene.harness.pick(8) { scene.harness.step() }
            scene.submit(.room(.kick(room, scene.users[1], by: scene.users[0])))
            scene.harness.run()
            scene.post(3, in: room, by: 0)
            let kick = try #require(
                scene.harness.committed.first { if case .memberKicked = $0.kind { true } else { false } })
            for object in client.takeObjects() where object["stream"]?.string == "\(room.rawValue)" {
                #expect(object.offset < kick.offset, "seed \(seed), \(loopCount) loops")
            }
            #expect(scene.harness.hubs[scene.loop(1)].native.rooms.isEmpty)
        }
    }

    /// The store knows of the return before the loop has heard of the kick: the old news takes nobody out.
    @Test func oldNewsOfAKickTakesNobodyOut() throws {
        var count = 0
        for seed in 1...400 as ClosedRange<UInt64> {
            let scene = try NativeScene(loopCount: 2, seed: seed)
            let room = try scene.makeRoom(0, 1)
            let client = try scene.arrive(1, loop: 1).client
            scene.submit(.room(.kick(room, scene.users[1], by: scene.users[0])))
            scene.submit(.room(.addMembers(room, [scene.users[1]], role: nil, by: scene.users[0])))
            for _ in 0..<scene.harness.pick(6) { scene.harness.step() }
            client.send(#"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
            scene.harness.run()
            scene.post(2, in: room, by: 0)
            let heard = client.takeObjects()
            let back = try #require(
                scene.harness.committed.last { if case .memberJoined = $0.kind { true } else { false } })
            guard let ack = heard.first(where: { $0.type == "ack" }), ack.offset >= back.offset else { continue }
            count += 1
            #expect(heard.map(\.event).filter { $0 == "message.created" }.count == 2, "seed \(seed)")
        }
        #expect(count > 40)
    }

    // MARK: Nothing is left

    @Test(arguments: loopCounts)
    func aSocketThatGoesLeavesNothingBehind(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let rooms = try (0..<5).map { _ in try scene.makeRoom(0) }
        for halted in [false, true] {
            let client = try scene.arrive(0, loop: 1).client
            scene.harness.isStoreHalted = halted
            for room in rooms {
                client.send(#"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
            }
            scene.harness.run()
            scene.harness.kill(client)
            scene.harness.isStoreHalted = false
            scene.harness.run()
        }
        for hub in scene.harness.hubs {
            #expect(hub.native.rooms.isEmpty)
            #expect(hub.native.users.isEmpty)
            #expect(hub.audiences.isEmpty)
        }
    }
}
