import ChatDomain

/// What the writer remembers between transactions, so that a message needs no look-up. All of it can be loaded again: it
/// is dropped when it grows too large, and when a transaction failed.
struct WriterCache {
    struct Membership: Hashable {
        var room: RoomID
        var user: UserID
    }

    /// What a room knows of a member.
    struct Place {
        var role: Role
        var mutedUntil: WallTime?
    }

    static let entriesMax = 100_000

    var rooms: [RoomID: RoomHead] = [:]
    /// The handles of accounts that are not deleted.
    var handles: [UserID: String] = [:]
    /// Who is a member; who is not here may be one too.
    var members: [Membership: Place] = [:]

    /// Called between transactions only: a room's head knows what the one under way has done.
    mutating func trim() {
        if rooms.count > Self.entriesMax { rooms = [:] }
        if handles.count > Self.entriesMax { handles = [:] }
        if members.count > Self.entriesMax { members = [:] }
    }
}

/// Where a room stands, in the transaction under way.
final class RoomHead {
    let id: RoomID
    let handle: String
    /// What decides who may do what.
    var rules: RoomRules
    /// Of a direct room: whether the other one has blocked somebody, as far as it was asked.
    var blocks: [UserID: Bool] = [:]
    private(set) var seq: Int64
    private(set) var offset: Int64
    private(set) var lastAt: WallTime?
    /// Where the messages of transaction `batch` lie among its events.
    private var batch: Int64 = 0
    private var stagedIndices: [Int] = []

    init(_ room: Room, position: RoomPosition?) {
        id = room.id
        handle = room.handle
        rules = room.rules
        seq = position?.seq ?? 0
        offset = position?.offset ?? 0
        lastAt = position?.at
    }

    /// The time of an event that happens now.
    func time(at now: WallTime) -> WallTime { RoomClock.time(after: lastAt, at: now) }

    /// Counts an event.
    func advance(at: WallTime) {
        offset += 1
        lastAt = at
    }

    /// Counts a message, whose event lies at `index` among those of transaction `batch`.
    func advance(at: WallTime, messageAt index: Int, batch: Int64) {
        if self.batch != batch {
            self.batch = batch
            stagedIndices.removeAll(keepingCapacity: true)
        }
        stagedIndices.append(index)
        seq += 1
        advance(at: at)
    }

    /// Where the event that created message `seq` lies among those of transaction `batch`, if it is one of them.
    func stagedIndex(of seq: Int64, batch: Int64) -> Int? {
        let first = self.seq - Int64(stagedIndices.count) + 1
        guard self.batch == batch, first <= seq, seq <= self.seq else { return nil }
        return stagedIndices[Int(seq - first)]
    }

    /// The number of somebody's newest message among those of the transaction; 0 for none.
    func stagedSeq(of author: UserID, in batch: Batch) -> Int64 {
        guard self.batch == batch.number else { return 0 }
        for index in stagedIndices.reversed() {
            if case .messageCreated(let message) = batch.events[index].kind, message.author == author {
                return message.seq
            }
        }
        return 0
    }
}
