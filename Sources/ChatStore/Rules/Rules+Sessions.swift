import ChatDomain

/// Sessions and credentials.
extension Rules {
    // MARK: Beginning

    mutating func start(_ new: NewSession, of user: UserID) throws(Stop) -> SessionRecord {
        let session = SessionRecord(
            id: try ledger.nextSessionID(), user: user, deviceID: new.deviceID, createdAt: now, lastSeenAt: now,
            expiresAt: new.expiresAt)
        try ledger.apply(.sessionAdded(session, tokenHash: new.tokenHash))
        return session
    }

    mutating func signIn(_ id: UserID, credential: String, _ new: NewSession) throws(Stop) -> Outcome {
        let account = try account(id)
        try compare(credential, with: account)
        if try ledger.isTokenTaken(new.tokenHash) { throw .refused(.conflict) }
        let others = try ledger.sessions(of: id)
        let session = try start(new, of: id)
        if others.count >= StoreLimits.sessionsMax {
            let unused = others.sorted { ($0.lastSeenAt, $0.id) < ($1.lastSeenAt, $1.id) }
            try end(unused.prefix(others.count - StoreLimits.sessionsMax + 1).map(\.id), of: id)
        }
        return .signedIn(account.user, session: session)
    }

    /// Whoever has checked a password against an older credential has come too late.
    func compare(_ credential: String?, with account: Account) throws(Stop) {
        guard let credential else { return }
        guard let stored = account.credential, ExactText(stored) == ExactText(credential) else {
            throw .refused(.conflict)
        }
    }

    // MARK: Ending

    mutating func endSessions(_ ids: [SessionID], of user: UserID) throws(Stop) -> Outcome {
        try existing(user)
        let ending = Set(try ledger.sessions(of: user).map(\.id)).intersection(ids)
        guard !ending.isEmpty else { throw .refused(.unknownSession) }
        try end(Array(ending), of: user)
        return .done
    }

    private mutating func end(_ ids: [SessionID], of user: UserID) throws(Stop) {
        guard !ids.isEmpty else { return }
        let ids = ids.sorted()
        for id in ids { try ledger.apply(.sessionEnded(id, of: user)) }
        notice(.sessionsEnded(user, ids))
    }

    mutating func setCredential(
        of id: UserID, old: String?, new: String, keeping: SessionID?
    ) throws(Stop) -> Outcome {
        try compare(old, with: try account(id))
        let others = try ledger.sessions(of: id).map(\.id).filter { $0 != keeping }
        try ledger.apply(.credentialChanged(id, new))
        try end(others, of: id)
        return .done
    }

    mutating func renewCredential(of id: UserID, old: String, new: String) throws(Stop) -> Outcome {
        try compare(old, with: try account(id))
        try ledger.apply(.credentialChanged(id, new))
        return .done
    }

    /// The ledger passes over whom it does not know, and times that are not later.
    mutating func touch(sessions: [SessionID: WallTime], users: [UserID: WallTime]) throws(Stop) -> Outcome {
        for (id, at) in sessions { try ledger.apply(.sessionUsed(id, at: at)) }
        for (id, at) in users { try ledger.apply(.userSeen(id, at: at)) }
        return .done
    }
}
