import ChatDomain

/// Who is in a room: coming, going, and being made to.
extension LogWriter {
    // MARK: By oneself

    func join(_ id: RoomID, invite: [UInt8]?, by user: UserID) throws(StoreError) -> Outcome {
        guard try handle(of: user) != nil else { return .refused(.unknownUser) }
        guard let head = try head(of: id) else { return .refused(.notFound) }
        if try place(of: user, in: id) != nil { return try welcome([], to: head, answering: user, isNew: false) }
        if let invite, try accounts.isInvitation(invite, to: id, at: batch.now) {
            let isBanned = try rooms.ban(of: user, from: id, at: batch.now) != nil
            guard !isBanned, !head.rules.isArchived else { return .refused(.forbidden) }
            try use(invite)
        } else {
            let isHidden = head.rules.visibility == .private || head.rules.kind == .direct
            if invite != nil { return .refused(isHidden ? .notFound : .unknownInvite) }
            if let refusal = try refusal(of: .join, by: user, in: head) { return .refused(refusal) }
        }
        try join(user, head, role: Permissions.roleOnJoining(head.rules.kind))
        return try welcome([user], to: head, answering: user, isNew: true)
    }

    func leave(_ id: RoomID, by user: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        let isAlone = try rooms.memberCount(of: id) == 1 && head.rules.kind != .direct
        if let refusal = try refusal(of: .leave, by: user, in: head) {
            // An owner may go when there is nobody to hand over to.
            guard isAlone, try place(of: user, in: id)?.role == .owner else { return .refused(refusal) }
        }
        try remove(user, from: head, .memberLeft(user, by: nil), as: Row(code: .memberLeft, target: user.rawValue))
        if isAlone { try archive(head, by: user) }
        try tell(user, .roomLeft(id, .left))
        return .done
    }

    // MARK: By others

    func addMembers(_ users: [UserID], to id: RoomID, role: Role?, by adder: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        if let refusal = try refusal(of: .read, by: adder, in: head) { return .refused(refusal) }
        let usual = Permissions.roleOnJoining(head.rules.kind)
        var joining: [UserID] = []
        var changing: [UserID] = []
        var known: Set<UserID> = []
        for user in users where known.insert(user).inserted {
            if let place = try place(of: user, in: id) {
                guard let role, role != place.role else { continue }
                if let refusal = try refusal(of: .assignRole, by: adder, in: head, target: place.role, newRole: role) {
                    return .refused(refusal)
                }
                changing.append(user)
                continue
            }
            if let refusal = try refusal(of: .invite, by: adder, in: head) { return .refused(refusal) }
            if let role, role != usual,
                let refusal = try refusal(of: .assignRole, by: adder, in: head, newRole: role)
            {
                return .refused(refusal)
            }
            guard try handle(of: user) != nil else { return .refused(.unknownUser) }
            if try rooms.ban(of: user, from: id, at: batch.now) != nil { return .refused(.forbidden) }
            if try accounts.hasBlocked(adder, by: user) { return .refused(.forbidden) }
            joining.append(user)
        }
        let joiningSet = Set(joining)
        for user in users where known.remove(user) != nil {
            if joiningSet.contains(user) {
                try join(user, head, role: role ?? usual, by: adder)
            } else if let role, changing.contains(user) {
                try setRole(of: user, to: role, in: head, by: adder)
            }
        }
        for user in joining { try tell(user, .roomJoined(id, try listing(of: head, for: user))) }
        return .done
    }

    func kick(_ user: UserID, from id: RoomID, by kicker: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        let place = try place(of: user, in: id)
        if let refusal = try refusal(of: .kick, by: kicker, in: head, target: place?.role) {
            return .refused(refusal)
        }
        guard place != nil else { return .refused(try absence(of: user)) }
        try remove(
            user, from: head, .memberKicked(user, by: kicker),
            as: Row(code: .memberKicked, user: kicker, target: user.rawValue))
        try tell(user, .roomLeft(id, .kicked))
        return .done
    }

    func ban(
        _ user: UserID, from id: RoomID, reason: String?, until: WallTime?, by banner: UserID
    ) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        let place = try place(of: user, in: id)
        if let refusal = try refusal(of: .ban, by: banner, in: head, target: place?.role) {
            return .refused(refusal)
        }
        if place == nil, try handle(of: user) == nil { return .refused(.unknownUser) }
        let insertion = try database.statement("INSERT OR REPLACE INTO bans VALUES (?, ?, ?, ?, ?, ?)")
        insertion.bind(id.rawValue, at: 1)
        insertion.bind(user.rawValue, at: 2)
        insertion.bind((until ?? .distantFuture).milliseconds, at: 3)
        insertion.bind(reason, at: 4)
        insertion.bind(banner.rawValue, at: 5)
        insertion.bind(batch.now.milliseconds, at: 6)
        try insertion.run()
        guard place != nil else { return .done }
        try remove(
            user, from: head, .memberBanned(user, by: banner),
            as: Row(code: .memberBanned, user: banner, target: user.rawValue))
        try tell(user, .roomLeft(id, .banned))
        return .done
    }

    func unban(_ user: UserID, from id: RoomID, by unbanner: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        if let refusal = try refusal(of: .ban, by: unbanner, in: head) { return .refused(refusal) }
        if try place(of: user, in: id) == nil, try handle(of: user) == nil { return .refused(.unknownUser) }
        try run("DELETE FROM bans WHERE room = ? AND user = ?", id.rawValue, user.rawValue)
        return .done
    }

    func setMute(of user: UserID, in id: RoomID, until: WallTime?, by muter: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        let place = try place(of: user, in: id)
        if let refusal = try refusal(of: .mute, by: muter, in: head, target: place?.role) {
            return .refused(refusal)
        }
        guard place != nil else {
            let absence = try absence(of: user)
            // A mute that waits for somebody to come back can be taken away.
            guard until == nil, absence == .unknownMember else { return .refused(absence) }
            try run("DELETE FROM mutes WHERE room = ? AND user = ?", id.rawValue, user.rawValue)
            return .done
        }
        let update = try database.statement("UPDATE members SET muted_until = ? WHERE room = ? AND user = ?")
        update.bind(until?.milliseconds, at: 1)
        update.bind(id.rawValue, at: 2)
        update.bind(user.rawValue, at: 3)
        try update.run()
        cache.members[WriterCache.Membership(room: id, user: user)] = nil
        return .done
    }

    /// How a member who is none is refused.
    func absence(of user: UserID) throws(StoreError) -> Refusal {
        try handle(of: user) == nil ? .unknownUser : .unknownMember
    }

    func invite(to id: RoomID, _ new: NewInvite, by user: UserID) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.notFound) }
        if let refusal = try refusal(of: .invite, by: user, in: head) { return .refused(refusal) }
        return try store(new, to: id, by: user)
    }

    // MARK: The table

    /// Makes somebody a member: their markers begin at the head, and a mute from before they left goes on.
    func join(_ user: UserID, _ head: RoomHead, role: Role = .member, by: UserID? = nil) throws(StoreError) {
        let logID = try record(
            .memberJoined(user, role: role, by: by), in: head,
            as: Row(
                code: .memberJoined, user: by, target: user.rawValue,
                version: role == .member ? nil : Int(role.rawValue)))
        let insertion = try database.statement(
            """
            INSERT INTO members (room, user, joined, role, muted_until, read, received)
            VALUES (?1, ?2, ?3, ?4, (SELECT until FROM mutes WHERE room = ?1 AND user = ?2), ?5, ?5)
            """)
        insertion.bind(head.id.rawValue, at: 1)
        insertion.bind(user.rawValue, at: 2)
        insertion.bind(logID, at: 3)
        insertion.bind(Int64(role.rawValue), at: 4)
        insertion.bind(head.seq, at: 5)
        try insertion.run()
        try run("DELETE FROM mutes WHERE room = ? AND user = ?", head.id.rawValue, user.rawValue)
        try run("UPDATE rooms SET member_count = member_count + 1 WHERE id = ?", head.id.rawValue)
    }

    /// Takes a member out, with the event that says how.
    func remove(_ user: UserID, from head: RoomHead, _ kind: EventKind, as row: Row) throws(StoreError) {
        try record(kind, in: head, as: row)
        let (room, member) = (head.id.rawValue, user.rawValue)
        try run(
            """
            INSERT OR REPLACE INTO mutes SELECT room, user, muted_until FROM members
            WHERE room = ?1 AND user = ?2 AND muted_until IS NOT NULL
            """, room, member)
        try run("DELETE FROM members WHERE room = ? AND user = ?", room, member)
        try run("DELETE FROM mentions WHERE room = ? AND user = ?", room, member)
        try run("UPDATE rooms SET member_count = member_count - 1 WHERE id = ?", room)
        cache.members[WriterCache.Membership(room: head.id, user: user)] = nil
    }

    /// What the room knows of a member; nil for who is none.
    func place(of user: UserID, in room: RoomID) throws(StoreError) -> WriterCache.Place? {
        let membership = WriterCache.Membership(room: room, user: user)
        if let known = cache.members[membership] { return known }
        guard let found = try rooms.member(user, of: room)?.member else { return nil }
        let place = WriterCache.Place(role: found.role, mutedUntil: found.mutedUntil)
        cache.members[membership] = place
        return place
    }

    /// Takes an account that is deleted out of all rooms, by their ids.
    func leaveAllRooms(_ user: UserID) throws(StoreError) {
        for id in try rooms.rooms(of: user) {
            guard let head = try head(of: id), let place = try place(of: user, in: id) else { continue }
            try remove(
                user, from: head, .memberLeft(user, by: user),
                as: Row(code: .memberLeft, user: user, target: user.rawValue))
            guard place.role == .owner else { continue }
            if let heir = try heir(in: id) {
                try setRole(of: heir, to: .owner, in: head, by: user)
            } else {
                try archive(head, by: user)
            }
        }
    }

    /// Who takes over: the admin of longest standing, else the member; readers do not.
    private func heir(in room: RoomID) throws(StoreError) -> UserID? {
        let statement = try database.statement(
            "SELECT user FROM members WHERE room = ? AND role IN (2, 3) ORDER BY role, joined LIMIT 1")
        statement.bind(room.rawValue, at: 1)
        defer { statement.reset() }
        return try statement.step() ? UserID(statement.integer(0)) : nil
    }
}
