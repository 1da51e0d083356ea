import CSQLite

/// Copies of a store's database: as it was at one moment, made beside a server that goes on writing, or without one.
public enum SQLiteBackup {
    /// How much is copied before somebody may stop it: some 4 MiB.
    private static let stepPages: Int32 = 1_024

    /// Copies the database at `source` into a new file.
    ///
    /// The file is not on the disk yet when this returns: whoever calls sees to that.
    ///
    /// - Parameter proceed: is told again and again which part of the whole is done, from 0 to 1, and says whether to go on.
    /// - Returns: false where it was stopped.
    public static func copy(
        _ source: String, to destination: String, proceed: (Double) -> Bool
    ) throws(StoreError) -> Bool {
        let from = try Database(path: source, role: .reader, busyTimeoutMs: busyTimeoutMs)
        try Migrations.check(from)
        let to = try Database(path: destination, role: .writer, busyTimeoutMs: busyTimeoutMs)
        // What is broken off is thrown away, and what is whole is synced once.
        try to.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        guard try from.copy(to: to, stepPages: stepPages, proceed) else { return false }
        // With a write-ahead log nobody could look into it without making files beside it. The store that opens it
        // to write brings that back.
        let mode = try to.statement("PRAGMA journal_mode = DELETE")
        guard try mode.step(), mode.text(0) == "delete" else {
            throw .failed("\(destination): the copy keeps its write-ahead log")
        }
        mode.reset()
        return true
    }

    /// Which schema the database has.
    public static func schema(of path: String) throws(StoreError) -> Int {
        let database = try Database(path: path, role: .reader, busyTimeoutMs: busyTimeoutMs)
        try Migrations.check(database)
        return Int(try database.integer("PRAGMA user_version"))
    }

    /// The newest schema that this version knows.
    public static var knownSchema: Int { Migrations.all.count }

    /// Gives every room and every user's stream a new epoch, and so makes void whatever clients remember of them: after
    /// a restore, offsets are given out a second time, for other events.
    public static func renewEpochs(
        of path: String, using random: inout some RandomNumberGenerator
    ) throws(StoreError) {
        let database = try Database(path: path, role: .writer, busyTimeoutMs: busyTimeoutMs)
        try Migrations.check(database)
        // An older one has no column for users' epochs yet.
        try Migrations.run(on: database)
        do throws(StoreError) {
            try database.begin(isDurable: true)
            for table in ["rooms", "users"] { try renewEpochs(in: table, of: database, using: &random) }
            try database.execute("COMMIT")
        } catch {
            database.rollback()
            throw error
        }
    }

    private static func renewEpochs(
        in table: String, of database: Database, using random: inout some RandomNumberGenerator
    ) throws(StoreError) {
        let rows = try database.statement("SELECT id FROM \(table)")
        var ids: [Int64] = []
        while try rows.step() { ids.append(rows.integer(0)) }
        rows.reset()
        let renewal = try database.statement("UPDATE \(table) SET epoch = ? WHERE id = ?")
        for id in ids {
            renewal.bind(Int64(bitPattern: random.next()), at: 1)
            renewal.bind(id, at: 2)
            try renewal.run()
        }
    }

    private static let busyTimeoutMs: Int32 = 5_000
}
