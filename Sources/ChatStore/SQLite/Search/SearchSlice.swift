import ChatDomain

/// The hours by which the index knows when something was said.
enum SearchHour {
    static func of(_ time: WallTime) -> Int64 {
        let (hours, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 3_600_000)
        return rest < 0 ? hours - 1 : hours
    }
}

/// A part of the log, as far as it matters to the search: what is new, and what became of what was there.
struct SearchSlice {
    /// What an event does to a message that is in the index.
    enum Change {
        case text(words: String, hasLink: Bool)
        case deletion
    }

    /// Where a slice ends.
    struct Position {
        var logID: Int64
        var room: Int64
        var offset: Int64
        var at: Int64
    }

    /// In the order of the log. What was edited or deleted in the same slice is there as it is in the end, or not at all.
    private(set) var created: [Int64: SearchDocument] = [:]
    /// By the log id of the creation.
    private(set) var changed: [Int64: Change] = [:]
    private(set) var deletedRooms: [Int64] = []
    /// Where in the log the new messages of each hour stand.
    private(set) var hours: [Int64: ClosedRange<Int64>] = [:]
    private(set) var end: Position?

    /// Reads on behind `position`: some thousand rows, and no more than about a mebibyte.
    init(_ log: Database, after position: Int64, rowsMax: Int, bytesMax: Int) throws(StoreError) {
        let statement = try log.statement(
            """
            SELECT id, room, offset, at, kind, seq, user, text, target FROM log WHERE id > ? ORDER BY id LIMIT ?
            """)
        statement.bind(position, at: 1)
        statement.bind(Int64(rowsMax), at: 2)
        defer { statement.reset() }
        var bytes = 0
        while bytes < bytesMax, try statement.step() { bytes += add(statement) }
    }

    /// - Returns: the length of the row's text.
    private mutating func add(_ row: Statement) -> Int {
        end = Position(
            logID: row.integer(0), room: row.integer(1), offset: row.integer(2), at: row.integer(3))
        // A text that is not there was deleted since: the event that says so comes later.
        let text = row.optionalText(7)
        switch EventCode(rawValue: row.integer(4)) {
        case .messageCreated:
            guard let text else { return 0 }
            created[row.integer(0)] = SearchDocument(
                id: row.integer(0), room: row.integer(1), seq: row.integer(5), author: row.integer(6),
                words: SearchWords.joined(text), hasLink: SearchLinks.first(in: text) != nil)
            note(row.integer(0), at: row.integer(3))
        case .messageEdited:
            guard let text else { return 0 }
            change(row.integer(8), .text(words: SearchWords.joined(text), hasLink: SearchLinks.first(in: text) != nil))
        case .messageDeleted: change(row.integer(8), .deletion)
        case .roomDeleted: deletedRooms.append(row.integer(1))
        default: break
        }
        return text?.utf8.count ?? 0
    }

    private mutating func note(_ id: Int64, at ms: Int64) {
        let hour = SearchHour.of(WallTime(milliseconds: ms))
        hours[hour] = min(hours[hour]?.lowerBound ?? id, id)...max(hours[hour]?.upperBound ?? id, id)
    }

    private mutating func change(_ id: Int64, _ change: Change) {
        guard var document = created[id] else {
            changed[id] = change
            return
        }
        switch change {
        case .text(let words, let hasLink):
            document.words = words
            document.hasLink = hasLink
            created[id] = document
        case .deletion: created[id] = nil
        }
    }
}
