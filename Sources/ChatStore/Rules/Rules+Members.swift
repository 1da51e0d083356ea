import ChatDomain

/// Who is in a room: coming, going, and being made to.
extension Rules {
    // MARK: By oneself

    mutating func join(_ id: RoomID, invite: [UInt8]?, by user: UserID) throws(Stop) -> Outcome {
        try existing(user)
        let head = try head(of: id)
        if try ledger.place(of: user, in: id) != nil { return try answer(head, for: user, isNew: false) }
        if let invite {
            guard let usable = try usableInvite(invite, to: head) else {
                // A wrong one tells nothing of a hidden room.
                let isHidden = head.rules.visibility == .private || head.rules.kind == .direct
                throw .refused(isHidden ? .notFound : .unknownInvite)
            }
            if head.rules.isArchived { throw .refused(.forbidden) }
            if try isBanned(user, from: id) { throw .refused(.forbidden) }
            try ledger.apply(.inviteUsed(usable.id))
        } else {
            try check(.join, by: user, in: head)
        }
        try join(user, head, role: Permissions.roleOnJoining(head.rules.kind))
        return try welcome([user], to: head, answering: user, isNew: true)
    }

    mutating func leave(_ id: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id, for: .read, by: user)
        let isAlone = try ledger.memberCount(of: id) == 1 && head.rules.kind != .direct
        let role = try ledger.place(of: user, in: id)?.role
        // An owner must hand over first, unless there is nobody.
        if !isAlone || role != .owner { try check(.leave, by: user, in: head) }
        let room = isAlone ? try ledger.room(id) : nil
        try remove(user, from: head, .memberLeft(user, by: nil))
        if let room { try archive(room, head, by: user) }
        try tell(user, .roomLeft(id, .left))
        return .done
    }

    // MARK: By others

    mutating func addMembers(_ users: [UserID], to id: RoomID, role: Role?, by adder: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id, for: .read, by: adder)
        let usual = Permissions.roleOnJoining(head.rules.kind)
        var changes: [(user: UserID, isJoining: Bool)] = []
        var known: Set<UserID> = []
        for user in users where known.insert(user).inserted {
            if let place = try ledger.place(of: user, in: id) {
                guard let role, role != place.role else { continue }
                try check(.assignRole, by: adder, in: head, target: place.role, newRole: role)
                changes.append((user, false))
            } else {
                try check(.invite, by: adder, in: head)
                if let role, role != usual { try check(.assignRole, by: adder, in: head, newRole: role) }
                try existing(user)
                if try isBanned(user, from: id) { throw .refused(.forbidden) }
                if try ledger.hasBlocked(adder, by: user) { throw .refused(.forbidden) }
                changes.append((user, true))
            }
        }
        for (user, isJoining) in changes {
            if isJoining {
                try join(user, head, role: role ?? usual, by: adder)
            } else if let role {
                try setRole(of: user, to: role, in: head, by: adder)
            }
        }
        try tellJoined(changes.filter(\.isJoining).map(\.user), head)
        return .done
    }

    mutating func kick(_ user: UserID, from id: RoomID, by kicker: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id)
        let place = try ledger.place(of: user, in: id)
        try check(.kick, by: kicker, in: head, target: place?.role)
        guard place != nil else { throw .refused(try absence(of: user)) }
        try require([.user(user)])
        try remove(user, from: head, .memberKicked(user, by: kicker))
        try tell(user, .roomLeft(id, .kicked))
        return .done
    }

    mutating func ban(
        _ user: UserID, from id: RoomID, reason: String?, until: WallTime?, by banner: UserID
    ) throws(Stop) -> Outcome {
        let head = try head(of: id)
        let place = try ledger.place(of: user, in: id)
        try check(.ban, by: banner, in: head, target: place?.role)
        if place == nil { try existing(user) }
        try require([.user(user)])
        let ban = Ban(user: user, by: banner, reason: reason, until: until ?? .distantFuture, at: now)
        try ledger.apply(.banned(ban, from: id))
        guard place != nil else { return .done }
        try remove(user, from: head, .memberBanned(user, by: banner))
        try tell(user, .roomLeft(id, .banned))
        return .done
    }

    mutating func unban(_ user: UserID, from id: RoomID, by unbanner: UserID) throws(Stop) -> Outcome {
        _ = try head(of: id, for: .ban, by: unbanner)
        if try ledger.place(of: user, in: id) == nil { try existing(user) }
        try ledger.apply(.unbanned(user, from: id))
        return .done
    }

    mutating func mute(_ user: UserID, in id: RoomID, until: WallTime, by muter: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id)
        let place = try ledger.place(of: user, in: id)
        try check(.mute, by: muter, in: head, target: place?.role)
        guard place != nil else { throw .refused(try absence(of: user)) }
        try ledger.apply(.muted(user, in: id, until: until))
        return .done
    }

    /// Also a mute that waits for somebody to come back can be taken away.
    mutating func unmute(_ user: UserID, in id: RoomID, by muter: UserID) throws(Stop) -> Outcome {
        let head = try head(of: id)
        let place = try ledger.place(of: user, in: id)
        try check(.mute, by: muter, in: head, target: place?.role)
        if place == nil { try existing(user) }
        try ledger.apply(.muted(user, in: id, until: nil))
        return .done
    }

    /// How a member who is none is refused.
    mutating func absence(of user: UserID) throws(Stop) -> Refusal {
        try ledger.handle(of: user) == nil ? .unknownUser : .unknownMember
    }

    // MARK: Parts

    /// Makes somebody a member: their markers begin at the head.
    mutating func join(_ user: UserID, _ head: RoomHead, role: Role = .member, by: UserID? = nil) throws(Stop) {
        // Their coming is the first that they see.
        let joining = Sight(seq: head.seq, offset: head.offset)
        let logID = try record(.memberJoined(user, role: role, by: by), in: head)
        try ledger.apply(.joined(user, head.id, role: role, joining: joining, logID: logID))
    }

    /// Takes a member out, with the event that says how.
    mutating func remove(_ user: UserID, from head: RoomHead, _ kind: EventKind) throws(Stop) {
        try record(kind, in: head)
        try ledger.apply(.left(user, head.id))
        try endInvites(by: user, head, role: nil)
    }

    mutating func setRole(of user: UserID, to role: Role, in head: RoomHead, by: UserID) throws(Stop) {
        try record(.memberRoleChanged(user, role: role, by: by), in: head)
        try ledger.apply(.roleChanged(user, head.id, role))
        try endInvites(by: user, head, role: role)
    }
}
