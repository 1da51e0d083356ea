/// Puts messages into the index, and takes them out: the half of the indexer that writes. Everything happens in the
/// caller's transaction, and in ascending order of ids, or FTS5 writes out what it holds with each step back.
final class SearchIndex {
    let database: Database
    private let find: Statement
    private let insertDocument: Statement
    private let changeDocument: Statement
    private let removeDocument: Statement
    private let insertText: Statement
    private let removeText: Statement

    init(_ database: Database) throws(StoreError) {
        self.database = database
        find = try database.statement("SELECT room, seq, author, words, has_link FROM docs WHERE id = ?")
        insertDocument = try database.statement("INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?)")
        changeDocument = try database.statement("UPDATE docs SET words = ?2, has_link = ?3 WHERE id = ?1")
        removeDocument = try database.statement("DELETE FROM docs WHERE id = ?")
        insertText = try database.statement("INSERT INTO texts (rowid, words) VALUES (?, ?)")
        removeText = try database.statement("INSERT INTO texts (texts, rowid, words) VALUES ('delete', ?, ?)")
    }

    func document(_ id: Int64) throws(StoreError) -> SearchDocument? {
        find.bind(id, at: 1)
        defer { find.reset() }
        guard try find.step() else { return nil }
        return SearchDocument(
            id: id, room: find.integer(0), seq: find.integer(1), author: find.integer(2), words: find.text(3),
            hasLink: find.integer(4) != 0)
    }

    func insert(_ document: SearchDocument) throws(StoreError) {
        insertDocument.bind(document.id, at: 1)
        insertDocument.bind(document.room, at: 2)
        insertDocument.bind(document.seq, at: 3)
        insertDocument.bind(document.author, at: 4)
        insertDocument.bind(document.words, at: 5)
        insertDocument.bind(document.hasLink ? 1 : 0, at: 6)
        try insertDocument.run()
        try run(insertText, document)
    }

    func change(_ old: SearchDocument, words: String, hasLink: Bool) throws(StoreError) {
        var new = old
        new.words = words
        new.hasLink = hasLink
        changeDocument.bind(new.id, at: 1)
        changeDocument.bind(new.words, at: 2)
        changeDocument.bind(new.hasLink ? 1 : 0, at: 3)
        try changeDocument.run()
        try run(removeText, old)
        try run(insertText, new)
    }

    func remove(_ document: SearchDocument) throws(StoreError) {
        removeDocument.bind(document.id, at: 1)
        try removeDocument.run()
        try run(removeText, document)
    }

    private func run(_ statement: Statement, _ document: SearchDocument) throws(StoreError) {
        statement.bind(document.id, at: 1)
        statement.bind(document.indexed, at: 2)
        try statement.run()
    }

    /// Notes where in the log the messages of an hour stand.
    func insert(hour: Int64, _ ids: ClosedRange<Int64>) throws(StoreError) {
        let statement = try database.statement(
            """
            INSERT INTO hours VALUES (?1, ?2, ?3) ON CONFLICT (hour) DO UPDATE SET
                first_id = min(first_id, ?2), last_id = max(last_id, ?3)
            """)
        statement.bind(hour, at: 1)
        statement.bind(ids.lowerBound, at: 2)
        statement.bind(ids.upperBound, at: 3)
        try statement.run()
    }

    /// The first messages of a room.
    func ids(in room: Int64, limit: Int) throws(StoreError) -> [Int64] {
        let statement = try database.statement("SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid LIMIT ?")
        statement.bind("\"\(SearchMark.room(room))\"", at: 1)
        statement.bind(Int64(limit), at: 2)
        defer { statement.reset() }
        var ids: [Int64] = []
        while try statement.step() { ids.append(statement.integer(0)) }
        return ids
    }

    /// Writes a part of the index anew.
    ///
    /// - Parameter isFirst: all of it is to be gone through from now on.
    /// - Returns: whether there was anything to do.
    func rewrite(isFirst: Bool) throws(StoreError) -> Bool {
        let before = try database.integer("SELECT total_changes()")
        let pages: Int64 = isFirst ? -500 : 500
        let merge = try database.statement("INSERT INTO texts (texts, rank) VALUES ('merge', ?)")
        merge.bind(pages, at: 1)
        try merge.run()
        // A merge that finds nothing counts as one change.
        return try database.integer("SELECT total_changes()") - before >= 2
    }
}
