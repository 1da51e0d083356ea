import ChatDomain

/// Accounts and what belongs to them. All of it is rare: it is written at once, to its own tables.
extension LogWriter {
    /// How many sessions an account has at most.
    static let sessionsMax = 100
    /// How many events of a user's own stream are kept at least; some more are, so that not every event removes one.
    static let userEventsMin: Int64 = 1_000

    func apply(_ draft: AccountDraft) throws(StoreError) -> Outcome {
        switch draft {
        case .register(let new, let session, let invite): try register(new, session: session, invite: invite)
        case .signIn(let id, let credential, let session): try signIn(id, credential: credential, session)
        case .endSessions(let id, let sessions): try endSessions(sessions, of: id)
        case .setCredential(let id, let old, let new, let keeping):
            try setCredential(of: id, old: old, new: new, keeping: keeping)
        case .renewCredential(let id, let old, let new): try renewCredential(of: id, old: old, new: new)
        case .updateProfile(let id, let name, let phone, let settings):
            try updateProfile(of: id, displayName: name, phone: phone, settings: settings)
        case .delete(let id, let credential): try deleteAccount(id, credential: credential)
        case .setAdmin(let id, let isAdmin): try setAdmin(id, isAdmin)
        case .block(let other, let by): try setBlock(of: other, by: by, isBlocked: true)
        case .unblock(let other, let by): try setBlock(of: other, by: by, isBlocked: false)
        case .inviteToRegister(let invite, let by):
            try inviteToRegister(invite, by: by)
        case .touch(let sessions, let users): try touch(sessions: sessions, users: users)
        }
    }

    // MARK: Registering

    private func register(
        _ new: NewAccount, session: NewSession?, invite: [UInt8]?
    ) throws(StoreError) -> Outcome {
        if try accounts.account(login: new.login) != nil { return .refused(.loginTaken) }
        if let phone = new.phone, try state.user(phone: phone) != nil { return .refused(.phoneTaken) }
        if try isHandleTaken(new.handle) { return .refused(.handleTaken) }
        if let invite, try !accounts.isInvitation(invite, to: nil, at: batch.now) { return .refused(.unknownInvite) }
        if let session, try accounts.session(tokenHash: session.tokenHash) != nil { return .refused(.conflict) }

        let insertion = try database.statement(
            """
            INSERT INTO users (handle, username, phone, created_at, is_open, login, login_key, credential, is_admin, epoch)
            VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?) RETURNING id
            """)
        insertion.bind(new.handle, at: 1)
        insertion.bind(new.displayName, at: 2)
        insertion.bind(new.phone, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(new.login, at: 5)
        insertion.bind(NameWords.foldedLogin(new.login), at: 6)
        insertion.bind(new.credential, at: 7)
        insertion.bind(new.isAdmin ? 1 : 0, at: 8)
        insertion.bind(Int64(bitPattern: random.next()), at: 9)
        defer { insertion.reset() }
        guard try insertion.step() else { throw .failed("a new user got no number") }
        let user = User(
            id: UserID(insertion.integer(0)), handle: new.handle, username: new.displayName, phone: new.phone,
            createdAt: batch.now, isOpen: false, login: new.login, isAdmin: new.isAdmin)
        try storeWords(of: user)
        cache.handles[user.id] = user.handle
        if let invite { try use(invite) }
        guard let session else { return .user(user) }
        return .signedIn(user, session: try insert(session, of: user.id))
    }

    func isHandleTaken(_ handle: String) throws(StoreError) -> Bool {
        // The handle of a deleted account stays taken: messages still carry it.
        let taken = try database.statement("SELECT 1 FROM users WHERE handle = ?")
        taken.bind(handle, at: 1)
        defer { taken.reset() }
        return try taken.step()
    }

    /// What the user is found by.
    func storeWords(of user: User) throws(StoreError) {
        try run("DELETE FROM user_words WHERE user = ?", user.id.rawValue)
        guard let login = user.login else { return }
        let insertion = try database.statement("INSERT OR IGNORE INTO user_words VALUES (?, ?)")
        for word in NameWords.entries(for: login) + NameWords.entries(for: user.username) {
            insertion.bind(word, at: 1)
            insertion.bind(user.id.rawValue, at: 2)
            try insertion.run()
        }
    }

    // MARK: Sessions

    private func insert(_ new: NewSession, of user: UserID) throws(StoreError) -> SessionRecord {
        let insertion = try database.statement(
            """
            INSERT INTO sessions (user, token_hash, device_id, created_at, last_seen_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?) RETURNING id
            """)
        insertion.bind(user.rawValue, at: 1)
        insertion.bind(new.tokenHash, at: 2)
        insertion.bind(new.deviceID, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(batch.now.milliseconds, at: 5)
        insertion.bind(new.expiresAt.milliseconds, at: 6)
        defer { insertion.reset() }
        guard try insertion.step() else { throw .failed("a new session got no number") }
        return SessionRecord(
            id: SessionID(insertion.integer(0)), user: user, deviceID: new.deviceID, createdAt: batch.now,
            lastSeenAt: batch.now, expiresAt: new.expiresAt)
    }

    private func signIn(_ id: UserID, credential: String, _ new: NewSession) throws(StoreError) -> Outcome {
        guard let account = try accounts.account(id) else { return .refused(.unknownUser) }
        guard isSame(credential, account.credential), try accounts.session(tokenHash: new.tokenHash) == nil else {
            return .refused(.conflict)
        }
        let others = try accounts.sessions(of: id)
        let session = try insert(new, of: id)
        if others.count >= Self.sessionsMax {
            let unused = others.sorted { ($0.lastSeenAt, $0.id) < ($1.lastSeenAt, $1.id) }
            try end(unused.prefix(others.count - Self.sessionsMax + 1).map(\.id), of: id)
        }
        return .signedIn(account.user, session: session)
    }

    private func isSame(_ credential: String, _ stored: String?) -> Bool {
        stored.map { ExactText($0) == ExactText(credential) } ?? false
    }

    private func endSessions(_ ids: [SessionID], of user: UserID) throws(StoreError) -> Outcome {
        guard try handle(of: user) != nil else { return .refused(.unknownUser) }
        let known = Set(try accounts.sessions(of: user).map(\.id))
        let ending = known.intersection(ids)
        guard !ending.isEmpty else { return .refused(.unknownSession) }
        try end(Array(ending), of: user)
        return .done
    }

    private func end(_ ids: [SessionID], of user: UserID) throws(StoreError) {
        guard !ids.isEmpty else { return }
        let ids = ids.sorted()
        for id in ids { try run("DELETE FROM sessions WHERE id = ?", id.rawValue) }
        batch.notices.append(.sessionsEnded(user, ids))
    }

    private func setCredential(
        of id: UserID, old: String?, new: String, keeping: SessionID?
    ) throws(StoreError) -> Outcome {
        guard let account = try accounts.account(id) else { return .refused(.unknownUser) }
        if let old, !isSame(old, account.credential) { return .refused(.conflict) }
        try store(credential: new, of: id)
        try end(try accounts.sessions(of: id).map(\.id).filter { $0 != keeping }, of: id)
        return .done
    }

    private func renewCredential(of id: UserID, old: String, new: String) throws(StoreError) -> Outcome {
        guard let account = try accounts.account(id) else { return .refused(.unknownUser) }
        guard isSame(old, account.credential) else { return .refused(.conflict) }
        try store(credential: new, of: id)
        return .done
    }

    private func store(credential: String, of id: UserID) throws(StoreError) {
        let update = try database.statement("UPDATE users SET credential = ? WHERE id = ?")
        update.bind(credential, at: 1)
        update.bind(id.rawValue, at: 2)
        try update.run()
    }

    private func touch(sessions: [SessionID: WallTime], users: [UserID: WallTime]) throws(StoreError) -> Outcome {
        for (id, at) in sessions {
            try run(
                "UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", at.milliseconds, id.rawValue)
        }
        for (id, at) in users {
            try run(
                "UPDATE users SET last_seen = max(coalesce(last_seen, ?1), ?1) WHERE id = ?2 AND is_deleted = 0",
                at.milliseconds, id.rawValue)
        }
        return .done
    }

    // MARK: Profile

    private func updateProfile(
        of id: UserID, displayName: String?, phone: String??, settings: UserSettings?
    ) throws(StoreError) -> Outcome {
        guard let old = try accounts.account(id) else { return .refused(.unknownUser) }
        var new = old
        if let displayName { new.user.username = displayName }
        if let phone { new.user.phone = phone }
        if let settings { new.settings = settings }
        if let phone = new.user.phone, let holder = try state.user(phone: phone), holder.id != id {
            return .refused(.phoneTaken)
        }
        // Texts that only look the same are not.
        let isRenamed = ExactText(old.user.username) != ExactText(new.user.username)
        let isPhoneNew = old.user.phone.map { ExactText($0) } != new.user.phone.map { ExactText($0) }
        let isChanged =
            old.settings != new.settings || ExactText(old.settings.statusText) != ExactText(new.settings.statusText)
        guard isRenamed || isPhoneNew || isChanged else { return .user(old.user) }
        let update = try database.statement(
            "UPDATE users SET username = ?, phone = ?, availability = ?, status_text = ?, hides = ? WHERE id = ?")
        update.bind(new.user.username, at: 1)
        update.bind(new.user.phone, at: 2)
        update.bind(Int64(new.settings.availability.rawValue), at: 3)
        update.bind(new.settings.statusText, at: 4)
        update.bind(new.settings.hides, at: 5)
        update.bind(id.rawValue, at: 6)
        try update.run()
        if isRenamed { try storeWords(of: new.user) }
        if isChanged { try tell(id, .settingsUpdated(new.settings)) }
        if let account = try accounts.account(id) { batch.notices.append(.profileChanged(account)) }
        return .user(new.user)
    }

    private func setAdmin(_ id: UserID, _ isAdmin: Bool) throws(StoreError) -> Outcome {
        guard var account = try accounts.account(id) else { return .refused(.unknownUser) }
        guard account.user.isAdmin != isAdmin else { return .done }
        try run("UPDATE users SET is_admin = ? WHERE id = ?", isAdmin ? 1 : 0, id.rawValue)
        account.user.isAdmin = isAdmin
        batch.notices.append(.profileChanged(account))
        return .done
    }

    private func setBlock(of other: UserID, by user: UserID, isBlocked: Bool) throws(StoreError) -> Outcome {
        guard try handle(of: user) != nil, try handle(of: other) != nil else { return .refused(.unknownUser) }
        guard user != other else { return .refused(.forbidden) }
        guard try accounts.hasBlocked(other, by: user) != isBlocked else { return .done }
        if isBlocked {
            try run("INSERT INTO blocks VALUES (?, ?)", user.rawValue, other.rawValue)
        } else {
            try run("DELETE FROM blocks WHERE user = ? AND other = ?", user.rawValue, other.rawValue)
        }
        if let room = try rooms.directRoom(of: user, and: other) { cache.rooms[room]?.blocks[other] = isBlocked }
        batch.notices.append(.blockChanged(other, by: user, isBlocked: isBlocked))
        return .done
    }

    // MARK: Invitations

    private func inviteToRegister(_ new: NewInvite, by user: UserID?) throws(StoreError) -> Outcome {
        if let user, try handle(of: user) == nil { return .refused(.unknownUser) }
        // Zero, which nobody is, stands for whoever runs the server.
        return try store(new, to: nil, by: user ?? UserID(0))
    }

    func store(_ new: NewInvite, to room: RoomID?, by user: UserID) throws(StoreError) -> Outcome {
        let insertion = try database.statement(
            "INSERT OR IGNORE INTO invites VALUES (?, ?, ?, ?, ?, ?) RETURNING made_by")
        insertion.bind(new.tokenHash, at: 1)
        insertion.bind(room?.rawValue, at: 2)
        insertion.bind(user.rawValue, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(new.expiresAt?.milliseconds, at: 5)
        insertion.bind(new.uses.map { Int64($0) }, at: 6)
        defer { insertion.reset() }
        return try insertion.step() ? .done : .refused(.conflict)
    }

    /// Counts a use of an invitation that can be used.
    func use(_ tokenHash: [UInt8]) throws(StoreError) {
        let update = try database.statement("UPDATE invites SET uses_left = uses_left - 1 WHERE token_hash = ?")
        update.bind(tokenHash, at: 1)
        try update.run()
    }

    // MARK: Deleting

    private func deleteAccount(_ id: UserID, credential: String?) throws(StoreError) -> Outcome {
        guard let account = try accounts.account(id) else { return .refused(.unknownUser) }
        if let credential, !isSame(credential, account.credential) { return .refused(.conflict) }
        _ = try deleteUser(id)
        try leaveAllRooms(id)
        for table in ["hidden", "mentions", "mutes", "bans"] {
            try run("DELETE FROM \(table) WHERE user = ?", id.rawValue)
        }
        batch.notices.append(.accountDeleted(id, handle: account.user.handle))
        return .done
    }

    /// Appends to the user's own stream, and tells of it; nothing for a deleted user.
    func tell(_ user: UserID, _ kind: UserEventKind) throws(StoreError) {
        let update = try database.statement(
            "UPDATE users SET me_offset = me_offset + 1 WHERE id = ? AND is_deleted = 0 RETURNING me_offset, epoch")
        update.bind(user.rawValue, at: 1)
        defer { update.reset() }
        guard try update.step() else { return }
        let event = UserEvent(
            user: user, epoch: UInt64(bitPattern: update.integer(1)), offset: update.integer(0), at: batch.now,
            kind: kind)
        try insert(event)
        if event.offset % 100 == 0 {
            try run(
                "DELETE FROM me_log WHERE user = ? AND offset <= ?", user.rawValue, event.offset - Self.userEventsMin)
        }
        batch.notices.append(.user(event))
    }

    private func insert(_ event: UserEvent) throws(StoreError) {
        var code = UserEventCode.roomJoined
        var room: RoomID?
        var seq: Int64?
        var number: Int64?
        var text: String?
        switch event.kind {
        case .roomJoined(let id, _): room = id
        case .roomLeft(let id, let reason): (code, room, number) = (.roomLeft, id, Int64(reason.rawValue))
        case .messageHidden(let id, let hidden): (code, room, seq) = (.messageHidden, id, hidden)
        case .settingsUpdated(let settings):
            (code, text) = (.settingsUpdated, settings.statusText)
            number = Int64(settings.availability.rawValue) | settings.hides << 8
        }
        let insertion = try database.statement("INSERT INTO me_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        insertion.bind(event.user.rawValue, at: 1)
        insertion.bind(event.offset, at: 2)
        insertion.bind(event.at.milliseconds, at: 3)
        insertion.bind(code.rawValue, at: 4)
        insertion.bind(room?.rawValue, at: 5)
        insertion.bind(seq, at: 6)
        insertion.bind(number, at: 7)
        insertion.bind(text, at: 8)
        try insertion.run()
    }

    /// Runs a statement of integers that answers nothing.
    func run(_ sql: String, _ values: Int64...) throws(StoreError) {
        let statement = try database.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        try statement.run()
    }
}
