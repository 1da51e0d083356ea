/// A user who is typing in a room.
public struct Typist: Hashable, Comparable, Sendable {
    public let user: UserID
    public let room: RoomID

    public init(user: UserID, room: RoomID) {
        self.user = user
        self.room = room
    }

    /// By room, then by user.
    public static func < (a: Typist, b: Typist) -> Bool { (a.room, a.user) < (b.room, b.user) }
}

/// Who is typing where. Nobody types for ever: whoever does not say so again for `expireMs` has stopped.
///
/// After each call set a timer to `nextDeadline`, call `expire(at:)` when it comes, and tell the rooms of those that it
/// returns. Until then they count as typing. Time never runs backwards: an earlier moment counts as the latest one.
public struct TypingTracker: Sendable {
    public let expireMs: Int64
    public let limit: Int

    /// The connection is the one that said so last.
    private var entries = DeadlineTable<Typist, ConnectionID>()
    private var usersByRoom: [RoomID: Set<UserID>] = [:]
    private var typistsByConnection: [ConnectionID: Set<Typist>] = [:]

    /// - Parameter limit: how many entries are kept at most, 1 or more. Beyond it a new one takes the place of the one
    ///   that expires first, whose end is then not reported: its readers' own time-outs end it.
    public init(expireMs: Int64 = 8_000, limit: Int = 100_000) {
        self.expireMs = max(0, expireMs)
        self.limit = max(1, limit)
    }

    /// Starts or prolongs an entry, which then belongs to this connection.
    ///
    /// - Returns: whether the user was not typing in the room before, so that the room should hear of it.
    public mutating func started(
        _ user: UserID, in room: RoomID, on connection: ConnectionID, at now: Instant
    ) -> Bool {
        let typist = Typist(user: user, room: room)
        let before = entries.set(typist, to: connection, deadline: now.advanced(byMs: expireMs))
        if before == connection { return false }
        typistsByConnection[connection, default: []].insert(typist)
        if let before {
            unlist(typist, from: before)
            return false
        }
        usersByRoom[room, default: []].insert(user)
        // The new entry is the last in the order, so that it is never the one to go.
        if entries.count > limit, let evicted = entries.removeFirst() { unlist(evicted) }
        return true
    }

    /// Ends an entry, whichever connection it belongs to.
    ///
    /// - Returns: whether the user was typing in the room, so that the room should hear of it.
    public mutating func stopped(_ user: UserID, in room: RoomID) -> Bool {
        let typist = Typist(user: user, room: room)
        guard let connection = entries.remove(typist) else { return false }
        unlist(typist, from: connection)
        unlist(user, from: room)
        return true
    }

    /// Ends what the connection was the last to prolong, and returns it, by room and user.
    public mutating func left(_ connection: ConnectionID) -> [Typist] {
        guard let typists = typistsByConnection.removeValue(forKey: connection) else { return [] }
        for typist in typists {
            entries.remove(typist)
            unlist(typist.user, from: typist.room)
        }
        return typists.sorted()
    }

    /// Ends what is due, and returns it, the longest due first.
    public mutating func expire(at now: Instant) -> [Typist] {
        var expired: [Typist] = []
        while let entry = entries.removeFirst(dueBy: now) {
            unlist(entry)
            expired.append(entry.key)
        }
        return expired
    }

    /// When `expire(at:)` has something to return next; nil while nobody types.
    public var nextDeadline: Instant? { entries.first?.deadline }

    /// Who is typing in the room, in ascending order.
    public func typists(in room: RoomID) -> [UserID] { usersByRoom[room].map { $0.sorted() } ?? [] }

    public func isTyping(_ typist: Typist) -> Bool { entries[typist] != nil }

    /// How many entries there are, in all rooms.
    public var count: Int { entries.count }

    // MARK: - The two lists beside the entries

    private mutating func unlist(_ entry: DeadlineTable<Typist, ConnectionID>.Entry) {
        unlist(entry.key, from: entry.value)
        unlist(entry.key.user, from: entry.key.room)
    }

    private mutating func unlist(_ typist: Typist, from connection: ConnectionID) {
        typistsByConnection[connection]?.remove(typist)
        if typistsByConnection[connection]?.isEmpty == true { typistsByConnection[connection] = nil }
    }

    private mutating func unlist(_ user: UserID, from room: RoomID) {
        usersByRoom[room]?.remove(user)
        if usersByRoom[room]?.isEmpty == true { usersByRoom[room] = nil }
    }
}
