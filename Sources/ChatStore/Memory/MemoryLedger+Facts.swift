import ChatDomain

extension MemoryLedger: StoreLedger {
    // MARK: The batch

    mutating func begin(drafts: Int) { staged = [] }

    mutating func commit() -> [Event] {
        defer { staged = [] }
        return staged
    }

    /// Nothing here fails.
    mutating func rollback() {}

    var isFull: Bool { false }

    // MARK: People

    func handle(of user: UserID) -> String? { liveUser(user)?.handle }

    func account(_ id: UserID) -> Account? {
        guard let user = liveUser(id), let account = accounts[id] else { return nil }
        return Account(
            user: user, credential: account.credential, settings: account.settings, lastSeen: account.lastSeen,
            epoch: account.epoch, offset: account.offset)
    }

    func holder(ofLogin login: String) -> UserID? { user(login: login)?.id }

    func holder(ofPhone phone: String) -> UserID? { user(phone: phone)?.id }

    func isHandleTaken(_ handle: String) -> Bool { usersByHandle[ExactText(handle)] != nil }

    /// Newest first.
    func sessions(of user: UserID) -> [SessionRecord] {
        (accounts[user]?.sessions ?? []).reversed().compactMap { sessions[$0]?.record }
    }

    func isTokenTaken(_ tokenHash: [UInt8]) -> Bool { sessionsByToken[tokenHash] != nil }

    func hasBlocked(_ other: UserID, by user: UserID) -> Bool { accounts[user]?.blocked.contains(other) ?? false }

    func invite(_ tokenHash: [UInt8]) -> InviteRecord? { invitesByToken[tokenHash].flatMap { invites[$0] } }

    func invite(_ id: InviteID) -> InviteRecord? { invites[id] }

    // MARK: Rooms

    func head(of room: RoomID) -> RoomHead? { held(room)?.head }

    func room(_ id: RoomID) -> Room? { held(id)?.room }

    func isRoomHandleTaken(_ handle: String) -> Bool { roomsByHandle[ExactText(handle)] != nil }

    func directRoom(of pair: DirectPair) -> RoomID? { directRooms[pair] }

    func rooms(of user: UserID) -> [RoomID] { (roomsByUser[user] ?? []).sorted() }

    func place(of user: UserID, in room: RoomID) -> Place? {
        guard let room = held(room), let member = room.members[user] else { return nil }
        return Place(role: member.role, mutedUntil: room.mutes[user], joining: member.joining)
    }

    func settings(of user: UserID, in room: RoomID) -> RoomSettings? { held(room)?.members[user]?.settings }

    func hiders(of room: RoomID, limit: Int) -> [UserID] {
        Array((held(room)?.hiders ?? []).sorted().prefix(limit))
    }

    func members(of room: RoomID) -> [UserID] { held(room)?.members.ordered ?? [] }

    func memberCount(of room: RoomID) -> Int { held(room)?.members.count ?? 0 }

    func heir(in room: RoomID, after user: UserID) -> UserID? {
        guard let members = held(room)?.members else { return nil }
        for role in [Role.admin, .member] {
            if let heir = members.ordered.first(where: { $0 != user && members[$0]?.role == role }) { return heir }
        }
        return nil
    }

    func ban(of user: UserID, from room: RoomID) -> Ban? { held(room)?.bans[user] }

    // MARK: Messages

    func receipt(for sender: SenderKey) -> StoredReceipt? { receipts[sender] }

    func message(_ reference: MessageReference, in head: RoomHead) -> VersionedMessage? {
        held(head.id)?.versioned(reference)
    }

    func reactions(to seq: Int64, in room: RoomID) -> ReactionList {
        held(room)?.reactions(to: seq) ?? ReactionList()
    }

    func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) -> Bool {
        held(room)?.counts.isHidden(seq, from: user) ?? false
    }

    // MARK: The log

    func followers() -> [String: LogPosition] { logFollowers }

    // MARK: Numbers

    func nextUserID() -> UserID { UserID(Int64(users.count) + 1) }

    func nextRoomID() -> RoomID { RoomID(Int64(rooms.count) + 1) }

    func nextSessionID() -> SessionID { SessionID(lastSessionID + 1) }

    func nextInviteID() -> InviteID { InviteID(lastInviteID + 1) }

    // MARK: Views

    func listing(of head: RoomHead, for viewer: UserID) -> RoomListing? { listing(of: head.id, for: viewer) }

    func summary(of head: RoomHead) -> RoomSummary? { held(head.id).map { summary(of: $0) } }
}
