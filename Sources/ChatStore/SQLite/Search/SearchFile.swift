import Glibc

/// The file that the search index lies in, beside the database, and what it holds.
///
/// `docs` has a row for each message that can be found, by the log id of its creation; `texts` is the index over it: the
/// words of a message, and before them one that stands for its room and one for its author. They hold a character that
/// no message's words do, so that nothing said is ever taken for them; and to look in one room is to look for one word
/// more, which costs next to nothing however many rooms there are. The index keeps no text itself: to take a message
/// out, it must be told what it was given.
///
/// All of it is made from the log, and made anew where it does not fit it. Whoever removes the file loses nothing.
enum SearchFile {
    static let name = "search.db"
    static let version: Int64 = 2
    private static let schema = """
        -- How far the log is indexed, and what stood there, to know the log again; how words were cut; what was changed
        -- or deleted since the index was last written anew, and when that was.
        CREATE TABLE progress (
            log_id INTEGER NOT NULL, room INTEGER NOT NULL, offset INTEGER NOT NULL, at INTEGER NOT NULL,
            words_version INTEGER NOT NULL, stale INTEGER NOT NULL, rewritten_at INTEGER NOT NULL);
        INSERT INTO progress VALUES (0, 0, 0, 0, \(SearchWords.version), 0, 0);
        CREATE TABLE docs (
            id INTEGER PRIMARY KEY, room INTEGER NOT NULL, seq INTEGER NOT NULL, author INTEGER NOT NULL,
            words TEXT NOT NULL, has_link INTEGER NOT NULL);
        -- The messages of each hour since 1970: where in the log the first and the last of them stand. Clocks are
        -- corrected, so that others may stand between them.
        CREATE TABLE hours (hour INTEGER PRIMARY KEY, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL);
        -- The words are cut already: what is left for the tokenizer is to part them at spaces.
        CREATE VIRTUAL TABLE texts USING fts5 (words, content = '', columnsize = 0, tokenize = 'ascii');
        -- Deleted rooms, whose messages are still to be taken out.
        CREATE TABLE purges (room INTEGER PRIMARY KEY);
        PRAGMA user_version = \(version);
        """

    /// Where the index of the database at `path` lies.
    static func path(beside path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return name }
        return String(path[...slash]) + name
    }

    /// Opens the file for writing. One that is not there, or damaged, or of another version, is made anew.
    static func open(_ path: String, busyTimeoutMs: Int32) throws(StoreError) -> Database {
        do throws(StoreError) {
            let database = try configured(path, busyTimeoutMs: busyTimeoutMs)
            if try isCurrent(database) { return database }
        } catch .corrupt {
            // It goes below.
        }
        return try makeAnew(path, busyTimeoutMs: busyTimeoutMs)
    }

    /// Removes the index, and frees what it takes at once: whoever has it open keeps files without content, which is no
    /// index to SQLite, but an error.
    static func discard(_ path: String) {
        // The memory that processes share is left as it is, for those who look at it.
        for (suffix, isEmptied) in [("", true), ("-wal", true), ("-shm", false)] {
            // The paths are lent to the calls; what was not there is gone all the same.
            let file = isEmptied ? unsafe Glibc.open(path + suffix, O_WRONLY | O_CLOEXEC) : -1
            _ = unsafe unlink(path + suffix)
            guard file >= 0 else { continue }
            _ = ftruncate(file, 0)
            Glibc.close(file)
        }
    }

    /// What tells this file from one that was made later; nil where there is none.
    static func identity(of path: String) -> UInt64? {
        var status = stat()
        // The path is lent to the call, and the structure lives for it.
        return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// An empty index.
    static func makeAnew(_ path: String, busyTimeoutMs: Int32) throws(StoreError) -> Database {
        discard(path)
        let database = try configured(path, busyTimeoutMs: busyTimeoutMs)
        do throws(StoreError) {
            try database.execute("BEGIN IMMEDIATE")
            try database.execute(schema)
            try database.execute("COMMIT")
        } catch {
            database.rollback()
            throw error
        }
        return database
    }

    private static func configured(_ path: String, busyTimeoutMs: Int32) throws(StoreError) -> Database {
        let database = try Database(path: path, role: .writer, busyTimeoutMs: busyTimeoutMs)
        // What a power cut takes is indexed again: no commit waits for the disk here.
        try database.execute(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;
            PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 16777216;
            """)
        return database
    }

    private static func isCurrent(_ database: Database) throws(StoreError) -> Bool {
        guard try database.integer("PRAGMA user_version") == version else { return false }
        return try database.integer("SELECT words_version FROM progress") == SearchWords.version
    }
}

/// What stands before a message's words in the index.
enum SearchMark {
    /// For private use: no letter, and therefore in no word.
    private static let character = "\u{E000}"

    static func room(_ id: Int64) -> String { "\(character)r\(id)" }

    static func author(_ id: Int64) -> String { "\(character)u\(id)" }

    /// Before what holds a link.
    static let link = "\(character)l"
}

/// A message in the index.
struct SearchDocument: Equatable {
    /// The log id of its creation.
    var id: Int64
    var room: Int64
    var seq: Int64
    var author: Int64
    /// Cut by `SearchWords`, with a space between each two.
    var words: String
    var hasLink: Bool

    /// What the index is given, and told again to take the message out.
    var indexed: String {
        let link = hasLink ? " \(SearchMark.link)" : ""
        return "\(SearchMark.room(room)) \(SearchMark.author(author))\(link) \(words)"
    }
}
