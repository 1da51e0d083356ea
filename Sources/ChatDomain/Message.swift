/// What somebody said in a room, as it reads now.
public struct Message: Hashable, Sendable {
    public let room: RoomID
    /// The message's number in its room: from 1, without gaps, for ever.
    public let seq: Int64
    public let author: UserID
    /// The author's `User.handle`, so that a dialect can show the message without a look-up.
    public let authorHandle: String
    /// The idempotency key: with the author unique for ever.
    public let key: MessageKey
    /// Empty once deleted.
    public var text: String
    public let sentAt: WallTime
    /// 1 as sent; one more with each edit.
    public var version: Int
    public var editedAt: WallTime?
    public var isDeleted: Bool
    /// The `seq` of the message that this one answers.
    public var replyTo: Int64?
    /// The `seq` of the message that the thread began with in which this one is an answer; never itself an answer.
    public var thread: Int64?
    /// Members whom it names.
    public var mentions: [UserID]
    /// In the order in which each key was first used. Filled in where messages are read as pages; empty in an event that
    /// creates one.
    public var reactions: [Reaction]
    /// What there is in the thread that begins with it; nil for no answers, and wherever reactions are not filled in.
    public var threadInfo: ThreadInfo?

    public init(
        room: RoomID, seq: Int64, author: UserID, authorHandle: String, key: MessageKey, text: String,
        sentAt: WallTime, version: Int = 1, editedAt: WallTime? = nil, isDeleted: Bool = false,
        replyTo: Int64? = nil, thread: Int64? = nil, mentions: [UserID] = [], reactions: [Reaction] = [],
        threadInfo: ThreadInfo? = nil
    ) {
        self.room = room
        self.seq = seq
        self.author = author
        self.authorHandle = authorHandle
        self.key = key
        self.text = text
        self.sentAt = sentAt
        self.version = version
        self.editedAt = editedAt
        self.isDeleted = isDeleted
        self.replyTo = replyTo
        self.thread = thread
        self.mentions = mentions
        self.reactions = reactions
        self.threadInfo = threadInfo
    }
}

/// One reaction to a message, with all who chose it, in the order in which they did.
public struct Reaction: Hashable, Sendable {
    /// 1 to 64 bytes, an emoji as a rule.
    public var key: String
    public var users: [UserID]

    public init(key: String, users: [UserID]) {
        self.key = key
        self.users = users
    }
}
