extension Migration {
    /// What the native protocol asks for: accounts, sessions, roles, markers, reactions.
    ///
    /// `log` gets four columns for messages (`mentions`: user ids in decimal, between spaces; `body`: the hash of what was
    /// sent, where it cannot be computed from room and text) and these kinds:
    ///
    /// | kind | user | text | target | version |
    /// |---|---|---|---|---|
    /// | 4 member joined | by | | user | role, NULL for member |
    /// | 6 room created, 7 updated, 14 archived | by | name | | 1 public, 2 archived, the sum of both |
    /// | 9 member kicked, 10 banned | by | | user | |
    /// | 11 role changed | by | | user | role |
    /// | 12 reaction added, 13 removed | by | key | `id` of the creation | |
    ///
    /// `members.read` lags behind the member's own messages until the indexer has come to them.
    static let migration002 = Migration(
        number: 2,
        sql: """
            ALTER TABLE log ADD COLUMN reply_to INTEGER;
            ALTER TABLE log ADD COLUMN thread INTEGER;
            ALTER TABLE log ADD COLUMN mentions TEXT;
            ALTER TABLE log ADD COLUMN body INTEGER;

            -- `login_key` is the login as it is compared. `hides`: 1 last seen, 2 typing, 4 reading.
            ALTER TABLE users ADD COLUMN login TEXT;
            ALTER TABLE users ADD COLUMN login_key TEXT;
            ALTER TABLE users ADD COLUMN credential TEXT;
            ALTER TABLE users ADD COLUMN is_admin INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE users ADD COLUMN availability INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE users ADD COLUMN status_text TEXT NOT NULL DEFAULT '';
            ALTER TABLE users ADD COLUMN hides INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE users ADD COLUMN last_seen INTEGER;
            ALTER TABLE users ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE users ADD COLUMN me_offset INTEGER NOT NULL DEFAULT 0;
            CREATE UNIQUE INDEX users_by_login ON users (login_key) WHERE login_key IS NOT NULL;
            -- The names of accounts from each of their words on.
            CREATE TABLE user_words (
                word TEXT NOT NULL, user INTEGER NOT NULL, PRIMARY KEY (word, user)) WITHOUT ROWID;
            CREATE INDEX user_words_by_user ON user_words (user);

            CREATE TABLE sessions (
                id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL, token_hash BLOB NOT NULL UNIQUE,
                device_id TEXT, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL);
            CREATE INDEX sessions_by_user ON sessions (user, id);

            -- To a room, or to register where `room` is NULL.
            CREATE TABLE invites (
                token_hash BLOB PRIMARY KEY, room INTEGER, made_by INTEGER NOT NULL, created_at INTEGER NOT NULL,
                expires_at INTEGER, uses_left INTEGER) WITHOUT ROWID;
            CREATE INDEX invites_by_room ON invites (room);

            -- `user` has blocked `other`.
            CREATE TABLE blocks (
                user INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (user, other)) WITHOUT ROWID;
            CREATE INDEX blocks_by_other ON blocks (other);

            -- Each user's own stream. `kind`: 1 room joined, 2 left (`number`: why), 3 message hidden, 4 settings
            -- (`number`: availability and 256 times `hides`; `text`: the status).
            CREATE TABLE me_log (
                user INTEGER NOT NULL, offset INTEGER NOT NULL, at INTEGER NOT NULL, kind INTEGER NOT NULL,
                room INTEGER, seq INTEGER, number INTEGER, text TEXT, PRIMARY KEY (user, offset)) WITHOUT ROWID;

            ALTER TABLE rooms ADD COLUMN visibility INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE rooms ADD COLUMN is_archived INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE rooms ADD COLUMN member_count INTEGER NOT NULL DEFAULT 0;
            -- The folded name, for sorting: of public rooms only, as are their words.
            ALTER TABLE rooms ADD COLUMN name_key TEXT;
            CREATE INDEX rooms_public ON rooms (name_key, id) WHERE name_key IS NOT NULL;
            CREATE TABLE room_words (
                word TEXT NOT NULL, room INTEGER NOT NULL, PRIMARY KEY (word, room)) WITHOUT ROWID;
            CREATE INDEX room_words_by_room ON room_words (room);
            UPDATE rooms SET member_count = (SELECT count(*) FROM members WHERE members.room = rooms.id);

            ALTER TABLE members ADD COLUMN role INTEGER NOT NULL DEFAULT 3;
            ALTER TABLE members ADD COLUMN muted_until INTEGER;
            ALTER TABLE members ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN received INTEGER NOT NULL DEFAULT 0;
            -- Counts for the member alone.
            ALTER TABLE members ADD COLUMN private_read INTEGER NOT NULL DEFAULT 0;
            UPDATE members SET read = coalesce((SELECT seq FROM log WHERE id = members.joined), 0);
            UPDATE members SET received = read;
            CREATE INDEX members_in_order ON members (room, joined);

            -- Of members who left.
            CREATE TABLE mutes (
                room INTEGER NOT NULL, user INTEGER NOT NULL, until INTEGER NOT NULL,
                PRIMARY KEY (room, user)) WITHOUT ROWID;
            CREATE TABLE bans (
                room INTEGER NOT NULL, user INTEGER NOT NULL, until INTEGER NOT NULL, reason TEXT,
                made_by INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (room, user)) WITHOUT ROWID;
            CREATE TABLE directs (
                low INTEGER NOT NULL, high INTEGER NOT NULL, room INTEGER NOT NULL UNIQUE,
                PRIMARY KEY (low, high)) WITHOUT ROWID;

            -- `first` is the `log_id` at which the key came to the message: the order of the keys.
            CREATE TABLE reactions (
                room INTEGER NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, user INTEGER NOT NULL,
                log_id INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY (room, seq, key, user)) WITHOUT ROWID;
            CREATE TABLE hidden (
                user INTEGER NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL,
                PRIMARY KEY (user, room, seq)) WITHOUT ROWID;
            CREATE TABLE mentions (
                user INTEGER NOT NULL, room INTEGER NOT NULL, seq INTEGER NOT NULL,
                PRIMARY KEY (user, room, seq)) WITHOUT ROWID;
            -- Deleted messages: unread counts leave them out.
            CREATE TABLE deletions (
                room INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (room, seq)) WITHOUT ROWID;
            INSERT OR IGNORE INTO deletions SELECT room, seq FROM log WHERE kind = 1 AND text IS NULL;
            """)
}
