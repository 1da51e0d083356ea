/// What others should hear about a user's presence.
public enum PresenceChange: Equatable, Sendable {
    case online(UserID)
    /// - Parameter lastSeen: when the user's last connection went.
    case offline(UserID, lastSeen: Instant)
}

/// Who is online: whoever has a live connection, or had one less than `graceMs` ago, so that a reload or a change of
/// network is not seen by anybody.
///
/// Report every connection that comes and goes. After each call set a timer to `nextDeadline`, call `advance(to:)` when
/// it comes, and tell others of the changes returned. Time never runs backwards: an earlier moment counts as the latest
/// one. Memory is bounded by the live connections and the users within their grace.
public struct Presence: Sendable {
    public let graceMs: Int64

    /// The live connections of each user who has one.
    private var live: [UserID: Set<ConnectionID>] = [:]
    /// The users who have none any more but still count as online, with the moment at which the last one went.
    private var grace = DeadlineTable<UserID, Instant>()
    private var latest = Instant(milliseconds: .min)

    public init(graceMs: Int64 = 30_000) { self.graceMs = max(0, graceMs) }

    /// A connection came to belong to the user. Saying so twice changes nothing.
    ///
    /// - Returns: `.online` where the user was offline; nil within the grace.
    public mutating func join(_ user: UserID, on connection: ConnectionID, at now: Instant) -> PresenceChange? {
        latest = max(latest, now)
        let isFirst = live[user, default: []].isEmpty
        live[user, default: []].insert(connection)
        guard isFirst, grace.remove(user) == nil else { return nil }
        return .online(user)
    }

    /// A connection of the user went.
    ///
    /// - Returns: `.offline` where it was the last one and there is no grace; else nil, and `advance(to:)` tells later.
    public mutating func leave(_ user: UserID, on connection: ConnectionID, at now: Instant) -> PresenceChange? {
        latest = max(latest, now)
        guard live[user]?.remove(connection) != nil else { return nil }
        guard live[user]?.isEmpty == true else { return nil }
        live[user] = nil
        if graceMs == 0 { return .offline(user, lastSeen: latest) }
        grace.set(user, to: latest, deadline: latest.advanced(byMs: graceMs))
        return nil
    }

    /// The user's account is gone. What its connections report later changes nothing.
    ///
    /// - Returns: `.offline` where the user was online, last seen at the latest moment that this value was told.
    public mutating func forget(_ user: UserID) -> PresenceChange? {
        if live.removeValue(forKey: user) != nil { return .offline(user, lastSeen: latest) }
        return grace.remove(user).map { .offline(user, lastSeen: $0) }
    }

    /// Ends the graces that are over, and returns the changes, the longest over first.
    public mutating func advance(to now: Instant) -> [PresenceChange] {
        latest = max(latest, now)
        var changes: [PresenceChange] = []
        while let entry = grace.removeFirst(dueBy: latest) {
            changes.append(.offline(entry.key, lastSeen: entry.value))
        }
        return changes
    }

    /// When `advance(to:)` has something to return next; nil while nobody is within the grace.
    public var nextDeadline: Instant? { grace.first?.deadline }

    /// Whether others see the user as online: also within the grace.
    public func isOnline(_ user: UserID) -> Bool { live[user] != nil || grace[user] != nil }

    /// All whom others see as online, in ascending order.
    public var onlineUsers: [UserID] { (Array(live.keys) + grace.keys).sorted() }

    /// How many users others see as online.
    public var onlineCount: Int { live.count + grace.count }

    /// How many live connections the user has; 0 within the grace.
    public func connections(of user: UserID) -> Int { live[user]?.count ?? 0 }
}
