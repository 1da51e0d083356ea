import ChatDomain

/// Follows the log of a SQLite store through a connection that reads it, and writes the search index, a file of its own.
///
/// A slice of the log and where it ends are one transaction: whenever the process ends, what is indexed and what is said
/// to be agree. What an index holds of a deleted message stays in its file, unreachable, until FTS5 comes to write that
/// part anew; `rewriteMs` after something was deleted all of it is, so that the bytes do not stay for ever.
final class SQLiteSearchIndexer: SearchIndexer {
    /// Limits; the defaults suit a server.
    struct Options: Sendable {
        /// How many rows of the log are indexed in one transaction, and how many bytes of text.
        var sliceRowsMax = 4_000
        var sliceBytesMax = 1 << 20
        /// How many messages of a deleted room are taken out in one.
        var purgeRowsMax = 500
        /// How long after the last time the index is written anew, if anything was deleted or changed since.
        var rewriteMs: Int64 = 24 * 3_600_000
        /// How large the write-ahead log may grow, in pages of 4 KiB, before it is moved into the file.
        var walPagesMax = 2_000
        var busyTimeoutMs: Int32 = 1_000
    }

    private let log: Database
    private let index: SearchIndex
    private let options: Options
    private var indexedThrough: Int64 = 0
    /// How many entries were changed or taken out since the index was last written anew.
    private var stale: Int64 = 0
    private var rewrittenAt: Int64 = 0
    private var isRewriting = false
    private var mayHavePurges = true

    private var database: Database { index.database }

    /// - Parameters:
    ///   - log: the path of the store's own file.
    ///   - path: where the index is, or is to be.
    init(log logPath: String, path: String, options: Options) throws(StoreError) {
        log = try Database(path: logPath, role: .reader, busyTimeoutMs: options.busyTimeoutMs)
        self.options = options
        // It may have been made of another log: of one that was restored, say.
        let opened = try Self.openFitting(path, log, busyTimeoutMs: options.busyTimeoutMs)
        let database =
            if let opened { opened } else {
                try SearchFile.makeAnew(path, busyTimeoutMs: options.busyTimeoutMs)
            }
        index = try SearchIndex(database)
        try loadProgress()
    }

    /// Nil, and closed, where the index does not fit the log.
    private static func openFitting(
        _ path: String, _ log: Database, busyTimeoutMs: Int32
    ) throws(StoreError) -> Database? {
        let database = try SearchFile.open(path, busyTimeoutMs: busyTimeoutMs)
        return try fits(database, log) ? database : nil
    }

    /// Whether what the log holds where the index ends is what was there when it was indexed.
    private static func fits(_ database: Database, _ log: Database) throws(StoreError) -> Bool {
        let end = try database.statement("SELECT log_id, room, offset, at FROM progress")
        defer { end.reset() }
        guard try end.step() else { return false }
        if end.integer(0) == 0 { return true }
        let row = try log.statement("SELECT room, offset, at FROM log WHERE id = ?")
        row.bind(end.integer(0), at: 1)
        defer { row.reset() }
        guard try row.step() else { return false }
        return (0..<3).allSatisfy { row.integer($0) == end.integer($0 + 1) }
    }

    private func loadProgress() throws(StoreError) {
        indexedThrough = try database.integer("SELECT log_id FROM progress")
        stale = try database.integer("SELECT stale FROM progress")
        rewrittenAt = try database.integer("SELECT rewritten_at FROM progress")
    }

    // MARK: Following

    func advance(at now: WallTime) throws(StoreError) -> Bool {
        do throws(StoreError) {
            if database.walPagesNew >= options.walPagesMax { try database.checkpoint() }
            if try indexSlice() { return true }
            if try purgeSlice() { return true }
            return try rewriteSlice(at: now)
        } catch {
            // What the transaction did is undone: so is what was counted.
            database.rollback()
            isRewriting = false
            mayHavePurges = true
            try loadProgress()
            throw error
        }
    }

    func lag(at now: WallTime) throws(StoreError) -> SearchLag {
        let newest = try log.integer("SELECT max(id) FROM log")
        let oldest = try log.statement("SELECT at FROM log WHERE id > ? ORDER BY id LIMIT 1")
        oldest.bind(indexedThrough, at: 1)
        defer { oldest.reset() }
        guard try oldest.step() else { return SearchLag(entries: 0, ms: 0) }
        return SearchLag(
            entries: max(newest - indexedThrough, 0), ms: max(now.milliseconds - oldest.integer(0), 0))
    }

    func close() {
        // What fails here is done by the next start.
        try? database.checkpoint(isLast: true)
    }

    /// - Returns: whether there was anything to index.
    private func indexSlice() throws(StoreError) -> Bool {
        let slice = try SearchSlice(
            log, after: indexedThrough, rowsMax: options.sliceRowsMax, bytesMax: options.sliceBytesMax)
        guard let end = slice.end else { return false }
        try database.execute("BEGIN IMMEDIATE")
        for (id, change) in slice.changed.sorted(by: { $0.key < $1.key }) {
            guard let old = try index.document(id) else { continue }
            stale += 1
            switch change {
            case .text(let words, let hasLink): try index.change(old, words: words, hasLink: hasLink)
            case .deletion: try index.remove(old)
            }
        }
        for document in slice.created.values.sorted(by: { $0.id < $1.id }) { try index.insert(document) }
        for (hour, ids) in slice.hours { try index.insert(hour: hour, ids) }
        let purge = try database.statement("INSERT OR IGNORE INTO purges VALUES (?)")
        for room in slice.deletedRooms {
            purge.bind(room, at: 1)
            try purge.run()
            mayHavePurges = true
        }
        let progress = try database.statement(
            "UPDATE progress SET log_id = ?, room = ?, offset = ?, at = ?, stale = ?")
        for (index, value) in [end.logID, end.room, end.offset, end.at, stale].enumerated() {
            progress.bind(value, at: Int32(index + 1))
        }
        try progress.run()
        try database.execute("COMMIT")
        indexedThrough = end.logID
        return true
    }

    // MARK: Forgetting

    /// Takes some messages of a deleted room out.
    ///
    /// - Returns: whether there was such a room.
    private func purgeSlice() throws(StoreError) -> Bool {
        guard mayHavePurges else { return false }
        let room = try database.integer("SELECT room FROM purges ORDER BY room LIMIT 1")
        guard room != 0 else {
            mayHavePurges = false
            return false
        }
        try database.execute("BEGIN IMMEDIATE")
        let ids = try index.ids(in: room, limit: options.purgeRowsMax)
        for id in ids {
            guard let document = try index.document(id) else {
                throw .corrupt("the search index has lost message \(id)")
            }
            try index.remove(document)
        }
        stale += Int64(ids.count)
        try storeStale()
        if ids.isEmpty {
            let purged = try database.statement("DELETE FROM purges WHERE room = ?")
            purged.bind(room, at: 1)
            try purged.run()
        }
        try database.execute("COMMIT")
        return true
    }

    private func storeStale() throws(StoreError) {
        let update = try database.statement("UPDATE progress SET stale = ?, rewritten_at = ?")
        update.bind(stale, at: 1)
        update.bind(rewrittenAt, at: 2)
        try update.run()
    }

    /// Writes a part of the index anew, if it is time to.
    ///
    /// - Returns: whether it is not done with that.
    private func rewriteSlice(at now: WallTime) throws(StoreError) -> Bool {
        if !isRewriting {
            guard stale > 0, now.milliseconds - rewrittenAt >= options.rewriteMs else { return false }
        }
        if try index.rewrite(isFirst: !isRewriting) {
            isRewriting = true
            return true
        }
        isRewriting = false
        stale = 0
        rewrittenAt = now.milliseconds
        try storeStale()
        // Old pages are in the write-ahead log too.
        try database.checkpoint(isLast: true)
        return false
    }
}
