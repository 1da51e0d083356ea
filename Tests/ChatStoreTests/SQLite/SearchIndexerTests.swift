import ChatDomain
import Foundation
import Testing

@testable import ChatStore

@Suite("The search index of the database")
struct SearchIndexerTests {
    private let directory: ScratchDirectory
    private let now = WallTime(milliseconds: 1_000)
    private let ada = UserID(1)

    init() throws { directory = try ScratchDirectory() }

    private var searchPath: String { SearchFile.path(beside: directory.database) }

    private func makeStore() throws -> SQLiteStore {
        let store = try SQLiteStore(path: directory.database)
        guard try store.makeReader().user(ada) == nil else { return store }
        let account = NewAccount(handle: "h", login: "ada", displayName: "Ada", credential: nil)
        let room = NewNativeRoom(handle: "r", kind: .group, name: "r", visibility: .private, members: [])
        _ = try store.append(
            [.account(.register(account, session: nil, invite: nil)), .room(.create(room, by: ada))], at: now)
        return store
    }

    private func makeIndexer(_ options: SQLiteSearchIndexer.Options = .init()) throws -> SQLiteSearchIndexer {
        try SQLiteSearchIndexer(log: directory.database, path: searchPath, options: options)
    }

    private func say(_ texts: [String], room: RoomID = RoomID(1), in store: SQLiteStore, first: UInt64 = 1) throws {
        let drafts = texts.enumerated().map { number, text in
            Draft.send(
                NewMessage(
                    room: room, author: ada, key: MessageKey(high: 7, low: first + UInt64(number)), text: text,
                    isChecked: true))
        }
        let outcomes = try store.append(drafts, at: now).outcomes
        try #require(outcomes.allSatisfy { if case .sent = $0 { true } else { false } })
    }

    private func found(_ text: String, in store: SQLiteStore) throws -> [Int64] {
        let query = try #require(SearchQuery(text))
        return try store.makeReader().search(query, for: ada, before: nil, limit: 100).results.map(\.message.seq)
    }

    /// Whether index and documents agree, and the index with itself.
    private func check(_ path: String) throws {
        let raw = try Database(path: path, role: .writer, busyTimeoutMs: 100)
        try raw.execute("INSERT INTO texts (texts) VALUES ('integrity-check')")
        let count = try raw.integer("SELECT count(*) FROM docs")
        #expect(try raw.integer("SELECT count(*) FROM texts WHERE texts MATCH '\"\(SearchMark.author(1))\"'") == count)
    }

    private func files(containing text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { name in
            let data = try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name))
            return data.range(of: Data(text.utf8)) != nil
        }.sorted()
    }

    @Test("It goes on where it was, slice by slice, over any number of starts")
    func restarting() throws {
        let store = try makeStore()
        defer { store.close() }
        try say((1...50).map { "word n\($0)" }, in: store)
        _ = try store.append([.post(.edit(RoomID(1), seq: 3, text: "other", ifVersion: nil, by: ada))], at: now)
        _ = try store.append([.post(.delete(RoomID(1), seq: 50, ifVersion: nil, by: ada))], at: now)
        var options = SQLiteSearchIndexer.Options()
        options.sliceRowsMax = 7
        var starts = 0
        while true {
            let indexer = try makeIndexer(options)
            let hasMore = try indexer.advance(at: now)
            starts += 1
            // Each start shows what is indexed so far, and no more.
            if starts == 2 { #expect(try found("word", in: store) == (1...12).filter { $0 != 3 }.reversed()) }
            if !hasMore { break }
        }
        #expect(starts > 7)
        #expect(try found("word", in: store) == (1...49).filter { $0 != 3 }.reversed())
        #expect(try found("other", in: store) == [3])
        try check(searchPath)
    }

    @Test("Its lag is what is not indexed yet, and since when")
    func lag() throws {
        let store = try makeStore()
        defer { store.close() }
        let indexer = try makeIndexer()
        while try indexer.advance(at: now) {}
        #expect(try indexer.lag(at: now) == SearchLag(entries: 0, ms: 0))
        try say(["a", "b", "c"], in: store)
        #expect(try indexer.lag(at: WallTime(milliseconds: 1_250)) == SearchLag(entries: 3, ms: 250))
        #expect(try indexer.lag(at: WallTime(milliseconds: 0)) == SearchLag(entries: 3, ms: 0))
        while try indexer.advance(at: now) {}
        #expect(try indexer.lag(at: WallTime(milliseconds: 9_000)) == SearchLag(entries: 0, ms: 0))
    }

    @Test("A message of any size, and one of nothing but signs, is indexed", arguments: [1, 1 << 20])
    func sizes(_ bytesMax: Int) throws {
        let store = try makeStore()
        defer { store.close() }
        let cjk = String(repeating: "漢字", count: 2_730)
        try say([cjk, String(repeating: "x", count: 16_384), "!!!", "\u{E000}r1 \u{E000}u1", "end"], in: store)
        var options = SQLiteSearchIndexer.Options()
        options.sliceBytesMax = bytesMax
        let indexer = try makeIndexer(options)
        while try indexer.advance(at: now) {}
        #expect(try found("字漢字", in: store) == [1])
        #expect(try found("end", in: store) == [5])
        #expect(try found("r1", in: store) == [4])
        try check(searchPath)
    }

    @Test("A deleted room is taken out, some messages at a time")
    func purging() throws {
        let store = try makeStore()
        defer { store.close() }
        let room = NewNativeRoom(handle: "s", kind: .group, name: "s", visibility: .private, members: [])
        _ = try store.append([.room(.create(room, by: ada))], at: now)
        try say((1...20).map { "word \($0)" }, in: store)
        try say(["word kept"], room: RoomID(2), in: store, first: 100)
        var options = SQLiteSearchIndexer.Options()
        options.purgeRowsMax = 3
        let indexer = try makeIndexer(options)
        while try indexer.advance(at: now) {}
        _ = try store.append([.room(.delete(RoomID(1), by: ada))], at: now)
        // The log's own rows go first, as they may.
        while try store.tidy() {}
        #expect(try indexer.advance(at: now))
        #expect(try indexer.advance(at: now))
        // Another start goes on with it.
        let next = try makeIndexer(options)
        while try next.advance(at: now) {}
        let raw = try RawDatabase(path: searchPath)
        #expect(try raw.database.integer("SELECT count(*) FROM docs") == 1)
        #expect(try raw.database.integer("SELECT count(*) FROM purges") == 0)
        #expect(try found("word", in: store) == [1])
        try check(searchPath)
    }

    @Test("An index of another log, or of another version, or none at all, is made anew")
    func makingAnew() throws {
        let store = try makeStore()
        defer { store.close() }
        try say(["one", "two"], in: store)
        let damages: [(Database) throws -> Void] = [
            { try $0.execute("UPDATE progress SET at = at + 1") },
            { try $0.execute("UPDATE progress SET log_id = 1000") },
            { try $0.execute("UPDATE progress SET words_version = 99") },
            { try $0.execute("PRAGMA user_version = 99") },
        ]
        for damage in damages {
            try {
                let indexer = try makeIndexer(); while try indexer.advance(at: now) {}
            }()
            try {
                let raw = try Database(path: searchPath, role: .writer, busyTimeoutMs: 100)
                try raw.execute("DELETE FROM docs WHERE id = (SELECT max(id) FROM docs)")
                try damage(raw)
            }()
            #expect(try found("two", in: store) == [])
            try {
                let indexer = try makeIndexer(); while try indexer.advance(at: now) {}
            }()
            #expect(try found("two", in: store) == [2])
            try check(searchPath)
        }
        for bytes in [Data("no database".utf8), Data(repeating: 7, count: 9_000)] {
            try bytes.write(to: URL(fileURLWithPath: searchPath))
            try {
                let indexer = try makeIndexer(); while try indexer.advance(at: now) {}
            }()
            #expect(try found("two", in: store) == [2])
        }
        #expect(SearchFile.path(beside: "chat.db") == "search.db")
        #expect(SearchFile.path(beside: "/a/b/chat.db") == "/a/b/search.db")
    }

    @Test("It can be taken away under those who have it open, and is made anew")
    func discarding() throws {
        let store = try makeStore()
        defer { store.close() }
        try say((1...200).map { "word n\($0)" }, in: store)
        var indexer = try #require(try store.makeSearchIndexer())
        while try indexer.advance(at: now) {}
        let reader = try store.makeReader()
        let query = try #require(SearchQuery("word"))
        func search() throws(StoreError) -> Int {
            try reader.search(query, for: ada, before: nil, limit: 1_000).results.count
        }
        #expect(try search() == 200)
        store.discardSearchIndex()
        for suffix in ["", "-wal", "-shm"] { #expect(!FileManager.default.fileExists(atPath: searchPath + suffix)) }
        #expect(throws: StoreError.noSearchIndex) { try search() }
        #expect(try reader.user(ada) != nil)
        // Whoever was at work on it meets an error, or works for nobody.
        try say(["word again"], in: store, first: 1_000)
        _ = try? indexer.advance(at: now)
        #expect(throws: StoreError.noSearchIndex) { try search() }
        indexer = try #require(try store.makeSearchIndexer())
        while try indexer.advance(at: now) {}
        #expect(try search() == 201)
        try check(searchPath)
    }

    @Test("What was deleted stays in the file until it is written anew, at its time")
    func rewriting() throws {
        let store = try makeStore()
        let secret = "Geheimwort"
        try say((1...300).map { "filler \($0) \($0 == 150 ? secret : "")" }, in: store)
        var options = SQLiteSearchIndexer.Options()
        options.rewriteMs = 5_000
        var indexer: SQLiteSearchIndexer? = try makeIndexer(options)
        func advance(_ ms: Int64) throws {
            while try indexer?.advance(at: WallTime(milliseconds: ms)) == true {}
        }
        try advance(100_000)
        let word = SearchWords.joined(secret)
        indexer?.close()
        #expect(try files(containing: word) == ["search.db"])
        _ = try store.append([.post(.delete(RoomID(1), seq: 150, ifVersion: nil, by: ada))], at: now)
        try advance(100_001)
        #expect(try found(secret, in: store) == [])
        // Nothing was stale before: so it is time at once, and then not again for a while.
        indexer?.close()
        #expect(try files(containing: word) == [])
        _ = try store.append(
            [.post(.edit(RoomID(1), seq: 1, text: "other", ifVersion: nil, by: ada))], at: now)
        let raw = try RawDatabase(path: searchPath)
        try advance(105_000)
        #expect(try raw.database.integer("SELECT stale FROM progress") == 1)
        try advance(105_001)
        #expect(try raw.database.integer("SELECT stale FROM progress") == 0)
        #expect(try raw.database.integer("SELECT rewritten_at FROM progress") == 105_001)
        #expect(try found("filler", in: store).count == 100)
        try check(searchPath)
        indexer = nil
        store.close()
    }

    @Test("A failure leaves it as it was, and the next attempt goes on")
    func failing() throws {
        let store = try makeStore()
        defer { store.close() }
        try say(["one", "two"], in: store)
        var options = SQLiteSearchIndexer.Options()
        options.busyTimeoutMs = 1
        let indexer = try makeIndexer(options)
        let other = try Database(path: searchPath, role: .writer, busyTimeoutMs: 1)
        try other.execute("BEGIN IMMEDIATE")
        #expect(throws: StoreError.busy) { try indexer.advance(at: now) }
        #expect(try indexer.lag(at: now).entries > 0)
        try other.execute("ROLLBACK")
        while try indexer.advance(at: now) {}
        #expect(try found("two", in: store) == [2])
        try check(searchPath)
    }

    @Test("A store without an index cannot be searched, and says so")
    func withoutIndex() throws {
        let store = try makeStore()
        defer { store.close() }
        #expect(throws: StoreError.self) { try found("x", in: store) }
        let closed = try SQLiteStore(path: directory.path + "/other.db")
        closed.close()
        #expect(throws: StoreError.self) { try closed.makeSearchIndexer() }
    }

    @Test("Random changes leave what a look at every message finds", arguments: 1...6 as ClosedRange<UInt64>)
    func agrees(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let store = try makeStore()
        defer { store.close() }
        var options = SQLiteSearchIndexer.Options()
        options.sliceRowsMax = Int.random(in: 1...40, using: &random)
        options.rewriteMs = 50
        let indexer = try makeIndexer(options)
        let words = ["ant", "bee", "cat", "Dog", "日本", "日", "ELK!"]
        func text() -> String {
            (0..<Int.random(in: 1...4, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: " ")
        }
        var seq: Int64 = 0
        for step in 0..<60 {
            var drafts: [Draft] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let target = Int64.random(in: 1...(seq + 1), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: drafts.append(.post(.delete(RoomID(1), seq: target, ifVersion: nil, by: ada)))
                case 1, 2:
                    drafts.append(.post(.edit(RoomID(1), seq: target, text: text(), ifVersion: nil, by: ada)))
                default:
                    seq += 1
                    drafts.append(
                        .send(
                            NewMessage(
                                room: RoomID(1), author: ada, key: MessageKey(high: seed, low: UInt64(seq)),
                                text: text(), isChecked: true)))
                }
            }
            _ = try store.append(drafts, at: now)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                _ = try indexer.advance(at: WallTime(milliseconds: Int64(step) * 10))
            }
        }
        while try indexer.advance(at: WallTime(milliseconds: 10_000)) {}
        let messages = try store.makeReader().messages(in: RoomID(1), after: 0, before: nil, limit: 1_000)
        for text in ["ant", "bee cat", "\"bee cat\"", "日", "日本", "elk dog", "cat cat"] {
            let query = try #require(SearchQuery(text))
            let expected = messages.filter { query.match(in: $0.text) != nil }.map(\.seq)
            #expect(try found(text, in: store) == expected.reversed(), "seed \(seed): \(text)")
        }
        try check(searchPath)
    }
}
