/// Somebody's place in a room.
public struct Member: Hashable, Sendable {
    public let user: UserID
    public var role: Role
    /// May not send or edit until then; `WallTime.distantFuture` for ever.
    public var mutedUntil: WallTime?
    /// The `seq` up to which they have read; never falls.
    public var read: Int64
    /// The `seq` up to which a device of theirs has received; at least `read`.
    public var received: Int64
    /// From which `seq` on their own counts begin, where they have marked it as unread and read nothing since: for their
    /// own eyes.
    public var unreadFrom: Int64?
    /// Where the room stood when they joined.
    public var joining: Sight

    public init(
        user: UserID, role: Role, mutedUntil: WallTime? = nil, read: Int64 = 0, received: Int64 = 0,
        unreadFrom: Int64? = nil, joining: Sight = .whole
    ) {
        self.user = user
        self.role = role
        self.mutedUntil = mutedUntil
        self.read = read
        self.received = received
        self.unreadFrom = unreadFrom
        self.joining = joining
    }

    /// As `Permissions` wants to know them.
    public func standing(at now: WallTime) -> Standing {
        Standing(role: role, isMuted: mutedUntil.map { now < $0 } ?? false)
    }
}

extension WallTime {
    /// Later than any time that is ever stored: for ever.
    public static let distantFuture = WallTime(milliseconds: 253_402_300_799_999)
}
