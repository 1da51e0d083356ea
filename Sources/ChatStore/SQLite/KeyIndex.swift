import ChatDomain

/// The idempotency keys that are in the file: `key_index`, with a filter in front of it that is filled in the
/// background after the start, and replaced by a larger one as keys grow more. The filter also knows the keys that wait
/// for the index, so that a new message is asked about once.
final class KeyIndex {
    /// The filter's sizes: the last, for some 45 million keys, serves more of them less well.
    static let filterBytes = [128 << 10, 1 << 20, 8 << 20, 64 << 20]
    private static let lookUpSQL =
        "SELECT body, room, seq, offset FROM key_index WHERE key_high = ? AND key_low = ? AND user = ?"
    private static let loadRows: Int64 = 4_000

    private let database: Database
    private let insertion: Statement
    private let lookUp: Statement
    /// Holds every key of the index, once `isComplete`.
    private var filter: KeyFilter
    private var isComplete = false
    /// Being filled from the index, up to `cursor`, to take the place of `filter`.
    private var next: KeyFilter?
    private var cursor = SenderKey(author: UserID(0), key: MessageKey(high: 1 << 63, low: 1 << 63))

    init(_ database: Database) throws(StoreError) {
        self.database = database
        insertion = try database.statement("INSERT OR IGNORE INTO key_index VALUES (?, ?, ?, ?, ?, ?, ?)")
        lookUp = try database.statement(Self.lookUpSQL)
        filter = KeyFilter(bytes: Self.filterBytes[0])
        isComplete = try database.integer("SELECT EXISTS (SELECT * FROM key_index)") == 0
        if !isComplete { next = filter }
    }

    /// Whether the key surely is neither in the index nor among those that wait for it.
    func isUnknown(_ sender: SenderKey) -> Bool { isComplete && !filter.mayContain(sender) }

    func receipt(for sender: SenderKey) throws(StoreError) -> StoredReceipt? {
        if isUnknown(sender) { return nil }
        return try Self.receipt(for: sender, by: lookUp)
    }

    /// The same, on any connection.
    static func receipt(for sender: SenderKey, in database: Database) throws(StoreError) -> StoredReceipt? {
        try receipt(for: sender, by: try database.statement(lookUpSQL))
    }

    private static func receipt(for sender: SenderKey, by lookUp: Statement) throws(StoreError) -> StoredReceipt? {
        lookUp.bind(Int64(bitPattern: sender.key.high), at: 1)
        lookUp.bind(Int64(bitPattern: sender.key.low), at: 2)
        lookUp.bind(sender.author.rawValue, at: 3)
        defer { lookUp.reset() }
        guard try lookUp.step() else { return nil }
        return StoredReceipt(
            body: BodyHash(rawValue: lookUp.integer(0)), room: RoomID(lookUp.integer(1)), seq: lookUp.integer(2),
            offset: lookUp.integer(3))
    }

    /// The number of the room's earliest message with this key, whoever its author is.
    func seq(of key: MessageKey, in room: RoomID) throws(StoreError) -> Int64? {
        let statement = try database.statement(
            "SELECT min(seq) FROM key_index WHERE key_high = ? AND key_low = ? AND room = ?")
        statement.bind(Int64(bitPattern: key.high), at: 1)
        statement.bind(Int64(bitPattern: key.low), at: 2)
        statement.bind(room.rawValue, at: 3)
        defer { statement.reset() }
        return try statement.step() ? statement.optionalInteger(0) : nil
    }

    /// Remembers a key that will be inserted. If it never is, that costs a look-up.
    func expect(_ sender: SenderKey) {
        filter.insert(sender)
        next?.insert(sender)
    }

    /// Adds a key, within the caller's transaction; the first receipt of a key stays.
    func insert(_ receipt: StoredReceipt, for sender: SenderKey) throws(StoreError) {
        insertion.bind(Int64(bitPattern: sender.key.high), at: 1)
        insertion.bind(Int64(bitPattern: sender.key.low), at: 2)
        insertion.bind(sender.author.rawValue, at: 3)
        insertion.bind(receipt.body.rawValue, at: 4)
        insertion.bind(receipt.room.rawValue, at: 5)
        insertion.bind(receipt.seq, at: 6)
        insertion.bind(receipt.offset, at: 7)
        try insertion.run()
    }

    /// Whether the filter waits to be filled, or to be replaced.
    var hasWork: Bool { next != nil || (filter.isFull && largerBytes != nil) }

    /// Whether it is about to be replaced: no key may wait for the index when that begins.
    var isBeginning: Bool { next == nil }

    /// Reads some thousand keys into the filter.
    func loadSlice() throws(StoreError) {
        if next == nil, filter.isFull, let largerBytes { startLoading(bytes: largerBytes) }
        guard var loading = next else { return }
        // Taken out, so that it is not copied while it is filled.
        next = nil
        var isLoaded = false
        defer { if !isLoaded { next = loading } }
        let statement = try database.statement(
            """
            SELECT key_high, key_low, user FROM key_index WHERE (key_high, key_low, user) > (?, ?, ?)
            ORDER BY key_high, key_low, user LIMIT ?
            """)
        statement.bind(Int64(bitPattern: cursor.key.high), at: 1)
        statement.bind(Int64(bitPattern: cursor.key.low), at: 2)
        statement.bind(cursor.author.rawValue, at: 3)
        statement.bind(Self.loadRows, at: 4)
        defer { statement.reset() }
        var rows: Int64 = 0
        while try statement.step() {
            rows += 1
            cursor = SenderKey(
                author: UserID(statement.integer(2)),
                key: MessageKey(
                    high: UInt64(bitPattern: statement.integer(0)), low: UInt64(bitPattern: statement.integer(1))))
            loading.insert(cursor)
        }
        if rows < Self.loadRows {
            isLoaded = true
            filter = loading
            isComplete = true
        }
    }

    private var largerBytes: Int? {
        Self.filterBytes.first { $0 / 64 * 512 / KeyFilter.bitsPerKey > filter.capacity }
    }

    private func startLoading(bytes: Int) {
        next = KeyFilter(bytes: bytes)
        cursor = SenderKey(author: UserID(0), key: MessageKey(high: 1 << 63, low: 1 << 63))
    }
}
