import ChatDomain
import ChatStore

/// The markers that move: each is handed to the store, and told of once it is stored.
///
/// Of each user and room one change is under way to the store at a time; what comes meanwhile is gathered for the next.
/// What somebody waits for, and what was read, is handed over at once; that something was received, which is said of
/// every message, at most once in `intervalMs`. As often others are told. Each user and room has intervals of its own.
struct MarkerBoard {
    struct Moved {
        var update: MarkerUpdate
        var isTold: Bool
        /// Who waits for it to be stored.
        var askers: [Asker] = []

        fileprivate mutating func take(in other: Moved) {
            update.read = highest(update.read, other.update.read)
            update.received = highest(update.received, other.update.received)
            update.endsUnread = update.endsUnread || other.update.endsUnread
            isTold = other.isTold
            askers += other.askers
        }
    }

    private struct Key: Hashable {
        var room: RoomID
        var user: UserID
        var isPrivate: Bool
        var thread: Int64?

        init(_ update: MarkerUpdate) {
            room = update.room
            user = update.user
            isPrivate = update.isPrivate
            thread = update.thread
        }
    }

    private struct Entry {
        /// Not handed over yet.
        var waiting: Moved?
        /// Who waits for what was handed over last, beside those who did then.
        var lateAskers: [Asker] = []
        var isUnderWay = false
        /// Stored, and not told of yet.
        var untold: Moved?
        /// The highest that was handed over.
        var read: Int64 = -1
        var received: Int64 = -1

        var isIdle: Bool { waiting == nil && untold == nil && !isUnderWay }
    }

    private let intervalMs: Int64
    private var entries: [Key: Entry] = [:]
    /// Those with something to hand over now.
    private var ready: Set<Key> = []
    /// Those that were told of lately.
    private var pauses = DeadlineTable<Key, Bool>()
    private var waitingCount = 0

    init(intervalMs: Int64) { self.intervalMs = intervalMs }

    /// Nothing waits to be handed over.
    var isStored: Bool { waitingCount == 0 }

    /// When `advance` has something to do.
    var nextDeadline: Instant? { pauses.first?.deadline }

    /// A marker moves. Lower than where it is changes nothing.
    ///
    /// - Returns: whether it is stored already; else the asker is told when it is.
    mutating func mark(_ move: MarkerMove, _ asker: Asker?) -> Bool {
        var update = MarkerUpdate(
            room: move.room, user: move.user, read: nil, received: nil, isPrivate: move.kind == .readPrivate,
            thread: move.thread, endsUnread: move.endsUnread)
        let key = Key(update)
        var entry = entries[key] ?? Entry()
        let isNews: Bool
        switch move.kind {
        case .received:
            isNews = move.seq > max(entry.received, entry.read)
            update.received = move.seq
        case .read, .readPrivate:
            // That of a thread may have been set back since: by following it anew, say.
            isNews = move.seq > entry.read || move.endsUnread || move.thread != nil
            update.read = move.seq
        }
        guard isNews else {
            guard entry.isUnderWay else { return true }
            if let asker { entries[key]?.lateAskers.append(asker) }
            return false
        }
        let moved = Moved(update: update, isTold: move.isTold, askers: asker.map { [$0] } ?? [])
        if entry.waiting == nil {
            entry.waiting = moved
            waitingCount += 1
        } else {
            entry.waiting?.take(in: moved)
        }
        entries[key] = entry
        if asker != nil || move.kind != .received || pauses[key] == nil { ready.insert(key) }
        return false
    }

    /// Ends the intervals that are over.
    ///
    /// - Returns: what is to be told.
    mutating func advance(to now: Instant) -> [Moved] {
        var told: [Moved] = []
        while let pause = pauses.removeFirst(dueBy: now) {
            let key = pause.key
            guard var entry = entries[key] else { continue }
            if let untold = entry.untold {
                entry.untold = nil
                told.append(untold)
                pauses.set(key, to: true, deadline: now.advanced(byMs: intervalMs))
            }
            if entry.waiting != nil { ready.insert(key) }
            entries[key] = entry.isIdle && pauses[key] == nil ? nil : entry
        }
        return told
    }

    /// Takes out what is to be handed to the store. What comes of it must be reported to `settle`.
    ///
    /// - Parameter all: whatever its interval.
    mutating func takeMoved(all: Bool) -> [Moved] {
        guard !ready.isEmpty || all && waitingCount > 0 else { return [] }
        let keys = all ? Set(entries.keys) : ready
        var moved: [Moved] = []
        for key in keys {
            guard var entry = entries[key], !entry.isUnderWay, let waiting = entry.waiting else { continue }
            ready.remove(key)
            waitingCount -= 1
            entry.waiting = nil
            entry.isUnderWay = true
            entry.read = max(entry.read, waiting.update.read ?? -1)
            entry.received = max(entry.received, waiting.update.received ?? -1)
            entries[key] = entry
            moved.append(waiting)
        }
        return moved.sorted { ($0.update.room, $0.update.user) < ($1.update.room, $1.update.user) }
    }

    /// What was handed over is stored, or is not.
    ///
    /// - Returns: what is to be told now, and who has waited.
    mutating func settle(
        _ moved: [Moved], isStored: Bool, at now: Instant
    ) -> (told: [Moved], askers: [Asker]) {
        var told: [Moved] = []
        var askers: [Asker] = []
        for moved in moved {
            let key = Key(moved.update)
            askers += moved.askers
            guard var entry = entries[key] else { continue }
            askers += entry.lateAskers
            entry.lateAskers = []
            entry.isUnderWay = false
            if entry.waiting != nil { ready.insert(key) }
            if !isStored {
                // Whoever says it again is not told that it is stored.
                (entry.read, entry.received) = (-1, -1)
            } else if pauses[key] == nil {
                told.append(moved)
                pauses.set(key, to: true, deadline: now.advanced(byMs: intervalMs))
            } else if entry.untold == nil {
                entry.untold = moved
            } else {
                entry.untold?.take(in: moved)
            }
            entries[key] = entry.isIdle && pauses[key] == nil ? nil : entry
        }
        return (told, askers)
    }
}

private func highest(_ a: Int64?, _ b: Int64?) -> Int64? {
    guard let a, let b else { return a ?? b }
    return max(a, b)
}
