import ChatDomain

/// A thread: its room, and the number of the message that it began with.
struct ThreadName: Hashable, Sendable {
    var room: RoomID
    var root: Int64
}

/// What there is to know of a thread that has been answered in.
struct StoredThread: Equatable {
    /// Nil where every answer was deleted.
    var info: ThreadInfo?
}

/// Which threads of a room somebody follows.
struct FollowSum: Equatable {
    var count: Int
    /// That which began first; nil for none.
    var first: Int64?
}
