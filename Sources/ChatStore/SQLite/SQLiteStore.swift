import CSQLite
public import ChatDomain
import Synchronization

/// Keeps everything in one SQLite file: an append-only log, which a commit is one append to, and indexes that follow
/// behind it. What `append` has returned survives a crash and a power cut.
///
/// The layout is described at `Migration.migration001`, the way of a commit at `SQLiteLedger`, what readers see at
/// `UnindexedTail`.
public final class SQLiteStore: ChatStore {
    /// Limits; the defaults suit a server.
    public struct Options: Sendable {
        /// How much memory what is not indexed yet may take. From half of it on, indexing goes between commits; beyond
        /// it, new messages are refused with `.unavailable`.
        public var tailBytesMax = 64 << 20
        /// How much of what is indexed stays in memory all the same, for resuming clients and newest history.
        public var cacheBytesMax = 16 << 20
        /// How many rows of the log are sorted and indexed together.
        public var runRowsMax = 10_000
        /// Fewer rows wait in the tail for company, where they do no harm: a run of some hundred costs twice as much a
        /// row as one of thousands. A start indexes as many in some milliseconds.
        public var runRowsMin = 2_000
        /// How long a slice of indexing may hold up a commit.
        public var sliceMs = 5
        /// How many rows a slice inserts at most, however quickly.
        public var sliceRowsMax = 20_000
        /// How long a commit waits for indexing once the tail is full.
        public var catchUpMs = 100
        /// How large the write-ahead log may grow, in pages of 4 KiB, before a commit moves it into the file.
        public var walPagesMax = 4_000
        /// How large it is before `tidy` does so.
        public var walPagesIdle = 1_000
        /// How long after the last time the search index is written anew, if anything was deleted since: until then, what
        /// was said is in the file still, where nobody finds it.
        public var searchRewriteMs: Int64 = 24 * 3_600_000
        /// How long to wait for another process that holds the file.
        public var busyTimeoutMs: Int32 = 1_000

        public init() {}
    }

    private let path: String
    private let options: Options
    private let tail: UnindexedTail
    /// Nil once closed.
    private let rules: Mutex<Rules<SQLiteLedger>?>

    /// Opens the file, or makes it; its directory must exist. Takes as long as indexing takes what a crash left over.
    ///
    /// - Parameter random: makes the epochs of rooms.
    public init(
        path: String, options: Options = Options(),
        random: some RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) throws(StoreError) {
        self.path = path
        self.options = options
        tail = UnindexedTail(cacheBytesMax: options.cacheBytesMax)
        rules = Mutex(Rules(try SQLiteLedger(path: path, options: options, tail: tail), random: random))
    }

    public func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit {
        try rules.withLock { rules throws(StoreError) in
            // In place: a copy of what the ledger remembers would be one of all its dictionaries.
            guard let commit = try rules?.append(drafts, at: now) else { throw Self.closed }
            return commit
        }
    }

    public func tidy() throws(StoreError) -> Bool {
        try rules.withLock { rules throws(StoreError) in
            guard let hasMore = try rules?.ledger.tidy() else { throw Self.closed }
            return hasMore
        }
    }

    public func makeReader() throws(StoreError) -> any ChatStoreReader {
        guard rules.withLock({ $0 != nil }) else { throw Self.closed }
        return try SQLiteReader(path: path, tail: tail, busyTimeoutMs: options.busyTimeoutMs)
    }

    /// The index lies in a file beside the store's own, `search.db`. One indexer at a time.
    public func makeSearchIndexer() throws(StoreError) -> (any SearchIndexer)? {
        guard rules.withLock({ $0 != nil }) else { throw Self.closed }
        var search = SQLiteSearchIndexer.Options()
        search.rewriteMs = options.searchRewriteMs
        search.busyTimeoutMs = options.busyTimeoutMs
        return try SQLiteSearchIndexer(log: path, path: SearchFile.path(beside: path), options: search)
    }

    /// Of SQLite, as it was found when the process started.
    public static var libraryVersion: String {
        // A constant of the library.
        unsafe String(cString: sqlite3_libversion())
    }

    /// Where the search index of the database at `path` lies.
    public static func searchPath(beside path: String) -> String { SearchFile.path(beside: path) }

    /// Also where the file itself is not open: there is a start that fails for want of room.
    public static func discardSearchIndex(beside path: String) { SearchFile.discard(SearchFile.path(beside: path)) }

    public func discardSearchIndex() { Self.discardSearchIndex(beside: path) }

    public func probe() throws(StoreError) {
        try rules.withLock { rules throws(StoreError) in
            guard let rules else { throw Self.closed }
            try rules.ledger.probe()
        }
    }

    public func release() { rules.withLock { $0 = nil } }

    public func close() {
        rules.withLock { rules in
            rules?.ledger.finish()
            rules = nil
        }
    }

    private static let closed = StoreError.closed
}
