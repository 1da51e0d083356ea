import ChatDomain

/// Accounts, what they choose, and how they end.
extension Rules {
    mutating func apply(_ draft: AccountDraft) throws(Stop) -> Outcome {
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
        case .inviteToRegister(let invite, let by): try inviteToRegister(invite, by: by)
        case .touch(let sessions, let users): try touch(sessions: sessions, users: users)
        }
    }

    private mutating func register(
        _ new: NewAccount, session: NewSession?, invite: [UInt8]?
    ) throws(Stop) -> Outcome {
        if try ledger.holder(ofLogin: new.login) != nil { throw .refused(.loginTaken) }
        if let phone = new.phone, try ledger.holder(ofPhone: phone) != nil { throw .refused(.phoneTaken) }
        if try ledger.isHandleTaken(new.handle) { throw .refused(.handleTaken) }
        var used: InviteRecord?
        if let invite {
            used = try usableInvite(invite, to: nil)
            if used == nil { throw .refused(.unknownInvite) }
        }
        if let session, try ledger.isTokenTaken(session.tokenHash) { throw .refused(.conflict) }

        let user = User(
            id: try ledger.nextUserID(), handle: new.handle, username: new.displayName, phone: new.phone,
            createdAt: now, isOpen: false, login: new.login, isAdmin: new.isAdmin)
        try ledger.apply(.userAdded(user, credential: new.credential, epoch: makeEpoch()))
        if let used { try ledger.apply(.inviteUsed(used.id)) }
        guard let session else { return .user(user) }
        return .signedIn(user, session: try start(session, of: user.id))
    }

    // MARK: Profile

    private mutating func updateProfile(
        of id: UserID, displayName: String?, phone: String??, settings: UserSettings?
    ) throws(Stop) -> Outcome {
        let old = try account(id)
        var new = old
        if let displayName { new.user.username = displayName }
        if let phone { new.user.phone = phone }
        if let settings { new.settings = settings }
        if let phone = new.user.phone, let holder = try ledger.holder(ofPhone: phone), holder != id {
            throw .refused(.phoneTaken)
        }
        // Texts that only look the same are not.
        let isRenamed =
            ExactText(old.user.username) != ExactText(new.user.username)
            || old.user.phone.map { ExactText($0) } != new.user.phone.map { ExactText($0) }
        let isSet =
            old.settings != new.settings || ExactText(old.settings.statusText) != ExactText(new.settings.statusText)
        guard isRenamed || isSet else { return .user(old.user) }
        let hasOtherFace = ExactText(old.user.username) != ExactText(new.user.username)
        let rooms = hasOtherFace ? try ledger.rooms(of: id) : []
        if isRenamed { try ledger.apply(.userChanged(new.user)) }
        if isSet {
            try ledger.apply(.settingsChanged(id, new.settings))
            try tell(id, .settingsUpdated(new.settings))
        }
        try noticeProfile(of: id)
        if hasOtherFace { notice(.faceChanged(new.user, in: rooms)) }
        return .user(new.user)
    }

    private mutating func setAdmin(_ id: UserID, _ isAdmin: Bool) throws(Stop) -> Outcome {
        var user = try account(id).user
        guard user.isAdmin != isAdmin else { return .done }
        user.isAdmin = isAdmin
        try ledger.apply(.userChanged(user))
        if !isAdmin { try ledger.apply(.invitesEnded(by: id, to: nil)) }
        try noticeProfile(of: id)
        return .done
    }

    private mutating func noticeProfile(of id: UserID) throws(Stop) {
        if let account = try ledger.account(id) { notice(.profileChanged(account)) }
    }

    // MARK: Blocks

    private mutating func setBlock(of other: UserID, by user: UserID, isBlocked: Bool) throws(Stop) -> Outcome {
        try existing(user)
        try existing(other)
        guard user != other else { throw .refused(.forbidden) }
        guard try ledger.hasBlocked(other, by: user) != isBlocked else { return .done }
        try ledger.apply(isBlocked ? .blocked(other, by: user) : .unblocked(other, by: user))
        notice(.blockChanged(other, by: user, isBlocked: isBlocked))
        return .done
    }

    // MARK: Deleting

    private mutating func deleteAccount(_ id: UserID, credential: String?) throws(Stop) -> Outcome {
        let account = try account(id)
        try compare(credential, with: account)
        let rooms = try ledger.rooms(of: id)
        try require(rooms.flatMap { [.room($0), .place(id, $0), .heir($0, after: id)] })
        var legacies: [Legacy] = []
        for room in rooms {
            guard let head = try ledger.head(of: room), let place = try ledger.place(of: id, in: room) else { continue }
            guard place.role == .owner else {
                legacies.append(Legacy(head: head, isOwner: false, heir: nil, room: nil))
                continue
            }
            let heir = try ledger.heir(in: room, after: id)
            legacies.append(Legacy(head: head, isOwner: true, heir: heir, room: try ledger.room(room)))
        }

        for legacy in legacies { try leave(legacy, id) }
        try ledger.apply(.userErased(account.user))
        try ledger.apply(.userForgotten(id))
        try ledger.apply(.invitesEnded(by: id, to: nil))
        notice(.accountDeleted(id, handle: account.user.handle))
        var shell = account.user
        shell.erase()
        notice(.faceChanged(shell, in: rooms))
        return .done
    }

    /// A room that somebody leaves for ever.
    private struct Legacy {
        var head: RoomHead
        var isOwner: Bool
        /// To whom an owner leaves it; nil where only readers are left, or nobody.
        var heir: UserID?
        var room: Room?
    }

    private mutating func leave(_ legacy: Legacy, _ id: UserID) throws(Stop) {
        if legacy.head.pair?.isOneself == true { return try remove(legacy.head, by: id) }
        try remove(id, from: legacy.head, .memberLeft(id, by: id))
        guard legacy.isOwner else { return }
        if let heir = legacy.heir {
            try setRole(of: heir, to: .owner, in: legacy.head, by: id)
        } else if let room = legacy.room {
            try archive(room, legacy.head, by: id)
        }
    }
}
