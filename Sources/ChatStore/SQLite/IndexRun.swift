import ChatDomain

/// Up to where somebody has read a room because they wrote in it.
struct OwnPosition {
    var room: RoomID
    var user: UserID
    var seq: Int64
}

/// Some rows of the log on their way into the indexes, sorted for each.
struct IndexRun {
    enum Step {
        case room(IndexEntry)
        case key(IndexEntry, SenderKey)
        case own(OwnPosition)
    }

    let count: Int
    let lastLogID: Int64
    private let byRoom: [IndexEntry]
    private let byKey: [(entry: IndexEntry, sender: SenderKey)]
    /// Of each author in each room the newest message, sorted by room and user.
    let own: [OwnPosition]
    /// How many insertions were handed out.
    private(set) var position = 0

    /// Nil for no entries.
    ///
    /// - Parameter entries: in the order of the log.
    init?(_ entries: [IndexEntry]) {
        guard let last = entries.last else { return nil }
        count = entries.count
        lastLogID = last.logID
        byRoom = entries.sorted { ($0.room, $0.offset) < ($1.room, $1.offset) }
        byKey = entries.compactMap { entry in entry.sender.map { (entry, $0) } }
            .sorted { Self.isBefore($0.sender, $1.sender) }
        own = Self.ownPositions(in: byRoom)
    }

    private var total: Int { byRoom.count + byKey.count + own.count }
    var isFinished: Bool { position == total }

    /// How many rows of the log so many insertions are worth.
    func rows(for insertions: Int) -> Int { (insertions * count + total - 1) / total }

    /// - Parameter entries: sorted by room.
    private static func ownPositions(in entries: [IndexEntry]) -> [OwnPosition] {
        var positions: [OwnPosition] = []
        var newest: [UserID: Int64] = [:]
        for (index, entry) in entries.enumerated() {
            if let author = entry.author { newest[author] = entry.seq }
            guard index + 1 == entries.count || entries[index + 1].room != entry.room else { continue }
            for (user, seq) in newest.sorted(by: { $0.key < $1.key }) {
                positions.append(OwnPosition(room: entry.room, user: user, seq: seq))
            }
            newest.removeAll(keepingCapacity: true)
        }
        return positions
    }

    /// The next insertion: first into the index by room, where each room's rows follow one another, so that it holds a
    /// beginning of each room at any time.
    mutating func next() -> Step? {
        if position < byRoom.count {
            position += 1
            return .room(byRoom[position - 1])
        }
        guard position < total else { return nil }
        position += 1
        let index = position - 1 - byRoom.count
        guard index < byKey.count else { return .own(own[index - byKey.count]) }
        return .key(byKey[index].entry, byKey[index].sender)
    }

    /// As SQLite orders them: by signed integers.
    private static func isBefore(_ a: SenderKey, _ b: SenderKey) -> Bool {
        (Int64(bitPattern: a.key.high), Int64(bitPattern: a.key.low), a.author.rawValue)
            < (Int64(bitPattern: b.key.high), Int64(bitPattern: b.key.low), b.author.rawValue)
    }
}
