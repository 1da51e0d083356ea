import ChatDomain

/// Sessions, and the links that let somebody in.
extension MemoryState {
    mutating func signIn(_ id: UserID, credential: String, _ new: NewSession) throws(Refusal) -> Outcome {
        let (user, account) = try existing(id)
        try compare(credential, with: account)
        guard sessionsByToken[new.tokenHash] == nil else { throw .conflict }
        if account.sessions.count >= MemoryAccount.sessionsMax, let oldest = longestUnused(account.sessions) {
            end([oldest], of: id, account)
        }
        return .signedIn(user, session: start(new, of: id, account))
    }

    private func longestUnused(_ ids: [SessionID]) -> SessionID? {
        ids.compactMap { sessions[$0]?.record }.min { ($0.lastSeenAt, $0.id) < ($1.lastSeenAt, $1.id) }?.id
    }

    mutating func start(_ new: NewSession, of user: UserID, _ account: MemoryAccount) -> SessionRecord {
        lastSessionID += 1
        let record = SessionRecord(
            id: SessionID(lastSessionID), user: user, deviceID: new.deviceID, createdAt: now, lastSeenAt: now,
            expiresAt: new.expiresAt)
        sessions[record.id] = MemorySession(record: record, tokenHash: new.tokenHash)
        sessionsByToken[new.tokenHash] = record.id
        account.sessions.append(record.id)
        return record
    }

    mutating func endSessions(_ ids: [SessionID], of user: UserID) throws(Refusal) -> Outcome {
        let (_, account) = try existing(user)
        let ending = account.sessions.filter { ids.contains($0) }
        guard !ending.isEmpty else { throw .unknownSession }
        end(ending, of: user, account)
        return .done
    }

    /// Ends these sessions of the account, in the order of signing in.
    mutating func end(_ ids: [SessionID], of user: UserID, _ account: MemoryAccount) {
        guard !ids.isEmpty else { return }
        for id in ids { removeSession(id) }
        account.sessions.removeAll { ids.contains($0) }
        notice(.sessionsEnded(user, ids))
    }

    mutating func removeSession(_ id: SessionID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        sessionsByToken[session.tokenHash] = nil
    }

    func session(tokenHash: [UInt8]) -> SessionRecord? { sessionsByToken[tokenHash].flatMap { sessions[$0]?.record } }

    /// Newest first.
    func sessions(of user: UserID) -> [SessionRecord] {
        (storedAccount(user)?.sessions ?? []).reversed().compactMap { sessions[$0]?.record }
    }

    // MARK: Invitations

    mutating func inviteToRegister(_ new: NewInvite, by user: UserID?) throws(Refusal) -> Outcome {
        if let user { _ = try existing(user) }
        return try add(new, to: nil)
    }

    /// - Parameter room: nil for an invitation to register.
    mutating func add(_ new: NewInvite, to room: RoomID?) throws(Refusal) -> Outcome {
        guard invites[new.tokenHash] == nil else { throw .conflict }
        invites[new.tokenHash] = MemoryInvite(room: room, expiresAt: new.expiresAt, usesLeft: new.uses)
        return .done
    }

    mutating func useUp(_ tokenHash: [UInt8]) {
        guard var invite = invites[tokenHash], let usesLeft = invite.usesLeft else { return }
        invite.usesLeft = usesLeft - 1
        invites[tokenHash] = invite
    }

    func isInvitation(_ tokenHash: [UInt8], at time: WallTime? = nil, to room: RoomID? = nil) -> Bool {
        guard let invite = invites[tokenHash], invite.room == room else { return false }
        return invite.isUsable(at: time ?? now)
    }
}
