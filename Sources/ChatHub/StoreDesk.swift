import ChatDomain

/// How far the store is behind what one loop has handed to it.
struct StoreDesk {
    /// Since when the writer has owed a report; nil while it owes none.
    private(set) var unwrittenSince: Instant?
    /// How many drafts the writer has not reported on.
    private(set) var unwrittenCount = 0

    /// The writer owes nothing.
    var isSettled: Bool { unwrittenCount == 0 }

    mutating func handedOver(_ count: Int, at now: Instant) {
        if unwrittenCount == 0, count > 0 { unwrittenSince = now }
        unwrittenCount += count
    }

    mutating func reported(_ count: Int, at now: Instant) {
        unwrittenCount -= count
        unwrittenSince = unwrittenCount > 0 ? now : nil
    }
}
