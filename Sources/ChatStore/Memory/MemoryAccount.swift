import ChatDomain

/// What memory holds of somebody beside the `User`. A class, so that nobody copies a stream
/// by looking at it.
final class MemoryAccount {
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

    /// Keeps the next event of the user's own stream.
    func append(_ event: UserEvent) {
        offset = event.offset
        events.append(event)
        if events.count >= 2 * StoreLimits.userEventsMin {
            events.removeFirst(events.count - StoreLimits.userEventsMin)
        }
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
