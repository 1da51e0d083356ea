public import ChatDomain

/// The answer to one draft.
public enum Outcome: Sendable, Equatable {
    case user(User)
    case room(RoomSummary)
    case sent(MessageReceipt)
    case message(Message)
    /// An account and its new session.
    case signedIn(User, session: SessionRecord)
    case listing(RoomListing, isNew: Bool)
    /// A message was changed: the room's offset as of it, and the message as it reads now.
    case changed(Message, offset: Int64)
    /// An invitation was made.
    case invited(InviteRecord)
    /// Somebody's choices for a room, as they are now.
    case settings(RoomSettings)
    case done
    case refused(Refusal)
}

/// Where a message was put.
public struct MessageReceipt: Sendable, Equatable {
    public var seq: Int64
    public var offset: Int64
    /// The key was known: nothing was stored now, and `seq` and `offset` are those of the first time.
    public var isDuplicate: Bool

    public init(seq: Int64, offset: Int64, isDuplicate: Bool) {
        self.seq = seq
        self.offset = offset
        self.isDuplicate = isDuplicate
    }
}

/// Why a draft changed nothing.
public enum Refusal: Error, Sendable, Equatable {
    case unknownUser
    case unknownRoom
    case unknownMessage
    case phoneTaken
    case handleTaken
    case notMember
    /// There is no such room, or it is hidden from who asks.
    case notFound
    case forbidden
    case loginTaken
    case unknownSession
    case unknownMember
    case unknownInvite
    /// `replyTo` or `thread` names no message of the room.
    case unknownReference
    /// The other one has blocked who asks. To be told as `forbidden`.
    case blocked
    /// Beyond what a message or a room may have, such as reactions.
    case unprocessable
    /// The idempotency key was used before for something else.
    case conflict
    /// The store cannot take more just now (its backlog is full, or the disk is): try again later.
    case unavailable
}

/// A room with what a list of rooms shows.
public struct RoomSummary: Sendable, Equatable {
    public var room: Room
    /// In the order of joining.
    public var members: [User]
    /// The newest message that is not deleted, if any.
    public var lastMessage: Message?

    public init(room: Room, members: [User], lastMessage: Message?) {
        self.room = room
        self.members = members
        self.lastMessage = lastMessage
    }
}

/// What one call of `append` did: an outcome for each draft, in their order, and the events in the order of commit.
public struct Commit: Sendable, Equatable {
    public var outcomes: [Outcome]
    public var events: [Event]
    /// In the order of commit; delivered after the events.
    public var notices: [Notice]

    public init(outcomes: [Outcome], events: [Event], notices: [Notice] = []) {
        self.outcomes = outcomes
        self.events = events
        self.notices = notices
    }
}
