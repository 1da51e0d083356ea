import ChatDomain

/// Asks the index, on a connection of a reader's own.
final class SearchQueries {
    /// A message that held what was asked for when it was indexed.
    struct Candidate {
        var id: Int64
        var room: RoomID
        var seq: Int64
    }

    private let database: Database

    init(path: String, busyTimeoutMs: Int32) throws(StoreError) {
        database = try Database(path: path, role: .reader, busyTimeoutMs: busyTimeoutMs)
        try database.execute("PRAGMA query_only = ON; PRAGMA cache_size = -8000")
    }

    /// Where in the log everything stands that was said between two times, with some before and after it; nil for nothing.
    func ids(before: WallTime?, after: WallTime?) throws(StoreError) -> ClosedRange<Int64>? {
        var (low, high) = (Int64(0), Int64.max - 1)
        if let before {
            guard let last = try bound("SELECT max(last_id) FROM hours WHERE hour <= ?", before) else { return nil }
            high = last
        }
        if let after {
            guard let first = try bound("SELECT min(first_id) FROM hours WHERE hour >= ?", after) else { return nil }
            low = first
        }
        return low <= high ? low...high : nil
    }

    private func bound(_ sql: String, _ time: WallTime) throws(StoreError) -> Int64? {
        let statement = try database.statement(sql)
        statement.bind(SearchHour.of(time), at: 1)
        defer { statement.reset() }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    /// The newest messages below `id`, and not below `lowest`, that match, the newest first.
    func candidates(
        _ expression: String, below id: Int64, from lowest: Int64, limit: Int
    ) throws(StoreError) -> [Candidate] {
        let statement = try database.statement(
            """
            SELECT t.rowid, d.room, d.seq FROM texts t CROSS JOIN docs d ON d.id = t.rowid
            WHERE t.texts MATCH ? AND t.rowid < ? AND t.rowid >= ? ORDER BY t.rowid DESC LIMIT ?
            """)
        statement.bind(expression, at: 1)
        statement.bind(id, at: 2)
        statement.bind(lowest, at: 3)
        statement.bind(Int64(limit), at: 4)
        defer { statement.reset() }
        var found: [Candidate] = []
        while try statement.step() {
            found.append(
                Candidate(id: statement.integer(0), room: RoomID(statement.integer(1)), seq: statement.integer(2)))
        }
        return found
    }
}

extension SearchQuery {
    /// As FTS5 wants to be asked. The words hold letters and digits only, so that nothing in them is an operator.
    ///
    /// - Parameter rooms: where to look; everywhere if it is empty.
    func expression(in rooms: [RoomID]) -> String {
        var terms = phrases.map { "\"\($0.words.joined(separator: " "))\"\($0.isBeginning ? " *" : "")" }
        if hasLink { terms.append("\"\(SearchMark.link)\"") }
        if let from { terms.append("\"\(SearchMark.author(from.rawValue))\"") }
        if !rooms.isEmpty {
            let marks = rooms.map { "\"\(SearchMark.room($0.rawValue))\"" }
            terms.append("(\(marks.joined(separator: " OR ")))")
        }
        return terms.joined(separator: " AND ")
    }
}
