import ChatDomain

/// What a rule does to a ledger, beside appending to the log: one row more, less, or other. All of it is rare. A change
/// says what is to be so from now on; whether it may be, and what it follows from, is for the rules.
enum Change: Equatable {
    // MARK: People

    case userAdded(User, credential: String?, epoch: UInt64)
    /// Name, phone or right to administer are as in here.
    case userChanged(User)
    case settingsChanged(UserID, UserSettings)
    case credentialChanged(UserID, String)
    /// Nothing but the nameless shell is left: sessions, blocks on either side, settings and the own stream are gone;
    /// phone and login are free. Places in rooms stay.
    case userErased(User)
    /// What rooms remember of the user alone is gone: hidden messages, mentions, mutes, bans, followed threads.
    case userForgotten(UserID)
    /// Passed over where it is no later, and for who is deleted or unknown.
    case userSeen(UserID, at: WallTime)
    case sessionAdded(SessionRecord, tokenHash: [UInt8])
    case sessionEnded(SessionID, of: UserID)
    /// Passed over where it is no later, and for who is unknown.
    case sessionUsed(SessionID, at: WallTime)
    case blocked(UserID, by: UserID)
    case unblocked(UserID, by: UserID)
    case inviteAdded(InviteRecord, tokenHash: [UInt8])
    /// Once more; one use less is left, where they are counted.
    case inviteUsed(InviteID)
    case inviteEnded(InviteID)
    /// All that somebody made to this room, or to register.
    case invitesEnded(by: UserID, to: RoomID?)
    /// The next event of the user's own stream. Of those before at least `StoreLimits.userEventsMin` are kept.
    case told(UserEvent)

    // MARK: The log

    /// The next notice, behind the newest event. Of those before at least `StoreLimits.noticesMin` are kept.
    case noticed(Notice)
    /// Nil forgets the name.
    case followerKept(String, at: LogPosition?)

    // MARK: Rooms

    case roomAdded(Room, pair: DirectPair?)
    case roomChanged(Room)
    /// With all that is in it, but for the keys of its messages. `logID` is that of the event that says so.
    case roomRemoved(RoomID, logID: Int64)
    /// Behind all who are members already, where the room stands so, with markers there. A mute from before holds.
    case joined(UserID, RoomID, role: Role, joining: Sight, logID: Int64)
    /// Place, markers, choices, mentions and followed threads are gone; a mute stays.
    case left(UserID, RoomID)
    case roleChanged(UserID, RoomID, Role)
    /// Of a member, or of who may come back; nil ends it.
    case muted(UserID, in: RoomID, until: WallTime?)
    case banned(Ban, from: RoomID)
    case unbanned(UserID, from: RoomID)
    case marked(MarkerRaise)
    case markedUnread(UnreadMark)
    /// A member's choices for a room.
    case chosen(RoomSettings, UserID, RoomID)

    // MARK: Messages

    /// The message reads so from now on; its newest text is that of the event `newestLogID`. `was` says whom it
    /// mentioned before.
    case messageEdited(VersionedMessage, was: Message)
    /// The texts of the message are gone from everywhere, as are its mentions and reactions. As it was before.
    case messageErased(VersionedMessage)
    case messageHidden(Message, from: UserID)
    /// Behind those who chose the key already, and a new key behind the others.
    case reacted(String, to: Int64, in: RoomID, by: UserID, logID: Int64)
    case unreacted(String, to: Int64, in: RoomID, by: UserID)
    /// They follow the thread, and have read so far in it.
    case followed(ThreadName, by: UserID, read: Int64)
    case unfollowed(ThreadName, by: UserID)
    case pinned(Pin, in: RoomID, logID: Int64)
    case unpinned(Int64, in: RoomID)
}

/// Markers are at least so far from now on. Which of several comes first does not matter.
struct MarkerRaise: Equatable {
    var room: RoomID
    var user: UserID
    /// What others see.
    var read: Int64
    var received: Int64
    /// What the member's own counts go by.
    var ownRead: Int64
    /// What was marked as unread is so no more.
    var endsUnread: Bool
}

/// A member's own counts begin at a message, until their markers stand above `head`.
struct UnreadMark: Equatable {
    var room: RoomID
    var user: UserID
    var from: Int64
    /// The room's newest message when it was made.
    var head: Int64
    /// How many of the messages from there on are the member's own (`StoreLedger.ownCount`).
    var own: Int
}
