public import ChatDomain
import Synchronization

/// Keeps everything in memory, for as long as the process lives: for tests, demonstrations and topics that nobody needs
/// tomorrow.
///
/// Everything lies under one lock; the store is its own reader.
public final class MemoryStore: ChatStore, ChatStoreReader {
    private let rules: Mutex<Rules<MemoryLedger>>

    /// - Parameter random: makes the epochs of rooms and of users' own streams.
    public init(random: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        rules = Mutex(Rules(MemoryLedger(), random: random))
    }

    public func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        try rules.withLock { rules throws(StoreError) in try rules.append(drafts, at: now) }
    }

    func look<Answer: Sendable>(_ body: (MemoryLedger) -> Answer) -> Answer {
        rules.withLock { body($0.ledger) }
    }

    /// There is never anything left to do.
    public func tidy() throws(StoreError) -> Bool { false }

    public func makeReader() throws(StoreError) -> any ChatStoreReader { self }

    public func close() {}

    public func user(_ id: UserID) -> User? { look { $0.user(id) } }

    public func user(handle: String) -> User? { look { $0.user(handle: handle) } }

    public func user(phone: String) -> User? { look { $0.user(phone: phone) } }

    public func openUsers(limit: Int) -> [User] { look { $0.openUsers(limit: limit) } }

    public func room(_ id: RoomID) -> Room? { look { $0.held(id)?.room } }

    public func room(handle: String) -> Room? { look { $0.held(handle: handle)?.room } }

    public func summary(of room: RoomID) -> RoomSummary? {
        look { state in state.held(room).map { state.summary(of: $0) } }
    }

    public func openRooms(limit: Int) -> [RoomSummary] { look { $0.openRooms(limit: limit) } }

    public func rooms(of user: UserID, limit: Int) -> [RoomSummary] {
        look { $0.rooms(of: user, limit: limit) }
    }

    public func isMember(_ user: UserID, of room: RoomID) -> Bool {
        look { $0.held(room)?.members.contains(user) ?? false }
    }

    public func messages(in room: RoomID, after: Int64?, before: Int64?, limit: Int) -> [Message] {
        look { $0.held(room)?.messages(after: after, before: before, limit: limit) ?? [] }
    }

    public func events(in room: RoomID, after offset: Int64, limit: Int) -> [Event] {
        look { $0.held(room)?.events(after: offset, limit: limit) ?? [] }
    }

    public func head(of room: RoomID) -> (seq: Int64, offset: Int64) {
        look { state in
            guard let room = state.held(room) else { return (0, 0) }
            return (room.seq, room.offset)
        }
    }
}
