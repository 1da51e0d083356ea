import ChatDomain

extension LogWriter {
    func createUser(_ new: NewUser) throws(StoreError) -> Outcome {
        if let phone = new.phone, try state.user(phone: phone) != nil { return .refused(.phoneTaken) }
        if try isHandleTaken(new.handle) { return .refused(.handleTaken) }

        let insertion = try database.statement(
            "INSERT INTO users (handle, username, phone, created_at, is_open) VALUES (?, ?, ?, ?, ?) RETURNING id")
        insertion.bind(new.handle, at: 1)
        insertion.bind(new.username, at: 2)
        insertion.bind(new.phone, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(new.isOpen ? 1 : 0, at: 5)
        defer { insertion.reset() }
        guard try insertion.step() else { throw .failed("a new user got no number") }
        let id = UserID(insertion.integer(0))
        cache.handles[id] = new.handle
        return .user(
            User(
                id: id, handle: new.handle, username: new.username, phone: new.phone, createdAt: batch.now,
                isOpen: new.isOpen))
    }

    func renameUser(_ id: UserID, to username: String) throws(StoreError) -> Outcome {
        let update = try database.statement("UPDATE users SET username = ? WHERE id = ? AND is_deleted = 0")
        update.bind(username, at: 1)
        update.bind(id.rawValue, at: 2)
        try update.run()
        guard let user = try state.user(id), !user.isDeleted else { return .refused(.unknownUser) }
        try storeWords(of: user)
        return .user(user)
    }

    func deleteUser(_ id: UserID) throws(StoreError) -> Outcome {
        guard try handle(of: id) != nil else { return .refused(.unknownUser) }
        let update = try database.statement(
            """
            UPDATE users SET username = ?, phone = NULL, is_deleted = 1, login = NULL, login_key = NULL,
                credential = NULL, is_admin = 0, availability = 0, status_text = '', hides = 0, last_seen = NULL
            WHERE id = ?
            """)
        update.bind(User.deletedUsername, at: 1)
        update.bind(id.rawValue, at: 2)
        try update.run()
        try run("DELETE FROM user_words WHERE user = ?", id.rawValue)
        try run("DELETE FROM sessions WHERE user = ?", id.rawValue)
        try run("DELETE FROM blocks WHERE user = ?", id.rawValue)
        try run("DELETE FROM blocks WHERE other = ?", id.rawValue)
        try run("DELETE FROM me_log WHERE user = ?", id.rawValue)
        cache.handles[id] = nil
        return .done
    }

    /// The handle of an account that is not deleted.
    func handle(of id: UserID) throws(StoreError) -> String? {
        if let known = cache.handles[id] { return known }
        let statement = try database.statement("SELECT handle FROM users WHERE id = ? AND is_deleted = 0")
        statement.bind(id.rawValue, at: 1)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let handle = statement.text(0)
        cache.handles[id] = handle
        return handle
    }
}
