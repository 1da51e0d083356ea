import ChatDomain
import ChatStore
import Synchronization

@testable import ChatHub

/// A store that fails when it is told to, over one in memory.
final class TestStore: ChatStore, ChatStoreReader {
    let memory: MemoryStore
    let accountChanges = AccountChanges()
    private let failure = Mutex(Failure())

    struct Failure {
        var ofWrites = false
        var ofReads = false
    }

    init(seed: UInt64) { memory = MemoryStore(random: SplitMix64(seed: seed)) }

    func fail(writes: Bool = false, reads: Bool = false) {
        failure.withLock { $0 = Failure(ofWrites: writes, ofReads: reads) }
    }

    /// For tests that write beside the hubs, which are not told: they know that they have missed something.
    func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        let commit = try commit(drafts, at: now)
        accountChanges.add(commit.notices)
        return commit
    }

    func commit(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        if failure.withLock({ $0.ofWrites }) { throw .full(path: "chat.db") }
        return try memory.append(drafts, at: now)
    }

    func tidy() throws(StoreError) -> Bool { false }

    func makeReader() throws(StoreError) -> any ChatStoreReader { self }

    func close() {}

    func reading() throws(StoreError) -> MemoryStore {
        if failure.withLock({ $0.ofReads }) { throw .busy }
        return memory
    }

    func user(_ id: UserID) throws(StoreError) -> User? { try reading().user(id) }
    func user(handle: String) throws(StoreError) -> User? { try reading().user(handle: handle) }
    func user(phone: String) throws(StoreError) -> User? { try reading().user(phone: phone) }
    func openUsers(limit: Int) throws(StoreError) -> [User] { try reading().openUsers(limit: limit) }
    func room(_ id: RoomID) throws(StoreError) -> Room? { try reading().room(id) }
    func room(handle: String) throws(StoreError) -> Room? { try reading().room(handle: handle) }
    func summary(of room: RoomID) throws(StoreError) -> RoomSummary? { try reading().summary(of: room) }
    func openRooms(limit: Int) throws(StoreError) -> [RoomSummary] { try reading().openRooms(limit: limit) }
    func rooms(of user: UserID, limit: Int) throws(StoreError) -> [RoomSummary] {
        try reading().rooms(of: user, limit: limit)
    }
    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool {
        try reading().isMember(user, of: room)
    }
    func messages(in room: RoomID, after: Int64?, before: Int64?, limit: Int) throws(StoreError) -> [Message] {
        try reading().messages(in: room, after: after, before: before, limit: limit)
    }
    func events(in room: RoomID, after offset: Int64, limit: Int) throws(StoreError) -> [Event] {
        try reading().events(in: room, after: offset, limit: limit)
    }
    func head(of room: RoomID) throws(StoreError) -> (seq: Int64, offset: Int64) { try reading().head(of: room) }
}
