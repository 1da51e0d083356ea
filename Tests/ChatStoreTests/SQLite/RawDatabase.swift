import CSQLite

@testable import ChatStore

/// Looks into a database file from outside the store.
struct RawDatabase {
    let database: Database

    init(path: String, busyTimeoutMs: Int32 = 0) throws {
        database = try Database(path: path, role: .writer, busyTimeoutMs: busyTimeoutMs)
    }

    /// Every text and every name of a table whose rows contain `text`.
    func tablesContaining(_ text: String) throws -> [String] {
        let names = try database.statement("SELECT name FROM sqlite_schema WHERE type = 'table'")
        var tables: [String] = []
        while try names.step() { tables.append(names.text(0)) }
        names.reset()
        return try tables.filter { table in
            let columns = try database.statement("SELECT name FROM pragma_table_info('\(table)')")
            var conditions: [String] = []
            while try columns.step() { conditions.append("instr(\(columns.text(0)), '\(text)') > 0") }
            columns.reset()
            return try database.integer(
                "SELECT count(*) FROM \(table) WHERE \(conditions.joined(separator: " OR "))") > 0
        }
    }

    /// The values of the only column.
    func integers(_ sql: String) throws -> [Int64] {
        let statement = try database.statement(sql)
        defer { statement.reset() }
        var values: [Int64] = []
        while try statement.step() { values.append(statement.integer(0)) }
        return values
    }
}
