import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// TEXT on the chat-app socket: who gets it, and what becomes of it.
@Suite struct ChatAppTextTests {
    private func text(_ text: String..., room: String = Demo.room, user: String, id: UInt64 = 0) -> String {
        frame("TEXT", text, room: room, user: user, id: id)
    }

    @Test(arguments: loopCounts)
    func goesToEverybodyElseInTheRoomAndIsStored(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let phone = try scene.socket(2, as: Demo.ashley)
        scene.harness.forget(ashley, charles, phone)
        // The parts are joined; the client's own number is replaced by the server's.
        scene.harness.say(ashley, text("Hi ", "\"all\" ✓", user: Demo.ashley, id: 99))
        let expected = text("Hi \"all\" ✓", user: Demo.ashley, id: ashley.number)
        #expect(charles.takeTexts() == [expected])
        #expect(phone.takeTexts() == [expected])
        #expect(ashley.takeTexts() == [])
        #expect(try scene.messages(in: Demo.room).last == "Hi \"all\" ✓")
        #expect(try scene.messages(in: Demo.room).count == 3)
    }

    @Test(arguments: loopCounts)
    func nobodySeesItBeforeItIsStored(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        scene.harness.forget(charles)
        scene.harness.isStoreHalted = true
        scene.harness.say(ashley, text("later", user: Demo.ashley))
        #expect(charles.takeTexts() == [])
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(charles.takeTexts().count == 1)
    }

    @Test(arguments: loopCounts)
    func anUnknownRoomOrUserIsIgnored(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let sender = try scene.socket(0)
        let charles = try scene.socket(1, as: Demo.charles)
        let unplaced = try scene.socket(2)
        scene.harness.forget(charles, unplaced, sender)
        let nobody = ["nobody", "", Demo.ashley.uppercased(), String(repeating: "x", count: 65)]
        for unknown in nobody {
            scene.harness.say(sender, text("x", user: unknown))
            scene.harness.say(sender, text("x", room: unknown, user: Demo.ashley))
        }
        scene.harness.say(sender, text("x", room: "none", user: "none"))
        #expect(try scene.messages(in: Demo.room).count == 2)
        // A known user was among them, so that others may hear of that, and of nothing else.
        for socket in [charles, unplaced] { #expect(socket.takeTexts().allSatisfy { $0.contains("STATUS") }) }
        #expect(!sender.sawEnd)
    }

    @Test(arguments: loopCounts)
    func makesAKnownUserAParticipant(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let other = try scene.socket(1, as: Demo.ahmad, in: "none")
        let charles = try scene.socket(2, as: Demo.charles)
        let ahmad = try scene.socket(0)
        scene.harness.forget(ahmad, other, charles)
        scene.harness.say(ahmad, text("let me in", user: Demo.ahmad))
        let room = try scene.harness.request("GET", "/rooms").json?.array?.first?["room"]
        #expect(room?["participant_ids"]?.string == "\(Demo.ashley),\(Demo.charles),\(Demo.ahmad)")
        let expected = text("let me in", user: Demo.ahmad, id: ahmad.number)
        #expect(charles.takeTexts().filter { $0.contains("TEXT") } == [expected])
        // The newcomer's other sockets take part from now on, this message included.
        #expect(other.takeTexts().filter { $0.contains("TEXT") } == [expected])
        scene.harness.say(charles, text("welcome", user: Demo.charles))
        for socket in [ahmad, other] {
            #expect(
                socket.takeTexts().filter { $0.contains("TEXT") } == [
                    text("welcome", user: Demo.charles, id: charles.number)
                ])
        }
    }

    @Test(arguments: loopCounts)
    func reachesSocketsThatHaveNeverNamedARoomAndNoneOfOtherRooms(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let third = try scene.makeRoom("Third", Demo.ahmad)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let elsewhere = try scene.socket(1, as: Demo.ahmad, in: third)
        let unplaced = try scene.socket(2)
        // It named only what does not exist.
        let lost = try scene.socket(0)
        scene.harness.say(lost, text("x", room: "none", user: "nobody"))
        scene.harness.forget(ashley, elsewhere, unplaced, lost)
        scene.harness.say(ashley, text("one", user: Demo.ashley))
        scene.harness.say(elsewhere, text("two", room: third, user: Demo.ahmad))
        let one = text("one", user: Demo.ashley, id: ashley.number)
        let two = text("two", room: third, user: Demo.ahmad, id: elsewhere.number)
        for socket in [unplaced, lost] { #expect(socket.takeTexts() == [one, two]) }
        #expect(elsewhere.takeTexts() == [])
        #expect(ashley.takeTexts() == [])
        // From its first room on it hears of that only.
        scene.harness.say(unplaced, frame("TYPING", ["IN"], room: third, user: "nobody"))
        scene.harness.say(ashley, text("three", user: Demo.ashley))
        scene.harness.say(elsewhere, text("four", room: third, user: Demo.ahmad))
        #expect(unplaced.takeTexts() == [text("four", room: third, user: Demo.ahmad, id: elsewhere.number)])
    }

    @Test(arguments: loopCounts)
    func aSocketHearsOfAllRoomsOfItsUser(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        scene.harness.forget(ashley, charles)
        scene.harness.say(ashley, text("a", room: Demo.otherRoom, user: Demo.ashley))
        scene.harness.say(ashley, text("b", room: Demo.room, user: Demo.ashley))
        #expect(
            charles.takeTexts() == [
                text("a", room: Demo.otherRoom, user: Demo.ashley, id: ashley.number),
                text("b", room: Demo.room, user: Demo.ashley, id: ashley.number),
            ])
    }

    // MARK: What is no text

    @Test(arguments: [
        "", "hello", "{", "[]", "null", #"{"chat_type":"TEXT"}"#, #"{"chat_type":"NEWS","value":["x"]}"#,
        #"{"chat_type":"TEXT","value":"x","room_id":"ROOM","user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":[1],"room_id":"ROOM","user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":["x"],"room_id":7,"user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":["x"],"room_id":"ROOM","user_id":null}"#,
        #"{"chat_type":"text","value":["x"],"room_id":"ROOM","user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":["x"],"room_id":"ROOM","user_id":"USER"} x"#,
        #"{"chat_type":"TEXT","value":["x\u0000"],"room_id":"ROOM","user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":[""],"room_id":"ROOM","user_id":"USER"}"#,
        #"{"chat_type":"TEXT","value":[],"room_id":"ROOM","user_id":"USER"}"#,
    ])
    func isAnsweredByNothingAndChangesNothing(bytes: String) throws {
        let scene = try ChatAppScene()
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.socket(0, as: Demo.ashley)
        scene.harness.forget(charles)
        let filled = bytes.split(separator: "ROOM", omittingEmptySubsequences: false).joined(separator: Demo.room)
            .split(separator: "USER", omittingEmptySubsequences: false).joined(separator: Demo.ashley)
        scene.harness.say(sender, filled)
        // Binary frames too, even if they hold a text.
        sender.send(.binary, Array(text("binary", user: Demo.ashley).utf8))
        scene.harness.run()
        #expect(sender.takeTexts() == [])
        #expect(charles.takeTexts() == [])
        #expect(try scene.messages(in: Demo.room).count == 2)
        scene.harness.say(sender, text("still here", user: Demo.ashley))
        #expect(charles.takeTexts().count == 1)
    }

    @Test func unknownFieldsAndAnyOrderAreFine() throws {
        let scene = try ChatAppScene()
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.socket(0)
        scene.harness.forget(charles)
        scene.harness.say(
            sender,
            #"{"x":{"value":["no"]},"user_id":"\#(Demo.ashley)","value":["a","b"],"id":"?","room_id":"\#(Demo.room)","#
                + #""chat_type":"TEXT","y":[1,2]}"#)
        #expect(
            charles.takeTexts().filter { $0.contains("TEXT") } == [text("ab", user: Demo.ashley, id: sender.number)])
    }

    // MARK: Length

    @Test(arguments: [true, false])
    func oneTooLongClosesWith1009(isKnown: Bool) throws {
        let scene = try ChatAppScene { $0.limits.textBytesMax = 1_000 }
        let charles = try scene.socket(1, as: Demo.charles)
        // One who is not known yet is looked up first: the text waits, and is found too long then.
        let sender = isKnown ? try scene.socket(0, as: Demo.ashley) : try scene.socket(0)
        scene.harness.forget(charles, sender)
        scene.harness.say(sender, text(String(repeating: "x", count: 1_000), user: Demo.ashley))
        #expect(charles.takeTexts().count { $0.contains("TEXT") } == 1)
        #expect(!sender.sawEnd)
        let second = isKnown ? sender : try scene.socket(0)
        let user = isKnown ? Demo.ashley : Demo.ahmad
        second.send(text(String(repeating: "x", count: 1_001), user: user))
        second.send(text("behind", user: user))
        scene.harness.run()
        #expect(second.takeCloseCode() == 1009)
        #expect(charles.takeTexts().allSatisfy { !$0.contains("TEXT") })
        #expect(try scene.messages(in: Demo.room).count == 3)
        #expect(second.isGone)
    }

    @Test func aFrameTooLongClosesWith1009() throws {
        let scene = try ChatAppScene()
        let sender = try scene.socket(0)
        scene.harness.say(sender, text(String(repeating: "x", count: 65_536), user: Demo.ashley))
        #expect(sender.takeCloseCode() == 1009)
    }

    // MARK: Order

    @Test(arguments: loopCounts, 1...8 as ClosedRange<UInt64>)
    func commandsHeldForLookUpsStayInOrder(loopCount: Int, seed: UInt64) throws {
        let scene = try ChatAppScene(loopCount: loopCount, seed: seed) { $0.limits.messagesPerSecond = 0 }
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.socket(0)
        scene.harness.forget(charles)
        // Each names somebody or something that must be looked up; some do not exist.
        var expected: [String: [String]] = [:]
        for index in 0..<40 {
            let user = [Demo.ashley, Demo.charles, Demo.ahmad, "nobody\(index)"][scene.harness.pick(4)]
            let room = [Demo.room, Demo.otherRoom, "none\(index)"][scene.harness.pick(3)]
            sender.send(text("\(index)", room: room, user: user))
            if !user.hasPrefix("nobody"), !room.hasPrefix("none") { expected[room, default: []].append("\(index)") }
            for _ in 0..<scene.harness.pick(4) { scene.harness.step() }
        }
        scene.harness.run()
        // The order is that of each room.
        var received: [String: [String]] = [:]
        for text in charles.takeTexts() where text.contains("TEXT") {
            let json = try JSONValue(parsing: Array(text.utf8))
            let (room, value) = (json["room_id"]?.string ?? "", json["value"]?.array?.first?.string ?? "")
            received[room, default: []].append(value)
        }
        #expect(received == expected, "seed \(seed)")
    }

    @Test func nothingMoreIsReadWhileALookUpIsOpen() throws {
        let scene = try ChatAppScene()
        let sender = try scene.socket(0)
        scene.harness.isStoreHalted = true
        sender.send(text("first", user: Demo.ashley))
        scene.harness.run()
        for index in 0..<10 { sender.send(text("\(index)", user: Demo.ashley)) }
        scene.harness.run()
        #expect(scene.harness.connection(of: sender)?.wantsBytes == false)
        #expect(!sender.unsent.isEmpty)
        // It is not the peer who is silent.
        scene.harness.advance(byMs: 25_000)
        #expect(!sender.isGone)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(try scene.messages(in: Demo.room).suffix(11) == ["first"] + (0..<10).map { "\($0)" })
        // Long after the last byte it is still there: its pongs were waiting.
        scene.harness.advance(byMs: 30_000)
        #expect(!sender.isGone)
    }

    @Test func aLookUpThatEndsAfterItsSocketIsForNobody() throws {
        let scene = try ChatAppScene()
        let sender = try scene.socket(0)
        scene.harness.isStoreHalted = true
        scene.harness.say(sender, text("first", user: Demo.ashley))
        scene.harness.kill(sender)
        let next = try scene.socket(0)
        #expect(next.id.slot == sender.id.slot)
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(try scene.messages(in: Demo.room).count == 2)
        #expect(scene.harness.hubs[0].chatApp.connections(of: UserID(2)).isEmpty)
    }

    // MARK: Rate

    @Test(arguments: loopCounts)
    func usersFromElsewhereAreDelayedAndLoseNothing(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount) { configuration in
            configuration.dialectAccess = .everyone
            configuration.limits.messagesPerSecond = 5
            configuration.limits.messageBurst = 3
        }
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.harness.openSocket("/ws", isLoopbackPeer: false)
        scene.harness.forget(charles)
        for index in 0..<33 { sender.send(text("\(index)", user: Demo.ashley)) }
        scene.harness.run()
        var received = charles.takeTexts().filter { $0.contains("TEXT") }
        #expect(received.count == 3)
        // Five a second, however long that takes: each wake is at most a bucket of the wheel late.
        scene.harness.advance(byMs: 2_000)
        received += charles.takeTexts().filter { $0.contains("TEXT") }
        #expect((8...13).contains(received.count))
        scene.harness.advance(byMs: 20_000)
        received += charles.takeTexts().filter { $0.contains("TEXT") }
        #expect(received == (0..<33).map { text("\($0)", user: Demo.ashley, id: sender.number) })
        #expect(!sender.isGone)
        // And the connection goes on.
        scene.harness.advance(byMs: 30_000)
        scene.harness.say(sender, text("later", user: Demo.ashley))
        #expect(charles.takeTexts().count == 1)
    }

    /// However many sockets somebody has, on whichever loops: they may say as much as with one.
    @Test(arguments: loopCounts)
    func aUserHasOneRate(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount) { configuration in
            configuration.dialectAccess = .everyone
            configuration.limits.messagesPerSecond = 5
            configuration.limits.messageBurst = 4
        }
        let charles = try scene.socket(1, as: Demo.charles)
        let senders = try (0..<3).map {
            try scene.harness.openSocket("/ws", loop: $0 % loopCount, isLoopbackPeer: false)
        }
        scene.harness.forget(charles)
        for index in 0..<10 { for sender in senders { sender.send(text("\(index)", user: Demo.ashley)) } }
        scene.harness.run()
        var received = charles.takeTexts().filter { $0.contains("TEXT") }
        #expect(received.count == 4)
        scene.harness.advance(byMs: 1_000)
        received += charles.takeTexts().filter { $0.contains("TEXT") }
        #expect((5...10).contains(received.count))
        scene.harness.advance(byMs: 60_000)
        received += charles.takeTexts().filter { $0.contains("TEXT") }
        #expect(received.count == 30)
        for sender in senders {
            let own = (0..<10).map { text("\($0)", user: Demo.ashley, id: sender.number) }
            #expect(received.filter { own.contains($0) } == own)
        }
    }

    @Test func usersOfThisMachineAreNotDelayed() throws {
        let scene = try ChatAppScene { $0.limits.messageBurst = 1 }
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.socket(0)
        scene.harness.forget(charles)
        for index in 0..<200 { sender.send(text("\(index)", user: Demo.ashley)) }
        scene.harness.run()
        #expect(charles.takeTexts().count { $0.contains("TEXT") } == 200)
    }

    // MARK: Failure

    @Test(arguments: loopCounts)
    func aStoreThatTakesNothingClosesTheSenderWith1013(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let charles = try scene.socket(1, as: Demo.charles)
        let sender = try scene.socket(0, as: Demo.ashley)
        scene.harness.forget(charles, sender)
        scene.harness.store.fail(writes: true)
        scene.harness.say(sender, text("lost", user: Demo.ashley))
        #expect(sender.takeCloseCode() == 1013)
        #expect(sender.isGone)
        #expect(!charles.sawEnd)
        #expect(charles.takeTexts().allSatisfy { !$0.contains("lost") })
        scene.harness.store.fail()
        #expect(try scene.messages(in: Demo.room).count == 2)
    }

    @Test func aStoreThatCannotBeReadClosesTheSenderWith1013() throws {
        let scene = try ChatAppScene()
        let sender = try scene.socket(0)
        scene.harness.store.fail(reads: true)
        sender.send(text("lost", user: Demo.ashley))
        sender.send(text("too", user: Demo.ashley))
        scene.harness.run()
        #expect(sender.takeCloseCode() == 1013)
        #expect(sender.isGone)
    }
}
