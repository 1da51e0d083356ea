import ChatDomain

/// What users of the native protocol do to rooms; `MemoryState+Members.swift` has what they do to one another.
extension MemoryState {
    mutating func apply(_ draft: RoomDraft) throws(Refusal) -> Outcome {
        switch draft {
        case .create(let new, let by): try create(new, by: by)
        case .direct(let other, let handle, let by): try makeDirect(with: other, handle: handle, by: by)
        case .update(let id, let name, let visibility, let isArchived, let owner, let by):
            try update(
                id, RoomChanges(name: name, visibility: visibility, isArchived: isArchived, owner: owner), by: by)
        case .delete(let id, let by):
            try delete(id, by: by)
        case .join(let id, let invite, let by): try join(id, invite: invite, by: by)
        case .leave(let id, let by): try leave(id, by: by)
        case .addMembers(let id, let users, let role, let by): try addMembers(users, to: id, role: role, by: by)
        case .kick(let id, let user, let by): try kick(user, from: id, by: by)
        case .ban(let id, let user, let reason, let until, let by):
            try ban(user, from: id, reason: reason, until: until, by: by)
        case .unban(let id, let user, let by): try unban(user, from: id, by: by)
        case .mute(let id, let user, _, let until, let by): try mute(user, in: id, until: until, by: by)
        case .unmute(let id, let user, let by): try unmute(user, in: id, by: by)
        case .invite(let id, let new, let by): try add(new, to: try permitted(.invite, in: id, by: by).id)
        }
    }

    /// The room, if `user` may do `action` in it now.
    func permitted(
        _ action: RoomAction, in id: RoomID, by user: UserID, target: Role? = nil, newRole: Role? = nil
    ) throws(Refusal) -> MemoryRoom {
        guard let room = room(id) else { throw .notFound }
        try check(action, in: room, room.room.rules, by: user, target: target, newRole: newRole)
        return room
    }

    func check(
        _ action: RoomAction, in room: MemoryRoom, _ rules: RoomRules, by user: UserID, target: Role? = nil,
        newRole: Role? = nil
    ) throws(Refusal) {
        // A deleted user may still be among the members that a dialect shows, and may do nothing.
        let standing = liveUser(user) == nil ? Standing(role: nil) : room.standing(of: user, at: now)
        switch Permissions.check(action, by: standing, in: rules, target: target, newRole: newRole) {
        case .allowed: return
        case .forbidden: throw .forbidden
        case .notFound: throw .notFound
        }
    }

    // MARK: Making

    private mutating func create(_ new: NewNativeRoom, by maker: UserID) throws(Refusal) -> Outcome {
        guard new.kind != .direct else { throw .unprocessable }
        _ = try existing(maker)
        for member in new.members { _ = try existing(member) }
        guard !new.members.contains(where: { hasBlocked(maker, by: $0) }) else { throw .blocked }
        guard self.room(handle: new.handle) == nil else { throw .handleTaken }
        let room = addRoom(
            handle: new.handle, kind: new.kind, name: new.name, isOpen: false, visibility: new.visibility)
        join(maker, room, as: .owner)
        for member in new.members { join(member, room, as: Permissions.roleOnJoining(new.kind), by: maker) }
        return try answer(room, for: maker, isNew: true)
    }

    private mutating func makeDirect(
        with other: UserID, handle: String, by maker: UserID
    ) throws(Refusal) -> Outcome {
        guard other != maker else { throw .forbidden }
        _ = try existing(maker)
        _ = try existing(other)
        let pair = DirectPair(maker, other)
        if let known = directRooms[pair].flatMap({ self.room($0) }) {
            return try answer(known, for: maker, isNew: false)
        }
        guard !hasBlocked(maker, by: other) else { throw .blocked }
        guard self.room(handle: handle) == nil else { throw .handleTaken }
        let room = addRoom(handle: handle, kind: .direct, name: "", isOpen: false)
        room.pair = pair
        directRooms[pair] = room.id
        join(maker, room)
        join(other, room)
        return try answer(room, for: maker, isNew: true)
    }

    func answer(_ room: MemoryRoom, for viewer: UserID, isNew: Bool) throws(Refusal) -> Outcome {
        guard let listing = listing(of: room.id, for: viewer) else { throw .notFound }
        return .listing(listing, isNew: isNew)
    }

    // MARK: Changing

    /// What is to become of a room; what is nil stays.
    private struct RoomChanges {
        var name: String?
        var visibility: Visibility?
        var isArchived: Bool?
        var owner: UserID?
    }

    /// Checks everything first, by the room as it is.
    private mutating func update(_ id: RoomID, _ changes: RoomChanges, by: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.read, in: id, by: by)
        let rules = room.room.rules
        if changes.isArchived != nil { try check(rules.isArchived ? .unarchive : .archive, in: room, rules, by: by) }
        if changes.name != nil { try check(.rename, in: room, rules, by: by) }
        if changes.visibility != nil { try check(.setVisibility, in: room, rules, by: by) }
        if let owner = changes.owner {
            try check(.transferOwnership, in: room, rules, by: by)
            try requireMember(owner, of: room)
        }
        apply(changes, to: room, by: by)
        return try answer(room, for: by, isNew: false)
    }

    private mutating func apply(_ changes: RoomChanges, to room: MemoryRoom, by: UserID) {
        if let owner = changes.owner, owner != by {
            record(.memberRoleChanged(owner, role: .owner, by: by), in: room)
            record(.memberRoleChanged(by, role: .admin, by: by), in: room)
        }
        var changed = room.room
        if let name = changes.name { changed.name = name }
        if let visibility = changes.visibility { changed.visibility = visibility }
        if changes.isArchived == false { changed.isArchived = false }
        let hasNewName = ExactText(changed.name) != ExactText(room.room.name)
        if hasNewName || changed.visibility != room.room.visibility || changed.isArchived != room.room.isArchived {
            record(.roomUpdated(changed, by: by), in: room)
        }
        if changes.isArchived == true { archive(room, by: by) }
    }

    mutating func archive(_ room: MemoryRoom, by: UserID) {
        guard !room.room.isArchived, room.room.kind != .direct else { return }
        var changed = room.room
        changed.isArchived = true
        record(.roomArchived(changed, by: by), in: room)
    }

    private mutating func delete(_ id: RoomID, by: UserID) throws(Refusal) -> Outcome {
        remove(try permitted(.deleteRoom, in: id, by: by), by: by)
        return .done
    }
}
