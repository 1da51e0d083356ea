import ChatDomain

/// What the memory store holds of somebody who can sign in, beside the `User`. A class, so that nobody copies a stream
/// by looking at it.
final class MemoryAccount {
    /// Of a user's own stream at least this many events are kept.
    static let eventsMin = 1_000
    static let sessionsMax = 100

    var credential: String?
    var settings = UserSettings()
    var lastSeen: WallTime?
    /// Whom this user has blocked.
    var blocked: Set<UserID> = []
    /// In the order of signing in.
    var sessions: [SessionID] = []
    /// Of the user's own stream.
    let epoch: UInt64
    private(set) var offset: Int64 = 0
    private var events: [UserEvent] = []

    init(credential: String?, epoch: UInt64) {
        self.credential = credential
        self.epoch = epoch
    }

    /// Numbers an event of the user's own stream, and keeps it.
    func record(_ kind: UserEventKind, of user: UserID, at now: WallTime) -> UserEvent {
        offset += 1
        let event = UserEvent(user: user, epoch: epoch, offset: offset, at: now, kind: kind)
        events.append(event)
        if events.count >= 2 * Self.eventsMin { events.removeFirst(events.count - Self.eventsMin) }
        return event
    }

    /// The kept events with an `offset` above the one given, ascending.
    func events(after offset: Int64, limit: Int) -> ArraySlice<UserEvent> {
        let dropped = self.offset - Int64(events.count)
        let from = min(max(offset, dropped), self.offset) - dropped
        return events[Int(from)...].prefix(max(limit, 0))
    }
}

/// A session of the memory store.
struct MemorySession {
    var record: SessionRecord
    var tokenHash: [UInt8]
}

/// An invitation of the memory store.
struct MemoryInvite {
    /// Nil: to register.
    var room: RoomID?
    var expiresAt: WallTime?
    var usesLeft: Int?

    func isUsable(at now: WallTime) -> Bool {
        (expiresAt.map { now < $0 } ?? true) && (usesLeft.map { $0 > 0 } ?? true)
    }
}
