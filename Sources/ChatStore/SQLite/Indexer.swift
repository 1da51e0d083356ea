import ChatDomain

/// What the indexes need to know of an event.
struct IndexEntry {
    var logID: Int64
    var room: RoomID
    var offset: Int64
    /// The number of the room's newest message as of the event.
    var seq: Int64
    /// Of a message, deleted or not.
    var author: UserID?
    /// Of a message whose key is to be indexed.
    var sender: SenderKey?
    var body: BodyHash
    var bytes: Int

    var receipt: StoredReceipt { StoredReceipt(body: body, room: room, seq: seq, offset: offset) }
}

/// Fills the indexes behind the log.
///
/// Entries queue in the order of the log. A run takes up to `runRowsMax` of them, sorts them for each index, and inserts
/// them in slices, a transaction each, so short that a commit never waits long. In an index that is sorted by room, a
/// run touches each page once, however many rooms were written in turn; that is what makes it cheap. When the last slice
/// of a run has committed, its entries leave the queue. A crash in between does no harm: `progress` says where the last
/// whole run ended, and inserting again changes nothing.
final class Indexer {
    private let database: Database
    private let tail: UnindexedTail
    private let keyIndex: KeyIndex
    private let insertion: Statement
    private let marking: Statement
    private let runRowsMin: Int
    private let runRowsMax: Int
    private let sliceTime: Duration
    private let sliceRowsMax: Int

    /// What is not in a finished run, in the order of the log.
    private var queue = Queue<IndexEntry>()
    private var keys = KeyTable()
    private(set) var indexedThrough: Int64
    /// About the memory that `queue`, `keys` and the events themselves take.
    private(set) var bytes = 0
    private var run: IndexRun?
    /// How many rows are likely to fit in a slice.
    private var sliceRows: Int

    init(
        _ database: Database, tail: UnindexedTail, keyIndex: KeyIndex, options: SQLiteStore.Options
    ) throws(StoreError) {
        self.database = database
        self.tail = tail
        self.keyIndex = keyIndex
        runRowsMin = max(options.runRowsMin, 1)
        runRowsMax = max(options.runRowsMax, 1)
        sliceTime = .milliseconds(max(options.sliceMs, 1))
        sliceRowsMax = max(options.sliceRowsMax, 1)
        sliceRows = min(500, sliceRowsMax)
        insertion = try database.statement("INSERT OR IGNORE INTO room_index VALUES (?, ?, ?, ?)")
        marking = try database.statement(
            """
            UPDATE members SET read = ?1, received = max(received, ?1) WHERE room = ?2 AND user = ?3 AND read < ?1
            """)
        indexedThrough = try database.integer("SELECT indexed_through FROM progress")
    }

    /// Whether everything is indexed.
    var isDone: Bool { queue.isEmpty }
    /// Whether a run is under way, or would be worth its while.
    var hasWork: Bool { run != nil || queue.count >= runRowsMin }

    // MARK: What the queue knows

    func receipt(for sender: SenderKey) -> StoredReceipt? { keys.receipt(for: sender) }

    func seq(of key: MessageKey, in room: RoomID) -> Int64? { keys.seq(of: key, in: room) }

    // MARK: Filling the queue

    /// Queues an event of the transaction under way.
    func append(_ entry: IndexEntry) {
        queue.append(entry)
        bytes += entry.bytes
        guard let sender = entry.sender else { return }
        keys.insert(entry.receipt, for: sender)
        keyIndex.expect(sender)
    }

    /// Takes back the events of a transaction that failed.
    func removeLast(_ count: Int) {
        for _ in 0..<count {
            guard let entry = queue.removeLast() else { return }
            bytes -= entry.bytes
            if let sender = entry.sender { keys.remove(sender) }
        }
    }

    // MARK: Emptying it

    /// Inserts one slice, in a transaction of its own.
    ///
    /// - Returns: how many rows of the log it was worth.
    @discardableResult
    func runSlice() throws(StoreError) -> Int {
        guard var current = run ?? nextRun() else { return 0 }
        run = nil
        let start = ContinuousClock.now
        let before = current.position
        do throws(StoreError) {
            // What a loss of power undoes is made again from the log.
            try database.begin(isDurable: false)
            try insertSlice(of: &current, since: start)
            if current.isFinished {
                let statement = try database.statement("UPDATE progress SET indexed_through = ?")
                statement.bind(current.lastLogID, at: 1)
                try statement.run()
            }
            try database.execute("COMMIT")
        } catch {
            database.rollback()
            throw error
        }
        let inserted = current.position - before
        adapt(to: inserted, since: start)
        if current.isFinished { finish(current) } else { run = current }
        return current.rows(for: inserted)
    }

    private func nextRun() -> IndexRun? {
        IndexRun((0..<min(queue.count, runRowsMax)).compactMap { queue.element(at: $0) })
    }

    private func insertSlice(of run: inout IndexRun, since start: ContinuousClock.Instant) throws(StoreError) {
        var rows = 0
        while rows < sliceRows, let step = run.next() {
            switch step {
            case .room(let entry):
                insertion.bind(entry.room.rawValue, at: 1)
                insertion.bind(entry.offset, at: 2)
                insertion.bind(entry.seq, at: 3)
                insertion.bind(entry.logID, at: 4)
                try insertion.run()
            case .key(let entry, let sender):
                try keyIndex.insert(entry.receipt, for: sender)
            case .own(let position):
                marking.bind(position.seq, at: 1)
                marking.bind(position.room.rawValue, at: 2)
                marking.bind(position.user.rawValue, at: 3)
                try marking.run()
            }
            rows += 1
            // The commit takes its time too.
            if rows % 32 == 0, start.duration(to: .now) > sliceTime / 2 { break }
        }
    }

    /// Aims at slices, commit included, of three quarters of what is allowed.
    private func adapt(to rows: Int, since start: ContinuousClock.Instant) {
        let spent = start.duration(to: .now)
        let aim = sliceTime * 3 / 4
        if spent > aim {
            sliceRows = min(max(sliceRows * 3 / 4, 32), sliceRowsMax)
        } else if rows >= sliceRows && spent < aim * 3 / 4 {
            sliceRows = min(sliceRows * 5 / 4 + 1, sliceRowsMax)
        }
    }

    private func finish(_ run: IndexRun) {
        indexedThrough = run.lastLogID
        for _ in 0..<run.count {
            guard let entry = queue.first else { break }
            queue.removeFirst()
            bytes -= entry.bytes
            if let sender = entry.sender { keys.remove(sender) }
        }
        tail.markIndexed(through: indexedThrough, own: run.own)
    }

    // MARK: After a crash

    /// Indexes what is in the log beyond the last finished run.
    ///
    /// - Returns: the number of the log's last event.
    func catchUp() throws(StoreError) -> Int64 {
        let statement = try database.statement(
            """
            SELECT id, room, offset, seq, kind, user, key_high, key_low, text, body FROM log WHERE id > ?
            ORDER BY id LIMIT ?
            """)
        while true {
            statement.bind(indexedThrough, at: 1)
            statement.bind(Int64(runRowsMax), at: 2)
            while try statement.step() { append(Self.entry(from: statement)) }
            statement.reset()
            if isDone { return indexedThrough }
            while !isDone { try runSlice() }
        }
    }

    private static func entry(from row: Statement) -> IndexEntry {
        let room = RoomID(row.integer(1))
        var entry = IndexEntry(
            logID: row.integer(0), room: room, offset: row.integer(2), seq: row.integer(3), author: nil, sender: nil,
            body: BodyHash(rawValue: 0), bytes: 0)
        if row.integer(4) == EventCode.messageCreated.rawValue { entry.author = UserID(row.integer(5)) }
        // The key of a message that was deleted went to its index when it was.
        if row.integer(4) == EventCode.messageCreated.rawValue, !row.isNull(8) {
            let key = MessageKey(high: UInt64(bitPattern: row.integer(6)), low: UInt64(bitPattern: row.integer(7)))
            entry.sender = SenderKey(author: UserID(row.integer(5)), key: key)
            entry.body = row.isNull(9) ? BodyHash(room: room, text: row.text(8)) : BodyHash(rawValue: row.integer(9))
        }
        return entry
    }
}
