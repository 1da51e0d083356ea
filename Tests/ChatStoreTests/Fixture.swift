import ChatDomain
import ChatStore
import Testing

/// What the contract holds for.
enum Backend: CaseIterable, CustomTestStringConvertible {
    case memory
    /// Everything is in the tail.
    case sqlite
    /// Everything is in the index: each commit is tidied up after, and nothing is kept in memory.
    case sqliteIndexed
    /// Only the newest few events are kept in memory, so that pages are put together from both.
    case sqliteMixed
    /// Closed and opened again after each commit.
    case sqliteReopened

    var testDescription: String { "\(self)" }

    /// Whether a reader outlives the next `append` of the fixture.
    var keepsItsReaders: Bool { self != .sqliteReopened }

    var options: SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.runRowsMin = 1
        if self == .sqliteIndexed { options.cacheBytesMax = 0 }
        if self == .sqliteMixed { options.cacheBytesMax = 3_000 }
        return options
    }
}

/// A store with a reader, and short words for what tests do with them.
final class Fixture {
    let backend: Backend
    private(set) var store: any ChatStore
    private(set) var reader: any ChatStoreReader
    var now = WallTime(milliseconds: 1_000)
    private let directory: ScratchDirectory
    private var lastKey: UInt64 = 0

    init(_ backend: Backend) throws {
        self.backend = backend
        directory = try ScratchDirectory()
        store = MemoryStore(random: SeededGenerator(seed: 7))
        if backend != .memory { store = try SQLiteStore(path: directory.database, options: backend.options) }
        reader = try store.makeReader()
    }

    deinit { store.close() }

    func append(_ drafts: [Draft]) throws -> Commit {
        let commit = try store.append(drafts, at: now)
        switch backend {
        case .memory, .sqlite:
            break
        case .sqliteIndexed, .sqliteMixed:
            while try store.tidy() {}
        case .sqliteReopened:
            store.close()
            store = try SQLiteStore(path: directory.database, options: backend.options)
            reader = try store.makeReader()
        }
        return commit
    }

    /// One draft, in a transaction of its own.
    func apply(_ draft: Draft) throws -> Outcome {
        let commit = try append([draft])
        try #require(commit.outcomes.count == 1)
        return commit.outcomes[0]
    }

    @discardableResult
    func makeUser(_ handle: String, phone: String? = nil, isOpen: Bool = false) throws -> User {
        let new = NewUser(handle: handle, username: "Name of \(handle)", phone: phone, isOpen: isOpen)
        guard case .user(let user) = try apply(.createUser(new)) else { throw Unexpected() }
        return user
    }

    @discardableResult
    func makeRoom(
        _ handle: String, kind: RoomKind = .group, members: [User] = [], isOpen: Bool = false
    ) throws -> Room {
        let new = NewRoom(
            handle: handle, kind: kind, name: "Room \(handle)", members: members.map(\.id), isOpen: isOpen)
        guard case .room(let summary) = try apply(.createRoom(new)) else { throw Unexpected() }
        return summary.room
    }

    func makeKey() -> MessageKey {
        lastKey += 1
        return MessageKey(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | lastKey)
    }

    func message(_ text: String, in room: Room, by author: User, key: MessageKey? = nil, joins: Bool = false) -> Draft {
        .send(
            NewMessage(room: room.id, author: author.id, key: key ?? makeKey(), text: text, joinsRoom: joins, origin: 9)
        )
    }

    @discardableResult
    func send(_ text: String, in room: Room, by author: User, key: MessageKey? = nil) throws -> MessageReceipt {
        guard case .sent(let receipt) = try apply(message(text, in: room, by: author, key: key)) else {
            throw Unexpected()
        }
        return receipt
    }

    func messages(_ room: Room, after: Int64? = nil, before: Int64? = nil, limit: Int = 100) throws -> [Message] {
        try reader.messages(in: room.id, after: after, before: before, limit: limit)
    }

    func texts(_ room: Room, after: Int64? = nil, before: Int64? = nil, limit: Int = 100) throws -> [String] {
        try messages(room, after: after, before: before, limit: limit).map(\.text)
    }

    func kinds(_ room: Room, after offset: Int64 = 0, limit: Int = 100) throws -> [EventKind] {
        try reader.events(in: room.id, after: offset, limit: limit).map(\.kind)
    }
}

/// An outcome that the test did not reckon with.
struct Unexpected: Error {}

/// SplitMix64: the same numbers for the same seed, for ever.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// A seeded generator whose copies draw from one sequence, for one thread.
final class SharedGenerator: RandomNumberGenerator, @unchecked Sendable {
    var state: SeededGenerator

    init(seed: UInt64) { state = SeededGenerator(seed: seed) }

    func next() -> UInt64 { state.next() }
}
