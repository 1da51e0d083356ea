/// What a member of a room is.
public enum Role: UInt8, CaseIterable, Sendable {
    case owner = 1
    case admin = 2
    case member = 3
    /// Reads and reacts, and says nothing.
    case reader = 4

    /// The name on the wire.
    public var name: String {
        switch self {
        case .owner: "owner"
        case .admin: "admin"
        case .member: "member"
        case .reader: "reader"
        }
    }

    public init?(name: String) {
        guard let role = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    /// Whether this role stands above the other.
    public func isAbove(_ other: Role) -> Bool { rawValue < other.rawValue }
}
