public import ChatDomain

/// One wish to change what is stored. The store checks it against what it holds at its turn, and answers each draft
/// with an `Outcome`.
public enum Draft: Sendable, Equatable {
    /// Answer: `.user`, or refused with `.phoneTaken` or `.handleTaken`.
    case createUser(NewUser)
    /// Answer: `.user`, or refused with `.unknownUser`.
    case renameUser(UserID, username: String)
    /// The account becomes a nameless shell that stays in its rooms, so that its messages still have an author; its
    /// phone is free again. Answer: `.done`, or refused with `.unknownUser`.
    case deleteUser(UserID)
    /// Answer: `.room`, or refused with `.unknownUser` or `.handleTaken`.
    case createRoom(NewRoom)
    /// What is nil stays; `members` replaces the list. Answer: `.room`, or refused with `.unknownRoom` or
    /// `.unknownUser`.
    case updateRoom(RoomID, name: String?, members: [UserID]?, by: UserID?)
    /// The room, its members and its messages are gone, at once for every reader. Answer: `.done`, or refused with
    /// `.unknownRoom`.
    case deleteRoom(RoomID, by: UserID?)
    /// Answer: `.sent`, or refused with `.unknownRoom`, `.unknownUser`, `.notMember` or `.conflict`; where it is
    /// checked with `.notFound`, `.forbidden`, `.unknownReference` or `.blocked` (a direct room with who has blocked
    /// the author) in place of the first three, in this order of precedence: `.notFound`, `.forbidden`, `.blocked`,
    /// `.unknownReference` (a deleted message is one all the same), `.unprocessable` (nothing of the text can be seen). `joinsRoom` counts for nothing then.
    case send(NewMessage)
    /// Answer: `.message`, or refused with `.unknownMessage`.
    case edit(RoomID, MessageReference, text: String, by: UserID?)
    /// Deleting for all: the text is gone from log and history. A second deletion is `.done` without an event.
    /// Answer: `.done`, or refused with `.unknownMessage`.
    case delete(RoomID, MessageReference, by: UserID?)
    case account(AccountDraft)
    case room(RoomDraft)
    case post(PostDraft)
    /// Moves markers; unknown rooms and who is no member are passed over. Answer: `.done`.
    case mark([MarkerUpdate])
    /// Where one who follows the log has come to (`LogFollower`); nil forgets the name. Answer: `.done`, or refused with
    /// `.unprocessable` (a name that is empty or longer than 64 bytes, or more than 100 followers).
    case keepFollower(String, at: LogPosition?)
}

/// A user to be.
public struct NewUser: Sendable, Equatable {
    public var handle: String
    public var username: String
    public var phone: String?
    public var isOpen: Bool

    public init(handle: String, username: String, phone: String?, isOpen: Bool) {
        self.handle = handle
        self.username = username
        self.phone = phone
        self.isOpen = isOpen
    }
}

/// A room to be. Doubles in `members` count once.
public struct NewRoom: Sendable, Equatable {
    public var handle: String
    public var kind: RoomKind
    public var name: String
    public var members: [UserID]
    public var isOpen: Bool

    public init(handle: String, kind: RoomKind, name: String, members: [UserID], isOpen: Bool) {
        self.handle = handle
        self.kind = kind
        self.name = name
        self.members = members
        self.isOpen = isOpen
    }
}

/// A message to be.
public struct NewMessage: Sendable, Equatable {
    public var room: RoomID
    public var author: UserID
    /// With `author` unique for ever: a repeat gets the first outcome, marked as a duplicate; the same key with
    /// another room or text is refused with `.conflict`.
    public var key: MessageKey
    public var text: String
    /// An author who is no member becomes one, in the same transaction, instead of being refused.
    public var joinsRoom: Bool
    /// Handed through to the event, and not stored: the connection that sent it, 0 for none.
    public var origin: UInt64
    /// The `seq` of a message of the same room that it answers.
    public var replyTo: Int64?
    /// The `seq` of a message of the same room that it answers in a thread: of an answer in one, the thread is that.
    public var thread: Int64?
    /// At most 50; who is no member is dropped when the message is stored.
    public var mentions: [UserID]
    /// The author's rights are checked against `Permissions`, and what `replyTo` and `thread` name must exist.
    public var isChecked: Bool

    public init(
        room: RoomID, author: UserID, key: MessageKey, text: String, joinsRoom: Bool = false, origin: UInt64 = 0,
        replyTo: Int64? = nil, thread: Int64? = nil, mentions: [UserID] = [], isChecked: Bool = false
    ) {
        self.room = room
        self.author = author
        self.key = key
        self.text = text
        self.joinsRoom = joinsRoom
        self.origin = origin
        self.replyTo = replyTo
        self.thread = thread
        self.mentions = mentions
        self.isChecked = isChecked
    }
}

/// How a message of a room is named: by its number, or by its key whoever the author is.
public enum MessageReference: Sendable, Hashable {
    case seq(Int64)
    case key(MessageKey)
}
