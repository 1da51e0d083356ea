import ChatDomain

/// Accounts and what belongs to them.
extension MemoryState {
    mutating func apply(_ draft: AccountDraft) throws(Refusal) -> Outcome {
        switch draft {
        case .register(let new, let session, let invite): try register(new, session: session, invite: invite)
        case .signIn(let user, let credential, let new): try signIn(user, credential: credential, new)
        case .endSessions(let user, let ids): try endSessions(ids, of: user)
        case .setCredential(let user, let old, let new, let keeping):
            try setCredential(of: user, old: old, new: new, keeping: keeping)
        case .renewCredential(let user, let old, let new): try renewCredential(of: user, old: old, new: new)
        case .updateProfile(let user, let displayName, let phone, let settings):
            try updateProfile(of: user, displayName: displayName, phone: phone, settings: settings)
        case .delete(let user, let credential): try deleteAccount(user, credential: credential)
        case .setAdmin(let user, let isAdmin): try setAdmin(user, isAdmin)
        case .block(let other, let user): try setBlock(of: other, by: user, true)
        case .unblock(let other, let user): try setBlock(of: other, by: user, false)
        case .inviteToRegister(let new, let user): try inviteToRegister(new, by: user)
        case .touch(let sessions, let users): touch(sessions: sessions, users: users)
        }
    }

    private mutating func register(
        _ new: NewAccount, session: NewSession?, invite: [UInt8]?
    ) throws(Refusal) -> Outcome {
        if user(login: new.login) != nil { throw .loginTaken }
        if let phone = new.phone, user(phone: phone) != nil { throw .phoneTaken }
        if isHandleTaken(new.handle) { throw .handleTaken }
        if let invite, !isInvitation(invite) { throw .unknownInvite }
        if let session, sessionsByToken[session.tokenHash] != nil { throw .conflict }
        if let invite { useUp(invite) }
        let account = MemoryAccount(credential: new.credential, epoch: makeEpoch())
        let user = addUser(
            handle: new.handle, username: new.displayName, phone: new.phone, isOpen: false, login: new.login,
            isAdmin: new.isAdmin, account: account)
        guard let session else { return .user(user) }
        return .signedIn(user, session: start(session, of: user.id, account))
    }

    private mutating func setCredential(
        of id: UserID, old: String?, new: String, keeping: SessionID?
    ) throws(Refusal) -> Outcome {
        let (_, account) = try existing(id)
        try compare(old, with: account)
        account.credential = new
        end(account.sessions.filter { $0 != keeping }, of: id, account)
        return .done
    }

    private mutating func renewCredential(of id: UserID, old: String, new: String) throws(Refusal) -> Outcome {
        let (_, account) = try existing(id)
        try compare(old, with: account)
        account.credential = new
        return .done
    }

    private mutating func updateProfile(
        of id: UserID, displayName: String?, phone: String??, settings: UserSettings?
    ) throws(Refusal) -> Outcome {
        let (old, account) = try existing(id)
        var user = old
        if let displayName { user.username = displayName }
        if let phone {
            if let phone, let owner = self.user(phone: phone), owner.id != id { throw .phoneTaken }
            user.phone = phone
        }
        let hasNewName =
            ExactText(user.username) != ExactText(old.username)
            || user.phone.map { ExactText($0) } != old.phone.map { ExactText($0) }
        let hasNewSettings =
            settings.map {
                $0 != account.settings || ExactText($0.statusText) != ExactText(account.settings.statusText)
            } ?? false
        update(user)
        if let settings, hasNewSettings {
            account.settings = settings
            tell(.settingsUpdated(settings), to: id)
        }
        if hasNewName || hasNewSettings { noticeProfile(of: id) }
        return .user(user)
    }

    private mutating func setAdmin(_ id: UserID, _ isAdmin: Bool) throws(Refusal) -> Outcome {
        var (user, _) = try existing(id)
        guard user.isAdmin != isAdmin else { return .done }
        user.isAdmin = isAdmin
        update(user)
        noticeProfile(of: id)
        return .done
    }

    private mutating func noticeProfile(of id: UserID) {
        if let account = account(id) { notice(.profileChanged(account)) }
    }

    private mutating func setBlock(of other: UserID, by id: UserID, _ isBlocked: Bool) throws(Refusal) -> Outcome {
        let (_, account) = try existing(id)
        _ = try existing(other)
        guard other != id else { throw .forbidden }
        guard account.blocked.contains(other) != isBlocked else { return .done }
        if isBlocked { account.blocked.insert(other) } else { account.blocked.remove(other) }
        notice(.blockChanged(other, by: id, isBlocked: isBlocked))
        return .done
    }

    private mutating func touch(sessions: [SessionID: WallTime], users: [UserID: WallTime]) -> Outcome {
        for (id, time) in sessions {
            guard var session = self.sessions[id] else { continue }
            session.record.lastSeenAt = max(session.record.lastSeenAt, time)
            self.sessions[id] = session
        }
        for (id, time) in users {
            guard let account = storedAccount(id) else { continue }
            account.lastSeen = max(account.lastSeen ?? time, time)
        }
        return .done
    }

    // MARK: Deleting

    mutating func deleteAccount(_ id: UserID, credential: String?) throws(Refusal) -> Outcome {
        let (user, account) = try existing(id)
        try compare(credential, with: account)
        for room in roomIDs(of: id).compactMap({ self.room($0) }) { takeOut(id, of: room) }
        for room in liveRooms { room.forget(id) }
        erase(user)
        notice(.accountDeleted(id, handle: user.handle))
        return .done
    }

    /// An owner's room goes to the admin of longest standing, else to such a member; a room that only readers are left in,
    /// or nobody, is archived.
    private mutating func takeOut(_ id: UserID, of room: MemoryRoom) {
        let wasOwner = room.members[id]?.role == .owner
        let successor = [Role.admin, .member].lazy.compactMap { role in
            room.members.ordered.first { room.members[$0]?.role == role }
        }.first
        record(.memberLeft(id, by: id), in: room)
        guard wasOwner else { return }
        if let successor {
            record(.memberRoleChanged(successor, role: .owner, by: id), in: room)
        } else {
            archive(room, by: id)
        }
    }

    // MARK: Looking up

    /// The account, with its user, who is not deleted.
    func existing(_ id: UserID) throws(Refusal) -> (user: User, account: MemoryAccount) {
        guard let user = liveUser(id), let account = storedAccount(id) else { throw .unknownUser }
        return (user, account)
    }

    /// Whoever has checked a password against an older credential has come too late.
    func compare(_ credential: String?, with account: MemoryAccount) throws(Refusal) {
        guard let credential else { return }
        guard let stored = account.credential, ExactText(stored) == ExactText(credential) else { throw .conflict }
    }

    func account(_ id: UserID) -> Account? {
        guard let user = liveUser(id), let account = storedAccount(id) else { return nil }
        return Account(
            user: user, credential: account.credential, settings: account.settings, lastSeen: account.lastSeen,
            epoch: account.epoch, offset: account.offset)
    }

    func users(matching text: String, limit: Int) -> [User] {
        let found = liveUsers.filter { user in
            guard let login = user.login else { return false }
            return NameWords.matches(login, text: text) || NameWords.matches(user.username, text: text)
        }
        let sorted = found.sorted {
            ExactText(caseless: $0.login ?? "") < ExactText(caseless: $1.login ?? "")
        }
        return Array(sorted.prefix(max(limit, 0)))
    }

    func hasBlocked(_ other: UserID, by user: UserID) -> Bool {
        storedAccount(user)?.blocked.contains(other) ?? false
    }

    func userEvents(of user: UserID, after offset: Int64, limit: Int) -> [UserEvent] {
        guard let account = storedAccount(user) else { return [] }
        return account.events(after: offset, limit: limit).map { event in
            guard case .roomJoined(let room, _) = event.kind else { return event }
            var event = event
            let isMember = self.room(room)?.members.contains(user) ?? false
            event.kind = .roomJoined(room, isMember ? listing(of: room, for: user) : nil)
            return event
        }
    }
}
