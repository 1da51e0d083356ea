import ChatDomain
import Foundation
import Testing

@testable import ChatStore

@Suite("What is deleted is gone from the file")
struct ErasureTests {
    /// When a text is deleted: before the index has come to it, after, and after a restart.
    enum Moment: CaseIterable { case unindexed, indexed, reopened }

    private let directory: ScratchDirectory
    private let now = WallTime(milliseconds: 1_000)

    init() throws { directory = try ScratchDirectory() }

    private func open() throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        options.runRowsMin = 1
        return try SQLiteStore(path: directory.database, options: options)
    }

    /// A store with a user, and rooms in which it wrote and edited "SECRET".
    private func storeWithSecrets(rooms: Int64, messages: Int) throws -> SQLiteStore {
        let store = try open()
        _ = try store.append([.createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false))], at: now)
        for room in 1...rooms {
            let new = NewRoom(handle: "r\(room)", kind: .group, name: "SECRET", members: [UserID(1)], isOpen: false)
            _ = try store.append([.createRoom(new)], at: now)
            let drafts = (1...messages).flatMap { number -> [Draft] in
                let key = MessageKey(high: UInt64(room), low: UInt64(number))
                return [
                    .send(NewMessage(room: RoomID(room), author: UserID(1), key: key, text: "SECRET one \(number)")),
                    // Some so long that they spill over into pages of their own.
                    .edit(
                        RoomID(room), .key(key),
                        text: String(repeating: "SECRET two ", count: number % 9 == 0 ? 2_000 : 3), by: nil),
                ]
            }
            _ = try store.append(drafts, at: now)
        }
        return store
    }

    private func bring(_ store: SQLiteStore, to moment: Moment) throws -> SQLiteStore {
        switch moment {
        case .unindexed: return store
        case .indexed:
            while try store.tidy() {}
            return store
        case .reopened:
            store.close()
            return try open()
        }
    }

    /// Neither a row nor a stray byte; the write-ahead log is emptied when the store closes.
    private func expectNoSecret() throws {
        #expect(try RawDatabase(path: directory.database).tablesContaining("SECRET") == [])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.database))
        #expect(bytes.range(of: Data("SECRET".utf8)) == nil)
    }

    @Test(arguments: Moment.allCases)
    func aMessage(_ moment: Moment) throws {
        var store = try bring(try storeWithSecrets(rooms: 1, messages: 20), to: moment)
        _ = try store.append([.updateRoom(RoomID(1), name: "plain", members: nil, by: nil)], at: now)
        let before = try RawDatabase(path: directory.database)
        #expect(try before.tablesContaining("SECRET") == ["log"])
        _ = try store.append((1...20).map { .delete(RoomID(1), .seq($0), by: nil) }, at: now)
        // At once, for every reader of the file; only the room's first name is left.
        #expect(
            try before.integers("SELECT id FROM log WHERE instr(text, 'SECRET') > 0 AND kind IN (1, 2)") == [])
        _ = try store.append([.deleteRoom(RoomID(1), by: nil)], at: now)
        store = try bring(store, to: .indexed)
        store.close()
        try expectNoSecret()
    }

    @Test(arguments: Moment.allCases)
    func aRoom(_ moment: Moment) throws {
        var store = try bring(try storeWithSecrets(rooms: 2, messages: 400), to: moment)
        let plain = NewRoom(handle: "plain", kind: .group, name: "plain", members: [UserID(1)], isOpen: false)
        let key = MessageKey(high: 9, low: 9)
        _ = try store.append(
            [
                .createRoom(plain), .send(NewMessage(room: RoomID(3), author: UserID(1), key: key, text: "kept")),
                .deleteRoom(RoomID(1), by: nil), .deleteRoom(RoomID(2), by: nil),
            ], at: now)
        // Half-way, the process ends.
        for _ in 0..<4 { _ = try store.tidy() }
        store.close()
        #expect(try !RawDatabase(path: directory.database).tablesContaining("SECRET").isEmpty)
        store = try bring(try open(), to: .indexed)
        let reader = try store.makeReader()
        #expect(try reader.messages(in: RoomID(3), after: nil, before: nil, limit: 9).map(\.text) == ["kept"])
        // A repeat is still known as one.
        let again = NewMessage(
            room: RoomID(2), author: UserID(1), key: MessageKey(high: 2, low: 400), text: "SECRET one 400")
        let receipt = MessageReceipt(seq: 400, offset: 801, isDuplicate: true)
        #expect(try store.append([.send(again)], at: now).outcomes == [.sent(receipt)])
        store.close()
        try expectNoSecret()
        let raw = try RawDatabase(path: directory.database)
        #expect(try raw.integers("SELECT DISTINCT room FROM room_index") == [3])
        #expect(try raw.integers("SELECT kind FROM log WHERE room IN (1, 2)") == [8, 8])
        #expect(try raw.integers("SELECT count(*) FROM message_state UNION ALL SELECT count(*) FROM purges") == [0, 0])
    }
}
