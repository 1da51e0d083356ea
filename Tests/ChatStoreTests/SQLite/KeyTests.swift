import ChatDomain
import Testing

@testable import ChatStore

@Suite("Idempotency keys")
struct KeyTests {
    private func sender(_ number: UInt64, author: Int64 = 1) -> SenderKey {
        SenderKey(author: UserID(author), key: MessageKey(high: 0x0190_0000_0000_7000, low: number))
    }

    private func receipt(_ seq: Int64, room: Int64 = 1) -> StoredReceipt {
        StoredReceipt(body: BodyHash(rawValue: 5), room: RoomID(room), seq: seq, offset: seq)
    }

    @Test("A filter forgets nothing, and mistakes few, even where keys differ in a bit")
    func filter() {
        var filter = KeyFilter(bytes: 128 << 10)
        let count = UInt64(filter.capacity)
        for number in 0..<count { filter.insert(sender(number)) }
        #expect(!filter.isFull)
        #expect((0..<count).allSatisfy { filter.mayContain(sender($0)) })
        let mistaken = (count..<2 * count).count { filter.mayContain(sender($0)) }
        #expect(Double(mistaken) / Double(count) < 0.02)
        let others = (0..<count).count { filter.mayContain(sender($0, author: 2)) }
        #expect(Double(others) / Double(count) < 0.02)
        filter.insert(sender(count))
        #expect(filter.isFull)
    }

    @Test func aTableTellsAuthorsApart() {
        var table = KeyTable()
        for author in 1...4 as ClosedRange<Int64> {
            table.insert(receipt(10 - author, room: author % 2), for: sender(1, author: author))
        }
        for author in 1...4 as ClosedRange<Int64> {
            #expect(table.receipt(for: sender(1, author: author)) == receipt(10 - author, room: author % 2))
        }
        #expect(table.receipt(for: sender(1, author: 5)) == nil)
        #expect(table.receipt(for: sender(2)) == nil)
        // The earliest of the room, whoever wrote it.
        #expect(table.seq(of: sender(1).key, in: RoomID(0)) == 6)
        #expect(table.seq(of: sender(1).key, in: RoomID(1)) == 7)
        #expect(table.seq(of: sender(1).key, in: RoomID(2)) == nil)
        for author in [1, 3, 3, 4] as [Int64] { table.remove(sender(1, author: author)) }
        #expect(table.receipt(for: sender(1, author: 2)) == receipt(8, room: 0))
        #expect(table.receipt(for: sender(1, author: 1)) == nil)
        table.remove(sender(1, author: 2))
        #expect(table.seq(of: sender(1).key, in: RoomID(0)) == nil)
    }

    /// After a start the filter knows nothing: until it is filled, and ever after, every key is found.
    @Test func theIndexFindsAllWhileItsFilterIsFilled() throws {
        let directory = try ScratchDirectory()
        let count: UInt64 = 9_000
        do {
            let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
            try Migrations.run(on: database)
            let index = try KeyIndex(database)
            #expect(!index.hasWork)
            try database.execute("BEGIN")
            for number in 0..<count {
                index.expect(sender(number &* 0x9E37_79B9))
                try index.insert(receipt(Int64(number)), for: sender(number &* 0x9E37_79B9))
            }
            try database.execute("COMMIT")
        }
        let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
        let index = try KeyIndex(database)
        var slices = 0
        while true {
            for number in stride(from: 0, to: count, by: 97) {
                #expect(try index.receipt(for: sender(number &* 0x9E37_79B9)) == receipt(Int64(number)))
                #expect(try index.receipt(for: sender(number &* 0x9E37_79B9, author: 2)) == nil)
            }
            // One that comes while the filter is being filled.
            index.expect(sender(UInt64(slices), author: 3))
            try index.insert(receipt(7), for: sender(UInt64(slices), author: 3))
            guard index.hasWork else { break }
            try index.loadSlice()
            slices += 1
        }
        #expect(slices == 3)
        for number in 0...UInt64(slices) { #expect(try index.receipt(for: sender(number, author: 3)) == receipt(7)) }
    }

    @Test("The hash of a body is written in files: it never changes")
    func bodyHash() {
        func hash(_ room: Int64, _ text: String) -> UInt64 {
            UInt64(bitPattern: BodyHash(room: RoomID(room), text: text).rawValue)
        }
        // FNV-1a of the room as eight bytes, the lowest first, and of the text's UTF-8.
        #expect(hash(0, "") == fnv1a([0, 0, 0, 0, 0, 0, 0, 0]))
        #expect(hash(1, "a") == fnv1a([1, 0, 0, 0, 0, 0, 0, 0, 0x61]))
        #expect(hash(258, "é") == fnv1a([2, 1, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9]))
        #expect(hash(1, "a") != hash(2, "a"))
        #expect(hash(1, "\u{E9}") != hash(1, "e\u{301}"))
        // The published value for "foobar", so that both are not wrong in the same way.
        #expect(fnv1a(Array("foobar".utf8)) == 0x8594_4171_F739_67E8)
    }

    private func fnv1a(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
