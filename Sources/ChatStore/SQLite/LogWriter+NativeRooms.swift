import ChatDomain

/// Rooms of the native protocol: what is done to them as a whole. Who may do it is decided here, at the draft's turn.
extension LogWriter {
    func apply(_ draft: RoomDraft) throws(StoreError) -> Outcome {
        switch draft {
        case .create(let new, let by): try create(new, by: by)
        case .direct(let other, let handle, let by): try direct(with: other, handle: handle, by: by)
        case .update(let room, let name, let visibility, let isArchived, let owner, let by):
            try update(
                room, RoomUpdate(name: name, visibility: visibility, isArchived: isArchived, owner: owner), by: by)
        case .delete(let room, let by): try delete(room, by: by)
        case .join(let room, let invite, let by): try join(room, invite: invite, by: by)
        case .leave(let room, let by): try leave(room, by: by)
        case .addMembers(let room, let users, let role, let by): try addMembers(users, to: room, role: role, by: by)
        case .kick(let room, let user, let by): try kick(user, from: room, by: by)
        case .ban(let room, let user, let reason, let until, let by):
            try ban(user, from: room, reason: reason, until: until, by: by)
        case .unban(let room, let user, let by): try unban(user, from: room, by: by)
        case .mute(let room, let user, _, let until, let by):
            try setMute(of: user, in: room, until: until ?? .distantFuture, by: by)
        case .unmute(let room, let user, let by): try setMute(of: user, in: room, until: nil, by: by)
        case .invite(let room, let invite, let by): try self.invite(to: room, invite, by: by)
        }
    }

    struct RoomUpdate {
        var name: String?
        var visibility: Visibility?
        var isArchived: Bool?
        var owner: UserID?
    }

    // MARK: Who may

    /// What the room knows of somebody. Who is deleted is no member.
    func standing(of user: UserID, in head: RoomHead, for action: RoomAction) throws(StoreError) -> Standing {
        if let place = try place(of: user, in: head.id), try handle(of: user) != nil {
            return Standing(role: place.role, isMuted: place.mutedUntil.map { batch.now < $0 } ?? false)
        }
        let isBanned = action == .join ? try rooms.ban(of: user, from: head.id, at: batch.now) != nil : false
        return Standing(role: nil, isBanned: isBanned)
    }

    /// Why `user` may not do this; nil where they may.
    func refusal(
        of action: RoomAction, by user: UserID, in head: RoomHead, target: Role? = nil, newRole: Role? = nil
    ) throws(StoreError) -> Refusal? {
        let standing = try standing(of: user, in: head, for: action)
        switch Permissions.check(action, by: standing, in: head.rules, target: target, newRole: newRole) {
        case .allowed: return nil
        case .forbidden: return .forbidden
        case .notFound: return .notFound
        }
    }

    // MARK: Making

    private func create(_ new: NewNativeRoom, by maker: UserID) throws(StoreError) -> Outcome {
        guard new.kind != .direct else { return .refused(.unprocessable) }
        guard try handle(of: maker) != nil else { return .refused(.unknownUser) }
        var members: [UserID] = []
        var known: Set<UserID> = [maker]
        for member in new.members where known.insert(member).inserted { members.append(member) }
        for member in members where try handle(of: member) == nil { return .refused(.unknownUser) }
        for member in members where try accounts.hasBlocked(maker, by: member) { return .refused(.blocked) }
        if try state.room(handle: new.handle) != nil { return .refused(.handleTaken) }
        let head = try makeRoom(
            handle: new.handle, kind: new.kind, name: new.name, isOpen: false, visibility: new.visibility)
        try join(maker, head, role: .owner)
        for member in members { try join(member, head, role: Permissions.roleOnJoining(new.kind), by: maker) }
        return try welcome([maker] + members, to: head, answering: maker, isNew: true)
    }

    private func direct(with other: UserID, handle newHandle: String, by user: UserID) throws(StoreError) -> Outcome {
        guard user != other else { return .refused(.forbidden) }
        guard try handle(of: user) != nil, try handle(of: other) != nil else { return .refused(.unknownUser) }
        if let known = try rooms.directRoom(of: user, and: other), let head = try head(of: known) {
            return try welcome([], to: head, answering: user, isNew: false)
        }
        if try accounts.hasBlocked(user, by: other) { return .refused(.blocked) }
        if try state.room(handle: newHandle) != nil { return .refused(.handleTaken) }
        let head = try makeRoom(handle: newHandle, kind: .direct, name: "", isOpen: false, visibility: .private)
        try run(
            "INSERT INTO directs VALUES (?, ?, ?)", min(user, other).rawValue, max(user, other).rawValue,
            head.id.rawValue)
        for member in [user, other] { try join(member, head) }
        return try welcome([user, other], to: head, answering: user, isNew: true)
    }

    /// Tells those who have joined, and answers with the room as one of them sees it.
    func welcome(
        _ users: [UserID], to head: RoomHead, answering viewer: UserID, isNew: Bool
    ) throws(StoreError) -> Outcome {
        for user in users { try tell(user, .roomJoined(head.id, try listing(of: head, for: user))) }
        guard let listing = try listing(of: head, for: viewer) else { return .refused(.notFound) }
        return .listing(listing, isNew: isNew)
    }

    /// The room as somebody sees it, this transaction included.
    func listing(of head: RoomHead, for viewer: UserID) throws(StoreError) -> RoomListing? {
        guard let room = try state.room(head.id) else { return nil }
        let position = RoomPosition(seq: head.seq, offset: head.offset, at: head.lastAt ?? room.createdAt)
        let staged = head.stagedSeq(of: viewer, in: batch)
        return try rooms.listing(
            of: room, at: position, for: viewer, own: max(staged, tail.ownPosition(of: viewer, in: room.id))
        ) { () throws(StoreError) in try lastMessage(in: head, for: viewer) }
    }

    // MARK: Changing

    private func update(_ id: RoomID, _ change: RoomUpdate, by user: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id), let old = try state.room(id) else { return .refused(.notFound) }
        var actions: [RoomAction] = [.read]
        if change.name != nil { actions.append(.rename) }
        if change.visibility != nil { actions.append(.setVisibility) }
        if change.isArchived != nil { actions.append(old.isArchived ? .unarchive : .archive) }
        if change.owner != nil { actions.append(.transferOwnership) }
        for action in actions {
            if let refusal = try refusal(of: action, by: user, in: head) { return .refused(refusal) }
        }
        if let owner = change.owner {
            guard try place(of: owner, in: id) != nil else { return .refused(try absence(of: owner)) }
            if owner != user {
                try setRole(of: owner, to: .owner, in: head, by: user)
                try setRole(of: user, to: .admin, in: head, by: user)
            }
        }
        var new = old
        if let name = change.name { new.name = name }
        if let visibility = change.visibility { new.visibility = visibility }
        if change.isArchived == false { new.isArchived = false }
        if new.rules != old.rules || ExactText(new.name) != ExactText(old.name) {
            try store(new, head)
            try record(.roomUpdated(new, by: user), in: head, as: Row(.roomUpdated, new, by: user))
        }
        if change.isArchived == true, !old.isArchived { try archive(head, by: user) }
        return try welcome([], to: head, answering: user, isNew: false)
    }

    func archive(_ head: RoomHead, by user: UserID) throws(StoreError) {
        guard var room = try state.room(head.id), !room.isArchived else { return }
        room.isArchived = true
        try store(room, head)
        try record(.roomArchived(room, by: user), in: head, as: Row(.roomArchived, room, by: user))
    }

    func setRole(of user: UserID, to role: Role, in head: RoomHead, by: UserID) throws(StoreError) {
        try record(
            .memberRoleChanged(user, role: role, by: by), in: head,
            as: Row(code: .memberRoleChanged, user: by, target: user.rawValue, version: Int(role.rawValue)))
        try run(
            "UPDATE members SET role = ? WHERE room = ? AND user = ?", Int64(role.rawValue), head.id.rawValue,
            user.rawValue)
        cache.members[WriterCache.Membership(room: head.id, user: user)] = nil
    }

    private func delete(_ id: RoomID, by user: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        if let refusal = try refusal(of: .deleteRoom, by: user, in: head) { return .refused(refusal) }
        let members = try rooms.members(of: id, skip: 0, limit: .max).map(\.member.user)
        _ = try deleteRoom(id, by: user)
        for member in members { try tell(member, .roomLeft(id, .deleted)) }
        return .done
    }
}

extension LogWriter.Row {
    /// Of an event that carries the room.
    init(_ code: EventCode, _ room: Room, by: UserID?) {
        let flags = (room.visibility == .public ? 1 : 0) | (room.isArchived ? 2 : 0)
        self.init(code: code, user: by, text: room.name, version: flags)
    }
}
