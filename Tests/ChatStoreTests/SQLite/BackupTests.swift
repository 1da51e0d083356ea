import ChatDomain
import Testing

@testable import ChatStore

@Suite("Copies of a database")
struct BackupTests {
    private let directory: ScratchDirectory
    private let copies: ScratchDirectory
    private let now = WallTime(milliseconds: 1_000)

    init() throws {
        directory = try ScratchDirectory()
        copies = try ScratchDirectory()
    }

    /// A store with two rooms, a user and so many messages in the first room.
    private func makeStore(messages: Int) throws -> SQLiteStore {
        let store = try SQLiteStore(path: directory.database, random: SeededGenerator(seed: 1))
        let account = NewAccount(handle: "a", login: "ada", displayName: "Ada", credential: "-")
        _ = try store.append([.account(.register(account, session: nil, invite: nil))], at: now)
        for name in ["one", "two"] {
            let room = NewRoom(handle: name, kind: .group, name: name, members: [UserID(1)], isOpen: true)
            _ = try store.append([.createRoom(room)], at: now)
        }
        try say(0..<messages, in: store)
        return store
    }

    private func say(_ numbers: Range<Int>, in store: SQLiteStore) throws {
        let drafts = numbers.map { number in
            let text = "text \(number) " + String(repeating: "x", count: 500)
            let key = MessageKey(high: 1, low: UInt64(number))
            return Draft.send(NewMessage(room: RoomID(1), author: UserID(1), key: key, text: text))
        }
        let outcomes = try store.append(drafts, at: now).outcomes
        for outcome in outcomes { guard case .sent = outcome else { throw Unexpected() } }
    }

    private func epochs(_ path: String) throws -> [Int64] {
        let raw = try RawDatabase(path: path)
        return try raw.integers("SELECT epoch FROM rooms ORDER BY id") + raw.integers("SELECT epoch FROM users")
    }

    @Test func aCopyIsOfOneMoment() throws {
        let store = try makeStore(messages: 20_000)
        var parts: [Double] = []
        let isWhole = try SQLiteBackup.copy(directory.database, to: copies.database) { part in
            // Somebody goes on writing, all the while.
            parts.append(part)
            do {
                try say(20_000 + parts.count..<20_001 + parts.count, in: store)
            } catch {
                Issue.record(error)
            }
            return true
        }
        #expect(isWhole)
        #expect(parts.count >= 3 && parts == parts.sorted() && parts.last == 1)
        let report = try SQLiteVerifier.verify(copies.database)
        #expect(report.problems == [] && report.rooms == 2 && report.users == 1)
        // None of what was written meanwhile, and all of what was before.
        let raw = try RawDatabase(path: copies.database)
        #expect(try raw.integers("SELECT count(*) FROM log WHERE kind = 1") == [20_000])
        #expect(try raw.integers("PRAGMA application_id") == [Migrations.applicationID])
        store.close()
        #expect(try SQLiteVerifier.verify(directory.database).events > report.events)
    }

    @Test func aCopyCanBeStopped() throws {
        try makeStore(messages: 20_000).close()
        var calls = 0
        let isWhole = try SQLiteBackup.copy(directory.database, to: copies.database) { _ in
            calls += 1
            return false
        }
        #expect(!isWhole && calls == 1)
    }

    @Test func nothingElseIsCopied() throws {
        let raw = try RawDatabase(path: directory.database)
        try raw.database.execute("CREATE TABLE theirs (a)")
        #expect(throws: StoreError.self) {
            _ = try SQLiteBackup.copy(directory.database, to: copies.database) { _ in true }
        }
        #expect(throws: StoreError.self) {
            _ = try SQLiteBackup.copy(directory.path + "/none.db", to: copies.database) { _ in true }
        }
    }

    @Test func epochsAreRenewedAndNothingElse() throws {
        try makeStore(messages: 3).close()
        let before = try epochs(directory.database)
        var random = SeededGenerator(seed: 2)
        try SQLiteBackup.renewEpochs(of: directory.database, using: &random)
        let after = try epochs(directory.database)
        #expect(after.count == 3 && Set(before).union(after).count == 6)
        #expect(try SQLiteVerifier.verify(directory.database).problems == [])
        let store = try SQLiteStore(path: directory.database)
        let reader = try store.makeReader()
        #expect(try reader.room(RoomID(1))?.epoch == UInt64(bitPattern: after[0]))
        #expect(try reader.head(of: RoomID(1)).seq == 3)
        store.close()
    }

    @Test func anOlderSchemaIsBroughtUpToDate() throws {
        do {
            let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
            try database.execute(Migration.migration001.sql)
            try database.execute(
                """
                PRAGMA application_id = \(Migrations.applicationID); PRAGMA user_version = 1;
                INSERT INTO users (handle, username, created_at, is_open) VALUES ('a', 'A', 1000, 1);
                INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open) VALUES ('r', 2, 'Room', 1000, 77, 1);
                """)
        }
        #expect(try SQLiteBackup.schema(of: directory.database) == 1)
        var random = SeededGenerator(seed: 2)
        try SQLiteBackup.renewEpochs(of: directory.database, using: &random)
        let found = try epochs(directory.database)
        #expect(!found.contains(77) && !found.contains(0))
        #expect(try SQLiteBackup.schema(of: directory.database) == SQLiteBackup.knownSchema)
    }
}
