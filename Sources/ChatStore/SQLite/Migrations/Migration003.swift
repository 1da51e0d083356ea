extension Migration {
    /// Invitations have numbers, so that they can be listed and ended, and count how often they were used. `log.mentions`
    /// is written for edits too: NULL there means as at the creation, an empty text means nobody.
    static let migration003 = Migration(
        number: 3,
        sql: """
            ALTER TABLE invites RENAME TO old_invites;
            -- To a room, or to register where `room` is NULL. `made_by` is 0 for whoever runs the server.
            CREATE TABLE invites (
                id INTEGER PRIMARY KEY AUTOINCREMENT, token_hash BLOB NOT NULL UNIQUE, room INTEGER,
                made_by INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER,
                uses INTEGER NOT NULL DEFAULT 0, uses_left INTEGER);
            INSERT INTO invites (token_hash, room, made_by, created_at, expires_at, uses_left)
                SELECT token_hash, room, made_by, created_at, expires_at, uses_left FROM old_invites
                ORDER BY created_at, token_hash;
            DROP TABLE old_invites;
            CREATE INDEX invites_by_maker ON invites (room, made_by);

            -- How the words of names were folded: of another version, they are made anew.
            ALTER TABLE progress ADD COLUMN names_version INTEGER NOT NULL DEFAULT 0;
            """)
}
