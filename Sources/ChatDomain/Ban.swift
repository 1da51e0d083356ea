/// Somebody kept out of a room.
public struct Ban: Hashable, Sendable {
    public let user: UserID
    /// Who did it.
    public let by: UserID
    public let reason: String?
    /// `WallTime.distantFuture` for ever.
    public let until: WallTime
    public let at: WallTime

    public init(user: UserID, by: UserID, reason: String?, until: WallTime, at: WallTime) {
        self.user = user
        self.by = by
        self.reason = reason
        self.until = until
        self.at = at
    }
}
