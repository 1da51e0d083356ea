import ChatDomain

/// Rooms of the native protocol: what is done to them as a whole.
extension Rules {
    mutating func apply(_ draft: RoomDraft) throws(Stop) -> Outcome {
        switch draft {
        case .create(let new, let by): try create(new, by: by)
        case .direct(let other, let handle, let by): try makeDirect(with: other, handle: handle, by: by)
        case .update(let room, let change, let by): try update(room, change, by: by)
        case .choose(let room, let choice, let by): try choose(choice, in: room, by: by)
        case .delete(let room, let by): try delete(room, by: by)
        case .join(let room, let invite, let by): try join(room, invite: invite, by: by)
        case .leave(let room, let by): try leave(room, by: by)
        case .addMembers(let room, let users, let role, let by): try addMembers(users, to: room, role: role, by: by)
        case .kick(let room, let user, let by): try kick(user, from: room, by: by)
        case .ban(let room, let user, let reason, let until, let by):
            try ban(user, from: room, reason: reason, until: until, by: by)
        case .unban(let room, let user, let by): try unban(user, from: room, by: by)
        case .mute(let room, let user, _, let until, let by):
            try mute(user, in: room, until: until ?? .distantFuture, by: by)
        case .unmute(let room, let user, let by): try unmute(user, in: room, by: by)
        case .invite(let room, let invite, let by): try self.invite(to: room, invite, by: by)
        case .revokeInvite(let room, let id, let by): try revokeInvite(id, to: room, by: by)
        }
    }

    // MARK: Making

    private mutating func create(_ new: NewNativeRoom, by maker: UserID) throws(Stop) -> Outcome {
        guard new.kind != .direct else { throw .refused(.unprocessable) }
        try existing(maker)
        var members: [UserID] = []
        var known: Set<UserID> = [maker]
        for member in new.members where known.insert(member).inserted { members.append(member) }
        for member in members { try existing(member) }
        for member in members where try ledger.hasBlocked(maker, by: member) { throw .refused(.blocked) }
        if try ledger.isRoomHandleTaken(new.handle) { throw .refused(.handleTaken) }
        let head = try makeRoom(handle: new.handle, kind: new.kind, name: new.name, visibility: new.visibility)
        try join(maker, head, role: .owner)
        for member in members { try join(member, head, role: Permissions.roleOnJoining(new.kind), by: maker) }
        return try welcome([maker] + members, to: head, answering: maker, isNew: true)
    }

    private mutating func makeDirect(with other: UserID, handle: String, by user: UserID) throws(Stop) -> Outcome {
        try existing(user)
        try existing(other)
        let pair = DirectPair(user, other)
        if let known = try ledger.directRoom(of: pair) {
            return try answer(try head(of: known), for: user, isNew: false)
        }
        if try ledger.hasBlocked(user, by: other) { throw .refused(.blocked) }
        if try ledger.isRoomHandleTaken(handle) { throw .refused(.handleTaken) }
        let head = try makeRoom(handle: handle, kind: .direct, name: "", pair: pair)
        let members = pair.isOneself ? [user] : [user, other]
        for member in members { try join(member, head) }
        return try welcome(members, to: head, answering: user, isNew: true)
    }

    /// A new room, with its first event.
    mutating func makeRoom(
        handle: String, kind: RoomKind, name: String, isOpen: Bool = false, visibility: Visibility = .private,
        pair: DirectPair? = nil
    ) throws(Stop) -> RoomHead {
        let room = Room(
            id: try ledger.nextRoomID(), handle: handle, kind: kind, name: name, createdAt: now, epoch: makeEpoch(),
            isOpen: isOpen, visibility: visibility)
        try ledger.apply(.roomAdded(room, pair: pair))
        let head = try head(of: room.id)
        try record(.roomCreated(room), in: head)
        return head
    }

    /// Tells those who have joined, and answers with the room as one of them sees it.
    mutating func welcome(
        _ users: [UserID], to head: RoomHead, answering viewer: UserID, isNew: Bool
    ) throws(Stop) -> Outcome {
        try tellJoined(users, head)
        return try answer(head, for: viewer, isNew: isNew)
    }

    mutating func tellJoined(_ users: [UserID], _ head: RoomHead) throws(Stop) {
        for user in users { try tell(user, .roomJoined(head.id, try ledger.listing(of: head, for: user))) }
    }

    mutating func answer(_ head: RoomHead, for viewer: UserID, isNew: Bool) throws(Stop) -> Outcome {
        guard let listing = try ledger.listing(of: head, for: viewer) else { throw .refused(.notFound) }
        return .listing(listing, isNew: isNew)
    }

    // MARK: Changing

    /// Checks everything first, by the room as it is.
    private mutating func update(_ id: RoomID, _ change: RoomUpdate, by user: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id, for: .read, by: user)
        guard let old = try ledger.room(id) else { throw .refused(.notFound) }
        if change.name != nil || change.topic != nil { try check(.rename, by: user, in: head) }
        if change.visibility != nil || change.history != nil { try check(.setVisibility, by: user, in: head) }
        if change.isArchived != nil { try check(old.isArchived ? .unarchive : .archive, by: user, in: head) }
        if let owner = change.owner {
            try check(.transferOwnership, by: user, in: head)
            if try ledger.place(of: owner, in: id) == nil { throw .refused(try absence(of: owner)) }
        }

        if let owner = change.owner, owner != user {
            try setRole(of: owner, to: .owner, in: head, by: user)
            try setRole(of: user, to: .admin, in: head, by: user)
        }
        var new = old
        if let name = change.name { new.name = name }
        if let topic = change.topic { new.topic = topic }
        if let visibility = change.visibility { new.visibility = visibility }
        if let history = change.history { new.history = history }
        if change.isArchived == false { new.isArchived = false }
        // Texts that only look the same are not.
        let isRenamed = ExactText(new.name) != ExactText(old.name) || ExactText(new.topic) != ExactText(old.topic)
        if new.rules != old.rules || isRenamed {
            try ledger.apply(.roomChanged(new))
            try record(.roomUpdated(new, by: user), in: head)
        }
        if change.isArchived == true { try archive(new, head, by: user) }
        return try answer(head, for: user, isNew: false)
    }

    /// Nothing for a room that is archived already.
    mutating func archive(_ room: Room, _ head: RoomHead, by user: UserID) throws(Stop) {
        guard !room.isArchived else { return }
        var room = room
        room.isArchived = true
        try ledger.apply(.roomChanged(room))
        try record(.roomArchived(room, by: user), in: head)
    }

    private mutating func delete(_ id: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id, for: .deleteRoom, by: user)
        let members = try ledger.members(of: id)
        try require(members.map { .user($0) })
        try remove(head, by: user)
        for member in members { try tell(member, .roomLeft(id, .deleted)) }
        return .done
    }

    /// The room, its members and its messages are gone.
    mutating func remove(_ head: RoomHead, by user: UserID?) throws(Stop) {
        let logID = try record(.roomDeleted(by: user), in: head)
        try ledger.apply(.roomRemoved(head.id, logID: logID))
    }
}
