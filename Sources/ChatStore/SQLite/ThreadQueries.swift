import ChatDomain

/// Looks up threads, who follows them, and pins, on one connection. All of it is in tables that every commit writes: the
/// tail is not asked. Without statistics SQLite takes the key of `answers` for the best way to anything: so the index is
/// named that leads to a thread however large its room is.
final class ThreadQueries {
    /// A thread that somebody follows.
    struct FollowedThread: Sendable, Equatable {
        var thread: ThreadName
        var read: Int64
        /// The log id of the newest answer: the order of the list.
        var lastLogID: Int64
    }

    private let database: Database

    init(_ database: Database) { self.database = database }

    // MARK: Threads

    func thread(_ name: ThreadName) throws(StoreError) -> StoredThread? {
        let statement = try database.statement(
            "SELECT count, last_seq, last_at FROM threads WHERE room = ? AND root = ?")
        statement.bind(name.room.rawValue, at: 1)
        statement.bind(name.root, at: 2)
        defer { statement.reset() }
        return try statement.step() ? StoredThread(info: Self.info(from: statement, at: 0)) : nil
    }

    /// What the messages of `range` that were answered show of it, by their numbers.
    func infos(in room: RoomID, _ range: ClosedRange<Int64>) throws(StoreError) -> [Int64: ThreadInfo] {
        let statement = try database.statement(
            "SELECT root, count, last_seq, last_at FROM threads WHERE room = ? AND root BETWEEN ? AND ? AND count > 0")
        statement.bind(room.rawValue, at: 1)
        statement.bind(range.lowerBound, at: 2)
        statement.bind(range.upperBound, at: 3)
        defer { statement.reset() }
        var infos: [Int64: ThreadInfo] = [:]
        while try statement.step() { infos[statement.integer(0)] = Self.info(from: statement, at: 1) }
        return infos
    }

    private static func info(from row: Statement, at column: Int32) -> ThreadInfo? {
        let count = Int(row.integer(column))
        guard count > 0 else { return nil }
        return ThreadInfo(
            count: count, lastSeq: row.integer(column + 1), lastAt: WallTime(milliseconds: row.integer(column + 2)))
    }

    /// The number of the message that the thread began with in which this one is an answer; nil for no answer.
    func root(of seq: Int64, in room: RoomID) throws(StoreError) -> Int64? {
        let root = try integer("SELECT root FROM answers WHERE room = ? AND seq = ?", room.rawValue, seq)
        return root == 0 ? nil : root
    }

    /// The numbers of answers that the viewer has not hidden, deleted ones included, ascending, and the log ids of their
    /// creation.
    func answers(
        in thread: ThreadName, _ range: Range<Int64>, isNewestFirst: Bool, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [(seq: Int64, logID: Int64)] {
        let order = isNewestFirst ? "DESC" : "ASC"
        // Either kind lies together in the index.
        let part = { (isDeleted: Int) in
            """
            SELECT * FROM (SELECT seq, log_id FROM answers a INDEXED BY answers_by_thread
                WHERE room = ?1 AND root = ?2 AND is_deleted = \(isDeleted) AND seq >= ?3 AND seq < ?4 AND NOT EXISTS (
                    SELECT 1 FROM hidden h WHERE h.user = ?6 AND h.room = a.room AND h.seq = a.seq)
                ORDER BY seq \(order) LIMIT ?5)
            """
        }
        let statement = try database.statement("\(part(0)) UNION ALL \(part(1)) ORDER BY seq \(order) LIMIT ?5")
        statement.bind(thread.room.rawValue, at: 1)
        statement.bind(thread.root, at: 2)
        statement.bind(range.lowerBound, at: 3)
        statement.bind(range.upperBound, at: 4)
        statement.bind(Int64(max(limit, 0)), at: 5)
        statement.bind(viewer.rawValue, at: 6)
        defer { statement.reset() }
        var found: [(seq: Int64, logID: Int64)] = []
        while try statement.step() { found.append((statement.integer(0), statement.integer(1))) }
        return isNewestFirst ? found.reversed() : found
    }

    // MARK: Counting

    /// The answers in a room with numbers up to `seq`, deleted or not: they are numbered themselves.
    func answerCount(in room: RoomID, upTo seq: Int64) throws(StoreError) -> Int64 {
        try integer(
            "SELECT number FROM answers WHERE room = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", room.rawValue, seq)
    }

    /// Those of them, above `read`, that were deleted.
    func deletedAnswers(in room: RoomID, above read: Int64, upTo seq: Int64) throws(StoreError) -> Int64 {
        try integer(
            """
            SELECT count(*) FROM answers INDEXED BY answers_deleted
            WHERE room = ? AND seq > ? AND seq <= ? AND is_deleted = 1
            """, room.rawValue, read, seq)
    }

    /// The answers by others above `read` that are neither deleted nor hidden.
    func unread(_ thread: ThreadName, of user: UserID, above read: Int64) throws(StoreError) -> Int64 {
        let (room, root) = (thread.room.rawValue, thread.root)
        let total = try integer("SELECT created FROM threads WHERE room = ? AND root = ?", room, root)
        let before = try max(answersUpTo(read, thread, isDeleted: 0), answersUpTo(read, thread, isDeleted: 1))
        if total <= before { return 0 }
        let deleted = try integer(
            """
            SELECT count(*) FROM answers INDEXED BY answers_by_thread
            WHERE room = ? AND root = ? AND is_deleted = 1 AND seq > ?
            """, room, root, read)
        let own = try integer(
            """
            SELECT count(*) FROM answers INDEXED BY answers_by_author
            WHERE room = ? AND root = ? AND author = ? AND is_deleted = 0 AND seq > ?
            """, room, root, user.rawValue, read)
        let hidden = try integer(
            """
            SELECT count(*) FROM hidden h CROSS JOIN answers a ON a.room = h.room AND a.seq = h.seq
            WHERE h.user = ?1 AND h.room = ?2 AND h.seq > ?4 AND a.root = ?3 AND a.is_deleted = 0 AND a.author <> ?1
            """, user.rawValue, room, root, read)
        return total - before - deleted - own - hidden
    }

    /// The place in its thread of the last answer up to `seq`; 0 for none.
    private func answersUpTo(_ seq: Int64, _ thread: ThreadName, isDeleted: Int64) throws(StoreError) -> Int64 {
        try integer(
            """
            SELECT nth FROM answers INDEXED BY answers_by_thread
            WHERE room = ? AND root = ? AND is_deleted = ? AND seq <= ? ORDER BY seq DESC LIMIT 1
            """, thread.room.rawValue, thread.root, isDeleted, seq)
    }

    // MARK: Following

    /// How far somebody who follows the thread has read it; nil for who does not.
    func read(_ thread: ThreadName, by user: UserID) throws(StoreError) -> Int64? {
        let statement = try database.statement("SELECT read FROM follows WHERE user = ? AND room = ? AND root = ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(thread.room.rawValue, at: 2)
        statement.bind(thread.root, at: 3)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }

    func follows(of user: UserID, in room: RoomID) throws(StoreError) -> FollowSum {
        let statement = try database.statement("SELECT count(*), min(root) FROM follows WHERE user = ? AND room = ?")
        statement.bind(user.rawValue, at: 1)
        statement.bind(room.rawValue, at: 2)
        defer { statement.reset() }
        guard try statement.step() else { return FollowSum(count: 0, first: nil) }
        return FollowSum(count: Int(statement.integer(0)), first: statement.optionalInteger(1))
    }

    /// The threads of a room that somebody follows and that were answered in above what they have read, there and in the
    /// room (`base`).
    func unreadThreads(
        of user: UserID, in room: RoomID, above base: Int64
    ) throws(StoreError) -> [(root: Int64, above: Int64)] {
        let statement = try database.statement(
            """
            SELECT f.root, max(f.read, ?3) FROM follows f CROSS JOIN threads t ON t.room = f.room AND t.root = f.root
            WHERE f.user = ?1 AND f.room = ?2 AND t.count > 0 AND t.last_seq > max(f.read, ?3)
            """)
        statement.bind(user.rawValue, at: 1)
        statement.bind(room.rawValue, at: 2)
        statement.bind(base, at: 3)
        defer { statement.reset() }
        var threads: [(root: Int64, above: Int64)] = []
        while try statement.step() { threads.append((statement.integer(0), statement.integer(1))) }
        return threads
    }

    /// The threads that somebody follows and that have answers, the newest answer first; without those whose first
    /// message they have hidden, or may not see.
    func followed(by user: UserID, before logID: Int64, limit: Int) throws(StoreError) -> [FollowedThread] {
        let statement = try database.statement(
            """
            SELECT f.room, f.root, f.read, t.last_log_id
            FROM follows f CROSS JOIN threads t ON t.room = f.room AND t.root = f.root
            CROSS JOIN rooms r ON r.id = f.room CROSS JOIN members m ON m.room = f.room AND m.user = f.user
            WHERE f.user = ?1 AND t.count > 0 AND t.last_log_id < ?2
            AND f.root > CASE r.history WHEN 0 THEN 0 ELSE m.joining_seq END AND NOT EXISTS (
                SELECT 1 FROM hidden h WHERE h.user = f.user AND h.room = f.room AND h.seq = f.root)
            ORDER BY t.last_log_id DESC LIMIT ?3
            """)
        statement.bind(user.rawValue, at: 1)
        statement.bind(logID, at: 2)
        statement.bind(Int64(limit), at: 3)
        defer { statement.reset() }
        var threads: [FollowedThread] = []
        while try statement.step() {
            threads.append(
                FollowedThread(
                    thread: ThreadName(room: RoomID(statement.integer(0)), root: statement.integer(1)),
                    read: statement.integer(2), lastLogID: statement.integer(3)))
        }
        return threads
    }

    // MARK: Pins

    /// The newest first.
    func pins(of room: RoomID) throws(StoreError) -> [Pin] {
        let statement = try database.statement(
            "SELECT seq, pinned_by, at FROM pins WHERE room = ? ORDER BY log_id DESC")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        var pins: [Pin] = []
        while try statement.step() {
            pins.append(
                Pin(
                    seq: statement.integer(0), by: UserID(statement.integer(1)),
                    at: WallTime(milliseconds: statement.integer(2))))
        }
        return pins
    }

    private func integer(_ sql: String, _ values: Int64...) throws(StoreError) -> Int64 {
        let statement = try database.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }
}
