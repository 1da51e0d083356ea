/// How a room is used.
public enum RoomKind: UInt8, Sendable {
    /// Two members with equal rights.
    case direct = 1
    case group = 2
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

    public init(
        id: RoomID, handle: String, kind: RoomKind, name: String, createdAt: WallTime, epoch: UInt64, isOpen: Bool
    ) {
        self.id = id
        self.handle = handle
        self.kind = kind
        self.name = name
        self.createdAt = createdAt
        self.epoch = epoch
        self.isOpen = isOpen
    }
}
