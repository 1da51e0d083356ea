import ChatDomain

/// The statements behind changes of threads, follows, pins and marks of what is unread.
extension SQLiteLedger {
    // MARK: Answers

    /// Counts an answer that was appended.
    func insertAnswer(_ message: Message, in thread: ThreadName, logID: Int64) throws(StoreError) {
        let (room, root) = (thread.room.rawValue, thread.root)
        let number = try threads.answerCount(in: thread.room, upTo: .max) + 1
        let upsert = try database.statement(
            """
            INSERT INTO threads VALUES (?1, ?2, 1, 1, ?3, ?4, ?5) ON CONFLICT (room, root) DO UPDATE SET
                created = created + 1, count = count + 1, last_seq = ?3, last_at = ?4, last_log_id = ?5
            RETURNING created
            """)
        for (index, value) in [room, root, message.seq, message.sentAt.milliseconds, logID].enumerated() {
            upsert.bind(value, at: Int32(index + 1))
        }
        defer { upsert.reset() }
        let nth = try upsert.step() ? upsert.integer(0) : 1
        try run(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)", room, message.seq, root, message.author.rawValue,
            logID, message.sentAt.milliseconds, number, nth)
    }

    /// The thread's newest answer is another one then, or there is none.
    func eraseAnswer(_ seq: Int64, in thread: ThreadName) throws(StoreError) {
        let (room, root) = (thread.room.rawValue, thread.root)
        try run("UPDATE answers SET is_deleted = 1 WHERE room = ? AND seq = ?", room, seq)
        try run("UPDATE threads SET count = count - 1 WHERE room = ? AND root = ?", room, root)
        try run(
            """
            UPDATE threads SET last_seq = a.seq, last_at = a.at, last_log_id = a.log_id
            FROM (SELECT seq, at, log_id FROM answers INDEXED BY answers_by_thread
                WHERE room = ?1 AND root = ?2 AND is_deleted = 0 ORDER BY seq DESC LIMIT 1) AS a
            WHERE room = ?1 AND root = ?2
            """, room, root)
    }

    // MARK: Following

    func insertFollow(_ thread: ThreadName, by user: UserID, read: Int64) throws(StoreError) {
        try run(
            "INSERT OR REPLACE INTO follows VALUES (?, ?, ?, ?)", user.rawValue, thread.room.rawValue, thread.root,
            read)
    }

    func deleteFollow(_ thread: ThreadName, by user: UserID) throws(StoreError) {
        try run(
            "DELETE FROM follows WHERE user = ? AND room = ? AND root = ?", user.rawValue, thread.room.rawValue,
            thread.root)
    }

    // MARK: Pins

    func insert(_ pin: Pin, in room: RoomID, logID: Int64) throws(StoreError) {
        try run(
            "INSERT OR IGNORE INTO pins VALUES (?, ?, ?, ?, ?)", room.rawValue, pin.seq, pin.by.rawValue,
            pin.at.milliseconds, logID)
    }

    // MARK: What is unread again

    func store(_ mark: UnreadMark) throws(StoreError) {
        try run(
            "UPDATE members SET unread_from = ?, unread_at = ?, unread_own = ? WHERE room = ? AND user = ?", mark.from,
            mark.head, Int64(mark.own), mark.room.rawValue, mark.user.rawValue)
    }

    /// The author no longer sees the message, which is theirs: their mark counted it as their own.
    func forgetOwn(_ message: Message) throws(StoreError) {
        guard message.thread == nil else { return }
        try run(
            """
            UPDATE members SET unread_own = unread_own - 1
            WHERE room = ?1 AND user = ?2 AND unread_from <= ?3 AND unread_at >= ?3
            """, message.room.rawValue, message.author.rawValue, message.seq)
    }
}
