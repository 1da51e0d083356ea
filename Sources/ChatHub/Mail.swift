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
    /// What another loop answers.
    case answered(Ticket, Answer)
    /// Whoever has sent this wants to know that all that was sent before has been dealt with.
    case fence(Asker)
    /// A draft of whoever runs the server. `answer` is called on the loop's thread.
    case order(Draft, answer: @Sendable (Outcome) -> Void)
    /// Somebody asks for figures.
    case metrics(Asker)
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
    /// What has changed of those who are watched from this loop.
    case watched([UserID: PresenceSnapshot])
    /// A frame for one connection of this loop.
    case frame([UInt8], ConnectionID)
}

/// Who has sent some mail.
public enum Sender: Sendable {
    case loop(Int)
    case writer
    /// Readers, workers, and whoever is not waited for when the process ends.
    case other
}

/// What the loop that holds somebody's ephemeral state is told by the others.
public enum HomeMessage: Sendable {
    case joined(UserID, handle: String, ConnectionID)
    /// A socket of the user takes part in a room, whoever is a member of it.
    case tookPart(UserID, RoomID, roomHandle: String)
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
