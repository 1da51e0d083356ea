/// Looks for damage in a store's database: first what SQLite itself can tell, then whether log and indexes say the same.
/// It only reads, and may do so beside a server.
public struct SQLiteVerifier {
    /// What was found.
    public struct Report: Equatable, Sendable {
        /// Sentences; empty where all is well.
        public var problems: [String] = []
        public var events: Int64 = 0
        public var rooms: Int64 = 0
        public var users: Int64 = 0
    }

    private let database: Database
    private var report = Report()

    /// Of each kind: who has one has thousands.
    private static let problemsMax = 10

    /// Looks at the database at `path`.
    public static func verify(_ path: String) throws(StoreError) -> Report {
        let database = try Database(path: path, role: .reader, busyTimeoutMs: 5_000)
        do throws(StoreError) {
            try Migrations.check(database)
            var verifier = SQLiteVerifier(database)
            // All of it is of one moment.
            try database.execute("BEGIN")
            defer { try? database.execute("COMMIT") }
            return try verifier.run()
        } catch {
            // What cannot be read at all is a finding too.
            guard case .corrupt(let reason) = error else { throw error }
            return Report(problems: [reason])
        }
    }

    /// What is wrong with a search index; nil where nothing is.
    public static func searchProblem(_ path: String) -> String? {
        do throws(StoreError) {
            let database = try Database(path: path, role: .reader, busyTimeoutMs: 5_000)
            let check = try database.statement("PRAGMA integrity_check(1)")
            defer { check.reset() }
            return try check.step() && check.text(0) == "ok" ? nil : check.text(0)
        } catch {
            return error.description
        }
    }

    private init(_ database: Database) { self.database = database }

    private mutating func run() throws(StoreError) -> Report {
        report.rooms = try database.integer("SELECT count(*) FROM rooms")
        report.users = try database.integer("SELECT count(*) FROM users")
        try askSQLite()
        // Where pages are broken, nothing else that is found means much.
        guard report.problems.isEmpty else { return report }
        try readLog()
        try compareIndexes()
        return report
    }

    private mutating func askSQLite() throws(StoreError) {
        let check = try database.statement("PRAGMA integrity_check(\(Self.problemsMax))")
        defer { check.reset() }
        while try check.step() {
            let text = check.text(0)
            if text != "ok" { report.problems.append("the file: \(text)") }
        }
    }

    /// In the log, the offsets of each room rise by one, and its numbers by one with each message.
    private mutating func readLog() throws(StoreError) {
        var last: [Int64: (offset: Int64, seq: Int64)] = [:]
        let rows = try database.statement("SELECT id, room, offset, seq, kind FROM log ORDER BY id")
        defer { rows.reset() }
        var found = 0
        while try rows.step() {
            report.events += 1
            let (id, room, offset, seq) = (rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3))
            let isMessage = rows.integer(4) == EventCode.messageCreated.rawValue
            defer { last[room] = (offset, seq) }
            // The first that is left is where a room's purge has come to.
            guard let before = last[room] else { continue }
            let isInOrder = offset == before.offset + 1 && seq == before.seq + (isMessage ? 1 : 0)
            guard !isInOrder, found < Self.problemsMax else { continue }
            found += 1
            report.problems.append(
                "the log: entry \(id) of room \(room) has offset \(offset) and number \(seq), behind offset "
                    + "\(before.offset) and number \(before.seq)")
        }
    }

    /// What is in the log up to where it is indexed is in the indexes, and the other way round.
    private mutating func compareIndexes() throws(StoreError) {
        let created = EventCode.messageCreated.rawValue
        let edited = EventCode.messageEdited.rawValue
        let deleted = EventCode.roomDeleted.rawValue
        let indexed = "id <= (SELECT indexed_through FROM progress)"
        try note(
            "entries of the log are not in the index of rooms",
            """
            log WHERE \(indexed) AND kind <> \(deleted) AND NOT EXISTS (
                SELECT * FROM room_index AS i
                WHERE i.room = log.room AND i.offset = log.offset AND i.seq = log.seq AND i.log_id = log.id)
            """)
        try note(
            "entries of the index of rooms are not in the log",
            """
            room_index AS i WHERE NOT EXISTS (
                SELECT * FROM log WHERE log.id = i.log_id AND log.room = i.room AND log.offset = i.offset)
            """)
        try note(
            "messages are not in the index of keys",
            """
            log WHERE \(indexed) AND kind = \(created) AND text IS NOT NULL AND NOT EXISTS (
                SELECT * FROM key_index AS i
                WHERE i.key_high = log.key_high AND i.key_low = log.key_low AND i.user = log.user)
            """)
        try note(
            "edited messages have no newest text",
            """
            message_state AS s WHERE NOT EXISTS (
                SELECT * FROM log WHERE log.id = s.log_id AND log.room = s.room AND log.kind = \(edited))
            """)
        try note(
            "members are in no room", "members AS m WHERE NOT EXISTS (SELECT * FROM rooms WHERE rooms.id = m.room)")
        try note(
            "members are no users", "members AS m WHERE NOT EXISTS (SELECT * FROM users WHERE users.id = m.user)")
    }

    private mutating func note(_ sentence: String, _ rows: String) throws(StoreError) {
        let count = try database.integer("SELECT count(*) FROM \(rows)")
        if count > 0 { report.problems.append("\(count) \(sentence)") }
    }
}
