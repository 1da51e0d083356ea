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

    public init(
        room: RoomID, seq: Int64, author: UserID, authorHandle: String, key: MessageKey, text: String,
        sentAt: WallTime, version: Int = 1, editedAt: WallTime? = nil, isDeleted: Bool = false
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
    }
}
