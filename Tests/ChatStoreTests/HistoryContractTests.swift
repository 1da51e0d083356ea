import ChatDomain
import ChatStore
import Testing

/// A page that is asked for, in a room with the messages 1 to 10.
struct Page: CustomTestStringConvertible {
    var after: Int64?
    var before: Int64?
    var limit: Int
    var expected: [Int64]

    var testDescription: String {
        "after \(after.map(String.init) ?? "-") before \(before.map(String.init) ?? "-") limit \(limit)"
    }
}

@Suite("Pages of history, in every store")
struct HistoryContractTests {
    static let pages: [Page] = [
        Page(limit: 3, expected: [8, 9, 10]),
        Page(limit: 10, expected: Array(1...10)),
        Page(limit: 11, expected: Array(1...10)),
        Page(limit: .max, expected: Array(1...10)),
        Page(limit: 0, expected: []),
        Page(limit: -1, expected: []),
        Page(after: 0, limit: 3, expected: [1, 2, 3]),
        Page(after: 4, limit: 3, expected: [5, 6, 7]),
        Page(after: 8, limit: 3, expected: [9, 10]),
        Page(after: 10, limit: 3, expected: []),
        Page(after: -5, limit: 2, expected: [1, 2]),
        Page(after: .max, limit: 3, expected: []),
        Page(after: .min, limit: 1, expected: [1]),
        Page(before: 11, limit: 3, expected: [8, 9, 10]),
        Page(before: 7, limit: 3, expected: [4, 5, 6]),
        Page(before: 3, limit: 3, expected: [1, 2]),
        Page(before: 1, limit: 3, expected: []),
        Page(before: 0, limit: 3, expected: []),
        Page(before: .min, limit: 3, expected: []),
        Page(before: .max, limit: 2, expected: [9, 10]),
        Page(after: 2, before: 9, limit: 3, expected: [6, 7, 8]),
        Page(after: 2, before: 5, limit: 3, expected: [3, 4]),
        Page(after: 5, before: 6, limit: 3, expected: []),
        Page(after: 6, before: 5, limit: 3, expected: []),
        Page(after: .max, before: .min, limit: 3, expected: []),
    ]

    @Test(arguments: Backend.allCases)
    func pages(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        // Between the messages lie events that are none, so that number and position differ.
        for seq in 1...10 {
            try fixture.send("\(seq)", in: room, by: user)
            _ = try fixture.apply(.updateRoom(room.id, name: "name \(seq)", members: nil, by: nil))
            if seq % 3 == 0 { _ = try fixture.apply(.edit(room.id, .seq(Int64(seq - 1)), text: "edited", by: nil)) }
            if seq == 6 { _ = try fixture.apply(.delete(room.id, .seq(4), by: nil)) }
        }
        for page in Self.pages {
            let messages = try fixture.messages(room, after: page.after, before: page.before, limit: page.limit)
            #expect(messages.map(\.seq) == page.expected, "\(page.testDescription)")
            for message in messages {
                let expected = [2: "edited", 5: "edited", 8: "edited", 4: ""][message.seq] ?? "\(message.seq)"
                #expect(message.text == expected)
            }
        }
        #expect(try fixture.reader.messages(in: RoomID(99), after: nil, before: nil, limit: 5) == [])
    }

    @Test(arguments: Backend.allCases)
    func events(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        for seq in 3...10 { try fixture.send("\(seq)", in: room, by: user) }
        let all = try fixture.reader.events(in: room.id, after: 0, limit: 100)
        #expect(all.map(\.offset) == Array(1...10))
        for (after, limit, expected) in [
            (0, 3, [1, 2, 3]), (7, 2, [8, 9]), (8, 9, [9, 10]), (10, 9, []), (11, 9, []), (.max, 9, []),
            (-3, 1, [1]), (.min, 1, [1]), (3, 0, []), (3, -1, []), (9, .max, [10]),
        ] as [(Int64, Int, [Int64])] {
            let events = try fixture.reader.events(in: room.id, after: after, limit: limit)
            #expect(events == expected.map { all[Int($0) - 1] })
        }
        #expect(try fixture.reader.events(in: RoomID(99), after: 0, limit: 5) == [])
        #expect(try fixture.reader.head(of: RoomID(99)) == (0, 0))
    }

    @Test("A reader made earlier sees what is stored later", arguments: Backend.allCases)
    func readersSeeWhatIsStored(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let early = try fixture.store.makeReader()
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        try fixture.send("x", in: room, by: user)
        if backend.keepsItsReaders { #expect(try early.head(of: room.id) == (1, 3)) }
        #expect(try fixture.store.makeReader().head(of: room.id) == (1, 3))
    }

    @Test("The newest message that is not deleted stands for the room", arguments: Backend.allCases)
    func lastMessage(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        for text in ["one", "two", "three"] { try fixture.send(text, in: room, by: user) }
        var seen: [String?] = []
        for seq in [3, 1, 2] as [Int64] {
            seen.append(try fixture.reader.summary(of: room.id)?.lastMessage?.text)
            _ = try fixture.apply(.delete(room.id, .seq(seq), by: nil))
        }
        seen.append(try fixture.reader.summary(of: room.id)?.lastMessage?.text)
        #expect(seen == ["three", "two", "two", nil])
    }
}
