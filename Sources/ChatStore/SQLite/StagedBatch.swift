import ChatDomain

/// What the transaction under way has appended, and which messages it changed.
struct StagedBatch {
    struct MessageName: Hashable {
        var room: RoomID
        var seq: Int64
    }

    private(set) var events: [Event] = []
    /// For each event, the number of its room's newest message as of it.
    private(set) var seqs: [Int64] = []
    /// Messages that it edited or deleted, as they read now.
    var changes: [MessageName: VersionedMessage] = [:]
    var hasDeletedRoom = false

    // What follows is filled when it is first asked for: a batch of messages never asks.
    private var lookedAt = 0
    private var messages: [MessageName: Int] = [:]
    private var newest: [LedgerCache.Membership: Int64] = [:]

    init(drafts: Int = 0) {
        events.reserveCapacity(drafts)
        seqs.reserveCapacity(drafts)
    }

    mutating func append(_ event: Event, seq: Int64) {
        events.append(event)
        seqs.append(seq)
    }

    /// The message as it reads now, if the transaction changed or made it.
    mutating func message(_ seq: Int64, in room: RoomID) -> VersionedMessage? {
        let name = MessageName(room: room, seq: seq)
        if let changed = changes[name] { return changed }
        look()
        guard let index = messages[name], case .messageCreated(let message) = events[index].kind else { return nil }
        return VersionedMessage(message: message, createdLogID: events[index].logID, newestLogID: events[index].logID)
    }

    /// The number of somebody's newest message in the room among those of the transaction; 0 for none.
    mutating func newestSeq(of author: UserID, in room: RoomID) -> Int64 {
        look()
        return newest[LedgerCache.Membership(room: room, user: author)] ?? 0
    }

    private mutating func look() {
        for index in lookedAt..<events.count {
            guard case .messageCreated(let message) = events[index].kind else { continue }
            messages[MessageName(room: message.room, seq: message.seq)] = index
            newest[LedgerCache.Membership(room: message.room, user: message.author)] = message.seq
        }
        lookedAt = events.count
    }
}
