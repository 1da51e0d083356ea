public import ChatDomain

/// A wish of a user to change a room or its members. Each is checked against `Permissions` at its turn, by what the
/// store holds then. Refusals that all share: `.notFound` (no such room, or hidden from `by`), `.forbidden`,
/// `.unknownUser` (of a target). `by` who is deleted or unknown is no member of anything. A ban or a mute that has
/// ended by its time is none. Each notice `.user(.roomJoined)` or `.user(.roomLeft)` is in the order of the events they
/// come with.
public enum RoomDraft: Sendable, Equatable {
    /// The maker becomes the owner. Events: `roomCreated`, then `memberJoined` of the maker (by nil) and of each member
    /// (by the maker, with the role that the room's kind gives). Answer: `.listing`, or refused with `.unknownUser`
    /// (the maker or a member), `.blocked` (a member has blocked the maker), `.handleTaken`, or `.unprocessable` (a
    /// direct room).
    case create(NewNativeRoom, by: UserID)
    /// The direct room of the two, made if there is none; who asks first does not matter. With oneself it is the room of
    /// one's own notes, which has one member and no peer. Answer: `.listing` with `isNew`, or refused with
    /// `.unknownUser`, or, where it would be new, `.blocked` (by the other) or `.handleTaken`. Both join as members, by
    /// nil, the asking one first; its name is empty.
    case direct(UserID, handle: String, by: UserID)
    /// All or nothing, each part checked by the room as it is (so that an archived one has to be unarchived first;
    /// `isArchived` asks for `.unarchive` where it is archived, whatever the value). What is as it was changes nothing.
    /// A new owner who is no member is `.unknownMember`. Events: `memberRoleChanged` of the new owner, then of the old
    /// one; `roomUpdated` with the name, the topic, the visibility, the history and no more archived; `roomArchived`.
    /// Answer: `.listing`.
    case update(RoomID, RoomUpdate, by: UserID)
    /// One's own choices for a room; what is nil stays. Where any of them is another than before, an event of the user's
    /// own stream says so. Answer: `.settings`.
    case choose(RoomID, RoomChoice, by: UserID)
    /// Answer: `.done`.
    case delete(RoomID, by: UserID)
    /// By oneself, into a public room, or by an invitation's token hash. Answer: `.listing`, also for who is a member
    /// already; or refused with `.forbidden` (banned, also with an invitation, or archived), or `.unknownInvite` (where
    /// the room is hidden: `.notFound`). An invitation is used by who becomes a member only.
    case join(RoomID, invite: [UInt8]?, by: UserID)
    /// Answer: `.done`. The event is by nil. The last member to leave archives the room; an owner must hand over first
    /// (`.forbidden`), unless alone. Leaving a direct room is refused with `.forbidden`. Who comes back is still muted.
    case leave(RoomID, by: UserID)
    /// Adds them, with the role that the room's kind gives where it is nil; who is a member already gets the role if it
    /// is named. Banned: `.forbidden`. Who has blocked `by`: `.forbidden`. All or nothing, checked in their order: for
    /// who is no member `.invite`, and `.assignRole` where another role than the kind's is named; for a member
    /// `.assignRole` where the role is another than theirs. Answer: `.done`.
    case addMembers(RoomID, [UserID], role: Role?, by: UserID)
    /// Answer: `.done`, or refused with `.unknownMember`.
    case kick(RoomID, UserID, by: UserID)
    /// Removes who is a member, and keeps them out until then (nil: for ever); there is an event only where somebody
    /// was removed. Answer: `.done`; twice changes the time.
    case ban(RoomID, UserID, reason: String?, until: WallTime?, by: UserID)
    /// Answer: `.done`, also where there was no ban.
    case unban(RoomID, UserID, by: UserID)
    /// Answer: `.done`, or refused with `.unknownMember`. No event.
    case mute(RoomID, UserID, reason: String?, until: WallTime?, by: UserID)
    case unmute(RoomID, UserID, by: UserID)
    /// It ends for good when its maker may invite no more. Answer: `.invited`, or refused with `.conflict` (the token
    /// hash is in use).
    case invite(RoomID, NewInvite, by: UserID)
    /// By its maker, or by whoever may kick and ban. Answer: `.done`, or refused with `.unknownInvite` (there is none
    /// such, or it is another's).
    case revokeInvite(RoomID, InviteID, by: UserID)
}

/// A room to be, of the native protocol. Doubles in `members`, and the maker, count once.
public struct NewNativeRoom: Sendable, Equatable {
    public var handle: String
    /// `.group` or `.channel`.
    public var kind: RoomKind
    public var name: String
    public var visibility: Visibility
    public var members: [UserID]

    public init(handle: String, kind: RoomKind, name: String, visibility: Visibility, members: [UserID]) {
        self.handle = handle
        self.kind = kind
        self.name = name
        self.visibility = visibility
        self.members = members
    }
}

/// What is to become of a room; what is nil stays.
public struct RoomUpdate: Sendable, Equatable {
    public var name: String?
    public var topic: String?
    public var visibility: Visibility?
    /// Asks for the same right as `visibility`: both say who may see what.
    public var history: RoomHistory?
    public var isArchived: Bool?
    /// Hands ownership over to a member; the former owner becomes an admin.
    public var owner: UserID?

    public init(
        name: String? = nil, topic: String? = nil, visibility: Visibility? = nil, history: RoomHistory? = nil,
        isArchived: Bool? = nil, owner: UserID? = nil
    ) {
        self.name = name
        self.topic = topic
        self.visibility = visibility
        self.history = history
        self.isArchived = isArchived
        self.owner = owner
    }
}

/// What somebody chooses for a room of theirs; what is nil stays.
public struct RoomChoice: Sendable, Equatable {
    public var notify: RoomSettings.Notify?
    public var isFavorite: Bool?
    public var isHidden: Bool?

    public init(notify: RoomSettings.Notify? = nil, isFavorite: Bool? = nil, isHidden: Bool? = nil) {
        self.notify = notify
        self.isFavorite = isFavorite
        self.isHidden = isHidden
    }

    func applied(to settings: RoomSettings) -> RoomSettings {
        RoomSettings(
            notify: notify ?? settings.notify, isFavorite: isFavorite ?? settings.isFavorite,
            isHidden: isHidden ?? settings.isHidden)
    }
}

/// A room as its members' lists show it.
public struct RoomListing: Sendable, Equatable {
    public var room: Room
    /// Nil for who is no member (public rooms).
    public var role: Role?
    public var seq: Int64
    public var offset: Int64
    public var memberCount: Int
    /// The viewer's own choices; nil for who is no member.
    public var settings: RoomSettings?
    /// The newest message that is not deleted (nor hidden by the viewer, nor from before what they may see); nil for who
    /// may not read.
    public var lastMessage: Message?
    public var unread: UnreadCount
    /// Of a direct room, the other one; nil for the room of one's own notes.
    public var peer: User?
    /// When something last happened in it.
    public var activeAt: WallTime

    public init(
        room: Room, role: Role?, settings: RoomSettings?, seq: Int64, offset: Int64, memberCount: Int,
        lastMessage: Message?,
        unread: UnreadCount, peer: User?, activeAt: WallTime
    ) {
        self.room = room
        self.role = role
        self.settings = settings
        self.seq = seq
        self.offset = offset
        self.memberCount = memberCount
        self.lastMessage = lastMessage
        self.unread = unread
        self.peer = peer
        self.activeAt = activeAt
    }
}

/// What a member has not read: messages of others, not deleted, not hidden by them, with `seq` above `read`.
public struct UnreadCount: Sendable, Equatable {
    public var unread: Int
    /// Of these, those that mention the member.
    public var mentions: Int
    public var read: Int64
    /// The room's newest.
    public var seq: Int64

    public init(unread: Int, mentions: Int, read: Int64, seq: Int64) {
        self.unread = unread
        self.mentions = mentions
        self.read = read
        self.seq = seq
    }
}
