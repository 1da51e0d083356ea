import ChatDomain

extension SQLiteReader {
    // MARK: Accounts

    func account(login: String) throws(StoreError) -> Account? { try accounts.account(login: login) }

    func account(_ id: UserID) throws(StoreError) -> Account? { try accounts.account(id) }

    func session(tokenHash: [UInt8]) throws(StoreError) -> SessionRecord? {
        try accounts.session(tokenHash: tokenHash)
    }

    func sessions(of user: UserID) throws(StoreError) -> [SessionRecord] { try accounts.sessions(of: user) }

    func users(matching text: String, limit: Int) throws(StoreError) -> [User] {
        try accounts.users(matching: text, limit: limit)
    }

    func users(_ ids: [UserID]) throws(StoreError) -> [User] { try state.users(ids) }

    func blocks(by user: UserID) throws(StoreError) -> [UserID] { try accounts.blocks(by: user) }

    func hasBlocked(_ other: UserID, by user: UserID) throws(StoreError) -> Bool {
        try accounts.hasBlocked(other, by: user)
    }

    /// Only direct rooms have a pair.
    func isBlocked(_ user: UserID, in room: RoomID) throws(StoreError) -> Bool {
        guard let pair = try rooms.pair(of: room) else { return false }
        return try accounts.hasBlocked(user, by: pair.other(than: user))
    }

    func isInvitation(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> Bool {
        guard let invite = try accounts.invite(tokenHash), invite.room == nil else { return false }
        return invite.isUsable(at: now)
    }

    func invites(to room: RoomID, at now: WallTime) throws(StoreError) -> [InviteRecord] {
        try accounts.invites(to: room).filter { $0.isUsable(at: now) }
    }

    func invite(tokenHash: [UInt8], at now: WallTime) throws(StoreError) -> InviteRecord? {
        guard let invite = try accounts.invite(tokenHash), invite.room != nil, invite.isUsable(at: now) else {
            return nil
        }
        return invite
    }
}
