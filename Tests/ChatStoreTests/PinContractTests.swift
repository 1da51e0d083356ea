import ChatDomain
import Testing

@testable import ChatStore

@Suite("Pins, and what is marked as unread")
struct PinContractTests {
    @Test("Who may pin, and what is seen of it", arguments: Backend.allCases)
    func pins(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let people = try ["own", "adm", "mem", "rea"].map { try fixture.register($0) }
        let (owner, admin, member, reader) = (people[0], people[1], people[2], people[3])
        let room = try fixture.makeNativeRoom("r", members: people)
        try fixture.setRole(.admin, of: admin, in: room, by: owner)
        try fixture.setRole(.reader, of: reader, in: room, by: owner)
        for text in ["one", "two", "three"] { try fixture.say(text, in: room, by: member) }
        func pin(_ seq: Int64, _ user: User) throws -> Outcome {
            try fixture.post(.pin(room.id, seq: seq, by: user.id))
        }
        func pinned(_ user: User) throws -> [Int64] {
            try fixture.reader.pins(of: room.id, for: user.id).map(\.pin.seq)
        }
        for user in [member, reader] { #expect(try pin(1, user) == .refused(.forbidden)) }
        #expect(try pin(4, owner) == .refused(.unknownMessage))
        let stranger = try fixture.register("str")
        #expect(try pin(1, stranger) == .refused(.notFound))

        let offset = try fixture.reader.head(of: room.id).offset
        fixture.now = WallTime(milliseconds: 5_000)
        guard case .changed(let message, offset + 1) = try pin(1, owner) else { throw Unexpected() }
        #expect(message.seq == 1)
        guard case .changed(_, offset + 2) = try pin(3, admin) else { throw Unexpected() }
        // Twice is once.
        guard case .changed(_, offset + 2) = try pin(1, admin) else { throw Unexpected() }
        #expect(
            try fixture.kinds(room, after: offset) == [
                .messagePinned(seq: 1, by: owner.id), .messagePinned(seq: 3, by: admin.id),
            ])
        _ = try fixture.post(.react(room.id, seq: 1, key: "👍", by: reader.id))
        let listed = try fixture.reader.pins(of: room.id, for: reader.id)
        #expect(
            listed.map(\.pin) == [
                Pin(seq: 3, by: admin.id, at: WallTime(milliseconds: 5_000)),
                Pin(seq: 1, by: owner.id, at: WallTime(milliseconds: 5_000)),
            ])
        #expect(listed.map(\.message.text) == ["three", "one"])
        #expect(listed[1].message.reactions.count == 1)
        #expect(try pinned(stranger) == [])
        // For who has hidden it, it is not there.
        _ = try fixture.post(.hide(room.id, seq: 3, by: member.id))
        #expect(try pinned(member) == [1])
        #expect(try pinned(owner) == [3, 1])

        #expect(try fixture.post(.unpin(room.id, seq: 3, by: member.id)) == .refused(.forbidden))
        guard case .changed(_, offset + 4) = try fixture.post(.unpin(room.id, seq: 3, by: owner.id)),
            case .changed(_, offset + 4) = try fixture.post(.unpin(room.id, seq: 3, by: owner.id))
        else { throw Unexpected() }
        #expect(try fixture.kinds(room).last == .messageUnpinned(seq: 3, by: owner.id))
        #expect(try pinned(owner) == [1])
        // What is deleted is pinned no more, and says so before.
        _ = try fixture.post(.delete(room.id, seq: 1, ifVersion: nil, by: member.id))
        #expect(
            try fixture.kinds(room).suffix(2) == [
                .messageUnpinned(seq: 1, by: member.id), .messageDeleted(seq: 1, by: member.id),
            ])
        #expect(try pinned(owner) == [])
        #expect(try pin(1, owner) == .refused(.unknownMessage))
        // By a dialect too.
        _ = try pin(2, owner)
        #expect(try fixture.apply(.delete(room.id, .seq(2), by: nil)) == .done)
        #expect(
            try fixture.kinds(room).suffix(2) == [.messageUnpinned(seq: 2, by: nil), .messageDeleted(seq: 2, by: nil)])
        _ = try fixture.room(.update(room.id, RoomUpdate(isArchived: true), by: owner.id))
        #expect(try pin(3, owner) == .refused(.forbidden))
    }

    @Test("At most fifty", arguments: Backend.allCases)
    func fifty(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let room = try fixture.makeNativeRoom("r", members: [ada])
        _ = try fixture.append((1...51).map { fixture.says("\($0)", in: room, by: ada) })
        let outcomes = try fixture.append((1...51).map { .post(.pin(room.id, seq: $0, by: ada.id)) }).outcomes
        #expect(outcomes.count { if case .changed = $0 { true } else { false } } == 50)
        #expect(outcomes.last == .refused(.unprocessable))
        #expect(try fixture.reader.pins(of: room.id, for: ada.id).map(\.pin.seq) == Array((1...50).reversed()))
        _ = try fixture.post(.unpin(room.id, seq: 9, by: ada.id))
        guard case .changed = try fixture.post(.pin(room.id, seq: 51, by: ada.id)) else { throw Unexpected() }
        _ = try fixture.room(.delete(room.id, by: ada.id))
        #expect(try fixture.reader.pins(of: room.id, for: ada.id).isEmpty)
    }

    @Test("Both pin in a direct room, but nobody who is blocked", arguments: Backend.allCases)
    func direct(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeDirect(ada, bob)
        try fixture.say("hi", in: room, by: ada)
        for user in [ada, bob] {
            guard case .changed = try fixture.post(.pin(room.id, seq: 1, by: user.id)),
                case .changed = try fixture.post(.unpin(room.id, seq: 1, by: user.id))
            else { throw Unexpected() }
        }
        _ = try fixture.account(.block(ada.id, by: bob.id))
        #expect(try fixture.post(.pin(room.id, seq: 1, by: ada.id)) == .refused(.blocked))
        guard case .changed = try fixture.post(.pin(room.id, seq: 1, by: bob.id)) else { throw Unexpected() }
        #expect(try fixture.post(.unpin(room.id, seq: 1, by: ada.id)) == .refused(.blocked))
    }

    // MARK: Unread again

    @Test("Marked as unread, counts begin there until something is read or said", arguments: Backend.allCases)
    func unread(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        // 3 and 6 are Bob's own, 4 is deleted, 5 mentions him, 7 hidden by him.
        for (number, author) in zip(1..., [ada, ada, bob, ada, ada, bob, ada, ada]) {
            try fixture.say("\(number)", in: room, by: author, mentions: number == 5 ? [bob] : number == 6 ? [bob] : [])
        }
        _ = try fixture.post(.delete(room.id, seq: 4, ifVersion: nil, by: ada.id))
        _ = try fixture.post(.hide(room.id, seq: 7, by: bob.id))
        func mark(_ seq: Int64) throws -> Outcome { try fixture.post(.markUnread(room.id, seq: seq, by: bob.id)) }
        func read(_ seq: Int64, isPrivate: Bool = false, ends: Bool = true) throws {
            let update = MarkerUpdate(
                room: room.id, user: bob.id, read: seq, received: nil, isPrivate: isPrivate, endsUnread: ends)
            _ = try fixture.append([.mark([update])])
        }
        try read(8)
        #expect(try fixture.unread(bob, room) == [0, 0, 8, 8])
        let before = try fixture.reader.member(bob.id, of: room.id)
        for (seq, expected) in [(8, [1, 0, 7, 8]), (2, [3, 1, 1, 8]), (6, [1, 0, 5, 8]), (1, [4, 1, 0, 8])]
            as [(Int64, [Int64])]
        {
            #expect(try mark(seq) == .done)
            #expect(try fixture.unread(bob, room) == expected, "\(seq)")
        }
        // Nobody else sees it.
        var after = try fixture.reader.member(bob.id, of: room.id)
        #expect(after?.unreadFrom == 1)
        after?.unreadFrom = nil
        #expect(after == before)
        // What comes is unread too; what was one's own goes, deleted or hidden.
        try fixture.say("9", in: room, by: ada)
        #expect(try fixture.unread(bob, room) == [5, 1, 0, 9])
        _ = try fixture.post(.delete(room.id, seq: 3, ifVersion: nil, by: bob.id))
        #expect(try fixture.unread(bob, room) == [5, 1, 0, 9])
        _ = try fixture.post(.hide(room.id, seq: 6, by: bob.id))
        #expect(try fixture.unread(bob, room) == [5, 1, 0, 9])
        _ = try fixture.post(.delete(room.id, seq: 6, ifVersion: nil, by: bob.id))
        #expect(try fixture.unread(bob, room) == [5, 1, 0, 9])
        // Whatever is read ends it, however low, and private or not; but not what was said before.
        try read(3, ends: false)
        #expect(try fixture.unread(bob, room) == [5, 1, 0, 9])
        try read(3)
        #expect(try fixture.unread(bob, room) == [1, 0, 8, 9])
        #expect(try fixture.reader.member(bob.id, of: room.id)?.unreadFrom == nil)
        _ = try mark(2)
        try read(1, isPrivate: true)
        #expect(try fixture.unread(bob, room) == [1, 0, 8, 9])
        _ = try mark(2)
        try read(9, isPrivate: true, ends: false)
        // So far it had been read before the mark: it stands.
        #expect(try fixture.unread(bob, room) == [4, 1, 1, 9])
        try fixture.say("10", in: room, by: bob)
        #expect(try fixture.unread(bob, room) == [0, 0, 10, 10])
        // What is not there, and who is not.
        for seq: Int64 in [0, 11, -1] { #expect(try mark(seq) == .refused(.unknownMessage)) }
        let cyd = try fixture.register("cyd")
        #expect(try fixture.post(.markUnread(room.id, seq: 1, by: cyd.id)) == .refused(.notFound))
    }

    @Test("An answer that is marked as unread counts in its thread", arguments: Backend.allCases)
    func unreadAnswer(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        try fixture.say("root", in: room, by: ada)
        for (text, author) in [("2", bob), ("3", ada), ("4", bob)] {
            try fixture.say(text, in: room, by: author, thread: 1)
        }
        _ = try fixture.append([
            .mark([
                MarkerUpdate(room: room.id, user: ada.id, read: 4, received: nil),
                MarkerUpdate(room: room.id, user: ada.id, read: 4, received: nil, thread: 1),
            ])
        ])
        #expect(try fixture.unread(ada, room) == [0, 0, 4, 4])
        // 3 is her own, and said in the thread.
        #expect(try fixture.post(.markUnread(room.id, seq: 2, by: ada.id)) == .done)
        #expect(try fixture.unread(ada, room) == [2, 0, 1, 4])
        #expect(try fixture.reader.threads(of: ada.id, after: nil, limit: 9).rows.map(\.unread) == [2])
    }

    @Test(
        "Nothing is marked as unread that is very far back",
        arguments: [Backend.memory, .sqlite, .sqliteIndexed, .sqliteMixed])
    func farBack(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        let count = StoreLimits.unreadMax + 1
        _ = try fixture.append((1...count).map { fixture.says("x", in: room, by: $0 % 3 == 0 ? bob : ada) })
        #expect(try fixture.post(.markUnread(room.id, seq: 1, by: bob.id)) == .refused(.unprocessable))
        #expect(try fixture.post(.markUnread(room.id, seq: 2, by: bob.id)) == .done)
        let own = (2...count).count { $0 % 3 == 0 }
        #expect(try fixture.unread(bob, room) == [StoreLimits.unreadMax - Int64(own), 0, 1, count])
    }
}
