public import ChatDomain
public import ChatStore

/// What reaches a hub from outside its loop, through the loop's mailbox.
public enum Mail: Sendable {
    /// What the writer has committed, in order, for every loop.
    case committed([Event])
    /// What became of this loop's own drafts; comes before the events of the same commit.
    case written(WriteReport)
    case answer(Ticket, StoreAnswer)
    /// What a commit did to users, for every loop; comes after its events.
    case noticed([Notice])
    case worked(Ticket, WorkAnswer)
    /// A draft of whoever runs the server. `answer` is called on the loop's thread.
    case order(Draft, answer: @Sendable (Outcome) -> Void)
    /// Somebody asks for figures.
    case metrics(MetricsMail)
    /// The process asks for the figures of all loops, as `/metrics` has them. `answer` is called on the loop's thread.
    case figures(answer: @Sendable (String) -> Void)
    /// About attempts to sign in.
    case identity(IdentityMail)
    case feeds(FeedMail)
    /// Published on another loop.
    case batch(Batch, Audience)
    /// For the home of a user, of a room, or of the chat-app lobby.
    case home(HomeMessage)
    /// A user came online or went offline; every loop keeps count.
    case presence(PresenceNotice)
    /// A deleted account: nobody is this user any more.
    case userGone(UserID, handle: String)
    /// About the relay's clients.
    case relay(RelayMail)
    /// About topics of the native protocol.
    case topic(TopicMail)
    /// About the users of the native protocol.
    case native(NativeMail)
    case nativeHome(NativeHomeMessage)
    case watched(PresenceMail)
    /// A frame for one connection of this loop.
    case frame([UInt8], ConnectionID)
}

/// Stands for one question until its answer comes.
public struct Ticket: Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What the loop that holds somebody's ephemeral state is told by the others.
public enum HomeMessage: Sendable {
    case joined(UserID, handle: String, ConnectionID)
    case left(UserID, ConnectionID)
    case typing(TypingNotice, ConnectionID)
    case stoppedTyping(ConnectionID)
    case lobbyEntered(ConnectionID)
    case lobbyLeft(ConnectionID)
}

/// Who types where, with the names that the dialect's frames need.
public struct TypingNotice: Sendable {
    var room: RoomID
    var roomHandle: String
    var user: UserID
    var userHandle: String
    var isTyping: Bool
}

/// A user's change of state, with the names that the dialect's frames need.
public struct PresenceNotice: Sendable {
    var user: UserID
    var userHandle: String
    var isOnline: Bool
}
