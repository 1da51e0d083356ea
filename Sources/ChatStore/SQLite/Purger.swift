import ChatDomain

/// Removes the rows of deleted rooms, some at a time, after the index has come to them: they are found through it.
/// The keys of their messages stay, for repeats; so does the log's word that the room was deleted.
final class Purger {
    private static let sliceRows: Int64 = 256

    private let database: Database
    /// Whether there may be rooms to remove.
    var hasWork = true

    init(_ database: Database) { self.database = database }

    /// Removes one slice, in a transaction of its own. Called when everything is indexed.
    func runSlice() throws(StoreError) {
        let waiting = try database.integer("SELECT room FROM purges ORDER BY room LIMIT 1")
        guard waiting != 0 else {
            hasWork = false
            return
        }
        do throws(StoreError) {
            try database.begin(isDurable: true)
            try removeRows(of: RoomID(waiting))
            try database.execute("COMMIT")
        } catch {
            database.rollback()
            throw error
        }
    }

    private func removeRows(of room: RoomID) throws(StoreError) {
        let rows = try rows(of: room)
        for row in rows {
            try run("DELETE FROM log WHERE id = ? AND kind <> 8", row.logID)
            try run("DELETE FROM message_state WHERE room = ? AND seq = ?", room.rawValue, row.seq)
            try run("DELETE FROM room_index WHERE room = ? AND offset = ?", room.rawValue, row.offset)
        }
        if let first = rows.first, let last = rows.last {
            for (table, seq) in [("reactions", "seq"), ("deletions", "seq"), ("answers", "seq"), ("threads", "root")] {
                try run(
                    "DELETE FROM \(table) WHERE room = ? AND \(seq) BETWEEN ? AND ?", room.rawValue, first.seq,
                    last.seq)
            }
        }
        if rows.isEmpty { try run("DELETE FROM purges WHERE room = ?", room.rawValue) }
    }

    private func rows(of room: RoomID) throws(StoreError) -> [(offset: Int64, seq: Int64, logID: Int64)] {
        let statement = try database.statement(
            "SELECT offset, seq, log_id FROM room_index WHERE room = ? ORDER BY offset LIMIT ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(Self.sliceRows, at: 2)
        defer { statement.reset() }
        var rows: [(offset: Int64, seq: Int64, logID: Int64)] = []
        while try statement.step() {
            rows.append((statement.integer(0), statement.integer(1), statement.integer(2)))
        }
        return rows
    }

    private func run(_ sql: String, _ values: Int64...) throws(StoreError) {
        let statement = try database.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        try statement.run()
    }
}
