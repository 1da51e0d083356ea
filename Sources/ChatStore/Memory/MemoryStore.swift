public import ChatDomain
import Synchronization

/// Keeps everything in memory, for as long as the process lives: for tests, demonstrations and topics that nobody needs
/// tomorrow. It is also the plainest statement of what a store does, and the SQLite store is tested against it.
///
/// Everything lies under one lock; the store is its own reader.
public final class MemoryStore: ChatStore, ChatStoreReader {
    let state: Mutex<MemoryState>

    /// - Parameter random: makes the epochs of rooms and of users' own streams.
    public init(random: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        state = Mutex(MemoryState(random: random))
    }

    public func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        state.withLock { $0.append(drafts, at: now) }
    }

    /// There is never anything left to do.
    public func tidy() throws(StoreError) -> Bool { false }

    public func makeReader() throws(StoreError) -> any ChatStoreReader { self }

    public func close() {}

    public func user(_ id: UserID) -> User? { state.withLock { $0.user(id) } }

    public func user(handle: String) -> User? { state.withLock { $0.user(handle: handle) } }

    public func user(phone: String) -> User? { state.withLock { $0.user(phone: phone) } }

    public func openUsers(limit: Int) -> [User] { state.withLock { $0.openUsers(limit: limit) } }

    public func room(_ id: RoomID) -> Room? { state.withLock { $0.room(id)?.room } }

    public func room(handle: String) -> Room? { state.withLock { $0.room(handle: handle)?.room } }

    public func summary(of room: RoomID) -> RoomSummary? {
        state.withLock { state in state.room(room).map { state.summary(of: $0) } }
    }

    public func openRooms(limit: Int) -> [RoomSummary] { state.withLock { $0.openRooms(limit: limit) } }

    public func rooms(of user: UserID, limit: Int) -> [RoomSummary] {
        state.withLock { $0.rooms(of: user, limit: limit) }
    }

    public func isMember(_ user: UserID, of room: RoomID) -> Bool {
        state.withLock { $0.room(room)?.members.contains(user) ?? false }
    }

    public func messages(in room: RoomID, after: Int64?, before: Int64?, limit: Int) -> [Message] {
        state.withLock { $0.room(room)?.messages(after: after, before: before, limit: limit) ?? [] }
    }

    public func events(in room: RoomID, after offset: Int64, limit: Int) -> [Event] {
        state.withLock { $0.room(room)?.events(after: offset, limit: limit) ?? [] }
    }

    public func head(of room: RoomID) -> (seq: Int64, offset: Int64) {
        state.withLock { state in
            guard let room = state.room(room) else { return (0, 0) }
            return (room.seq, room.offset)
        }
    }
}
