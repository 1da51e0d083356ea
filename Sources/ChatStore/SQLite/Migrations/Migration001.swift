extension Migration {
    /// The first schema.
    ///
    /// `log` is what happened, in the order of commit, and has no index: a commit appends to it, and to nothing else
    /// unless something rare happened. `room_index` and `key_index` follow behind it, in sorted runs, up to the
    /// `log.id` in `progress`. The columns of `log` by `kind`:
    ///
    /// | kind | user | key | text | target | previous, version |
    /// |---|---|---|---|---|---|
    /// | 1 message created | author | its key | the text, NULL once deleted | | |
    /// | 2 message edited | by | | likewise | `id` of the creation | `id` of the text before, number of this |
    /// | 3 message deleted | by | | | `id` of the creation | |
    /// | 4 member joined | | | | user | |
    /// | 5 member left | by | | | user | |
    /// | 6 room created | | | name | | |
    /// | 7 room updated | by | | name | | |
    /// | 8 room deleted | by | | | | |
    ///
    /// `seq` is the number of the room's newest message as of the event, so that it never falls along `offset`.
    static let migration001 = Migration(
        number: 1,
        sql: """
            CREATE TABLE users (
                id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL UNIQUE, username TEXT NOT NULL,
                phone TEXT UNIQUE, created_at INTEGER NOT NULL, is_open INTEGER NOT NULL,
                is_deleted INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX users_open ON users (id) WHERE is_open = 1 AND is_deleted = 0;

            CREATE TABLE rooms (
                id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL,
                name TEXT NOT NULL, created_at INTEGER NOT NULL, epoch INTEGER NOT NULL, is_open INTEGER NOT NULL);
            CREATE INDEX rooms_open ON rooms (id) WHERE is_open = 1;

            -- `joined` is the event's log id: the order of joining.
            CREATE TABLE members (
                room INTEGER NOT NULL, user INTEGER NOT NULL, joined INTEGER NOT NULL,
                PRIMARY KEY (room, user)) WITHOUT ROWID;
            CREATE INDEX members_by_user ON members (user, room);

            CREATE TABLE log (
                id INTEGER PRIMARY KEY, room INTEGER NOT NULL, offset INTEGER NOT NULL, seq INTEGER NOT NULL,
                at INTEGER NOT NULL, kind INTEGER NOT NULL, user INTEGER, key_high INTEGER, key_low INTEGER,
                text TEXT, target INTEGER, previous INTEGER, version INTEGER);

            CREATE TABLE room_index (
                room INTEGER NOT NULL, offset INTEGER NOT NULL, seq INTEGER NOT NULL, log_id INTEGER NOT NULL,
                PRIMARY KEY (room, offset)) WITHOUT ROWID;

            -- The key first: keys that a server makes carry the time, and so arrive in order.
            CREATE TABLE key_index (
                key_high INTEGER NOT NULL, key_low INTEGER NOT NULL, user INTEGER NOT NULL, body INTEGER NOT NULL,
                room INTEGER NOT NULL, seq INTEGER NOT NULL, offset INTEGER NOT NULL,
                PRIMARY KEY (key_high, key_low, user)) WITHOUT ROWID;

            -- The newest text of each message that was edited.
            CREATE TABLE message_state (
                room INTEGER NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL, edited_at INTEGER NOT NULL,
                log_id INTEGER NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;

            -- Deleted rooms whose rows are still to be removed, once the index has come to `log_id`.
            CREATE TABLE purges (room INTEGER PRIMARY KEY, log_id INTEGER NOT NULL);

            CREATE TABLE progress (indexed_through INTEGER NOT NULL);
            INSERT INTO progress VALUES (0);
            """)
}
