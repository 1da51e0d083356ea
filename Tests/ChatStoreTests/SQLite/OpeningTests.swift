import ChatDomain
import Foundation
import Testing

@testable import ChatStore

@Suite("Opening a database")
struct OpeningTests {
    private let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func open(_ path: String? = nil) throws -> SQLiteStore {
        var options = SQLiteStore.Options()
        options.busyTimeoutMs = 20
        return try SQLiteStore(path: path ?? directory.database, options: options)
    }

    private func error(opening path: String? = nil) -> StoreError? {
        do {
            try open(path).close()
            return nil
        } catch {
            return error as? StoreError
        }
    }

    @Test func aNewFileIsOurs() throws {
        try open().close()
        let raw = try RawDatabase(path: directory.database)
        #expect(try raw.database.integer("PRAGMA application_id") == 0x4348_4154)
        #expect(try raw.database.integer("PRAGMA user_version") == Int64(Migrations.all.count))
        let check = try raw.database.statement("PRAGMA integrity_check")
        #expect(try check.step() && check.text(0) == "ok")
        check.reset()
        #expect(Migrations.all.map(\.number) == Array(1...Migrations.all.count))
    }

    @Test func anEmptyFileIsTakenOver() throws {
        _ = FileManager.default.createFile(atPath: directory.database, contents: Data())
        #expect(error() == nil)
    }

    @Test func aNewerSchemaIsLeftAlone() throws {
        try open().close()
        do {
            let raw = try RawDatabase(path: directory.database)
            try raw.database.execute("PRAGMA user_version = 99")
        }
        let known = Migrations.all.count
        #expect(error() == .newerSchema(path: directory.database, found: 99, known: known))
        let raw = try RawDatabase(path: directory.database)
        #expect(try raw.database.integer("PRAGMA user_version") == 99)
    }

    @Test func whatIsNoDatabaseIsLeftAlone() throws {
        let text = Data(String(repeating: "This is a letter, and no database. ", count: 200).utf8)
        try text.write(to: URL(fileURLWithPath: directory.database))
        guard case .corrupt(let reason) = error() else { throw Unexpected() }
        #expect(reason.contains(directory.database))
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.database)) == text)
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        do {
            let raw = try RawDatabase(path: directory.database)
            try raw.database.execute("CREATE TABLE users (name TEXT)")
        }
        #expect(error() == .corrupt("\(directory.database) belongs to another program"))
        #expect(try RawDatabase(path: directory.database).database.integer("PRAGMA user_version") == 0)
    }

    @Test func theReasonIsTheSystems() throws {
        let nowhere = directory.path + "/none/chat.db"
        #expect(error(opening: nowhere) == .cannotOpen(path: nowhere, reason: "No such file or directory"))
        #expect(error(opening: directory.path) == .cannotOpen(path: directory.path, reason: "Is a directory"))
        _ = FileManager.default.createFile(atPath: directory.path + "/file", contents: Data())
        let below = directory.path + "/file/chat.db"
        #expect(error(opening: below) == .cannotOpen(path: below, reason: "Not a directory"))
    }

    @Test(.disabled(if: geteuid() == 0, "permissions do not bind the superuser"))
    func aDirectoryThatCannotBeWritten() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path) }
        #expect(error() == .cannotOpen(path: directory.database, reason: "Permission denied"))
    }

    @Test func anotherProcessThatWritesIsReported() throws {
        let store = try open()
        defer { store.close() }
        let user = Draft.createUser(NewUser(handle: "a", username: "A", phone: nil, isOpen: false))
        let now = WallTime(milliseconds: 1)
        do {
            let other = try RawDatabase(path: directory.database)
            try other.database.execute("BEGIN IMMEDIATE")
            #expect(throws: StoreError.busy) { try store.append([user], at: now) }
            other.database.rollback()
        }
        #expect(try store.append([user], at: now).outcomes.count == 1)
        #expect(try store.makeReader().user(handle: "a")?.id == UserID(1))
    }

    @Test func aProbeWritesAndChangesNothing() throws {
        let store = try open()
        let user = Draft.createUser(NewUser(handle: "a", username: "A", phone: "1", isOpen: true))
        let now = WallTime(milliseconds: 1)
        #expect(try store.append([user], at: now).outcomes.count == 1)
        for _ in 0..<3 { try store.probe() }
        do {
            let other = try RawDatabase(path: directory.database)
            try other.database.execute("BEGIN IMMEDIATE")
            #expect(throws: StoreError.busy) { try store.probe() }
            other.database.rollback()
        }
        try store.probe()
        store.close()
        #expect(throws: StoreError.closed) { try store.probe() }
        let again = try open()
        #expect(try again.makeReader().user(handle: "a")?.id == UserID(1))
    }

    @Test func whoeverLetsGoStoresNothingMoreAndReadsOn() throws {
        let store = try open()
        let now = WallTime(milliseconds: 1)
        func user(_ name: String) -> Draft {
            .createUser(NewUser(handle: name, username: "A", phone: name, isOpen: true))
        }
        #expect(try store.append([user("a")], at: now).outcomes.count == 1)
        let reader = try store.makeReader()
        store.release()
        #expect(throws: StoreError.closed) { try store.append([user("b")], at: now) }
        let successor = try open()
        #expect(try successor.append([user("b")], at: now).outcomes.count == 1)
        #expect(try reader.user(handle: "a") != nil)
        store.close()
        #expect(try successor.append([user("c")], at: now).outcomes.count == 1)
        #expect(try successor.makeReader().user(handle: "c")?.id == UserID(3))
    }

    @Test func nothingIsAnsweredOnceClosed() throws {
        let store = try open()
        store.close()
        store.close()
        #expect(throws: StoreError.closed) { try store.append([], at: WallTime(milliseconds: 1)) }
        #expect(throws: StoreError.closed) { try store.tidy() }
        #expect(throws: StoreError.closed) { _ = try store.makeReader() }
        #expect(!FileManager.default.fileExists(atPath: directory.database + "-wal"))
    }
}
