/// The typists of rooms as the native protocol tells of them: whole lists, at most one a room and `intervalMs`.
///
/// Report who starts and stops; set a timer to `nextDeadline`, and send what `advance` returns to the rooms. A list that
/// is empty says that nobody types any more.
///
/// A dialect that tells of each coming and going itself notes who types with `noted`; they are on no list, and are named
/// once they have fallen silent or gone.
public struct TypingBoard: Sendable {
    /// One of a room's list.
    public struct Entry: Hashable, Sendable {
        public var user: UserID
        public var kind: TypingMedium
        /// The `seq` of the message in whose thread they type.
        public var thread: Int64?
        public var expiresInMs: Int64

        public init(user: UserID, kind: TypingMedium, thread: Int64?, expiresInMs: Int64) {
            self.user = user
            self.kind = kind
            self.thread = thread
            self.expiresInMs = expiresInMs
        }
    }

    public let expireMs: Int64
    public let intervalMs: Int64

    private struct Mark: Sendable {
        var kind: TypingMedium
        var thread: Int64?
        var until: Instant
        /// Until when the room was told that they type, last.
        var toldUntil: Instant?
    }

    private var tracker: TypingTracker
    private var marks: [Typist: Mark] = [:]
    /// The rooms whose list has changed, with the moment at which it may be told.
    private var due: [RoomID: Instant] = [:]
    /// When each room was last told, for as long as that matters.
    private var told = DeadlineTable<RoomID, Instant>()
    private var nextTelling: Instant?
    /// Those on no list who have fallen silent by the last `advance`.
    public private(set) var ended: [Typist] = []

    /// - Parameter limit: how many typists there may be in all rooms; beyond it new ones are not noted.
    public init(expireMs: Int64 = 8_000, intervalMs: Int64 = 1_000, limit: Int = 100_000) {
        self.expireMs = max(0, expireMs)
        self.intervalMs = max(0, intervalMs)
        tracker = TypingTracker(expireMs: expireMs, limit: limit)
    }

    /// Somebody types, or goes on typing.
    public mutating func started(
        _ user: UserID, in room: RoomID, kind: TypingMedium, thread: Int64?, on connection: ConnectionID,
        at now: Instant
    ) {
        let typist = Typist(user: user, room: room)
        guard marks[typist] != nil || tracker.count < tracker.limit else { return }
        let isNew = tracker.started(user, in: room, on: connection, at: now)
        let before = marks[typist]
        marks[typist] = Mark(
            kind: kind, thread: thread, until: now.advanced(byMs: expireMs), toldUntil: before?.toldUntil)
        // Whoever goes on is told of again, or the receivers' own clocks would end it.
        let isOverSoon = before?.toldUntil.map { $0 <= now.advanced(byMs: expireMs / 2) } ?? false
        if isNew || before?.kind != kind || before?.thread != thread || isOverSoon {
            change(room, at: now)
        }
    }

    /// Somebody stops: they said so, sent what they wrote, or left. Who is on no list is not concerned.
    public mutating func stopped(_ user: UserID, in room: RoomID, at now: Instant) {
        guard marks.removeValue(forKey: Typist(user: user, room: room)) != nil else { return }
        if tracker.stopped(user, in: room) { change(room, at: now) }
    }

    /// The connection is gone, and nobody types on it any more.
    ///
    /// - Returns: those on no list who did.
    @discardableResult
    public mutating func left(_ connection: ConnectionID, at now: Instant) -> [Typist] {
        end(tracker.left(connection), at: now)
    }

    /// Somebody types, or goes on typing, or stops, of which a dialect has told already.
    ///
    /// - Returns: whether there was room to note it.
    public mutating func noted(
        isTyping: Bool, _ typist: Typist, on connection: ConnectionID, at now: Instant
    ) -> Bool {
        guard isTyping else { return tracker.stopped(typist.user, in: typist.room) }
        guard tracker.isTyping(typist) || tracker.count < tracker.limit else { return false }
        _ = tracker.started(typist.user, in: typist.room, on: connection, at: now)
        return true
    }

    private mutating func end(_ typists: [Typist], at now: Instant) -> [Typist] {
        typists.filter { typist in
            guard marks.removeValue(forKey: typist) != nil else { return true }
            change(typist.room, at: now)
            return false
        }
    }

    /// Ends what is due, and returns the lists that are to be told now.
    public mutating func advance(to now: Instant) -> [RoomID: [Entry]] {
        ended = end(tracker.expire(at: now), at: now)
        while told.removeFirst(dueBy: now) != nil {}
        guard let next = nextTelling, next <= now else { return [:] }
        var lists: [RoomID: [Entry]] = [:]
        nextTelling = nil
        for (room, moment) in due {
            guard moment <= now else {
                nextTelling = nextTelling.map { min($0, moment) } ?? moment
                continue
            }
            due[room] = nil
            told.set(room, to: now, deadline: now.advanced(byMs: intervalMs))
            let list = entries(in: room, at: now)
            lists[room] = list
            for entry in list {
                marks[Typist(user: entry.user, room: room)]?.toldUntil = now.advanced(byMs: entry.expiresInMs)
            }
        }
        return lists
    }

    /// When `advance` has something to do next; nil while nobody types.
    public var nextDeadline: Instant? {
        guard let end = tracker.nextDeadline else { return nextTelling }
        return nextTelling.map { min($0, end) } ?? end
    }

    /// Who types in the room, in ascending order.
    public func entries(in room: RoomID, at now: Instant) -> [Entry] {
        tracker.typists(in: room).compactMap { user in
            marks[Typist(user: user, room: room)].map {
                Entry(
                    user: user, kind: $0.kind, thread: $0.thread, expiresInMs: max(0, $0.until.milliseconds(since: now))
                )
            }
        }
    }

    private mutating func change(_ room: RoomID, at now: Instant) {
        guard due[room] == nil else { return }
        let moment = told[room].map { max(now, $0.advanced(byMs: intervalMs)) } ?? now
        due[room] = moment
        nextTelling = nextTelling.map { min($0, moment) } ?? moment
    }
}
