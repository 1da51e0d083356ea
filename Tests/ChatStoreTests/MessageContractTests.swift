import ChatDomain
import ChatStore
import Testing

@Suite("Messages, in every store")
struct MessageContractTests {
    @Test(arguments: Backend.allCases)
    func sending(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let key = fixture.makeKey()
        let commit = try fixture.append([fixture.message("hé\u{0}llo", in: room, by: user, key: key)])
        let message = Message(
            room: room.id, seq: 1, author: user.id, authorHandle: "a", key: key, text: "hé\u{0}llo",
            sentAt: fixture.now)
        #expect(commit.outcomes == [.sent(MessageReceipt(seq: 1, offset: 3, isDuplicate: false))])
        #expect(
            commit.events == [
                Event(
                    logID: 3, room: room.id, roomHandle: "r", offset: 3, at: fixture.now,
                    kind: .messageCreated(message), origin: 9)
            ])
        #expect(try fixture.messages(room) == [message])
        #expect(try fixture.reader.head(of: room.id) == (1, 3))
        #expect(try fixture.reader.summary(of: room.id)?.lastMessage == message)
        // The connection is not stored.
        var stored = commit.events[0]
        stored.origin = 0
        #expect(try fixture.reader.events(in: room.id, after: 2, limit: 10) == [stored])
    }

    @Test("Each room numbers its own, without gaps", arguments: Backend.allCases)
    func numbering(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let rooms = try (1...3).map { try fixture.makeRoom("r\($0)", members: [user]) }
        for turn in 0..<4 {
            let drafts = (0..<6).map { fixture.message("\(turn).\($0)", in: rooms[$0 % 3], by: user) }
            let commit = try fixture.append(drafts)
            let receipts = (0..<6).map { index -> Outcome in
                let seq = Int64(turn * 2 + index / 3 + 1)
                return .sent(MessageReceipt(seq: seq, offset: seq + 2, isDuplicate: false))
            }
            #expect(commit.outcomes == receipts)
        }
        for room in rooms {
            #expect(try fixture.messages(room).map(\.seq) == Array(1...8))
            #expect(try fixture.reader.events(in: room.id, after: 0, limit: 99).map(\.offset) == Array(1...10))
        }
    }

    @Test("A repeat gets the first receipt, another body under the key is refused", arguments: Backend.allCases)
    func idempotency(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (a, b) = (try fixture.makeUser("a"), try fixture.makeUser("b"))
        let room = try fixture.makeRoom("r", members: [a, b])
        let other = try fixture.makeRoom("s", members: [a])
        let key = MessageKey(high: .max, low: .max)
        let first = try fixture.send("text", in: room, by: a, key: key)
        try fixture.send("between", in: room, by: a)
        let repeated = try fixture.append([fixture.message("text", in: room, by: a, key: key)])
        let duplicate = MessageReceipt(seq: first.seq, offset: first.offset, isDuplicate: true)
        #expect(repeated == Commit(outcomes: [.sent(duplicate)], events: []))
        #expect(try fixture.apply(fixture.message("else", in: room, by: a, key: key)) == .refused(.conflict))
        #expect(try fixture.apply(fixture.message("text", in: other, by: a, key: key)) == .refused(.conflict))
        // Another author's key is another key.
        #expect(try fixture.send("text", in: room, by: b, key: key).isDuplicate == false)
        // The look-up comes before the membership, and survives edit and deletion.
        _ = try fixture.apply(.edit(room.id, .seq(1), text: "edited", by: nil))
        _ = try fixture.apply(.delete(room.id, .seq(1), by: nil))
        _ = try fixture.apply(.updateRoom(room.id, name: nil, members: [], by: nil))
        #expect(try fixture.apply(fixture.message("text", in: room, by: a, key: key)) == .sent(duplicate))
        #expect(try fixture.apply(fixture.message("edited", in: room, by: a, key: key)) == .refused(.conflict))
        _ = try fixture.apply(.deleteUser(a.id))
        #expect(try fixture.apply(fixture.message("text", in: room, by: a, key: key)) == .sent(duplicate))
    }

    @Test(arguments: Backend.allCases)
    func aRepeatInTheSameTransaction(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let key = fixture.makeKey()
        let commit = try fixture.append([
            fixture.message("x", in: room, by: user, key: key), fixture.message("x", in: room, by: user, key: key),
            fixture.message("y", in: room, by: user, key: key),
        ])
        #expect(
            commit.outcomes == [
                .sent(MessageReceipt(seq: 1, offset: 3, isDuplicate: false)),
                .sent(MessageReceipt(seq: 1, offset: 3, isDuplicate: true)), .refused(.conflict),
            ])
        #expect(commit.events.count == 1)
    }

    @Test("What was refused does not use up the key", arguments: Backend.allCases)
    func refusals(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r")
        let key = fixture.makeKey()
        let send = NewMessage(room: room.id, author: user.id, key: key, text: "x")
        var nowhere = send
        nowhere.room = RoomID(99)
        var nobody = send
        nobody.author = UserID(99)
        nobody.joinsRoom = true
        #expect(try fixture.apply(.send(send)) == .refused(.notMember))
        #expect(try fixture.apply(.send(nowhere)) == .refused(.unknownRoom))
        #expect(try fixture.apply(.send(nobody)) == .refused(.unknownUser))
        #expect(try fixture.reader.head(of: room.id) == (0, 1))
        var joining = send
        joining.joinsRoom = true
        let commit = try fixture.append([.send(joining)])
        #expect(commit.outcomes == [.sent(MessageReceipt(seq: 1, offset: 3, isDuplicate: false))])
        #expect(commit.events.count == 2)
        #expect(commit.events[0].kind == .memberJoined(user.id, role: .member, by: nil))
        #expect(try fixture.reader.isMember(user.id, of: room.id))
        // Once joined, it is a member like any other.
        #expect(try fixture.append([fixture.message("y", in: room, by: user, joins: true)]).events.count == 1)
    }

    @Test(
        "A room's time does not fall by less than a second, and else is what the clock says",
        arguments: Backend.allCases)
    func time(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let times: [(now: Int64, expected: Int64)] = [
            (86_405_000, 86_405_000), (5_000, 5_000), (4_001, 5_000), (4_000, 4_000), (3_999, 4_000), (-1, -1),
            (5_001, 5_001),
        ]
        for (now, expected) in times {
            fixture.now = WallTime(milliseconds: now)
            let commit = try fixture.append([fixture.message("x", in: room, by: user)])
            #expect(commit.events.map(\.at.milliseconds) == [expected])
        }
        for (now, expected) in [(4_002, 5_001), (2_000, 2_000)] as [(Int64, Int64)] {
            fixture.now = WallTime(milliseconds: now)
            guard case .message(let edited) = try fixture.apply(.edit(room.id, .seq(1), text: "y\(now)", by: nil))
            else {
                throw Unexpected()
            }
            #expect(edited.editedAt == WallTime(milliseconds: expected))
        }
        // Another room has a time of its own.
        let other = try fixture.makeRoom("s")
        #expect(other.createdAt == fixture.now)
        #expect(try fixture.reader.events(in: other.id, after: 0, limit: 1).map(\.at) == [fixture.now])
        #expect(try fixture.messages(room).map(\.sentAt.milliseconds) == times.map(\.expected))
    }

    @Test("History shows the last text, the log each as it was", arguments: Backend.allCases)
    func editing(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let key = fixture.makeKey()
        try fixture.send("one", in: room, by: user, key: key)
        try fixture.send("other", in: room, by: user)
        fixture.now = WallTime(milliseconds: 2_000)
        let second = try fixture.append([.edit(room.id, .seq(1), text: "two", by: user.id)])
        fixture.now = WallTime(milliseconds: 3_000)
        let third = try fixture.append([.edit(room.id, .key(key), text: "three", by: nil)])

        guard case .message(let two) = second.outcomes[0], case .message(let three) = third.outcomes[0] else {
            throw Unexpected()
        }
        #expect(two.text == "two" && two.version == 2 && two.editedAt == WallTime(milliseconds: 2_000))
        #expect(three.text == "three" && three.version == 3 && three.editedAt == WallTime(milliseconds: 3_000))
        #expect(three.sentAt == WallTime(milliseconds: 1_000) && three.seq == 1 && three.key == key)
        #expect(second.events.map(\.kind) == [.messageEdited(two, by: user.id)])
        #expect(third.events.map(\.kind) == [.messageEdited(three, by: nil)])

        #expect(try fixture.messages(room).first == three)
        #expect(try fixture.texts(room) == ["three", "other"])
        let kinds = try fixture.kinds(room, after: 2)
        guard case .messageCreated(let one) = kinds.first else { throw Unexpected() }
        #expect(one.text == "one" && one.version == 1 && one.editedAt == nil)
        #expect(kinds[2...] == [.messageEdited(two, by: user.id), .messageEdited(three, by: nil)])
        #expect(try fixture.reader.head(of: room.id) == (2, 6))
    }

    @Test("Several edits and a deletion in one transaction", arguments: Backend.allCases)
    func changesWithinOneTransaction(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let key = fixture.makeKey()
        let commit = try fixture.append([
            fixture.message("one", in: room, by: user, key: key), .edit(room.id, .key(key), text: "two", by: nil),
            .edit(room.id, .seq(1), text: "three", by: nil), fixture.message("last", in: room, by: user),
            .delete(room.id, .seq(1), by: user.id), .edit(room.id, .seq(1), text: "four", by: nil),
            .delete(room.id, .key(key), by: nil), .edit(room.id, .seq(2), text: "LAST", by: nil),
        ])
        guard case .message(let three) = commit.outcomes[2] else { throw Unexpected() }
        #expect(three.version == 3)
        #expect(commit.outcomes[4...6] == [.done, .refused(.unknownMessage), .done])
        #expect(commit.events.map(\.offset) == [3, 4, 5, 6, 7, 8])
        #expect(try fixture.texts(room) == ["", "LAST"])
        try expectNoText(of: 1, in: room, fixture)
    }

    @Test("A deleted message's text is nowhere to be read", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let key = fixture.makeKey()
        try fixture.send("before", in: room, by: user)
        try fixture.send("secret", in: room, by: user, key: key)
        _ = try fixture.apply(.edit(room.id, .seq(2), text: "secret 2", by: nil))
        _ = try fixture.apply(.edit(room.id, .seq(2), text: "secret 3", by: nil))
        let commit = try fixture.append([.delete(room.id, .key(key), by: user.id)])
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.messageDeleted(seq: 2, by: user.id)])

        let gone = try #require(try fixture.messages(room).last)
        #expect(gone.isDeleted && gone.text == "" && gone.seq == 2 && gone.key == key && gone.version == 3)
        try expectNoText(of: 2, in: room, fixture)
        #expect(try fixture.texts(room) == ["before", ""])
        #expect(try fixture.reader.summary(of: room.id)?.lastMessage?.text == "before")
        #expect(try fixture.kinds(room).last == .messageDeleted(seq: 2, by: user.id))
        // Again: done, and nothing happens. Nothing brings it back.
        #expect(try fixture.append([.delete(room.id, .seq(2), by: nil)]) == Commit(outcomes: [.done], events: []))
        #expect(try fixture.apply(.edit(room.id, .seq(2), text: "x", by: nil)) == .refused(.unknownMessage))
        #expect(try fixture.send("after", in: room, by: user) == MessageReceipt(seq: 3, offset: 8, isDuplicate: false))
    }

    @Test(arguments: Backend.allCases)
    func unknownMessages(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let (room, other) = (try fixture.makeRoom("r", members: [user]), try fixture.makeRoom("s", members: [user]))
        let key = fixture.makeKey()
        try fixture.send("x", in: room, by: user, key: key)
        let unknown: [(RoomID, MessageReference)] = [
            (room.id, .seq(2)), (room.id, .seq(0)), (room.id, .seq(-1)), (room.id, .seq(.max)), (room.id, .seq(.min)),
            (room.id, .key(fixture.makeKey())), (other.id, .key(key)), (other.id, .seq(1)), (RoomID(9), .seq(1)),
        ]
        for (room, reference) in unknown {
            #expect(try fixture.apply(.edit(room, reference, text: "y", by: nil)) == .refused(.unknownMessage))
            #expect(try fixture.apply(.delete(room, reference, by: nil)) == .refused(.unknownMessage))
        }
        #expect(try fixture.texts(room) == ["x"])
    }

    @Test("A key that two authors used names the earlier message of the room", arguments: Backend.allCases)
    func ambiguousKeys(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (a, b) = (try fixture.makeUser("a"), try fixture.makeUser("b"))
        let (room, other) = (try fixture.makeRoom("r", members: [a, b]), try fixture.makeRoom("s", members: [b]))
        let (key, second) = (fixture.makeKey(), fixture.makeKey())
        try fixture.send("b's", in: room, by: b, key: key)
        try fixture.send("a's", in: room, by: a, key: key)
        _ = try fixture.apply(.edit(room.id, .key(key), text: "edited", by: nil))
        #expect(try fixture.texts(room) == ["edited", "a's"])
        // The room counts, not only the key.
        try fixture.send("b's", in: other, by: b, key: second)
        try fixture.send("a's", in: room, by: a, key: second)
        _ = try fixture.apply(.delete(room.id, .key(second), by: nil))
        #expect(try fixture.texts(other) == ["b's"])
        #expect(try fixture.texts(room) == ["edited", "a's", ""])
    }

    private func expectNoText(of seq: Int64, in room: Room, _ fixture: Fixture) throws {
        for kind in try fixture.kinds(room) {
            switch kind {
            case .messageCreated(let message) where message.seq == seq,
                .messageEdited(let message, _) where message.seq == seq:
                #expect(message.text == "" && message.isDeleted)
            default: break
            }
        }
    }
}
