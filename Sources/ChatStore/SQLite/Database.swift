import CSQLite
import Glibc

/// One connection to the database file, for one thread at a time.
///
/// `@safe`: the two pointers are private, set once, and live as long as the connection; every string passed to SQLite is
/// copied by it.
@safe final class Database {
    enum Role {
        /// The only connection that writes and checkpoints: SQLite before 3.51.3 has a bug with several.
        case writer
        case reader
    }

    let path: String
    private let connection: OpaquePointer
    /// How many pages the write-ahead log held after the last commit.
    private let walPagesBox: UnsafeMutablePointer<Int32>
    /// How many it held when a checkpoint could not move them all.
    private var walPagesLeft: Int32 = 0
    /// Whether commits are synced; nil until the first `begin(isDurable:)`.
    private var isDurable: Bool?
    private var statements: [String: Statement] = [:]

    /// Opens the file, and makes it where there is none and `role` is `.writer`.
    init(path: String, role: Role, busyTimeoutMs: Int32) throws(StoreError) {
        self.path = path
        if role == .writer { Self.makeForOwner(path) }
        let mode = role == .writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        var opened: OpaquePointer?
        // NOMUTEX: a connection is never used by two threads at once. The path is copied.
        let result = unsafe sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX, nil)
        guard result == SQLITE_OK, let handle = unsafe opened else {
            // Even a connection that failed to open has the reason, and wants to be closed.
            let error = unsafe Self.error(result, connection: opened, path: path)
            _ = unsafe sqlite3_close_v2(opened)
            throw error
        }
        unsafe connection = handle
        unsafe walPagesBox = .allocate(capacity: 1)
        unsafe walPagesBox.initialize(to: 0)
        _ = unsafe sqlite3_busy_timeout(handle, busyTimeoutMs)
        // A file that may not be written is opened all the same.
        if role == .writer, unsafe sqlite3_db_readonly(handle, "main") == 1 {
            throw .cannotOpen(path: path, reason: "the file cannot be written")
        }
        // The hook replaces automatic checkpoints. The box outlives the connection.
        _ = unsafe sqlite3_wal_hook(
            handle,
            { box, _, _, pages in
                unsafe box?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPagesBox)
    }

    /// Run as root, in somebody else's directory: the file that is to be made is made theirs, or the server that runs as
    /// them could not read it later. SQLite takes over the owner for the files beside it. What fails here is reported by
    /// the opening that follows.
    private static func makeForOwner(_ path: String) {
        guard geteuid() == 0 else { return }
        let directory = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
        var status = stat()
        // The paths are lent to the calls, and the structure lives for its own.
        guard unsafe stat(directory, &status) == 0, status.st_uid != 0 || status.st_gid != 0 else { return }
        let file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        _ = fchown(file, status.st_uid, status.st_gid)
        close(file)
    }

    deinit {
        statements = [:]
        // A statement that somebody still holds keeps the connection alive until it goes; it commits nothing.
        _ = unsafe sqlite3_wal_hook(connection, nil, nil)
        _ = unsafe sqlite3_close_v2(connection)
        unsafe walPagesBox.deallocate()
    }

    /// Runs statements that answer nothing.
    func execute(_ sql: String) throws(StoreError) {
        // The text is copied.
        let result = unsafe sqlite3_exec(connection, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    /// The prepared statement for `sql`, a literal: made at its first use, and kept.
    func statement(_ sql: String) throws(StoreError) -> Statement {
        if let known = statements[sql] { return known }
        var prepared: OpaquePointer?
        // The text is copied.
        let result = unsafe sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let handle = unsafe prepared else { throw error(result) }
        let statement = unsafe Statement(handle: handle, connection: connection, path: path)
        statements[sql] = statement
        return statement
    }

    /// The one integer that `sql` answers, 0 for NULL or no row.
    func integer(_ sql: String) throws(StoreError) -> Int64 {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    /// Whether a transaction is open: an error may have ended it.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(connection) == 0 }

    /// Opens a transaction that writes.
    ///
    /// - Parameter isDurable: whether its commit waits until everything is on the disk (`synchronous=FULL`). One that
    ///   does not (`NORMAL`) may be undone by a loss of power, whole and never without those behind it; the next durable
    ///   one syncs it too.
    func begin(isDurable: Bool) throws(StoreError) {
        if self.isDurable != isDurable {
            try execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
            self.isDurable = isDurable
        }
        try statement("BEGIN IMMEDIATE").run()
    }

    /// Undoes the open transaction, if any.
    func rollback() {
        // It fails only where there is nothing to undo.
        if isInTransaction { try? execute("ROLLBACK") }
    }

    /// By how many pages the write-ahead log grew since the last checkpoint. What a reader held back then does not
    /// count, so that it is not tried again and again.
    var walPagesNew: Int {
        let pages = unsafe walPagesBox.pointee
        // Fewer than then: the log started over.
        return Int(pages < walPagesLeft ? pages : pages - walPagesLeft)
    }

    /// Moves what the write-ahead log holds into the file, as far as no reader still needs it; `isLast` waits for
    /// readers, and empties the log.
    func checkpoint(isLast: Bool = false) throws(StoreError) {
        var pages: Int32 = 0
        var moved: Int32 = 0
        let mode = isLast ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        // Two outputs on the stack.
        let result = unsafe sqlite3_wal_checkpoint_v2(connection, nil, mode, &pages, &moved)
        guard result == SQLITE_OK || result & 0xFF == SQLITE_BUSY else { throw error(result) }
        // Where all was moved, the next commit starts the log over.
        walPagesLeft = moved < pages ? pages : 0
        unsafe walPagesBox.pointee = walPagesLeft
    }

    /// Copies everything into another database, in its place, as it is at this moment.
    ///
    /// - Parameters:
    ///   - stepPages: how many pages are copied at a time.
    ///   - proceed: is told in between which part is done, and says whether to go on.
    /// - Returns: false where it was stopped.
    func copy(to other: Database, stepPages: Int32, _ proceed: (Double) -> Bool) throws(StoreError) -> Bool {
        // A transaction that reads holds the moment: without one, each commit of somebody else would begin the copy anew.
        try execute("BEGIN")
        defer { try? execute("COMMIT") }
        _ = try integer("SELECT count(*) FROM sqlite_schema")
        // Both connections outlive the copying, which ends below.
        guard let copying = unsafe sqlite3_backup_init(other.connection, "main", connection, "main") else {
            throw unsafe other.error(sqlite3_errcode(other.connection))
        }
        var result = SQLITE_OK
        var isWanted = true
        while result == SQLITE_OK, isWanted {
            result = unsafe sqlite3_backup_step(copying, stepPages)
            let (left, total) = unsafe (sqlite3_backup_remaining(copying), sqlite3_backup_pagecount(copying))
            isWanted = proceed(total > 0 ? 1 - Double(left) / Double(total) : 1)
        }
        let end = unsafe sqlite3_backup_finish(copying)
        guard end == SQLITE_OK else { throw other.error(end) }
        return result == SQLITE_DONE
    }

    private func error(_ code: Int32) -> StoreError {
        unsafe Self.error(code, connection: connection, path: path)
    }

    /// - Parameter connection: where the code comes from, and so its words.
    static func error(_ code: Int32, connection: OpaquePointer?, path: String) -> StoreError {
        let words = unsafe sqlite3_errmsg(connection).map { unsafe String(cString: $0) } ?? "error \(code)"
        let systemCode = unsafe sqlite3_system_errno(connection)
        switch code & 0xFF {
        case SQLITE_FULL: return .full(path: path)
        case SQLITE_IOERR where systemCode == ENOSPC || systemCode == EDQUOT: return .full(path: path)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt("\(path): \(words)")
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            let reason = systemCode == 0 ? words : systemMessage(systemCode)
            return .cannotOpen(path: path, reason: reason)
        default: return .failed("\(path): \(words) (\(code))")
        }
    }

    private static func systemMessage(_ code: Int32) -> String {
        // glibc answers with a constant, or with a buffer of this thread's own.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
