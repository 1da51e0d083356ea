import ChatDomain
import Foundation
import Synchronization
import Testing

@testable import ChatStore

/// Readers on threads of their own, while a writer appends, indexes, checkpoints and lets go of its cache: at every
/// moment a page is whole. Run under the thread sanitizer as well.
@Suite("Reading while somebody writes")
struct ConcurrentReadingTests {
    private static let rooms: Int64 = 3
    private static let batches = 400

    @Test(arguments: [0, 20_000])
    func pagesHaveNeitherGapNorDouble(cacheBytesMax: Int) throws {
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.cacheBytesMax = cacheBytesMax
        options.runRowsMin = 1
        options.runRowsMax = 50
        options.sliceRowsMax = 20
        options.walPagesIdle = 50
        let store = try SQLiteStore(path: directory.database, options: options)
        defer { store.close() }
        try Self.makeRooms(store)

        let progress = Progress()
        let readers = try (0..<3).map { number in
            let reader = Reader(number: number, store: store, progress: progress)
            return try reader.start()
        }
        try Self.write(store, progress)
        progress.isOver.store(true, ordering: .releasing)
        for reader in readers { reader.wait() }
        #expect(progress.problems.withLock { $0 } == [])
        #expect(progress.pages.load(ordering: .relaxed) > 100)
    }

    /// What the threads tell each other.
    private final class Progress: Sendable {
        /// The messages of each room that `append` has returned.
        let stored = Atomic<Int64>(0)
        let isOver = Atomic<Bool>(false)
        let pages = Atomic<Int>(0)
        let problems = Mutex<[String]>([])
    }

    private static func makeRooms(_ store: SQLiteStore) throws {
        var drafts: [Draft] = [.createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false))]
        for room in 1...rooms {
            let new = NewRoom(handle: "r\(room)", kind: .group, name: "R", members: [UserID(1)], isOpen: false)
            drafts.append(.createRoom(new))
        }
        _ = try store.append(drafts, at: WallTime(milliseconds: 0))
    }

    /// In each batch a message to each room, and a change to an earlier one.
    private static func write(_ store: SQLiteStore, _ progress: Progress) throws {
        for batch in 1...Int64(batches) {
            var drafts: [Draft] = []
            for room in 1...rooms {
                let key = MessageKey(high: UInt64(room), low: UInt64(batch))
                drafts.append(
                    .send(NewMessage(room: RoomID(room), author: UserID(1), key: key, text: "\(batch)")))
                if batch % 4 == 0 { drafts.append(.edit(RoomID(room), .seq(batch / 2), text: "\(batch / 2)", by: nil)) }
            }
            _ = try store.append(drafts, at: WallTime(milliseconds: batch))
            progress.stored.store(batch, ordering: .releasing)
            for _ in 0..<batch % 5 { _ = try store.tidy() }
        }
    }

    private struct Reader {
        let number: Int
        let store: SQLiteStore
        let progress: Progress

        /// Reads on a thread of its own until the writer is done.
        func start() throws -> DispatchGroup {
            let group = DispatchGroup()
            group.enter()
            Thread.detachNewThread {
                do {
                    let reader = try store.makeReader()
                    var random = SeededGenerator(seed: UInt64(number))
                    while !progress.isOver.load(ordering: .acquiring) { try read(reader, &random) }
                } catch {
                    report("\(error)")
                }
                group.leave()
            }
            return group
        }

        private func read(_ reader: any ChatStoreReader, _ random: inout SeededGenerator) throws {
            let room = RoomID(Int64.random(in: 1...rooms, using: &random))
            let stored = progress.stored.load(ordering: .acquiring)
            let limit = Int.random(in: 1...150, using: &random)
            // The newest page.
            let newest = try reader.messages(in: room, after: nil, before: nil, limit: limit)
            check(newest, "newest \(limit)")
            if stored > 0 {
                let last = newest.last?.seq ?? 0
                if last < stored { report("message \(stored) was stored, the newest is \(last)") }
                if newest.count < min(limit, Int(stored)) { report("\(newest.count) of \(limit) messages") }
            }
            // A page from somewhere on.
            let after = Int64.random(in: 0...max(stored, 1), using: &random)
            let page = try reader.messages(in: room, after: after, before: nil, limit: limit)
            check(page, "after \(after) limit \(limit)")
            if let first = page.first, first.seq != after + 1 { report("after \(after) came \(first.seq)") }
            if after < stored && page.isEmpty { report("after \(after) came nothing, of \(stored)") }
            // The log from somewhere on.
            let offset = Int64.random(in: 0...stored + 1, using: &random)
            let events = try reader.events(in: room, after: offset, limit: limit)
            for (index, event) in events.enumerated() where event.offset != offset + 1 + Int64(index) {
                report("after offset \(offset), place \(index) holds \(event.offset)")
            }
            if events.isEmpty { report("no event after \(offset), of \(stored) messages") }
            if try reader.head(of: room).seq < stored { report("the head is behind \(stored)") }
            progress.pages.add(1, ordering: .relaxed)
        }

        private func check(_ messages: [Message], _ place: String) {
            for (one, next) in zip(messages, messages.dropFirst()) where next.seq != one.seq + 1 {
                report("\(place): after \(one.seq) comes \(next.seq)")
            }
            for message in messages where message.text != "\(message.seq)" {
                report("\(place): message \(message.seq) reads \(message.text)")
            }
        }

        private func report(_ problem: String) {
            progress.problems.withLock { if $0.count < 20 { $0.append(problem) } }
        }
    }
}
