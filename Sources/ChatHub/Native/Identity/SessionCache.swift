import ChatDomain
import ChatStore

/// Who the tokens stand for that one loop was shown lately, so that not every request waits for the store.
///
/// A revocation is as immediate as without it. `AccountChanges` counts every change to a session or an account before
/// anybody is told of it. While this loop has not been told of all that was counted, nothing here is used; once it is
/// told, what the change is about is forgotten. And an answer of the store is kept only if nothing was counted since the
/// question, for it may be older than a change. So whoever has the answer to a revocation, on whichever loop, is refused
/// with the token on all of them.
struct SessionCache {
    private let changes: AccountChanges?
    /// Of how many changes this loop has been told.
    private var told: UInt64 = 0
    private var young = Generation()
    private var old = Generation()

    private struct Entry {
        var principal: Principal
        /// When the store has said so.
        var since: Instant
        /// When the session ends unless it is used before, as the store has it.
        var expiry: WallTime
    }

    /// Those that were kept one after another.
    private struct Generation {
        var entries: [[UInt8]: Entry] = [:]
        var hashes: [UserID: [[UInt8]]] = [:]

        mutating func add(_ entry: Entry, _ hash: [UInt8]) {
            if entries.updateValue(entry, forKey: hash) == nil { hashes[entry.principal.id, default: []].append(hash) }
        }

        mutating func forget(_ user: UserID) {
            for hash in hashes.removeValue(forKey: user) ?? [] { entries[hash] = nil }
        }
    }

    /// In each of two generations.
    private static let entriesMax = 2_048
    private static let ageMsMax: Int64 = 60_000

    /// - Parameter changes: nil where nobody counts them, so that nothing can be remembered.
    init(changes: AccountChanges?) { self.changes = changes }

    /// Who the token with that hash stands for; nil where the store has to be asked.
    func find(_ hash: [UInt8], at now: Instant, wallTime: WallTime) -> Principal? {
        guard let changes, changes.value == told, let entry = young.entries[hash] ?? old.entries[hash],
            now.milliseconds(since: entry.since) < Self.ageMsMax, entry.expiry > wallTime
        else { return nil }
        return entry.principal
    }

    /// To be remembered with a question to the store, and shown with its answer.
    var mark: UInt64? { changes?.value }

    /// Keeps an answer of the store, if nothing can have changed since it was asked at `mark`.
    mutating func keep(_ principal: Principal, _ hash: [UInt8], until expiry: WallTime, mark: UInt64?, at now: Instant)
    {
        guard let mark, mark == changes?.value else { return }
        if young.entries.count >= Self.entriesMax {
            old = young
            young = Generation()
        }
        young.add(Entry(principal: principal, since: now, expiry: expiry), hash)
    }

    /// Notes that the session is in use, so that this is not noted again with each request.
    mutating func used(_ hash: [UInt8], at wallTime: WallTime) {
        young.entries[hash]?.principal.session.lastSeenAt = wallTime
        old.entries[hash]?.principal.session.lastSeenAt = wallTime
    }

    /// Takes note of what a commit did.
    mutating func noticed(_ notice: Notice) {
        guard notice.changesSessions else { return }
        told += 1
        let user: UserID
        switch notice {
        case .sessionsEnded(let id, _), .accountDeleted(let id, _): user = id
        case .profileChanged(let account): user = account.user.id
        case .user, .faceChanged, .blockChanged: return
        }
        young.forget(user)
        old.forget(user)
    }
}
