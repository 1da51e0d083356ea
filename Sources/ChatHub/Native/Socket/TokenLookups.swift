import ChatDomain
import ChatStore

/// What ended while tokens were being looked up: the store may have been asked before, and its answer come after.
///
/// Bounded: where too much ends meanwhile, those look-ups are made again.
struct TokenLookups {
    private var pendingCount = 0
    private var generation: UInt64 = 0
    private var endedSessions: Set<SessionID> = []
    private var endedUsers: Set<UserID> = []
    private static let endedMax = 10_000

    /// - Returns: what `end` wants to be told.
    mutating func begin() -> UInt64 {
        pendingCount += 1
        return generation
    }

    enum Validity {
        case valid, ended
        /// Ask again.
        case unknown
    }

    mutating func end(_ token: UInt64, session: SessionID?, user: UserID?) -> Validity {
        var validity = token == generation ? Validity.valid : .unknown
        if let session, let user, endedSessions.contains(session) || endedUsers.contains(user) { validity = .ended }
        pendingCount -= 1
        if pendingCount == 0 { forget() }
        return validity
    }

    mutating func ended(_ sessions: [SessionID]) {
        guard pendingCount > 0 else { return }
        endedSessions.formUnion(sessions)
        limit()
    }

    mutating func ended(_ user: UserID) {
        guard pendingCount > 0 else { return }
        endedUsers.insert(user)
        limit()
    }

    private mutating func limit() {
        guard endedSessions.count + endedUsers.count > Self.endedMax else { return }
        generation += 1
        forget()
    }

    private mutating func forget() {
        endedSessions = []
        endedUsers = []
    }
}

extension Native {
    /// Sessions have ended: their sockets close.
    func sessionsEnded(_ ids: [SessionID], of user: UserID, hub: Hub) {
        lookups.ended(ids)
        for connection in users[user]?.connections ?? [] {
            guard let session = connection.nativeSession, let id = session.record?.id, ids.contains(id) else {
                continue
            }
            close(connection, .sessionRevoked, hub: hub)
        }
    }

    /// An account is no more, and neither are its sessions.
    func accountDeleted(_ user: UserID, hub: Hub) {
        lookups.ended(user)
        for connection in users[user]?.connections ?? [] { close(connection, .sessionRevoked, hub: hub) }
    }
}
