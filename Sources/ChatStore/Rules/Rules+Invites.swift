import ChatDomain

/// The links that let somebody in.
extension Rules {
    // MARK: Making

    mutating func inviteToRegister(_ new: NewInvite, by user: UserID?) throws(Stop) -> Outcome {
        if let user { try existing(user) }
        return try add(new, to: nil, by: user)
    }

    mutating func invite(to id: RoomID, _ new: NewInvite, by user: UserID) throws(Stop) -> Outcome {
        _ = try head(of: id, for: .invite, by: user)
        return try add(new, to: id, by: user)
    }

    private mutating func add(_ new: NewInvite, to room: RoomID?, by user: UserID?) throws(Stop) -> Outcome {
        if try ledger.invite(new.tokenHash) != nil { throw .refused(.conflict) }
        let invite = InviteRecord(
            id: try ledger.nextInviteID(), room: room, by: user, createdAt: now, expiresAt: new.expiresAt, uses: 0,
            usesLeft: new.uses)
        try ledger.apply(.inviteAdded(invite, tokenHash: new.tokenHash))
        return .invited(invite)
    }

    // MARK: Using

    /// The invitation, if it leads there and can be used now.
    mutating func usableInvite(_ tokenHash: [UInt8], to head: RoomHead?) throws(Stop) -> InviteRecord? {
        guard let invite = try ledger.invite(tokenHash), invite.room == head?.id, invite.isUsable(at: now) else {
            return nil
        }
        // Its maker may have gone without anybody ending it: by a dialect, or before invitations ended by themselves.
        if let head, let maker = invite.by, try !mayInvite(maker, to: head) { return nil }
        return invite
    }

    /// An archived room takes nobody in, and that ends no invitation.
    private mutating func mayInvite(_ user: UserID, to head: RoomHead) throws(Stop) -> Bool {
        guard try ledger.handle(of: user) != nil, let place = try ledger.place(of: user, in: head.id) else {
            return false
        }
        return isAllowedToInvite(place.role, head)
    }

    private func isAllowedToInvite(_ role: Role, _ head: RoomHead) -> Bool {
        var rules = head.rules
        rules.isArchived = false
        return Permissions.check(.invite, by: Standing(role: role), in: rules) == .allowed
    }

    // MARK: Ending

    mutating func revokeInvite(_ id: InviteID, to room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let head = try head(of: room, for: .read, by: user)
        guard let invite = try ledger.invite(id), invite.room == room else { throw .refused(.unknownInvite) }
        if invite.by != user {
            // Another's is nothing to who manages nobody.
            guard let place = try ledger.place(of: user, in: room),
                Permissions.check(.kick, by: Standing(role: place.role), in: head.rules) == .allowed
            else { throw .refused(.unknownInvite) }
        }
        try ledger.apply(.inviteEnded(id))
        return .done
    }

    /// What somebody made ends with their right to make it. Called when they have another role, or (nil) none.
    mutating func endInvites(by user: UserID, _ head: RoomHead, role: Role?) throws(Stop) {
        if let role, isAllowedToInvite(role, head) { return }
        try ledger.apply(.invitesEnded(by: user, to: head.id))
    }
}
