public import ChatStore
import Synchronization

/// How many changes to accounts and sessions have been committed: the one thing that all loops share. Whoever commits
/// counts them before anybody is told of the commit; a loop that has not been told of all of them yet knows so by this,
/// and asks the store rather than trust what it remembers.
public final class AccountChanges: Sendable {
    private let count = Atomic<UInt64>(0)

    public init() {}

    /// Counts what a commit has changed.
    public func add(_ notices: [Notice]) {
        let changes = notices.count { $0.changesSessions }
        if changes > 0 { count.add(UInt64(changes), ordering: .releasing) }
    }

    var value: UInt64 { count.load(ordering: .acquiring) }
}

extension Notice {
    /// Whether it may change who a token stands for, or what is known of them.
    var changesSessions: Bool {
        switch self {
        case .sessionsEnded, .accountDeleted, .profileChanged: true
        case .user, .faceChanged, .blockChanged: false
        }
    }
}
