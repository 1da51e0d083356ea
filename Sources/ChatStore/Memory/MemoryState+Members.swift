import ChatDomain

/// What users of the native protocol do to members, themselves included.
extension MemoryState {
    /// The right invitation opens a hidden room; a wrong one tells nothing of it.
    mutating func join(_ id: RoomID, invite: [UInt8]?, by user: UserID) throws(Refusal) -> Outcome {
        _ = try existing(user)
        guard let room = room(id) else { throw .notFound }
        if room.members.contains(user) { return try answer(room, for: user, isNew: false) }
        var rules = room.room.rules
        if let invite {
            if isInvitation(invite, to: id) {
                rules.visibility = .public
            } else {
                throw rules.visibility == .public ? .unknownInvite : .notFound
            }
        }
        try check(.join, in: room, rules, by: user)
        if let invite { useUp(invite) }
        join(user, room, as: Permissions.roleOnJoining(room.room.kind))
        return try answer(room, for: user, isNew: true)
    }

    mutating func leave(_ id: RoomID, by user: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.read, in: id, by: user)
        let isAlone = room.members.count == 1
        // An owner must hand over first, unless there is nobody.
        let isLastOwner = isAlone && room.members[user]?.role == .owner
        if !isLastOwner { try check(.leave, in: room, room.room.rules, by: user) }
        record(.memberLeft(user, by: nil), in: room)
        if isAlone { archive(room, by: user) }
        return .done
    }

    mutating func addMembers(
        _ users: [UserID], to id: RoomID, role: Role?, by: UserID
    ) throws(Refusal) -> Outcome {
        let room = try permitted(.read, in: id, by: by)
        let usualRole = Permissions.roleOnJoining(room.room.kind)
        for user in users {
            let oldRole = room.members[user]?.role
            if oldRole == nil { try check(.invite, in: room, room.room.rules, by: by) }
            if let role, role != oldRole ?? usualRole {
                try check(.assignRole, in: room, room.room.rules, by: by, target: oldRole, newRole: role)
            }
            guard oldRole == nil else { continue }
            _ = try existing(user)
            guard !room.isBanned(user, at: now), !hasBlocked(by, by: user) else { throw .forbidden }
        }
        for user in users {
            if room.members.contains(user) {
                guard let role, room.members[user]?.role != role else { continue }
                record(.memberRoleChanged(user, role: role, by: by), in: room)
            } else {
                join(user, room, as: role ?? usualRole, by: by)
            }
        }
        return .done
    }

    mutating func kick(_ user: UserID, from id: RoomID, by: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.kick, in: id, by: by)
        try requireMember(user, of: room)
        try check(.kick, in: room, room.room.rules, by: by, target: room.members[user]?.role)
        record(.memberKicked(user, by: by), in: room)
        return .done
    }

    mutating func ban(
        _ user: UserID, from id: RoomID, reason: String?, until: WallTime?, by: UserID
    ) throws(Refusal) -> Outcome {
        let room = try permitted(.ban, in: id, by: by)
        if !room.members.contains(user) { _ = try existing(user) }
        try check(.ban, in: room, room.room.rules, by: by, target: room.members[user]?.role)
        room.bans[user] = Ban(user: user, by: by, reason: reason, until: until ?? .distantFuture, at: now)
        if room.members.contains(user) { record(.memberBanned(user, by: by), in: room) }
        return .done
    }

    mutating func unban(_ user: UserID, from id: RoomID, by: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.ban, in: id, by: by)
        if !room.members.contains(user) { _ = try existing(user) }
        room.bans[user] = nil
        return .done
    }

    mutating func mute(_ user: UserID, in id: RoomID, until: WallTime?, by: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.mute, in: id, by: by)
        try requireMember(user, of: room)
        try check(.mute, in: room, room.room.rules, by: by, target: room.members[user]?.role)
        room.mutes[user] = until ?? .distantFuture
        return .done
    }

    mutating func unmute(_ user: UserID, in id: RoomID, by: UserID) throws(Refusal) -> Outcome {
        let room = try permitted(.mute, in: id, by: by)
        if !room.members.contains(user) { _ = try existing(user) }
        try check(.mute, in: room, room.room.rules, by: by, target: room.members[user]?.role)
        room.mutes[user] = nil
        return .done
    }

    /// Who is no member is unknown as such, or altogether.
    func requireMember(_ user: UserID, of room: MemoryRoom) throws(Refusal) {
        guard !room.members.contains(user) else { return }
        _ = try existing(user)
        throw .unknownMember
    }
}
