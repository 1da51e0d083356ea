import ChatDomain

/// A message as it reads now, with the log rows that hold its first and its newest text.
struct VersionedMessage: Sendable {
    var message: Message
    var createdLogID: Int64
    var newestLogID: Int64
}

/// The newest positions of a room.
struct RoomPosition: Sendable {
    var seq: Int64
    var offset: Int64
    var at: WallTime
    /// Of the newest event, in the log of all rooms; 0 where it is not known.
    var logID: Int64 = 0
}
