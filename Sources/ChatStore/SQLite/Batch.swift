import ChatDomain

/// The transaction under way.
struct Batch {
    struct MessageName: Hashable {
        var room: RoomID
        var seq: Int64
    }

    /// Tells one transaction from another.
    let number: Int64
    let now: WallTime
    /// Nothing that makes the backlog longer may be added.
    let isBacklogFull: Bool
    var outcomes: [Outcome] = []
    var events: [Event] = []
    /// For each event, the number of its room's newest message as of it.
    var seqs: [Int64] = []
    /// Messages that it edited or deleted.
    var changes: [MessageName: VersionedMessage] = [:]
    /// What users are to be told.
    var notices: [Notice] = []
    var hasDeletedRoom = false

    init(number: Int64, now: WallTime, isBacklogFull: Bool, drafts: Int) {
        self.number = number
        self.now = now
        self.isBacklogFull = isBacklogFull
        outcomes.reserveCapacity(drafts)
        events.reserveCapacity(drafts)
        seqs.reserveCapacity(drafts)
    }
}
