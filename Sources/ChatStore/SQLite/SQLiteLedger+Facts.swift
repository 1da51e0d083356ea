import ChatDomain

extension SQLiteLedger: StoreLedger {
    // MARK: People

    mutating func handle(of user: UserID) throws(Stop) -> String? {
        if let known = cache.handles[user] { return known }
        guard let handle = try stopping({ () throws(StoreError) in try state.handle(of: user) }) else { return nil }
        cache.handles[user] = handle
        return handle
    }

    func account(_ user: UserID) throws(Stop) -> Account? {
        try stopping { () throws(StoreError) in try accounts.account(user) }
    }

    func holder(ofLogin login: String) throws(Stop) -> UserID? {
        try stopping { () throws(StoreError) in try accounts.account(login: login)?.user.id }
    }

    func holder(ofPhone phone: String) throws(Stop) -> UserID? {
        try stopping { () throws(StoreError) in try state.user(phone: phone)?.id }
    }

    func isHandleTaken(_ handle: String) throws(Stop) -> Bool {
        try stopping { () throws(StoreError) in try state.isHandleTaken(handle) }
    }

    func sessions(of user: UserID) throws(Stop) -> [SessionRecord] {
        try stopping { () throws(StoreError) in try accounts.sessions(of: user) }
    }

    func isTokenTaken(_ tokenHash: [UInt8]) throws(Stop) -> Bool {
        try stopping { () throws(StoreError) in try accounts.session(tokenHash: tokenHash) != nil }
    }

    mutating func hasBlocked(_ other: UserID, by user: UserID) throws(Stop) -> Bool {
        let block = LedgerCache.Block(other: other, by: user)
        if let known = cache.blocks[block] { return known }
        let isBlocked = try stopping { () throws(StoreError) in try accounts.hasBlocked(other, by: user) }
        cache.blocks[block] = isBlocked
        return isBlocked
    }

    func invite(_ tokenHash: [UInt8]) throws(Stop) -> InviteRecord? {
        try stopping { () throws(StoreError) in try accounts.invite(tokenHash) }
    }

    func invite(_ id: InviteID) throws(Stop) -> InviteRecord? {
        try stopping { () throws(StoreError) in try accounts.invite(id) }
    }

    // MARK: Rooms

    mutating func head(of id: RoomID) throws(Stop) -> RoomHead? {
        if let known = cache.rooms[id] { return known }
        guard let head = try stopping({ () throws(StoreError) in try loadHead(of: id) }) else { return nil }
        cache.rooms[id] = head
        return head
    }

    private func loadHead(of id: RoomID) throws(StoreError) -> RoomHead? {
        guard let room = try state.room(id) else { return nil }
        let position = if let kept = tail.position(of: id) { kept } else { try history.position(of: id) }
        return RoomHead(
            room, pair: room.kind == .direct ? try rooms.pair(of: id) : nil, position: position,
            mayBeHidden: try !rooms.hiders(of: id, limit: 1).isEmpty)
    }

    func room(_ id: RoomID) throws(Stop) -> Room? { try stopping { () throws(StoreError) in try state.room(id) } }

    func isRoomHandleTaken(_ handle: String) throws(Stop) -> Bool {
        try stopping { () throws(StoreError) in try state.room(handle: handle) != nil }
    }

    func directRoom(of pair: DirectPair) throws(Stop) -> RoomID? {
        try stopping { () throws(StoreError) in try rooms.directRoom(of: pair) }
    }

    func rooms(of user: UserID) throws(Stop) -> [RoomID] {
        try stopping { () throws(StoreError) in try rooms.rooms(of: user) }
    }

    mutating func place(of user: UserID, in room: RoomID) throws(Stop) -> Place? {
        let membership = LedgerCache.Membership(room: room, user: user)
        if let known = cache.places[membership] { return known }
        guard let found = try stopping({ () throws(StoreError) in try rooms.member(user, of: room)?.member }) else {
            return nil
        }
        let place = Place(role: found.role, mutedUntil: found.mutedUntil, joining: found.joining)
        cache.places[membership] = place
        return place
    }

    func settings(of user: UserID, in room: RoomID) throws(Stop) -> RoomSettings? {
        try stopping { () throws(StoreError) in
            guard let row = try rooms.member(user, of: room), let kind = try state.room(room)?.kind else { return nil }
            return row.settings(in: kind)
        }
    }

    func hiders(of room: RoomID, limit: Int) throws(Stop) -> [UserID] {
        try stopping { () throws(StoreError) in try rooms.hiders(of: room, limit: limit) }
    }

    func members(of room: RoomID) throws(Stop) -> [UserID] {
        try stopping { () throws(StoreError) in try rooms.memberIDs(of: room) }
    }

    func memberCount(of room: RoomID) throws(Stop) -> Int {
        try stopping { () throws(StoreError) in try rooms.memberCount(of: room) }
    }

    func heir(in room: RoomID, after user: UserID) throws(Stop) -> UserID? {
        try stopping { () throws(StoreError) in try rooms.heir(in: room, after: user) }
    }

    func ban(of user: UserID, from room: RoomID) throws(Stop) -> Ban? {
        try stopping { () throws(StoreError) in try rooms.ban(of: user, from: room) }
    }

    // MARK: Messages

    func receipt(for sender: SenderKey) throws(Stop) -> StoredReceipt? {
        if keyIndex.isUnknown(sender) { return nil }
        if let queued = indexer.receipt(for: sender) { return queued }
        return try stopping { () throws(StoreError) in try keyIndex.receipt(for: sender) }
    }

    mutating func message(_ reference: MessageReference, in head: RoomHead) throws(Stop) -> VersionedMessage? {
        let seq: Int64
        switch reference {
        case .seq(let number): seq = number
        case .key(let key):
            let indexed = try stopping { () throws(StoreError) in try keyIndex.seq(of: key, in: head.id) }
            guard let earliest = [indexer.seq(of: key, in: head.id), indexed].compactMap({ $0 }).min() else {
                return nil
            }
            seq = earliest
        }
        guard 1 <= seq, seq <= head.seq else { return nil }
        if let kept = keptMessage(seq, in: head.id) { return kept }
        return try stopping { () throws(StoreError) in try history.message(seq, in: head.id) }
    }

    /// The message, if this transaction changed or made it, or the tail has it.
    private mutating func keptMessage(_ seq: Int64, in room: RoomID) -> VersionedMessage? {
        if let changed = staged.message(seq, in: room) { return changed }
        return tail.message(seq, in: room)
    }

    func reactions(to seq: Int64, in room: RoomID) throws(Stop) -> ReactionList {
        let reactions = try stopping { () throws(StoreError) in try rooms.reactions(in: room, seq...seq)[seq] }
        return ReactionList(reactions ?? [])
    }

    func isHidden(_ seq: Int64, in room: RoomID, from user: UserID) throws(Stop) -> Bool {
        try stopping { () throws(StoreError) in try rooms.isHidden(seq, in: room, from: user) }
    }

    func thread(_ name: ThreadName) throws(Stop) -> StoredThread? {
        try stopping { () throws(StoreError) in try threads.thread(name) }
    }

    func read(_ thread: ThreadName, by user: UserID) throws(Stop) -> Int64? {
        try stopping { () throws(StoreError) in try threads.read(thread, by: user) }
    }

    func follows(of user: UserID, in room: RoomID) throws(Stop) -> FollowSum {
        try stopping { () throws(StoreError) in try threads.follows(of: user, in: room) }
    }

    func pins(of room: RoomID) throws(Stop) -> [Pin] {
        try stopping { () throws(StoreError) in try threads.pins(of: room) }
    }

    /// What is not in memory is indexed.
    mutating func ownCount(of user: UserID, in head: RoomHead, from first: Int64) throws(Stop) -> Int {
        var count = 0
        var seq = head.seq
        while seq >= max(first, 1), let kept = keptMessage(seq, in: head.id)?.message {
            seq -= 1
            if kept.author == user, kept.thread == nil, !kept.isDeleted, try !isHidden(kept, from: user) { count += 1 }
        }
        guard seq >= max(first, 1) else { return count }
        return try count
            + stopping { () throws(StoreError) in try history.ownCount(of: user, in: head.id, max(first, 1)...seq) }
    }

    // MARK: The log

    func followers() throws(Stop) -> [String: LogPosition] {
        try stopping { () throws(StoreError) in try followed.followers() }
    }

    // MARK: Numbers

    func nextUserID() throws(Stop) -> UserID { UserID(try nextID("users")) }

    func nextRoomID() throws(Stop) -> RoomID { RoomID(try nextID("rooms")) }

    func nextSessionID() throws(Stop) -> SessionID { SessionID(try nextID("sessions")) }

    func nextInviteID() throws(Stop) -> InviteID { InviteID(try nextID("invites")) }

    /// - Parameter table: one that never gives out a number again.
    private func nextID(_ table: StaticString) throws(Stop) -> Int64 {
        try stopping { () throws(StoreError) in
            try database.integer("SELECT seq FROM sqlite_sequence WHERE name = '\(table)'") + 1
        }
    }

    // MARK: Views

    mutating func listing(of head: RoomHead, for viewer: UserID) throws(Stop) -> RoomListing? {
        let last = try place(of: viewer, in: head.id) == nil ? nil : try lastMessage(in: head, for: viewer)
        let own = max(staged.newestSeq(of: viewer, in: head.id), tail.ownPosition(of: viewer, in: head.id))
        return try stopping { () throws(StoreError) in
            guard let room = try state.room(head.id) else { return nil }
            let position = RoomPosition(seq: head.seq, offset: head.offset, at: head.lastAt ?? room.createdAt)
            return try rooms.listing(of: room, at: position, for: viewer, own: own) { last }
        }
    }

    mutating func summary(of head: RoomHead) throws(Stop) -> RoomSummary? {
        let last = try lastMessage(in: head, for: nil)
        return try stopping { () throws(StoreError) in
            guard let room = try state.room(head.id) else { return nil }
            return RoomSummary(room: room, members: try state.members(of: head.id), lastMessage: last)
        }
    }

    /// The room's newest message that is not deleted, nor hidden by `viewer`, this transaction included. What is in
    /// memory is newer than what is not; and the file shows this connection what the transaction has done.
    private mutating func lastMessage(in head: RoomHead, for viewer: UserID?) throws(Stop) -> Message? {
        var seq = head.seq
        while seq >= 1, let kept = keptMessage(seq, in: head.id) {
            if !kept.message.isDeleted, try !isHidden(kept.message, from: viewer) { return kept.message }
            seq -= 1
        }
        while seq >= 1 {
            let found = try stopping { () throws(StoreError) in
                try history.lastMessage(in: head.id, before: seq + 1)
            }
            guard let message = found else { return nil }
            if try !isHidden(message, from: viewer) { return message }
            seq = message.seq - 1
        }
        return nil
    }

    private func isHidden(_ message: Message, from viewer: UserID?) throws(Stop) -> Bool {
        guard let viewer else { return false }
        return try isHidden(message.seq, in: message.room, from: viewer)
    }
}
