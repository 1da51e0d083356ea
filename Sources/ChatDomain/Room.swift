/// How a room is used.
public enum RoomKind: UInt8, Sendable {
    /// Two members with equal rights.
    case direct = 1
    case group = 2
    /// Many read, few write.
    case channel = 3

    /// The name on the wire.
    public var name: String {
        switch self {
        case .direct: "direct"
        case .group: "group"
        case .channel: "channel"
        }
    }
}

/// Whether a room can be found and joined by who is not a member.
public enum Visibility: UInt8, Sendable {
    case `private` = 0
    case `public` = 1

    /// The name on the wire.
    public var name: String { self == .public ? "public" : "private" }

    public init?(name: String) {
        switch name {
        case "public": self = .public
        case "private": self = .private
        default: return nil
        }
    }
}

/// A room: a named, ordered stream of messages with members.
public struct Room: Hashable, Sendable {
    public let id: RoomID
    /// The identifier that clients of a dialect see: an opaque string, unique among rooms.
    public let handle: String
    public var kind: RoomKind
    public var name: String
    public let createdAt: WallTime
    /// Random, made with the room; changes only if its history is lost or restored. A position of another epoch is void.
    public let epoch: UInt64
    /// Made through an open dialect, and therefore visible to it.
    public let isOpen: Bool
    public var visibility: Visibility
    /// Can be read, and nothing else.
    public var isArchived: Bool
    /// What it is about; may be empty.
    public var topic: String
    public var history: RoomHistory

    public init(
        id: RoomID, handle: String, kind: RoomKind, name: String, createdAt: WallTime, epoch: UInt64, isOpen: Bool,
        visibility: Visibility = .private, isArchived: Bool = false, topic: String = "", history: RoomHistory = .all
    ) {
        self.id = id
        self.handle = handle
        self.kind = kind
        self.name = name
        self.createdAt = createdAt
        self.epoch = epoch
        self.isOpen = isOpen
        self.visibility = visibility
        self.isArchived = isArchived
        self.topic = topic
        self.history = history
    }

    /// What decides who may do what in it.
    public var rules: RoomRules {
        RoomRules(kind: kind, visibility: visibility, isArchived: isArchived, history: history)
    }
}
