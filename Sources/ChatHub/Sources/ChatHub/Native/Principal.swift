import ChatDomain
import ChatStore

/// Whoever a request or a socket is authenticated as.
struct Principal: Sendable {
    var user: User
    var settings: UserSettings
    var session: SessionRecord
    var lastSeen: WallTime?

    var id: UserID { user.id }
}
