/// One step of the schema: from version `number - 1` to `number`. A step that was released is never changed.
struct Migration {
    let number: Int
    let sql: String
}

/// Brings a database file to the schema that this version knows.
enum Migrations {
    static let all: [Migration] = [.migration001, .migration002, .migration003, .migration004, .migration005]
    /// "CHAT" in ASCII, in the file's header: so that `file` and we know our own.
    static let applicationID: Int64 = 0x4348_4154

    /// Refuses what is not ours, or newer, before anything is written.
    static func check(_ database: Database) throws(StoreError) {
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        guard application == applicationID || (application == 0 && version == 0 && tables == 0) else {
            throw .corrupt("\(database.path) belongs to another program")
        }
        guard version <= Int64(all.count) else {
            throw .newerSchema(path: database.path, found: Int(version), known: all.count)
        }
    }

    /// Applies the steps that are missing, each in a transaction of its own.
    static func run(on database: Database) throws(StoreError) {
        let version = Int(try database.integer("PRAGMA user_version"))
        for migration in all where migration.number > version {
            do throws(StoreError) {
                try database.execute("BEGIN IMMEDIATE")
                try database.execute(migration.sql)
                try database.execute("PRAGMA application_id = \(applicationID)")
                try database.execute("PRAGMA user_version = \(migration.number)")
                try database.execute("COMMIT")
            } catch {
                database.rollback()
                throw error
            }
        }
    }
}
