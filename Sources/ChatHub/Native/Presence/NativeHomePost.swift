public import ChatDomain

/// What the home loop of a user, or of a room, is told by the others (`NativeHome`).
public enum NativeHomePost: Sendable, Codable {
    // To the home of the user.
    case connected(UserID, device: String, ConnectionID, UserSettings, lastSeen: WallTime?)
    case disconnected(UserID, ConnectionID)
    case isAway(Bool, UserID, ConnectionID)
    /// A loop has somebody who watches these users; the answer is `presence`.
    case watch([UserID], loop: Int, Asker)
    /// A loop has nobody any more who watches these users.
    case unwatch([UserID], loop: Int)
    // To the home of the room.
    case typing(RoomID, UserID, TypingMedium, thread: Int64?, ConnectionID)
    case stoppedTyping(RoomID, UserID)
    /// The asker wants to know when it is stored.
    case marked(MarkerMove, Asker?)
    // To every loop.
    /// Nobody types on this connection any more.
    case typistLeft(ConnectionID)
}

/// A marker that somebody has moved.
public struct MarkerMove: Sendable, Codable {
    var room: RoomID
    var user: UserID
    var kind: MarkerKind
    var seq: Int64
    /// Where it is that of a thread.
    var thread: Int64?
    /// Whether what was marked as unread is so no more, wherever the marker stands.
    var endsUnread = false
    /// Whether the room hears of it: not where it is large.
    var isTold: Bool
}
