import ChatDomain
import ChatStore
import Testing

/// The SQLite store against the memory store: random drafts go to both, and every answer and every read must agree,
/// whatever lies in the tail, in a half-finished run or in the index. A failure names the seed that replays it.
@Suite("The SQLite store does as the memory store does")
struct ModelTests {
    @Test(arguments: Seeds(fewest: 200))
    func agrees(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.cacheBytesMax = [0, 4_000, 40_000, 1 << 24][drafts.number(0...3)]
        options.runRowsMin = [1, 1, 30][drafts.number(0...2)]
        options.runRowsMax = [3, 40, 10_000][drafts.number(0...2)]
        options.sliceRowsMax = [1, 7, 20_000][drafts.number(0...2)]
        // Epochs must agree: the generator starts again where the store does.
        let epochs = SharedGenerator(seed: seed)
        let model = MemoryStore(random: SeededGenerator(seed: seed))
        var store = try SQLiteStore(path: directory.database, options: options, random: epochs)
        var reader = try store.makeReader()
        var now: Int64 = 1_000_000

        // Mostly short, so that there can be many; some long, so that indexes and histories grow.
        for step in 0..<(seed % 20 == 1 ? 250 : 50) {
            let batch = drafts.batch()
            now += Int64(drafts.number(-3...20))
            // Clocks are corrected.
            if drafts.number(0...29) == 0 { now += Int64(drafts.number(-3_000...3_000)) }
            let expected = try model.append(batch, at: WallTime(milliseconds: now))
            let found = try store.append(batch, at: WallTime(milliseconds: now))
            for (index, draft) in batch.enumerated() {
                let (one, other) = (found.outcomes[index], expected.outcomes[index])
                try #require(one == other, "seed \(seed), step \(step): \(draft)")
            }
            try #require(found.events == expected.events, "seed \(seed), step \(step)")
            drafts.learn(from: expected)
            try #require(found.notices == expected.notices, "seed \(seed), step \(step)")
            switch drafts.number(0...19) {
            case 0:
                store.close()
                store = try SQLiteStore(path: directory.database, options: options, random: epochs)
                reader = try store.makeReader()
            case 1: while try store.tidy() {}
            case 2...8: for _ in 0..<drafts.number(1...9) { _ = try store.tidy() }
            default: break
            }
            for _ in 0..<4 {
                try comparePages(reader, model, &drafts, "seed \(seed), step \(step)")
                try compareViews(reader, model, &drafts, "seed \(seed), step \(step)")
            }
            if step % 25 == 24 {
                try compareAll(reader, model, "seed \(seed), step \(step)")
                try compareNative(reader, model, at: WallTime(milliseconds: now), "seed \(seed), step \(step)")
            }
        }
        // Whatever is half done, nothing of it is damage.
        try #require(try SQLiteVerifier.verify(directory.database).problems == [], "seed \(seed)")
        store.close()
        try #require(try SQLiteVerifier.verify(directory.database).problems == [], "seed \(seed), closed")
    }

    private func comparePages(
        _ reader: any ChatStoreReader, _ model: MemoryStore, _ drafts: inout RandomDrafts, _ place: String
    ) throws {
        let room = drafts.place().room
        let after = drafts.number(0...1) == 0 ? nil : Int64(drafts.number(-1...40))
        let before = drafts.number(0...1) == 0 ? nil : Int64(drafts.number(-1...60))
        let limit = drafts.number(0...12)
        let messages = try reader.messages(in: room, after: after, before: before, limit: limit)
        try #require(
            messages == model.messages(in: room, after: after, before: before, limit: limit),
            "\(place): room \(room.rawValue) after \(after ?? -9) before \(before ?? -9) limit \(limit)")
        let offset = Int64(drafts.number(-1...90))
        let events = try reader.events(in: room, after: offset, limit: limit)
        try #require(
            events == model.events(in: room, after: offset, limit: limit),
            "\(place): room \(room.rawValue), events after \(offset) limit \(limit)")
        try #require(try reader.head(of: room) == model.head(of: room), "\(place): room \(room.rawValue)")
    }

    func compareAll(_ reader: any ChatStoreReader, _ model: any ChatStoreReader, _ place: String) throws {
        for id in (0...60).map({ UserID($0) }) {
            try #require(try reader.user(id) == model.user(id), "\(place)")
            try #require(try reader.rooms(of: id, limit: 20) == model.rooms(of: id, limit: 20), "\(place)")
        }
        for number in 0...60 {
            let handle = "u\(number)"
            try #require(try reader.user(handle: handle) == model.user(handle: handle), "\(place)")
            try #require(try reader.user(phone: "\(number)") == model.user(phone: "\(number)"), "\(place)")
            try #require(try reader.room(handle: "r\(number)") == model.room(handle: "r\(number)"), "\(place)")
        }
        try #require(try reader.openUsers(limit: 9) == model.openUsers(limit: 9), "\(place)")
        try #require(try reader.openRooms(limit: 9) == model.openRooms(limit: 9), "\(place)")
        for id in (0...60).map({ RoomID($0) }) {
            try #require(try reader.room(id) == model.room(id), "\(place)")
            try #require(try reader.summary(of: id) == model.summary(of: id), "\(place)")
            try #require(try reader.head(of: id) == model.head(of: id), "\(place)")
            try #require(
                try reader.messages(in: id, after: nil, before: nil, limit: .max)
                    == model.messages(in: id, after: nil, before: nil, limit: .max), "\(place): room \(id.rawValue)")
            try #require(
                try reader.events(in: id, after: 0, limit: .max) == model.events(in: id, after: 0, limit: .max),
                "\(place): room \(id.rawValue)")
        }
    }
}
