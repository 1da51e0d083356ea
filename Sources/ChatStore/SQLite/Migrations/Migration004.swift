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
    /// | 6 seen otherwise by others | who is | | | | the rooms' numbers, as in 2 |
    ///
    /// The `text` of an event that says that its room was deleted is the room's handle.
    ///
    /// Threads: `log.thread` is the number of a message that is itself no answer. `answers` has each answer, with its
    /// number among those of the room and of the thread, by which those between two are counted without a look at each;
    /// `threads` the sum of each thread, of which `created` counts deleted answers too, and the newest is one that is
    /// not deleted, as long as there is one. Whoever is mentioned in their own message is no row of `mentions`.
    ///
    /// | kind | user | target |
    /// |---|---|---|
    /// | 20 message pinned, 21 unpinned | by | `id` of the creation |
    static let migration004 = Migration(
        number: 4,
        sql: """
            CREATE TABLE notices (
                id INTEGER PRIMARY KEY, log_id INTEGER NOT NULL, kind INTEGER NOT NULL, user INTEGER NOT NULL,
                other INTEGER, offset INTEGER, at INTEGER, code INTEGER, room INTEGER, seq INTEGER, number INTEGER,
                text TEXT);
            CREATE TABLE followers (
                name TEXT PRIMARY KEY, log_id INTEGER NOT NULL, notice_id INTEGER NOT NULL) WITHOUT ROWID;

            CREATE TABLE answers (
                room INTEGER NOT NULL, seq INTEGER NOT NULL, root INTEGER NOT NULL, author INTEGER NOT NULL,
                log_id INTEGER NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL, nth INTEGER NOT NULL,
                is_deleted INTEGER NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;
            CREATE INDEX answers_by_thread ON answers (room, root, is_deleted, seq);
            -- `is_deleted` is in them so that they answer alone.
            CREATE INDEX answers_by_author ON answers (room, root, author, seq, is_deleted) WHERE is_deleted = 0;
            CREATE INDEX answers_deleted ON answers (room, seq, is_deleted) WHERE is_deleted = 1;
            CREATE TABLE threads (
                room INTEGER NOT NULL, root INTEGER NOT NULL, created INTEGER NOT NULL, count INTEGER NOT NULL,
                last_seq INTEGER NOT NULL, last_at INTEGER NOT NULL, last_log_id INTEGER NOT NULL,
                PRIMARY KEY (room, root)) WITHOUT ROWID;
            CREATE TABLE follows (
                user INTEGER NOT NULL, room INTEGER NOT NULL, root INTEGER NOT NULL, read INTEGER NOT NULL,
                PRIMARY KEY (user, room, root)) WITHOUT ROWID;
            CREATE TABLE pins (
                room INTEGER NOT NULL, seq INTEGER NOT NULL, pinned_by INTEGER NOT NULL, at INTEGER NOT NULL,
                log_id INTEGER NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;

            -- What the member has marked as unread: from where on, what was the newest message then, and how many of them
            -- are their own.
            ALTER TABLE members ADD COLUMN unread_from INTEGER;
            ALTER TABLE members ADD COLUMN unread_at INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN unread_own INTEGER NOT NULL DEFAULT 0;
            DELETE FROM mentions WHERE (user, room, seq) IN (
                SELECT user, room, seq FROM log WHERE kind = 1 AND mentions IS NOT NULL);

            -- The answers so far; an answer to an answer goes to the thread of the first.
            CREATE TEMP TABLE old_answers AS
                SELECT id, room, seq, user, at, thread, text IS NULL AS is_deleted FROM log
                WHERE kind = 1 AND thread BETWEEN 1 AND seq - 1 AND room IN (SELECT id FROM rooms);
            CREATE UNIQUE INDEX temp.old_answers_by_seq ON old_answers (room, seq);
            CREATE INDEX temp.old_answers_by_thread ON old_answers (room, thread);
            CREATE TEMP TABLE old_roots AS WITH RECURSIVE roots (id, room, seq, root) AS (
                SELECT id, room, seq, thread FROM old_answers a WHERE NOT EXISTS (
                    SELECT 1 FROM old_answers b WHERE b.room = a.room AND b.seq = a.thread)
                UNION ALL
                SELECT a.id, a.room, a.seq, r.root FROM roots r
                JOIN old_answers a ON a.room = r.room AND a.thread = r.seq)
                SELECT id, room, seq, root FROM roots;
            CREATE UNIQUE INDEX temp.old_roots_by_id ON old_roots (id);
            UPDATE log SET thread = r.root FROM old_roots r WHERE log.id = r.id AND log.thread <> r.root;
            INSERT INTO answers SELECT a.room, a.seq, r.root, a.user, a.id, a.at,
                row_number() OVER (PARTITION BY a.room ORDER BY a.seq),
                row_number() OVER (PARTITION BY a.room, r.root ORDER BY a.seq), a.is_deleted
                FROM old_answers a JOIN old_roots r ON r.id = a.id;
            INSERT INTO threads SELECT room, root, count(*), sum(1 - is_deleted),
                coalesce(max(CASE WHEN is_deleted = 0 THEN seq END), max(seq)), 0, 0 FROM answers GROUP BY room, root;
            UPDATE threads SET (last_at, last_log_id) = (
                SELECT at, log_id FROM answers a WHERE a.room = threads.room AND a.seq = threads.last_seq);
            -- They are followed by who answered, who was mentioned, and who began; nothing of them is unread.
            CREATE TEMP TABLE old_follows AS
                SELECT author AS user, room, root FROM answers
                UNION SELECT m.user, a.room, a.root FROM mentions m JOIN answers a ON a.room = m.room AND a.seq = m.seq
                UNION SELECT m.user, t.room, t.root FROM mentions m JOIN threads t ON t.room = m.room AND t.root = m.seq
                UNION SELECT l.user, t.room, t.root FROM log l CROSS JOIN threads t ON t.room = l.room AND t.root = l.seq
                    WHERE l.kind = 1;
            INSERT INTO follows SELECT o.user, o.room, o.root, max(t.last_seq, t.root) FROM old_follows o
                JOIN members m ON m.room = o.room AND m.user = o.user
                JOIN threads t ON t.room = o.room AND t.root = o.root;
            DROP TABLE temp.old_follows;
            DROP TABLE temp.old_roots;
            DROP TABLE temp.old_answers;
            """)
}
