import ChatDomain

/// The statements behind changes of users, sessions and invitations.
extension SQLiteLedger {
    // MARK: Users

    func insert(_ user: User, credential: String?, epoch: UInt64) throws(StoreError) {
        let insertion = try database.statement(
            """
            INSERT INTO users
                (id, handle, username, phone, created_at, is_open, login, login_key, credential, is_admin, epoch)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertion.bind(user.id.rawValue, at: 1)
        insertion.bind(user.handle, at: 2)
        insertion.bind(user.username, at: 3)
        insertion.bind(user.phone, at: 4)
        insertion.bind(user.createdAt.milliseconds, at: 5)
        insertion.bind(user.isOpen ? 1 : 0, at: 6)
        insertion.bind(user.login, at: 7)
        insertion.bind(user.login.map { NameWords.foldedLogin($0) }, at: 8)
        insertion.bind(credential, at: 9)
        insertion.bind(user.isAdmin ? 1 : 0, at: 10)
        insertion.bind(Int64(bitPattern: epoch), at: 11)
        try insertion.run()
        try storeWords(of: user)
    }

    func update(_ user: User) throws(StoreError) {
        let update = try database.statement("UPDATE users SET username = ?, phone = ?, is_admin = ? WHERE id = ?")
        update.bind(user.username, at: 1)
        update.bind(user.phone, at: 2)
        update.bind(user.isAdmin ? 1 : 0, at: 3)
        update.bind(user.id.rawValue, at: 4)
        try update.run()
        try storeWords(of: user)
    }

    /// What the user is found by: accounts only.
    func storeWords(of user: User) throws(StoreError) {
        guard let login = user.login else { return }
        try run("DELETE FROM user_words WHERE user = ?", user.id.rawValue)
        let insertion = try database.statement("INSERT OR IGNORE INTO user_words VALUES (?, ?)")
        for word in NameWords.entries(for: login) + NameWords.entries(for: user.username) {
            insertion.bind(word, at: 1)
            insertion.bind(user.id.rawValue, at: 2)
            try insertion.run()
        }
    }

    func update(_ settings: UserSettings, of user: UserID) throws(StoreError) {
        let update = try database.statement(
            "UPDATE users SET availability = ?, status_text = ?, hides = ? WHERE id = ?")
        update.bind(Int64(settings.availability.rawValue), at: 1)
        update.bind(settings.statusText, at: 2)
        update.bind(settings.hides, at: 3)
        update.bind(user.rawValue, at: 4)
        try update.run()
    }

    func update(credential: String, of user: UserID) throws(StoreError) {
        let update = try database.statement("UPDATE users SET credential = ? WHERE id = ?")
        update.bind(credential, at: 1)
        update.bind(user.rawValue, at: 2)
        try update.run()
    }

    func erase(_ user: UserID) throws(StoreError) {
        let update = try database.statement(
            """
            UPDATE users SET username = ?, phone = NULL, is_deleted = 1, login = NULL, login_key = NULL,
                credential = NULL, is_admin = 0, availability = 0, status_text = '', hides = 0, last_seen = NULL
            WHERE id = ?
            """)
        update.bind(User.deletedUsername, at: 1)
        update.bind(user.rawValue, at: 2)
        try update.run()
        for table in ["user_words", "sessions", "blocks", "me_log"] {
            try run("DELETE FROM \(table) WHERE user = ?", user.rawValue)
        }
        try run("DELETE FROM blocks WHERE other = ?", user.rawValue)
    }

    func forget(_ user: UserID) throws(StoreError) {
        for table in ["hidden", "mentions", "mutes", "bans", "follows"] {
            try run("DELETE FROM \(table) WHERE user = ?", user.rawValue)
        }
        try run("UPDATE members SET muted_until = NULL WHERE user = ?", user.rawValue)
    }

    // MARK: Sessions and invitations

    func insert(_ session: SessionRecord, tokenHash: [UInt8]) throws(StoreError) {
        let insertion = try database.statement(
            """
            INSERT INTO sessions (id, user, token_hash, device_id, created_at, last_seen_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        insertion.bind(session.id.rawValue, at: 1)
        insertion.bind(session.user.rawValue, at: 2)
        insertion.bind(tokenHash, at: 3)
        insertion.bind(session.deviceID, at: 4)
        insertion.bind(session.createdAt.milliseconds, at: 5)
        insertion.bind(session.lastSeenAt.milliseconds, at: 6)
        insertion.bind(session.expiresAt.milliseconds, at: 7)
        try insertion.run()
    }

    func insert(_ invite: InviteRecord, tokenHash: [UInt8]) throws(StoreError) {
        let insertion = try database.statement(
            """
            INSERT INTO invites (id, token_hash, room, made_by, created_at, expires_at, uses, uses_left)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insertion.bind(invite.id.rawValue, at: 1)
        insertion.bind(tokenHash, at: 2)
        insertion.bind(invite.room?.rawValue, at: 3)
        insertion.bind(invite.by?.rawValue ?? 0, at: 4)
        insertion.bind(invite.createdAt.milliseconds, at: 5)
        insertion.bind(invite.expiresAt?.milliseconds, at: 6)
        insertion.bind(Int64(invite.uses), at: 7)
        insertion.bind(invite.usesLeft.map { Int64($0) }, at: 8)
        try insertion.run()
    }

    // MARK: The own stream

    func insert(_ event: UserEvent) throws(StoreError) {
        let row = UserEventRow(event.kind)
        let insertion = try database.statement("INSERT INTO me_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        insertion.bind(event.user.rawValue, at: 1)
        insertion.bind(event.offset, at: 2)
        insertion.bind(event.at.milliseconds, at: 3)
        insertion.bind(row.code.rawValue, at: 4)
        insertion.bind(row.room?.rawValue, at: 5)
        insertion.bind(row.seq, at: 6)
        insertion.bind(row.number, at: 7)
        insertion.bind(row.text, at: 8)
        try insertion.run()
        try run("UPDATE users SET me_offset = ? WHERE id = ?", event.offset, event.user.rawValue)
        if event.offset % 100 == 0 {
            try run(
                "DELETE FROM me_log WHERE user = ? AND offset <= ?", event.user.rawValue,
                event.offset - Int64(StoreLimits.userEventsMin))
        }
    }
}
