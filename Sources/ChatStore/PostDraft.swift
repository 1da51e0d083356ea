public import ChatDomain

/// A wish of a user that concerns a message, checked against `Permissions` at its turn. (Sending is `Draft.send` with
/// `NewMessage.isChecked`.) Refusals that all share: `.notFound`, `.forbidden`, `.unknownMessage`; where several hold:
/// of who may not read first, then `.unknownMessage`, then `.forbidden`, then the others. The message of `.changed`
/// carries its reactions, that of an event does not.
public enum PostDraft: Sendable, Equatable {
    /// `mentions` replaces the list as in `NewMessage.mentions`; nil: it stays. Where text and mentions are as they
    /// were, there is no event. Answer: `.changed`, or refused with `.unknownMessage` where it is deleted, `.conflict`
    /// where the message is not of version `ifVersion` any more, `.blocked` as for sending, or `.unprocessable` where
    /// nothing of the text can be seen.
    case edit(RoomID, seq: Int64, text: String, mentions: [UserID]? = nil, ifVersion: Int?, by: UserID)
    /// For all: the text is gone from log, versions, tail and search. A second time: `.changed` with the room's present
    /// offset, and no event. Its reactions and mentions go too. Answer: `.changed`, or refused with `.conflict` as
    /// above.
    case delete(RoomID, seq: Int64, ifVersion: Int?, by: UserID)
    /// For oneself: gone from that user's pages, search and counts; an event of their own stream, none of the room.
    /// Answer: `.done`; twice is once.
    case hide(RoomID, seq: Int64, by: UserID)
    /// Answer: `.changed`; where nothing changes, with the room's present offset and no event. What is no `ReactionKey`
    /// is `.unprocessable`, as is a 51st key of a message; of a key that is there in another form, that form counts. A
    /// deleted message is `.unknownMessage`; who is blocked in a direct room `.blocked`.
    case react(RoomID, seq: Int64, key: String, by: UserID)
    /// One's own; also by who is muted or blocked.
    case unreact(RoomID, seq: Int64, key: String, by: UserID)
    /// Another's (`of`), by who may delete the message. The event names whose it was.
    case removeReaction(RoomID, seq: Int64, key: String, of: UserID, by: UserID)
    /// Follows the thread that begins with the message, or in which it is an answer: what is said there from now on counts
    /// as unread. Answer: `.done`; twice is once. A deleted message that nobody answered is `.unknownMessage`.
    case follow(RoomID, seq: Int64, by: UserID)
    /// Answer: `.done`, also where it was not followed.
    case unfollow(RoomID, seq: Int64, by: UserID)
    /// Answer: `.changed`; where it is pinned already, with the room's present offset and no event. The 51st of a room is
    /// `.unprocessable`; who is blocked in a direct room `.blocked`. A message that is deleted is pinned no more.
    case pin(RoomID, seq: Int64, by: UserID)
    case unpin(RoomID, seq: Int64, by: UserID)
    /// One's own counts begin at the message from now on, until something is read or said. Nobody else sees it. Answer:
    /// `.done`, or refused with `.unprocessable` where 5,000 messages or more have come after it.
    case markUnread(RoomID, seq: Int64, by: UserID)
}

/// One text of a message.
public struct MessageVersion: Sendable, Equatable {
    /// 1 as sent.
    public var version: Int
    public var text: String
    public var at: WallTime

    public init(version: Int, text: String, at: WallTime) {
        self.version = version
        self.text = text
        self.at = at
    }
}

/// How far somebody has read and received in a room. What is nil stays; lower than before changes nothing; above the
/// head means the head; `read` implies `received`.
public struct MarkerUpdate: Sendable, Equatable {
    public var room: RoomID
    public var user: UserID
    public var read: Int64?
    public var received: Int64?
    /// Moves `read` for the user's own counts only: what others see of it (`Member.read`, `Member.received`) stays.
    public var isPrivate: Bool
    /// The message that a thread began with, where `read` is meant for that thread alone, which the user follows.
    public var thread: Int64?
    /// Whether `read`, however low, ends what was marked as unread: not where it was said before that.
    public var endsUnread: Bool

    public init(
        room: RoomID, user: UserID, read: Int64?, received: Int64?, isPrivate: Bool = false, thread: Int64? = nil,
        endsUnread: Bool = true
    ) {
        self.room = room
        self.user = user
        self.read = read
        self.received = received
        self.isPrivate = isPrivate
        self.thread = thread
        self.endsUnread = endsUnread
    }
}

/// Which messages of a room.
public enum MessageRange: Sendable, Equatable {
    /// The newest before this `seq`, itself excluded; nil for the room's newest.
    case before(Int64?)
    /// The oldest after this `seq`, itself excluded.
    case after(Int64)
    /// Half of them before, this one, the rest after.
    case around(Int64)
}

/// A page of a room's messages, ascending by `seq`, deleted ones included (without text), those hidden by the viewer
/// left out; with their reactions. Empty for who is no member.
public struct MessagePage: Sendable, Equatable {
    public var messages: [Message]
    public var hasMoreBefore: Bool
    public var hasMoreAfter: Bool

    public init(messages: [Message], hasMoreBefore: Bool, hasMoreAfter: Bool) {
        self.messages = messages
        self.hasMoreBefore = hasMoreBefore
        self.hasMoreAfter = hasMoreAfter
    }
}
