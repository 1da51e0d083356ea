extension Migration {
    /// Rooms have a topic, and say how much of their past who joins may see; members have choices of their own.
    ///
    /// `log.topic` is that of the room, in events that carry it (6, 7, 14); bit 4 of their `version` says that who joins
    /// sees the room from then on. `me_log.kind` 5 is a choice of settings for a room (`number`: `notify`, plus 256 for a
    /// favorite, plus 512 for a hidden one).
    static let migration005 = Migration(
        number: 5,
        sql: """
            ALTER TABLE rooms ADD COLUMN topic TEXT NOT NULL DEFAULT '';
            ALTER TABLE rooms ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE log ADD COLUMN topic TEXT;

            -- Where the room stood when they joined: the newest message and event before.
            ALTER TABLE members ADD COLUMN joining_seq INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN joining_offset INTEGER NOT NULL DEFAULT 0;
            UPDATE members SET joining_seq = coalesce((SELECT seq FROM log WHERE id = members.joined), 0),
                joining_offset = coalesce((SELECT offset - 1 FROM log WHERE id = members.joined), 0);
            -- 0: as is usual for the room's kind.
            ALTER TABLE members ADD COLUMN notify INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN is_favorite INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE members ADD COLUMN is_hidden INTEGER NOT NULL DEFAULT 0;
            CREATE INDEX members_hiding ON members (room, user) WHERE is_hidden = 1;
            """)
}
