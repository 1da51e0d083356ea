import ChatDomain

/// What the ledger remembers between transactions, so that a message needs no look-up. All of it can be loaded again: it
/// is dropped when it grows too large, and when a transaction failed.
struct LedgerCache {
    struct Membership: Hashable {
        var room: RoomID
        var user: UserID
    }

    struct Block: Hashable {
        var other: UserID
        var by: UserID
    }

    static let entriesMax = 100_000

    var rooms: [RoomID: RoomHead] = [:]
    /// The handles of accounts that are not deleted.
    var handles: [UserID: String] = [:]
    /// Who is a member; who is not here may be one too.
    var places: [Membership: Place] = [:]
    /// Whether somebody has blocked somebody, as far as it was asked.
    var blocks: [Block: Bool] = [:]

    /// Called between transactions only: a room's head knows what the one under way has done.
    mutating func trim() {
        if rooms.count > Self.entriesMax { rooms = [:] }
        if handles.count > Self.entriesMax { handles = [:] }
        if places.count > Self.entriesMax { places = [:] }
        if blocks.count > Self.entriesMax { blocks = [:] }
    }
}
