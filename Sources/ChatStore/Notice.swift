public import ChatDomain

/// What a commit did that concerns users rather than a room's stream. Drafts of dialects (those beside `account`,
/// `room`, `post` and `mark`) make none, but for what a message says to those who have hidden its room.
public enum Notice: Sendable, Equatable {
    /// A durable event of the user's own stream (`me`).
    case user(UserEvent)
    /// Sockets of these sessions must close.
    case sessionsEnded(UserID, [SessionID])
    /// The account is gone; its sessions have ended too.
    case accountDeleted(UserID, handle: String)
    /// The user's name, phone, settings or right to administer have changed.
    case profileChanged(Account)
    /// Others see the user otherwise than before: under another name, or as deleted. With the rooms that they share, or
    /// shared, ascending.
    case faceChanged(User, in: [RoomID])
    /// One user has blocked, or unblocked, another.
    case blockChanged(UserID, by: UserID, isBlocked: Bool)
}

/// One event of a user's own stream. `offset` numbers the user's events from 1 without gaps. At least the newest 1,000
/// of each user are kept.
public struct UserEvent: Sendable, Equatable {
    public var user: UserID
    public var epoch: UInt64
    public var offset: Int64
    public var at: WallTime
    public var kind: UserEventKind

    public init(user: UserID, epoch: UInt64, offset: Int64, at: WallTime, kind: UserEventKind) {
        self.user = user
        self.epoch = epoch
        self.offset = offset
        self.at = at
        self.kind = kind
    }
}

/// What happened to a user.
public enum UserEventKind: Sendable, Equatable {
    /// The listing is as of the end of its draft where it comes with a commit, and as of now where it is read back; nil
    /// where the room is no longer the user's.
    case roomJoined(RoomID, RoomListing?)
    case roomLeft(RoomID, LeaveReason)
    case messageHidden(RoomID, seq: Int64)
    case settingsUpdated(UserSettings)
    /// The user's own choices for a room.
    case roomSettings(RoomID, RoomSettings)
}

/// Why somebody is no longer in a room.
public enum LeaveReason: UInt8, Sendable {
    case left = 1
    case kicked = 2
    case banned = 3
    case deleted = 4

    /// The name on the wire.
    public var name: String {
        switch self {
        case .left: "left"
        case .kicked: "kicked"
        case .banned: "banned"
        case .deleted: "deleted"
        }
    }
}
