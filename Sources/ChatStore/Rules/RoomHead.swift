import ChatDomain

/// Where a room stands: what numbers and times its events, and what decides who may do what in it. A ledger hands out
/// one for each room, and every rule sees in it what the rules before it have done.
final class RoomHead {
    let id: RoomID
    let handle: String
    /// Of a direct room of the native protocol: the two it was made for.
    let pair: DirectPair?
    /// What decides who may do what. Changed by the ledger, as it changes the room.
    var rules: RoomRules
    /// Whether members may have hidden the room. Set by the ledger; the rules unset it where they find none.
    var mayBeHidden = false
    private(set) var seq: Int64
    private(set) var offset: Int64
    /// Nil where nothing has happened yet.
    private(set) var lastAt: WallTime?

    init(_ room: Room, pair: DirectPair?, position: RoomPosition? = nil, mayBeHidden: Bool = false) {
        id = room.id
        handle = room.handle
        self.pair = pair
        rules = room.rules
        self.mayBeHidden = mayBeHidden
        seq = position?.seq ?? 0
        offset = position?.offset ?? 0
        lastAt = position?.at
    }

    /// The time of an event that happens now.
    func time(at now: WallTime) -> WallTime { RoomClock.time(after: lastAt, at: now) }

    /// Counts an event, which was given the next offset.
    func advance(at: WallTime) {
        offset += 1
        lastAt = at
    }

    /// Counts an event that is a new message, which was given the next number too.
    func advanceMessage(at: WallTime) {
        seq += 1
        advance(at: at)
    }
}

/// The newest positions of a room.
struct RoomPosition: Sendable {
    var seq: Int64
    var offset: Int64
    var at: WallTime
    /// Of the newest event, in the log of all rooms; 0 where it is not known.
    var logID: Int64 = 0
}

/// Two users, whoever is named first.
struct DirectPair: Hashable, Sendable {
    let lower: UserID
    let higher: UserID

    init(_ a: UserID, _ b: UserID) {
        lower = min(a, b)
        higher = max(a, b)
    }

    /// The room of one's own notes.
    var isOneself: Bool { lower == higher }

    func other(than user: UserID) -> UserID { user == lower ? higher : lower }
}
