import ChatDomain
import ChatStore

/// What one loop knows of accounts and sessions beside what is stored: which sessions are in use, and how many attempts
/// to sign in have failed.
final class Identity {
    let cryptography: Cryptography?
    /// How long a session lasts after it was last used.
    let sessionMs: Int64

    let countsLoopback: Bool

    /// On the first loop; elsewhere unused.
    var attempts: SignInLimits

    /// When each was last used, as far as it has not been stored.
    private var used: [SessionID: WallTime] = [:]
    private var storesUsedAt: Instant?

    /// A session's last use is stored as often as this, and some time after it: many in one go.
    private static let usePrecisionMs: Int64 = 60_000
    private static let useDelayMs: Int64 = 5_000
    /// With more than these, they are stored at once.
    private static let usedMax = 10_000

    init(configuration: HubConfiguration) {
        cryptography = configuration.cryptography
        sessionMs = Int64(configuration.limits.sessionDays) * 86_400_000
        countsLoopback = configuration.limits.countsLoopback > 0
        attempts = SignInLimits(limits: configuration.limits)
    }

    var nextDeadline: Instant? { storesUsedAt }

    func advance(hub: Hub) {
        if let due = storesUsedAt, due <= hub.now { storeUsed(hub: hub) }
    }

    /// When the session ends unless it is used before.
    func expiry(of session: SessionRecord) -> WallTime {
        max(session.expiresAt, WallTime(milliseconds: session.lastSeenAt.milliseconds + sessionMs))
    }

    /// Notes that the session is in use.
    ///
    /// - Returns: whether that was worth a note; not so where it was noted a moment ago.
    @discardableResult
    func used(_ session: SessionRecord, hub: Hub) -> Bool {
        guard hub.wallTime.milliseconds - session.lastSeenAt.milliseconds >= Self.usePrecisionMs else { return false }
        used[session.id] = hub.wallTime
        if used.count >= Self.usedMax {
            storeUsed(hub: hub)
        } else if storesUsedAt == nil {
            storesUsedAt = hub.now.advanced(byMs: Self.useDelayMs)
        }
        return true
    }

    /// Nothing will be stored later: what is known is stored now.
    func drain(hub: Hub) { storeUsed(hub: hub) }

    private func storeUsed(hub: Hub) {
        storesUsedAt = nil
        guard !used.isEmpty else { return }
        let sessions = used
        used = [:]
        // Where the store is behind it has more urgent things to do; the next use is noted again.
        guard !hub.isStoreBehind else { return }
        hub.submit(.account(.touch(sessions: sessions, users: [:]))) { _, _ in }
    }
}
