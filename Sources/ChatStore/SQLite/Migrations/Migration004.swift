extension Migration {
    /// What those who follow the log need: notices, which are not of a room, behind the event that was the newest then,
    /// and how far each has come.
    ///
    /// | `notices.kind` | user | other | offset, at | code, room, seq, number | text |
    /// |---|---|---|---|---|---|
    /// | 1 event of a user's own stream | whose | | its own | as `me_log` has them, without the text | |
    /// | 2 sessions ended | whose | | | | their numbers in decimal, between spaces |
    /// | 3 account deleted | which | | | | |
    /// | 4 profile changed | whose | | | | |
    /// | 5 block made (`number` 1) or ended (0) | by | of | | | |
    ///
    /// The `text` of an event that says that its room was deleted is the room's handle.
    static let migration004 = Migration(
        number: 4,
        sql: """
            CREATE TABLE notices (
                id INTEGER PRIMARY KEY, log_id INTEGER NOT NULL, kind INTEGER NOT NULL, user INTEGER NOT NULL,
                other INTEGER, offset INTEGER, at INTEGER, code INTEGER, room INTEGER, seq INTEGER, number INTEGER,
                text TEXT);
            CREATE TABLE followers (
                name TEXT PRIMARY KEY, log_id INTEGER NOT NULL, notice_id INTEGER NOT NULL) WITHOUT ROWID;
            """)
}
