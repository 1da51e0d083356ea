import ChatDomain

/// Some rows of the log on their way into the indexes, sorted for each.
struct IndexRun {
    enum Step {
        case room(IndexEntry)
        case key(IndexEntry, SenderKey)
    }

    let count: Int
    let lastLogID: Int64
    private let byRoom: [IndexEntry]
    private let byKey: [(entry: IndexEntry, sender: SenderKey)]
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
    }

    var isFinished: Bool { position == byRoom.count + byKey.count }

    /// The next insertion: first into the index by room, where each room's rows follow one another, so that it holds a
    /// beginning of each room at any time.
    mutating func next() -> Step? {
        if position < byRoom.count {
            position += 1
            return .room(byRoom[position - 1])
        }
        guard position < byRoom.count + byKey.count else { return nil }
        position += 1
        let (entry, sender) = byKey[position - 1 - byRoom.count]
        return .key(entry, sender)
    }

    /// As SQLite orders them: by signed integers.
    private static func isBefore(_ a: SenderKey, _ b: SenderKey) -> Bool {
        (Int64(bitPattern: a.key.high), Int64(bitPattern: a.key.low), a.author.rawValue)
            < (Int64(bitPattern: b.key.high), Int64(bitPattern: b.key.low), b.author.rawValue)
    }
}
