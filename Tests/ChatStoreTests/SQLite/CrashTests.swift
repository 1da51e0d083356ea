import ChatDomain
import Foundation
import Testing

@testable import ChatStore

@Suite("What a crash leaves")
struct CrashTests {
    /// The database file and its write-ahead log, as they are on the disk while the store is at work, are what a
    /// process that is killed leaves behind.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func everyCommitIsThere(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.runRowsMin = [1, 1_000][drafts.number(0...1)]
        options.runRowsMax = [5, 100][drafts.number(0...1)]
        options.sliceRowsMax = [2, 20_000][drafts.number(0...1)]
        options.walPagesMax = [20, 4_000][drafts.number(0...1)]
        let model = MemoryStore(random: SeededGenerator(seed: seed))
        let store = try SQLiteStore(
            path: directory.database, options: options, random: SeededGenerator(seed: seed))
        defer { store.close() }
        var accepted: [(new: NewMessage, receipt: MessageReceipt)] = []
        for step in 0..<120 {
            let batch = drafts.batch()
            let now = WallTime(milliseconds: Int64(step))
            let commit = try store.append(batch, at: now)
            try #require(try commit == model.append(batch, at: now))
            drafts.learn(from: commit)
            for (draft, outcome) in zip(batch, commit.outcomes) {
                if case .send(let new) = draft, case .sent(let receipt) = outcome, !receipt.isDuplicate {
                    accepted.append((new, receipt))
                }
            }
            for _ in 0..<drafts.number(0...5) { _ = try store.tidy() }
            if step % 12 == 11 {
                try expectSame(afterCrashOf: directory, model, accepted, "seed \(seed), step \(step)")
            }
        }
    }

    /// Its text is gone, and with it what its key could be checked against: so the key must not wait for the index.
    @Test func theKeyOfAMessageThatWasDeletedAtOnce() throws {
        let directory = try ScratchDirectory()
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let now = WallTime(milliseconds: 1)
        var new = NewMessage(
            room: RoomID(1), author: UserID(1), key: MessageKey(high: 1, low: 1), text: "x", joinsRoom: true)
        _ = try store.append(
            [
                .createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false)),
                .createRoom(NewRoom(handle: "r", kind: .group, name: "R", members: [], isOpen: false)),
                .send(new), .delete(RoomID(1), .seq(1), by: nil),
            ], at: now)
        let copy = try Self.copy(afterCrashOf: directory)
        let recovered = try SQLiteStore(path: copy.database)
        defer { recovered.close() }
        let receipt = MessageReceipt(seq: 1, offset: 3, isDuplicate: true)
        #expect(try recovered.append([.send(new)], at: now) == Commit(outcomes: [.sent(receipt)], events: []))
        new.text = "y"
        #expect(try recovered.append([.send(new)], at: now).outcomes == [.refused(.conflict)])
    }

    static func copy(afterCrashOf directory: ScratchDirectory) throws -> ScratchDirectory {
        let copy = try ScratchDirectory()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: directory.database + suffix, toPath: copy.database + suffix)
        }
        return copy
    }

    private func expectSame(
        afterCrashOf directory: ScratchDirectory, _ model: MemoryStore,
        _ accepted: [(new: NewMessage, receipt: MessageReceipt)], _ place: String
    ) throws {
        let copy = try Self.copy(afterCrashOf: directory)
        let store = try SQLiteStore(path: copy.database)
        defer { store.close() }
        let reader = try store.makeReader()
        for id in (1...40).map({ RoomID($0) }) {
            try #require(try reader.summary(of: id) == model.summary(of: id), "\(place)")
            try #require(try reader.head(of: id) == model.head(of: id), "\(place)")
            // With what each has read, by their own messages too.
            try #require(
                try reader.members(of: id, after: nil, limit: .max) == model.members(of: id, after: nil, limit: .max),
                "\(place)")
            try #require(
                try reader.messages(in: id, after: nil, before: nil, limit: .max)
                    == model.messages(in: id, after: nil, before: nil, limit: .max), "\(place)")
            try #require(
                try reader.events(in: id, after: 0, limit: .max) == model.events(in: id, after: 0, limit: .max),
                "\(place)")
        }
        for id in (1...40).map({ UserID($0) }) {
            try #require(try reader.account(id) == model.account(id), "\(place)")
            let unread = try reader.unread(of: id, limit: .max)
            try #require(unread.map(\.count) == model.unread(of: id, limit: .max).map(\.count), "\(place)")
            try #require(
                try reader.userEvents(of: id, after: 0, limit: .max)
                    == model.userEvents(of: id, after: 0, limit: .max), "\(place)")
        }
        // Every key is known again.
        let repeats = try store.append(accepted.map { .send($0.new) }, at: WallTime(milliseconds: 0))
        try #require(repeats.events.isEmpty, "\(place)")
        for (message, outcome) in zip(accepted, repeats.outcomes) {
            var receipt = message.receipt
            receipt.isDuplicate = true
            try #require(outcome == .sent(receipt), "\(place): \(message.new)")
        }
    }
}
