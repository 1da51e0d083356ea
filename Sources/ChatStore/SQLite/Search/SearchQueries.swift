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

    /// The newest messages below `id` that match, the newest first.
    func candidates(_ expression: String, below id: Int64, limit: Int) throws(StoreError) -> [Candidate] {
        let statement = try database.statement(
            """
            SELECT t.rowid, d.room, d.seq FROM texts t CROSS JOIN docs d ON d.id = t.rowid
            WHERE t.texts MATCH ? AND t.rowid < ? ORDER BY t.rowid DESC LIMIT ?
            """)
        statement.bind(expression, at: 1)
        statement.bind(id, at: 2)
        statement.bind(Int64(limit), at: 3)
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
        var terms = phrases.map { "\"\($0.joined(separator: " "))\"" }
        if let from { terms.append("\"\(SearchMark.author(from.rawValue))\"") }
        if !rooms.isEmpty {
            let marks = rooms.map { "\"\(SearchMark.room($0.rawValue))\"" }
            terms.append("(\(marks.joined(separator: " OR ")))")
        }
        return terms.joined(separator: " AND ")
    }
}
