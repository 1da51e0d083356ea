import ChatDomain

/// What a rule may ask a ledger for, by name: for ledgers that fetch facts before they are asked for.
enum Need: Hashable {
    /// `handle(of:)` and `account(_:)`.
    case user(UserID)
    case login(String)
    case phone(String)
    case userHandle(String)
    case sessions(UserID)
    case token([UInt8])
    case block(of: UserID, by: UserID)
    case invite([UInt8])
    case inviteOf(InviteID)
    /// `head(of:)`, `room(_:)` and `memberCount(of:)`.
    case room(RoomID)
    case roomHandle(String)
    case direct(DirectPair)
    case rooms(of: UserID)
    case place(UserID, RoomID)
    case members(RoomID)
    case settings(UserID, RoomID)
    /// Those who have hidden the room.
    case hiders(RoomID)
    case heir(RoomID, after: UserID)
    case ban(UserID, RoomID)
    case receipt(SenderKey)
    case message(MessageReference, RoomID)
    case reactions(Int64, RoomID)
    case hidden(Int64, RoomID, UserID)
    case thread(Int64, RoomID)
    /// `read(_:by:)` and `follows(of:in:)`.
    case follows(UserID, RoomID)
    case pins(RoomID)
    case ownCount(UserID, RoomID, from: Int64)
    case followers
}

extension Draft {
    /// What its rule will ask for, as far as the draft itself says: so that the facts of a whole batch can be fetched at
    /// once. What depends on other facts is asked for when these are known.
    var needs: [Need] {
        switch self {
        case .createUser(let new): [.userHandle(new.handle)] + (new.phone.map { [.phone($0)] } ?? [])
        case .renameUser(let id, _), .deleteUser(let id): [.user(id)]
        case .createRoom(let new): [.roomHandle(new.handle)] + new.members.map { .user($0) }
        case .updateRoom(let id, _, let members, _):
            [.room(id)] + (members.map { [.members(id)] + $0.map { .user($0) } } ?? [])
        case .deleteRoom(let id, _): [.room(id)]
        case .send(let new): new.needs
        case .edit(let room, let reference, _, _): [.room(room), .message(reference, room)]
        case .delete(let room, let reference, _): [.room(room), .message(reference, room), .pins(room)]
        case .account(let draft): draft.needs
        case .room(let draft): draft.needs
        case .post(let draft): draft.needs
        case .mark(let updates):
            updates.flatMap { update -> [Need] in
                let (room, user) = (update.room, update.user)
                return [.room(room), .place(user, room)] + (update.thread == nil ? [] : [.follows(user, room)])
            }
        case .keepFollower: [.followers]
        }
    }
}

extension NewMessage {
    fileprivate var needs: [Need] {
        [.receipt(SenderKey(author: author, key: key)), .room(room), .user(author), .place(author, room)]
            + mentions.prefix(StoreLimits.mentionsMax).map { .place($0, room) }
            + (thread.map { seq in
                [.message(.seq(seq), room), .thread(seq, room), .follows(author, room)]
                    + mentions.prefix(StoreLimits.mentionsMax).map { .follows($0, room) }
            } ?? [])
    }
}

extension AccountDraft {
    fileprivate var needs: [Need] {
        switch self {
        case .register(let new, let session, let invite):
            [.login(new.login), .userHandle(new.handle)] + (new.phone.map { [.phone($0)] } ?? [])
                + (session.map { [.token($0.tokenHash)] } ?? []) + (invite.map { [.invite($0)] } ?? [])
        case .signIn(let id, _, let session): [.user(id), .token(session.tokenHash), .sessions(id)]
        case .endSessions(let id, _), .setCredential(let id, _, _, _): [.user(id), .sessions(id)]
        case .renewCredential(let id, _, _), .setAdmin(let id, _): [.user(id)]
        case .updateProfile(let id, let name, let phone, _):
            [.user(id)] + (phone.flatMap { $0 }.map { [.phone($0)] } ?? []) + (name.map { _ in [.rooms(of: id)] } ?? [])
        case .delete(let id, _): [.user(id), .rooms(of: id)]
        case .block(let other, let by), .unblock(let other, let by):
            [.user(by), .user(other), .block(of: other, by: by)]
        case .inviteToRegister(let new, let by): [.invite(new.tokenHash)] + (by.map { [.user($0)] } ?? [])
        case .touch: []
        }
    }
}

extension RoomDraft {
    fileprivate var needs: [Need] {
        switch self {
        case .create(let new, let by):
            [.roomHandle(new.handle), .user(by)] + new.members.flatMap { [.user($0), .block(of: by, by: $0)] }
        case .direct(let other, let handle, let by):
            [
                .user(by), .user(other), .direct(DirectPair(by, other)), .block(of: by, by: other), .roomHandle(handle),
            ]
        case .update(let room, let change, let by):
            Self.place(of: by, in: room) + (change.owner.map { Self.place(of: $0, in: room) } ?? [])
        case .choose(let room, _, let by): Self.place(of: by, in: room) + [.settings(by, room)]
        case .delete(let room, let by): Self.place(of: by, in: room) + [.members(room)]
        case .join(let room, let invite, let by):
            Self.place(of: by, in: room) + [.ban(by, room)] + (invite.map { [.invite($0)] } ?? [])
        case .leave(let room, let by): Self.place(of: by, in: room)
        case .addMembers(let room, let users, _, let by):
            Self.place(of: by, in: room)
                + users.flatMap { [.user($0), .place($0, room), .ban($0, room), .block(of: by, by: $0)] }
        case .kick(let room, let user, let by), .ban(let room, let user, _, _, let by),
            .unban(let room, let user, let by), .mute(let room, let user, _, _, let by),
            .unmute(let room, let user, let by):
            Self.place(of: by, in: room) + Self.place(of: user, in: room)
        case .invite(let room, let new, let by): Self.place(of: by, in: room) + [.invite(new.tokenHash)]
        case .revokeInvite(let room, let id, let by): Self.place(of: by, in: room) + [.inviteOf(id)]
        }
    }

    private static func place(of user: UserID, in room: RoomID) -> [Need] {
        [.room(room), .user(user), .place(user, room)]
    }
}

extension PostDraft {
    fileprivate var needs: [Need] {
        switch self {
        case .edit(let room, let seq, _, let mentions, _, let by):
            Self.message(seq, in: room, by) + [.reactions(seq, room), .thread(seq, room)]
                + (mentions ?? []).prefix(StoreLimits.mentionsMax).map { .place($0, room) }
        case .react(let room, let seq, _, let by), .unreact(let room, let seq, _, let by),
            .removeReaction(let room, let seq, _, _, let by):
            Self.message(seq, in: room, by) + [.reactions(seq, room)]
        case .delete(let room, let seq, _, let by), .pin(let room, let seq, let by), .unpin(let room, let seq, let by):
            Self.message(seq, in: room, by) + [.pins(room)]
        case .follow(let room, let seq, let by), .unfollow(let room, let seq, let by):
            Self.message(seq, in: room, by) + [.thread(seq, room), .follows(by, room)]
        case .markUnread(let room, let seq, let by):
            Self.message(seq, in: room, by) + [.follows(by, room), .ownCount(by, room, from: seq)]
        case .hide(let room, let seq, let by): Self.message(seq, in: room, by) + [.hidden(seq, room, by)]
        }
    }

    private static func message(_ seq: Int64, in room: RoomID, _ user: UserID) -> [Need] {
        [.room(room), .user(user), .place(user, room), .message(.seq(seq), room)]
    }
}
