import ChatDomain
import ChatStore
import Testing

/// A page that is asked for, in a room with the messages 1 to 10, of which the viewer has hidden 3, 4 and 10.
struct ViewedPage: CustomTestStringConvertible {
    var range: MessageRange
    var limit: Int
    var expected: [Int64]
    var before: Bool
    var after: Bool

    var testDescription: String { "\(range) limit \(limit)" }
}

@Suite("Pages as somebody sees them, in every store")
struct PageContractTests {
    static let pages: [ViewedPage] = [
        ViewedPage(range: .before(nil), limit: 3, expected: [7, 8, 9], before: true, after: false),
        ViewedPage(range: .before(nil), limit: 7, expected: [1, 2, 5, 6, 7, 8, 9], before: false, after: false),
        ViewedPage(range: .before(nil), limit: .max, expected: [1, 2, 5, 6, 7, 8, 9], before: false, after: false),
        ViewedPage(range: .before(nil), limit: 0, expected: [], before: true, after: false),
        ViewedPage(range: .before(10), limit: 2, expected: [8, 9], before: true, after: false),
        ViewedPage(range: .before(9), limit: 2, expected: [7, 8], before: true, after: true),
        ViewedPage(range: .before(6), limit: 2, expected: [2, 5], before: true, after: true),
        ViewedPage(range: .before(5), limit: 2, expected: [1, 2], before: false, after: true),
        ViewedPage(range: .before(1), limit: 2, expected: [], before: false, after: true),
        ViewedPage(range: .before(.min), limit: 2, expected: [], before: false, after: true),
        ViewedPage(range: .before(.max), limit: 1, expected: [9], before: true, after: false),
        ViewedPage(range: .after(0), limit: 3, expected: [1, 2, 5], before: false, after: true),
        ViewedPage(range: .after(.min), limit: 1, expected: [1], before: false, after: true),
        ViewedPage(range: .after(2), limit: 2, expected: [5, 6], before: true, after: true),
        ViewedPage(range: .after(7), limit: 2, expected: [8, 9], before: true, after: false),
        ViewedPage(range: .after(9), limit: 2, expected: [], before: true, after: false),
        ViewedPage(range: .after(.max), limit: 2, expected: [], before: true, after: false),
        ViewedPage(range: .after(3), limit: -1, expected: [], before: true, after: true),
        ViewedPage(range: .around(6), limit: 3, expected: [5, 6, 7], before: true, after: true),
        ViewedPage(range: .around(6), limit: 4, expected: [2, 5, 6, 7], before: true, after: true),
        ViewedPage(range: .around(6), limit: 1, expected: [6], before: true, after: true),
        ViewedPage(range: .around(3), limit: 3, expected: [2, 5, 6], before: true, after: true),
        ViewedPage(range: .around(1), limit: 4, expected: [1, 2], before: false, after: true),
        ViewedPage(range: .around(9), limit: 4, expected: [7, 8, 9], before: true, after: false),
        ViewedPage(range: .around(.max), limit: 4, expected: [8, 9], before: true, after: false),
        ViewedPage(range: .around(.min), limit: 4, expected: [1, 2], before: false, after: true),
        ViewedPage(range: .around(6), limit: 100, expected: [1, 2, 5, 6, 7, 8, 9], before: false, after: false),
    ]

    @Test(arguments: Backend.allCases)
    func pages(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", visibility: .public, members: [ada])
        for seq in 1...10 {
            try fixture.say("\(seq)", in: room, by: ada)
            if seq % 2 == 0 { _ = try fixture.post(.react(room.id, seq: Int64(seq), key: "❤", by: ada.id)) }
        }
        for seq in [3, 4, 10] as [Int64] { _ = try fixture.post(.hide(room.id, seq: seq, by: ada.id)) }
        _ = try fixture.post(.delete(room.id, seq: 7, ifVersion: nil, by: ada.id))
        for page in Self.pages {
            let found = try fixture.page(room, page.range, limit: page.limit, for: ada)
            #expect(found.messages.map(\.seq) == page.expected, "\(page.testDescription)")
            #expect(found.hasMoreBefore == page.before, "\(page.testDescription)")
            #expect(found.hasMoreAfter == page.after, "\(page.testDescription)")
            for message in found.messages {
                #expect(message.text == (message.seq == 7 ? "" : "\(message.seq)"))
                #expect(message.isDeleted == (message.seq == 7))
                let reactions = message.seq % 2 == 0 ? [Reaction(key: "❤", users: [ada.id])] : []
                #expect(message.reactions == reactions)
            }
        }
        // Who is no member sees nothing, also of a public room.
        let nothing = MessagePage(messages: [], hasMoreBefore: false, hasMoreAfter: false)
        for range in [MessageRange.before(nil), .after(0), .around(5)] {
            #expect(try fixture.page(room, range, for: bob) == nothing)
            #expect(try fixture.reader.page(of: RoomID(9), range, limit: 9, for: ada.id) == nothing)
        }
    }

    @Test("Markers only rise, and unread is what stands above them", arguments: Backend.allCases)
    func markers(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("cyd"))
        let room = try fixture.makeNativeRoom("r", visibility: .public, members: [ada, bob])
        func mark(
            _ user: User, read: Int64? = nil, received: Int64? = nil, isPrivate: Bool = false
        ) throws -> [Int64] {
            let update = MarkerUpdate(
                room: room.id, user: user.id, read: read, received: received, isPrivate: isPrivate)
            #expect(try fixture.append([.mark([update])]) == Commit(outcomes: [.done], events: []))
            guard let member = try fixture.reader.member(user.id, of: room.id) else { throw Unexpected() }
            return [member.read, member.received, try fixture.unread(user, room)[2]]
        }
        // 2 and 5 are bob's own; 3 mentions him, 4 is deleted, 6 mentions him and is hidden by him.
        try fixture.say("1", in: room, by: ada)
        try fixture.say("2", in: room, by: bob)
        #expect(try fixture.unread(bob, room) == [0, 0, 2, 2])
        #expect(try fixture.unread(ada, room) == [1, 0, 1, 2])
        try fixture.say("3", in: room, by: ada, mentions: [bob, ada])
        try fixture.say("4", in: room, by: ada, mentions: [bob])
        #expect(try fixture.unread(bob, room) == [2, 2, 2, 4])
        _ = try fixture.post(.delete(room.id, seq: 4, ifVersion: nil, by: ada.id))
        #expect(try fixture.unread(bob, room) == [1, 1, 2, 4])
        try fixture.say("5", in: room, by: ada, mentions: [bob])
        _ = try fixture.post(.hide(room.id, seq: 5, by: bob.id))
        try fixture.say("6", in: room, by: ada)
        #expect(try fixture.unread(bob, room) == [2, 1, 2, 6])

        #expect(try mark(bob, received: 4) == [2, 4, 2])
        #expect(try mark(bob, received: 3) == [2, 4, 2])
        #expect(try mark(bob, read: 3, isPrivate: true) == [2, 4, 3])
        #expect(try fixture.unread(bob, room) == [1, 0, 3, 6])
        #expect(try mark(bob, read: 1) == [2, 4, 3])
        #expect(try mark(bob, read: 5) == [5, 5, 5])
        #expect(try mark(bob, read: .min, received: .min) == [5, 5, 5])
        #expect(try mark(bob, read: .max) == [6, 6, 6])
        #expect(try fixture.unread(bob, room) == [0, 0, 6, 6])
        #expect(try mark(ada, received: .max) == [5 + 1, 6, 6])

        // Who joins has read what is there; who is no member has no markers.
        _ = try fixture.room(.join(room.id, invite: nil, by: cyd.id))
        #expect(try fixture.reader.member(cyd.id, of: room.id)?.read == 6)
        try fixture.say("7", in: room, by: ada)
        #expect(try fixture.unread(cyd, room) == [1, 0, 6, 7])
        _ = try fixture.room(.leave(room.id, by: cyd.id))
        let updates = [
            MarkerUpdate(room: room.id, user: cyd.id, read: 7, received: nil),
            MarkerUpdate(room: RoomID(9), user: bob.id, read: 7, received: nil),
            MarkerUpdate(room: room.id, user: bob.id, read: 7, received: nil),
        ]
        #expect(try fixture.append([.mark(updates)]) == Commit(outcomes: [.done], events: []))
        #expect(try fixture.reader.member(cyd.id, of: room.id) == nil)
        #expect(try fixture.unread(bob, room) == [0, 0, 7, 7])
    }

    @Test("Every room of a user is counted, by its id", arguments: Backend.allCases)
    func unreadRooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let rooms = try (0..<3).map { try fixture.makeNativeRoom("r\($0)", members: [ada, bob]) }
        for (room, count) in zip(rooms, [2, 0, 1]) {
            for number in 0..<count { try fixture.say("\(number)", in: room, by: ada, mentions: [bob]) }
        }
        let counts = try fixture.reader.unread(of: bob.id, limit: 9)
        #expect(counts.map(\.room) == rooms.map(\.id))
        #expect(counts.map(\.count.unread) == [2, 0, 1])
        #expect(counts.map(\.count.mentions) == [2, 0, 1])
        #expect(counts.map(\.count.seq) == [2, 0, 1])
        #expect(try fixture.reader.unread(of: bob.id, limit: 1).map(\.room) == [rooms[0].id])
        #expect(try fixture.reader.unread(of: bob.id, limit: -1).isEmpty)
        #expect(try fixture.reader.unread(of: UserID(9), limit: 9).isEmpty)
    }

    @Test("However many a viewer has hidden, a page is full", arguments: [Backend.memory, .sqlite, .sqliteMixed])
    func manyHidden(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let room = try fixture.makeNativeRoom("r", members: [ada])
        _ = try fixture.append((1...2_400).map { fixture.says("\($0)", in: room, by: ada) })
        // All but every thousandth, and the first and the last.
        let shown: [Int64] = [1, 1_000, 2_000, 2_400]
        _ = try fixture.append(
            (1...2_400 as ClosedRange<Int64>).filter { !shown.contains($0) }.map {
                .post(.hide(room.id, seq: $0, by: ada.id))
            })
        let expected: [(MessageRange, Int, [Int64], [Bool])] = [
            (.before(nil), 1, [2_400], [true, false]), (.before(2_400), 1, [2_000], [true, true]),
            (.before(2_000), 1, [1_000], [true, true]), (.before(nil), 4, shown, [false, false]),
            (.before(999), 9, [1], [false, true]), (.after(0), 2, [1, 1_000], [false, true]),
            (.after(1), 1, [1_000], [true, true]), (.after(1_000), 9, [2_000, 2_400], [true, false]),
            (.around(1_500), 2, [1_000, 2_000], [true, true]),
        ]
        for (range, limit, seqs, more) in expected {
            let page = try fixture.page(room, range, limit: limit, for: ada)
            #expect(page.messages.map(\.seq) == seqs, "\(range)")
            #expect([page.hasMoreBefore, page.hasMoreAfter] == more, "\(range)")
        }
    }
}
