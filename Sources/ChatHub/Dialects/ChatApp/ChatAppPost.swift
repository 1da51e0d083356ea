public import ChatDomain

/// What the loop that holds somebody's ephemeral state is told by the others.
public enum ChatAppPost: Sendable, Codable {
    case joined(UserID, handle: String, ConnectionID)
    /// A socket of the user takes part in a room, whoever is a member of it.
    case tookPart(UserID, RoomID, roomHandle: String)
    case left(UserID, ConnectionID)
    case typing(NamedTypist, ConnectionID)
    case stoppedTyping(ConnectionID)
    case lobbyEntered(ConnectionID)
    case lobbyLeft(ConnectionID)
}

/// Who types where, with the names that the dialect's frames need.
public struct NamedTypist: Sendable, Codable {
    var room: RoomID
    var roomHandle: String
    var user: UserID
    var userHandle: String
    var isTyping: Bool
}
