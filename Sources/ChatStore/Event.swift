public import ChatDomain

/// One durable change of a room, as committed. `offset` numbers the room's events from 1 without gaps; `logID` numbers
/// all events of the store in the order of commit.
public struct Event: Sendable, Equatable {
    public var logID: Int64
    public var room: RoomID
    /// The room's `Room.handle`.
    public var roomHandle: String
    public var offset: Int64
    /// Never falls within a room.
    public var at: WallTime
    public var kind: EventKind
    /// The connection that caused it, 0 for none or unknown (after a restart, or from a log read back).
    public var origin: UInt64

    public init(
        logID: Int64, room: RoomID, roomHandle: String, offset: Int64, at: WallTime, kind: EventKind, origin: UInt64 = 0
    ) {
        self.logID = logID
        self.room = room
        self.roomHandle = roomHandle
        self.offset = offset
        self.at = at
        self.kind = kind
        self.origin = origin
    }
}

/// What happened.
public enum EventKind: Sendable, Equatable {
    case messageCreated(Message)
    case messageEdited(Message, by: UserID?)
    case messageDeleted(seq: Int64, by: UserID?)
    /// Also once for each first member, right after `roomCreated`.
    case memberJoined(UserID, role: Role, by: UserID?)
    /// Also when the account was deleted, and when a dialect took somebody out.
    case memberLeft(UserID, by: UserID?)
    case memberKicked(UserID, by: UserID)
    case memberBanned(UserID, by: UserID)
    case memberRoleChanged(UserID, role: Role, by: UserID)
    case reactionAdded(seq: Int64, key: String, by: UserID)
    case reactionRemoved(seq: Int64, key: String, by: UserID)
    case messagePinned(seq: Int64, by: UserID)
    /// Also just before the message is deleted.
    case messageUnpinned(seq: Int64, by: UserID?)
    case roomCreated(Room)
    /// Its name, topic, visibility or history, or that it is no longer archived.
    case roomUpdated(Room, by: UserID?)
    case roomArchived(Room, by: UserID?)
    case roomDeleted(by: UserID?)
    /// Something happened to a message that is from before what the viewer may see. Never stored: it stands in the place
    /// of what was, for them alone.
    case messageConcealed(seq: Int64)
}

extension EventKind {
    /// The message that was there before, and to which this happened.
    public var changedSeq: Int64? {
        switch self {
        case .messageEdited(let message, _): message.seq
        case .messageDeleted(let seq, _), .reactionAdded(let seq, _, _), .reactionRemoved(let seq, _, _),
            .messagePinned(let seq, _), .messageUnpinned(let seq, _), .messageConcealed(let seq):
            seq
        case .messageCreated, .memberJoined, .memberLeft, .memberKicked, .memberBanned, .memberRoleChanged,
            .roomCreated, .roomUpdated, .roomArchived, .roomDeleted:
            nil
        }
    }

    /// What somebody sees of it who sees the room from there on.
    public func seen(with sight: Sight) -> EventKind {
        guard let seq = changedSeq, !sight.shows(seq) else { return self }
        return .messageConcealed(seq: seq)
    }
}
