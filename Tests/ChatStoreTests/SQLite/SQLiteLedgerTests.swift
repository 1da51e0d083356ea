import ChatDomain
import Testing

@testable import ChatStore

@Suite("The ledger in SQLite, when something fails")
struct SQLiteLedgerTests {
    /// Every now and then the file may not grow. What was refused has no trace, and what follows goes on from there.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func aFullDiskChangesNothing(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.runRowsMin = 1
        let tail = UnindexedTail(cacheBytesMax: 4_000)
        let epochs = SharedGenerator(seed: seed)
        var writer = Rules(
            try SQLiteLedger(path: directory.database, options: options, tail: tail), random: epochs)
        let reader = try SQLiteReader(path: directory.database, tail: tail, busyTimeoutMs: 0)
        let model = MemoryStore(random: epochs)
        var failures = 0
        for step in 0..<200 {
            let batch = drafts.batch()
            let now = WallTime(milliseconds: Int64(step))
            if drafts.number(0...2) == 0 {
                let pages = try writer.ledger.database.integer("PRAGMA page_count")
                try writer.ledger.database.execute("PRAGMA max_page_count = \(pages)")
                let large = batch + drafts.batch() + (0..<60).map { Self.largeMessage($0, step) }
                let state = epochs.state
                #expect(throws: StoreError.full(path: directory.database)) { try writer.append(large, at: now) }
                epochs.state = state
                failures += 1
                // A limit that a tidying slice meets is no harm either.
                _ = try? writer.ledger.tidy()
                try writer.ledger.database.execute("PRAGMA max_page_count = 1000000")
            }
            let state = epochs.state
            let found = try writer.append(batch, at: now)
            epochs.state = state
            try #require(try found == model.append(batch, at: now), "seed \(seed), step \(step)")
            drafts.learn(from: found)
            if step % 3 == 0 { _ = try writer.ledger.tidy() }
            let place = drafts.place()
            let room = place.room
            try #require(
                try reader.listing(of: room, for: place.user) == model.listing(of: room, for: place.user),
                "seed \(seed), step \(step)")
            try #require(
                try reader.events(in: room, after: 0, limit: .max) == model.events(in: room, after: 0, limit: .max))
            try #require(
                try reader.messages(in: room, after: nil, before: nil, limit: .max)
                    == model.messages(in: room, after: nil, before: nil, limit: .max))
        }
        #expect(failures > 20)
    }

    /// More than the rest of any page holds.
    private static func largeMessage(_ number: Int, _ step: Int) -> Draft {
        let handle = "large \(step) \(number) " + String(repeating: "x", count: 4_000)
        return .createUser(NewUser(handle: handle, username: "", phone: nil, isOpen: false))
    }

    @Test("A backlog that indexing cannot shorten refuses new messages, and nothing else")
    func unavailable() throws {
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.tailBytesMax = 10_000
        options.catchUpMs = 0
        options.sliceRowsMax = 1
        let store = try SQLiteStore(path: directory.database, options: options)
        defer { store.close() }
        let now = WallTime(milliseconds: 1)
        func send(_ number: UInt64) -> Draft {
            let key = MessageKey(high: 7, low: number)
            return .send(NewMessage(room: RoomID(1), author: UserID(1), key: key, text: "x"))
        }
        _ = try store.append(
            [
                .createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false)),
                .createRoom(NewRoom(handle: "r", kind: .group, name: "R", members: [UserID(1)], isOpen: false)),
            ], at: now)
        _ = try store.append((1...40).map { send($0) }, at: now)
        let commit = try store.append(
            [
                send(41), .edit(RoomID(1), .seq(1), text: "y", by: nil), send(40),
                .createUser(NewUser(handle: "b", username: "B", phone: nil, isOpen: false)),
                .delete(RoomID(1), .seq(2), by: nil),
            ], at: now)
        #expect(commit.outcomes[0] == .refused(.unavailable))
        #expect(commit.outcomes[1] == .refused(.unavailable))
        #expect(commit.outcomes[2] == .sent(MessageReceipt(seq: 40, offset: 42, isDuplicate: true)))
        guard case .user = commit.outcomes[3] else { throw Unexpected() }
        #expect(commit.outcomes[4] == .done)
        // Tidied, it takes messages again, and the refused key is free.
        while try store.tidy() {}
        let receipt = MessageReceipt(seq: 41, offset: 44, isDuplicate: false)
        #expect(try store.append([send(41)], at: now).outcomes == [.sent(receipt)])
    }

    @Test("A writer that never tidies keeps its backlog bounded")
    func neverIdle() throws {
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.tailBytesMax = 100_000
        let tail = UnindexedTail(cacheBytesMax: 0)
        var writer = Rules(
            try SQLiteLedger(path: directory.database, options: options, tail: tail),
            random: SystemRandomNumberGenerator())
        let now = WallTime(milliseconds: 1)
        _ = try writer.append(
            [
                .createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false)),
                .createRoom(NewRoom(handle: "r", kind: .group, name: "R", members: [UserID(1)], isOpen: false)),
            ], at: now)
        for batch in 0..<100 as Range<UInt64> {
            let drafts = (0..<20 as Range<UInt64>).map { number in
                let key = MessageKey(high: batch, low: number)
                return Draft.send(NewMessage(room: RoomID(1), author: UserID(1), key: key, text: "x"))
            }
            let commit = try writer.append(drafts, at: now)
            #expect(commit.events.count == 20)
            #expect(writer.ledger.indexer.bytes <= options.tailBytesMax)
        }
    }
}
