import ChatDomain

/// Owns the one connection that writes. Applies a batch of drafts in one transaction: what happened goes to the end of
/// the log, what is rare also to the tables of users, rooms and members; the indexes follow later, see `Indexer`.
///
/// The drafts themselves are in the extensions: users, rooms, messages.
final class LogWriter {
    let database: Database
    let state: StateQueries
    let history: HistoryQueries
    let accounts: AccountQueries
    let rooms: RoomQueries
    let tail: UnindexedTail
    let indexer: Indexer
    let keyIndex: KeyIndex
    private let purger: Purger
    private let options: SQLiteStore.Options
    private let commit: Statement
    private let messageInsertion: Statement
    private let referringInsertion: Statement
    private let eventInsertion: Statement
    private var lastLogID: Int64

    /// Makes the epochs of rooms.
    var random: any RandomNumberGenerator
    var cache = WriterCache()
    var batch = Batch(number: 0, now: WallTime(milliseconds: 0), isBacklogFull: false, drafts: 0)

    /// Opens or makes the file, brings its schema up to date, and indexes what a crash left over.
    init(
        path: String, options: SQLiteStore.Options, tail: UnindexedTail, random: some RandomNumberGenerator
    ) throws(StoreError) {
        let database = try Database(path: path, role: .writer, busyTimeoutMs: options.busyTimeoutMs)
        try Migrations.check(database)
        try Self.configure(database)
        try Migrations.run(on: database)
        self.database = database
        self.tail = tail
        self.options = options
        self.random = random
        state = StateQueries(database)
        history = HistoryQueries(database)
        accounts = AccountQueries(database)
        rooms = RoomQueries(database, state: state)
        keyIndex = try KeyIndex(database)
        indexer = try Indexer(database, tail: tail, keyIndex: keyIndex, options: options)
        purger = Purger(database)
        commit = try database.statement("COMMIT")
        messageInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
            """)
        referringInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text, reply_to, thread, mentions, body)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        eventInsertion = try database.statement(
            """
            INSERT INTO log (id, room, offset, seq, at, kind, user, text, target, previous, version)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        lastLogID = try indexer.catchUp()
        tail.markIndexed(through: lastLogID)
    }

    private static func configure(_ database: Database) throws(StoreError) {
        let mode = try database.statement("PRAGMA journal_mode = WAL")
        guard try mode.step(), mode.text(0) == "wal" else {
            throw .cannotOpen(path: database.path, reason: "its file system has no shared memory for a write-ahead log")
        }
        mode.reset()
        // What is deleted is overwritten with zeros; the pages of the indexes' ends stay in memory; a write-ahead log that
        // grew large is cut back.
        try database.execute(
            """
            PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864;
            """)
    }

    // MARK: Appending

    func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        guard !drafts.isEmpty else { return Commit(outcomes: [], events: []) }
        let isBacklogFull = shortenBacklog(by: drafts.count)
        cache.trim()
        let firstLogID = lastLogID
        batch = Batch(number: batch.number + 1, now: now, isBacklogFull: isBacklogFull, drafts: drafts.count)
        do throws(StoreError) {
            try database.begin(isDurable: true)
            for draft in drafts { batch.outcomes.append(try apply(draft)) }
            try commit.run()
        } catch {
            database.rollback()
            indexer.removeLast(Int(lastLogID - firstLogID))
            lastLogID = firstLogID
            cache = WriterCache()
            batch = Batch(number: batch.number, now: now, isBacklogFull: false, drafts: 0)
            throw error
        }
        tail.append(batch.events, seqs: batch.seqs)
        if batch.hasDeletedRoom { purger.hasWork = true }
        if database.walPagesNew >= options.walPagesMax {
            // The drafts are stored: a failure here is met again, and reported, by the next commit.
            try? database.checkpoint()
        }
        return Commit(outcomes: batch.outcomes, events: batch.events, notices: batch.notices)
    }

    private func apply(_ draft: Draft) throws(StoreError) -> Outcome {
        switch draft {
        case .createUser(let new): try createUser(new)
        case .renameUser(let id, let username): try renameUser(id, to: username)
        case .deleteUser(let id): try deleteUser(id)
        case .createRoom(let new): try createRoom(new)
        case .updateRoom(let id, let name, let members, let by):
            try updateRoom(id, name: name, members: members, by: by)
        case .deleteRoom(let id, let by): try deleteRoom(id, by: by)
        case .send(let new): try send(new)
        case .edit(let room, let reference, let text, let by): try edit(reference, in: room, text: text, by: by)
        case .delete(let room, let reference, let by): try delete(reference, in: room, by: by)
        case .account(let draft): try apply(draft)
        case .room(let draft): try apply(draft)
        case .post(let draft): try apply(draft)
        case .mark(let updates): try mark(updates)
        }
    }

    /// Where the caller never has time to tidy, indexing goes between its commits: from half of the limit on as much as
    /// is added, beyond the limit until there is room.
    ///
    /// - Returns: whether there is none after all.
    private func shortenBacklog(by drafts: Int) -> Bool {
        guard indexer.bytes > options.tailBytesMax / 2 else { return false }
        // A failure shows as a backlog that stays; the commit that follows reports it.
        do throws(StoreError) {
            var rows = 0
            while rows < drafts, !indexer.isDone { rows += try indexer.runSlice() }
            let start = ContinuousClock.now
            while indexer.bytes > options.tailBytesMax,
                start.duration(to: .now) < .milliseconds(options.catchUpMs)
            {
                try indexer.runSlice()
            }
        } catch {
            return indexer.bytes > options.tailBytesMax
        }
        return indexer.bytes > options.tailBytesMax
    }

    // MARK: The log

    /// What a row of the log holds beside its position.
    struct Row {
        var code: EventCode
        var user: UserID?
        var text: String?
        var target: Int64?
        var previous: Int64?
        var version: Int?
    }

    /// Appends an event that is no new message.
    ///
    /// - Returns: its log id.
    @discardableResult
    func record(_ kind: EventKind, in head: RoomHead, as row: Row) throws(StoreError) -> Int64 {
        let at = head.time(at: batch.now)
        let logID = lastLogID + 1
        eventInsertion.bind(logID, at: 1)
        eventInsertion.bind(head.id.rawValue, at: 2)
        eventInsertion.bind(head.offset + 1, at: 3)
        eventInsertion.bind(head.seq, at: 4)
        eventInsertion.bind(at.milliseconds, at: 5)
        eventInsertion.bind(row.code.rawValue, at: 6)
        eventInsertion.bind(row.user?.rawValue, at: 7)
        eventInsertion.bind(row.text, at: 8)
        eventInsertion.bind(row.target, at: 9)
        eventInsertion.bind(row.previous, at: 10)
        eventInsertion.bind(row.version.map { Int64($0) }, at: 11)
        try eventInsertion.run()
        head.advance(at: at)
        let event = Event(
            logID: logID, room: head.id, roomHandle: head.handle, offset: head.offset, at: at, kind: kind)
        stage(event, in: head, author: nil, sender: nil, body: BodyHash(rawValue: 0))
        return logID
    }

    /// Appends a new message, the room's next.
    func record(
        _ new: NewMessage, mentions: [UserID], authorHandle: String, body: BodyHash, in head: RoomHead
    ) throws(StoreError) {
        let at = head.time(at: batch.now)
        let insertion = new.isPlain ? messageInsertion : referringInsertion
        insertion.bind(lastLogID + 1, at: 1)
        insertion.bind(head.id.rawValue, at: 2)
        insertion.bind(head.offset + 1, at: 3)
        insertion.bind(head.seq + 1, at: 4)
        insertion.bind(at.milliseconds, at: 5)
        insertion.bind(new.author.rawValue, at: 6)
        insertion.bind(Int64(bitPattern: new.key.high), at: 7)
        insertion.bind(Int64(bitPattern: new.key.low), at: 8)
        insertion.bind(new.text, at: 9)
        if !new.isPlain {
            insertion.bind(new.replyTo, at: 10)
            insertion.bind(new.thread, at: 11)
            insertion.bind(mentions.isEmpty ? nil : MentionList.text(of: mentions), at: 12)
            insertion.bind(body.rawValue, at: 13)
        }
        try insertion.run()
        head.advance(at: at, messageAt: batch.events.count, batch: batch.number)
        let message = Message(
            room: head.id, seq: head.seq, author: new.author, authorHandle: authorHandle, key: new.key, text: new.text,
            sentAt: at, replyTo: new.replyTo, thread: new.thread, mentions: mentions)
        let event = Event(
            logID: lastLogID + 1, room: head.id, roomHandle: head.handle, offset: head.offset, at: at,
            kind: .messageCreated(message), origin: new.origin)
        stage(event, in: head, author: new.author, sender: SenderKey(author: new.author, key: new.key), body: body)
        for user in mentions {
            try run("INSERT INTO mentions VALUES (?, ?, ?)", user.rawValue, head.id.rawValue, head.seq)
        }
    }

    private func stage(_ event: Event, in head: RoomHead, author: UserID?, sender: SenderKey?, body: BodyHash) {
        lastLogID = event.logID
        indexer.append(
            IndexEntry(
                logID: event.logID, room: event.room, offset: event.offset, seq: head.seq, author: author,
                sender: sender, body: body,
                bytes: UnindexedTail.bytes(of: event)))
        batch.events.append(event)
        batch.seqs.append(head.seq)
    }

    // MARK: Later

    /// One slice of what is left to do, the most pressing first.
    ///
    /// - Returns: whether more is left.
    func tidy() throws(StoreError) -> Bool {
        if database.walPagesNew >= options.walPagesMax {
            try database.checkpoint()
        } else if indexer.hasWork || (purger.hasWork && !indexer.isDone) {
            try indexer.runSlice()
        } else if purger.hasWork {
            try purger.runSlice()
        } else if keyIndex.hasWork {
            try keyIndex.loadSlice()
        } else if database.walPagesNew >= options.walPagesIdle {
            try database.checkpoint()
        }
        return hasWork
    }

    /// A commit of its own that writes a page, and changes nothing.
    func probe() throws(StoreError) {
        let version = try database.integer("PRAGMA user_version")
        do throws(StoreError) {
            try database.begin(isDurable: true)
            try database.execute("PRAGMA user_version = \(version)")
            try commit.run()
        } catch {
            database.rollback()
            throw error
        }
    }

    private var hasWork: Bool { indexer.hasWork || purger.hasWork || keyIndex.hasWork }

    /// Indexes everything, and empties the write-ahead log.
    func finish() {
        // What fails here is done by the next start.
        while !indexer.isDone { guard (try? indexer.runSlice()) != nil else { break } }
        try? database.checkpoint(isLast: true)
    }
}
