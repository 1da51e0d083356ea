/// What a member has chosen for a room, for all of their devices. Nobody else sees it.
public struct RoomSettings: Hashable, Sendable {
    public var notify: Notify
    public var isFavorite: Bool
    /// Left out of the list of rooms until somebody else says something in it.
    public var isHidden: Bool

    /// What of a room is worth a notification.
    public enum Notify: UInt8, CaseIterable, Sendable {
        case all = 1
        case mentions = 2
        case none = 3

        /// The name on the wire.
        public var name: String {
            switch self {
            case .all: "all"
            case .mentions: "mentions"
            case .none: "none"
            }
        }

        public init?(name: String) {
            guard let notify = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = notify
        }

        /// As long as nothing was chosen.
        public static func usual(in kind: RoomKind) -> Notify { kind == .channel ? .mentions : .all }
    }

    public init(notify: Notify, isFavorite: Bool = false, isHidden: Bool = false) {
        self.notify = notify
        self.isFavorite = isFavorite
        self.isHidden = isHidden
    }

    /// As long as nothing was chosen.
    public static func usual(in kind: RoomKind) -> RoomSettings { RoomSettings(notify: .usual(in: kind)) }
}
