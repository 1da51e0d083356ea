import ChatDomain

/// Keeps the chat in one SQLite file, through the one connection that writes: what happened goes to the end of the log,
/// what is rare also to the tables of users, rooms and members; the indexes follow later, see `Indexer`. A batch is a
/// transaction.
///
/// What it has of `StoreLedger` is in the extensions: facts, changes, the log.
struct SQLiteLedger {
    let database: Database
    let state: StateQueries
    let history: HistoryQueries
    let accounts: AccountQueries
    let rooms: RoomQueries
    let threads: ThreadQueries
    let followed: FollowQueries
    let tail: UnindexedTail
    let indexer: Indexer
    let keyIndex: KeyIndex
    let log: LogStatements
    private let purger: Purger
    private let options: SQLiteStore.Options
    private let commitment: Statement

    var lastLogID: Int64
    /// Changed in `apply` and `append`, filled by facts.
    var cache = LedgerCache()
    /// The batch under way.
    var staged = StagedBatch()
    private(set) var isFull = false

    /// Opens or makes the file, brings its schema up to date, and indexes what a crash left over.
    init(path: String, options: SQLiteStore.Options, tail: UnindexedTail) throws(StoreError) {
        let database = try Database(path: path, role: .writer, busyTimeoutMs: options.busyTimeoutMs)
        try Migrations.check(database)
        try Self.configure(database)
        try Migrations.run(on: database)
        self.database = database
        self.tail = tail
        self.options = options
        state = StateQueries(database)
        history = HistoryQueries(database)
        accounts = AccountQueries(database)
        threads = ThreadQueries(database)
        rooms = RoomQueries(database, state: state, threads: threads)
        followed = FollowQueries(database)
        keyIndex = try KeyIndex(database)
        indexer = try Indexer(database, tail: tail, keyIndex: keyIndex, options: options)
        log = try LogStatements(database)
        purger = Purger(database)
        commitment = try database.statement("COMMIT")
        lastLogID = try indexer.catchUp()
        tail.markIndexed(through: lastLogID)
        if try database.integer("SELECT names_version FROM progress") != SearchWords.version { try foldNames() }
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

    // MARK: The batch

    mutating func begin(drafts: Int) throws(StoreError) {
        staged = StagedBatch(drafts: drafts)
        isFull = shortenBacklog(by: drafts)
        cache.trim()
        try database.begin(isDurable: true)
    }

    mutating func commit() throws(StoreError) -> [Event] {
        try commitment.run()
        let events = staged.events
        tail.append(events, seqs: staged.seqs)
        if staged.hasDeletedRoom { purger.hasWork = true }
        staged = StagedBatch()
        if database.walPagesNew >= options.walPagesMax {
            // The drafts are stored: a failure here is met again, and reported, by the next commit.
            try? database.checkpoint()
        }
        return events
    }

    mutating func rollback() {
        database.rollback()
        indexer.removeLast(staged.events.count)
        lastLogID -= Int64(staged.events.count)
        cache = LedgerCache()
        staged = StagedBatch()
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
            if keyIndex.isBeginning, !indexer.isDone { try indexer.runSlice() } else { try keyIndex.loadSlice() }
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
            try commitment.run()
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
