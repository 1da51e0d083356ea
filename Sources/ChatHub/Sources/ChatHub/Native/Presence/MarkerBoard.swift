import ChatDomain
import ChatStore

/// The markers that have moved and are not handed to the store yet: gathered, so that each user and room costs one
/// write and one frame a `intervalMs`, however often it moves.
struct MarkerBoard {
    struct Moved {
        var update: MarkerUpdate
        var isTold: Bool
    }

    private struct Key: Hashable {
        var room: RoomID
        var user: UserID
        var isPrivate: Bool
    }

    private let intervalMs: Int64
    private var moved: [Key: Moved] = [:]
    /// What was handed out last, which the store may not have yet.
    private var previous: [Key: Moved] = [:]
    private var lastTold: Instant?
    private(set) var nextDeadline: Instant?

    init(intervalMs: Int64) { self.intervalMs = intervalMs }

    /// A marker moves; lower than what waits changes nothing.
    mutating func mark(_ notice: MarkerUpdateNotice, at now: Instant) {
        let key = Key(room: notice.room, user: notice.user, isPrivate: notice.kind == .readPrivate)
        var entry =
            moved[key]
            ?? Moved(
                update: MarkerUpdate(
                    room: notice.room, user: notice.user, read: nil, received: nil, isPrivate: key.isPrivate),
                isTold: notice.isTold)
        let known = previous[key]?.update
        switch notice.kind {
        case .received:
            guard notice.seq > known?.received ?? -1, notice.seq > known?.read ?? -1 else { return }
            entry.update.received = max(entry.update.received ?? 0, notice.seq)
        case .read, .readPrivate:
            guard notice.seq > known?.read ?? -1 else { return }
            entry.update.read = max(entry.update.read ?? 0, notice.seq)
        }
        entry.isTold = notice.isTold
        moved[key] = entry
        if nextDeadline == nil { nextDeadline = lastTold.map { max(now, $0.advanced(byMs: intervalMs)) } ?? now }
    }

    /// Takes out what has moved, if it is time.
    mutating func advance(to now: Instant) -> [Moved] {
        guard let due = nextDeadline, due <= now else { return [] }
        nextDeadline = nil
        lastTold = now
        previous = moved
        defer { moved = [:] }
        return moved.values.sorted { ($0.update.room, $0.update.user) < ($1.update.room, $1.update.user) }
    }
}
