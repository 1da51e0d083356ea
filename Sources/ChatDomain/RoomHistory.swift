/// How much of a room's past who joins it may see.
public enum RoomHistory: UInt8, Sendable {
    /// All of it.
    case all = 0
    /// What happens from their joining on; who comes back begins anew.
    case joined = 1

    /// The name on the wire.
    public var name: String {
        switch self {
        case .all: "all"
        case .joined: "joined"
        }
    }

    public init?(name: String) {
        switch name {
        case "all": self = .all
        case "joined": self = .joined
        default: return nil
        }
    }

    /// What a member sees of a room.
    ///
    /// - Parameter joining: where the room stood when they joined.
    public func sight(from joining: Sight) -> Sight {
        switch self {
        case .all: .whole
        case .joined: joining
        }
    }
}

/// From where on somebody sees a room.
public struct Sight: Hashable, Sendable {
    /// The number of the last message that is not theirs to see; 0 for none.
    public var seq: Int64
    /// The offset of the last event that is not.
    public var offset: Int64

    public init(seq: Int64, offset: Int64) {
        self.seq = seq
        self.offset = offset
    }

    public static let whole = Sight(seq: 0, offset: 0)

    /// Whether the message is theirs to see.
    public func shows(_ seq: Int64) -> Bool { seq > self.seq }
}
