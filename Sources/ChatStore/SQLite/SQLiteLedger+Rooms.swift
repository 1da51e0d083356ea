import ChatDomain

/// The statements behind changes of rooms, members and messages.
extension SQLiteLedger {
    // MARK: Rooms

    func insert(_ room: Room, pair: DirectPair?) throws(StoreError) {
        let insertion = try database.statement(
            "INSERT INTO rooms (id, handle, kind, name, created_at, epoch, is_open) VALUES (?, ?, ?, ?, ?, ?, ?)")
        insertion.bind(room.id.rawValue, at: 1)
        insertion.bind(room.handle, at: 2)
        insertion.bind(Int64(room.kind.rawValue), at: 3)
        insertion.bind(room.name, at: 4)
        insertion.bind(room.createdAt.milliseconds, at: 5)
        insertion.bind(Int64(bitPattern: room.epoch), at: 6)
        insertion.bind(room.isOpen ? 1 : 0, at: 7)
        try insertion.run()
        if let pair {
            try run(
                "INSERT INTO directs VALUES (?, ?, ?)", pair.lower.rawValue, pair.higher.rawValue, room.id.rawValue)
        }
        if room.visibility == .public || room.history != .all || !room.topic.isEmpty { try update(room) }
    }

    /// Writes what can change of a room. Public ones are found by their names.
    func update(_ room: Room) throws(StoreError) {
        let isPublic = room.visibility == .public
        let update = try database.statement(
            "UPDATE rooms SET name = ?, visibility = ?, is_archived = ?, name_key = ?, topic = ?, history = ? WHERE id = ?"
        )
        update.bind(room.name, at: 1)
        update.bind(Int64(room.visibility.rawValue), at: 2)
        update.bind(room.isArchived ? 1 : 0, at: 3)
        update.bind(isPublic ? NameWords.folded(room.name) : nil, at: 4)
        update.bind(room.topic, at: 5)
        update.bind(Int64(room.history.rawValue), at: 6)
        update.bind(room.id.rawValue, at: 7)
        try update.run()
        try run("DELETE FROM room_words WHERE room = ?", room.id.rawValue)
        guard isPublic else { return }
        let insertion = try database.statement("INSERT OR IGNORE INTO room_words VALUES (?, ?)")
        for word in NameWords.entries(for: room.name) {
            insertion.bind(word, at: 1)
            insertion.bind(room.id.rawValue, at: 2)
            try insertion.run()
        }
    }

    /// What is found through the index by room is removed later, by the `Purger`.
    func delete(_ room: RoomID, logID: Int64) throws(StoreError) {
        // What is found by users only.
        for table in ["hidden", "mentions", "follows"] {
            try run(
                "DELETE FROM \(table) WHERE room = ?1 AND user IN (SELECT user FROM members WHERE room = ?1)",
                room.rawValue)
        }
        for table in ["members", "mutes", "bans", "invites", "directs", "room_words", "pins"] {
            try run("DELETE FROM \(table) WHERE room = ?", room.rawValue)
        }
        try run("DELETE FROM rooms WHERE id = ?", room.rawValue)
        try run("INSERT INTO purges VALUES (?, ?)", room.rawValue, logID)
    }

    // MARK: Members

    func insert(_ user: UserID, into room: RoomID, role: Role, joining: Sight, logID: Int64) throws(StoreError) {
        try run(
            """
            INSERT INTO members (room, user, joined, role, muted_until, read, received, joining_seq, joining_offset)
            VALUES (?1, ?2, ?3, ?4, (SELECT until FROM mutes WHERE room = ?1 AND user = ?2), ?5, ?5, ?5, ?6)
            """, room.rawValue, user.rawValue, logID, Int64(role.rawValue), joining.seq, joining.offset)
        try run("DELETE FROM mutes WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        try run("UPDATE rooms SET member_count = member_count + 1 WHERE id = ?", room.rawValue)
    }

    func delete(_ user: UserID, from room: RoomID) throws(StoreError) {
        try run(
            """
            INSERT OR REPLACE INTO mutes SELECT room, user, muted_until FROM members
            WHERE room = ?1 AND user = ?2 AND muted_until IS NOT NULL
            """, room.rawValue, user.rawValue)
        try run("DELETE FROM members WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        for table in ["mentions", "follows"] {
            try run("DELETE FROM \(table) WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        }
        try run("UPDATE rooms SET member_count = member_count - 1 WHERE id = ?", room.rawValue)
    }

    /// It lies beside the member; of who is none, by itself.
    func setMute(of user: UserID, in room: RoomID, until: WallTime?) throws(StoreError) {
        let isMember = try rooms.member(user, of: room) != nil
        if isMember, let until {
            try run(
                "UPDATE members SET muted_until = ? WHERE room = ? AND user = ?", until.milliseconds, room.rawValue,
                user.rawValue)
        } else if isMember {
            try run("UPDATE members SET muted_until = NULL WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        } else if let until {
            try run(
                "INSERT OR REPLACE INTO mutes VALUES (?, ?, ?)", room.rawValue, user.rawValue, until.milliseconds)
        } else {
            try run("DELETE FROM mutes WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        }
    }

    func insert(_ ban: Ban, from room: RoomID) throws(StoreError) {
        let insertion = try database.statement("INSERT OR REPLACE INTO bans VALUES (?, ?, ?, ?, ?, ?)")
        insertion.bind(room.rawValue, at: 1)
        insertion.bind(ban.user.rawValue, at: 2)
        insertion.bind(ban.until.milliseconds, at: 3)
        insertion.bind(ban.reason, at: 4)
        insertion.bind(ban.by.rawValue, at: 5)
        insertion.bind(ban.at.milliseconds, at: 6)
        try insertion.run()
    }

    func raiseMarkers(_ raise: MarkerRaise) throws(StoreError) {
        try run(
            """
            UPDATE members SET read = max(read, ?1), received = max(received, ?2),
                private_read = max(private_read, ?3), unread_from = CASE WHEN ?6 THEN NULL ELSE unread_from END
            WHERE room = ?4 AND user = ?5
            """, raise.read, raise.received, raise.ownRead, raise.room.rawValue, raise.user.rawValue,
            raise.endsUnread ? 1 : 0)
    }

    // MARK: Messages

    func update(_ new: VersionedMessage) throws(StoreError) {
        try run(
            "INSERT OR REPLACE INTO message_state VALUES (?, ?, ?, ?, ?)", new.message.room.rawValue, new.message.seq,
            Int64(new.message.version), new.message.editedAt?.milliseconds ?? 0, new.newestLogID)
    }

    func mention(_ new: Message, insteadOf old: Message) throws(StoreError) {
        let (room, seq) = (new.room.rawValue, new.seq)
        for user in old.mentions where !new.mentions.contains(user) {
            try run("DELETE FROM mentions WHERE user = ? AND room = ? AND seq = ?", user.rawValue, room, seq)
        }
        for user in new.mentions where user != new.author && !old.mentions.contains(user) {
            try run("INSERT OR IGNORE INTO mentions VALUES (?, ?, ?)", user.rawValue, room, seq)
        }
    }

    func erase(_ known: VersionedMessage) throws(StoreError) {
        // After a crash its text could no longer be hashed: so its key goes to the index now, if it is not there.
        let sender = SenderKey(author: known.message.author, key: known.message.key)
        if let receipt = indexer.receipt(for: sender) { try keyIndex.insert(receipt, for: sender) }
        try eraseTexts(of: known)
        let (room, seq) = (known.message.room.rawValue, known.message.seq)
        for user in known.message.mentions {
            try run("DELETE FROM mentions WHERE user = ? AND room = ? AND seq = ?", user.rawValue, room, seq)
        }
        try run("DELETE FROM reactions WHERE room = ? AND seq = ?", room, seq)
        try run("INSERT OR IGNORE INTO deletions VALUES (?, ?)", room, seq)
        if let root = known.message.thread {
            try eraseAnswer(seq, in: ThreadName(room: known.message.room, root: root))
        }
        if try !rooms.isHidden(seq, in: known.message.room, from: known.message.author) {
            try forgetOwn(known.message)
        }
    }

    /// Overwrites the message's texts in the log, from the newest to the first.
    private func eraseTexts(of known: VersionedMessage) throws(StoreError) {
        let erasure = try database.statement(
            "UPDATE log SET text = NULL, mentions = NULL WHERE id = ? RETURNING previous")
        var next: Int64? = known.newestLogID
        while let id = next {
            erasure.bind(id, at: 1)
            defer { erasure.reset() }
            next = try erasure.step() ? erasure.optionalInteger(0) : nil
        }
    }

    // MARK: Reactions

    func insert(_ key: String, on seq: Int64, in room: RoomID, by user: UserID, logID: Int64) throws(StoreError) {
        let insertion = try database.statement(
            """
            INSERT OR IGNORE INTO reactions VALUES (?1, ?2, ?3, ?4, ?5, coalesce(
                (SELECT first FROM reactions WHERE room = ?1 AND seq = ?2 AND key = ?3 LIMIT 1), ?5))
            """)
        insertion.bind(room.rawValue, at: 1)
        insertion.bind(seq, at: 2)
        insertion.bind(key, at: 3)
        insertion.bind(user.rawValue, at: 4)
        insertion.bind(logID, at: 5)
        try insertion.run()
    }

    func delete(_ key: String, on seq: Int64, in room: RoomID, by user: UserID) throws(StoreError) {
        let deletion = try database.statement(
            "DELETE FROM reactions WHERE room = ? AND seq = ? AND key = ? AND user = ?")
        deletion.bind(room.rawValue, at: 1)
        deletion.bind(seq, at: 2)
        deletion.bind(key, at: 3)
        deletion.bind(user.rawValue, at: 4)
        try deletion.run()
    }
}
