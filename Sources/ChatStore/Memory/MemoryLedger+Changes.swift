import ChatDomain

extension MemoryLedger {
    mutating func apply(_ change: Change) {
        switch change {
        case .userAdded(let user, let credential, let epoch): add(user, credential: credential, epoch: epoch)
        case .userChanged(let user): update(user)
        case .settingsChanged(let user, let settings): accounts[user]?.settings = settings
        case .credentialChanged(let user, let credential): accounts[user]?.credential = credential
        case .userErased(let user): erase(user)
        case .userForgotten(let user): for room in liveRooms { room.forget(user) }
        case .userSeen(let user, let at):
            if let account = accounts[user] { account.lastSeen = max(account.lastSeen ?? at, at) }
        case .sessionAdded(let session, let tokenHash): add(session, tokenHash: tokenHash)
        case .sessionEnded(let session, let user):
            removeSession(session)
            accounts[user]?.sessions.removeAll { $0 == session }
        case .sessionUsed(let session, let at):
            if let known = sessions[session] {
                sessions[session]?.record.lastSeenAt = max(known.record.lastSeenAt, at)
            }
        case .blocked(let other, let user): accounts[user]?.blocked.insert(other)
        case .unblocked(let other, let user): accounts[user]?.blocked.remove(other)
        case .inviteAdded(let invite, let tokenHash):
            lastInviteID = invite.id.rawValue
            invites[invite.id] = invite
            invitesByToken[tokenHash] = invite.id
        case .inviteUsed(let id):
            invites[id]?.uses += 1
            if let left = invites[id]?.usesLeft { invites[id]?.usesLeft = left - 1 }
        case .inviteEnded(let id): endInvites { $0.id == id }
        case .invitesEnded(let user, let room): endInvites { $0.by == user && $0.room == room }
        case .told(let event): accounts[event.user]?.append(event)
        case .noticed(let notice): notices.append(notice, behind: lastLogID)
        case .followerKept(let name, let position): logFollowers[name] = position

        case .roomAdded(let room, let pair): add(room, pair: pair)
        case .roomChanged(let room):
            held(room.id)?.room = room
            held(room.id)?.head.rules = room.rules
        case .roomRemoved(let room, _): remove(room)
        case .joined(let user, let room, let role, let joining, let logID):
            held(room)?.join(user, role: role, joining: joining, logID: logID)
            roomsByUser[user, default: []].insert(room)
        case .left(let user, let room):
            held(room)?.remove(user)
            roomsByUser[user]?.remove(room)
        case .roleChanged(let user, let room, let role): held(room)?.members[user]?.role = role
        case .muted(let user, let room, let until): held(room)?.mutes[user] = until
        case .banned(let ban, let room): held(room)?.bans[ban.user] = ban
        case .unbanned(let user, let room): held(room)?.bans[user] = nil
        case .chosen(let settings, let user, let room): held(room)?.choose(settings, user)
        case .marked(let raise): held(raise.room)?.members[raise.user]?.raise(raise)
        case .markedUnread(let mark): held(mark.room)?.members[mark.user]?.mark = mark

        case .messageEdited(let new, _): held(new.message.room)?.edit(new)
        case .messageErased(let old): held(old.message.room)?.erase(old.message)
        case .messageHidden(let message, let user): held(message.room)?.hide(message.seq, from: user)
        case .reacted(let key, let seq, let room, let user, _): held(room)?.react(key, to: seq, by: user)
        case .unreacted(let key, let seq, let room, let user): held(room)?.unreact(key, to: seq, by: user)
        case .followed(let thread, let user, let read):
            held(thread.room)?.threads.follow(thread.root, by: user, read: read)
        case .unfollowed(let thread, let user): held(thread.room)?.threads.unfollow(thread.root, by: user)
        case .pinned(let pin, let room, _): held(room)?.pins.insert(pin, at: 0)
        case .unpinned(let seq, let room): held(room)?.pins.removeAll { $0.seq == seq }
        }
    }

    // MARK: The log

    mutating func append(_ message: Message, sent new: NewMessage, body: BodyHash, in head: RoomHead) {
        stage(.messageCreated(message), origin: new.origin, in: head, at: message.sentAt)
        guard let room = held(head.id) else { return }
        room.add(message)
        saidMessages.append((lastLogID, head.id, message.seq))
        receipts[SenderKey(author: message.author, key: message.key)] = StoredReceipt(
            body: body, room: head.id, seq: message.seq, offset: head.offset + 1)
    }

    mutating func append(
        _ kind: EventKind, of message: VersionedMessage?, in head: RoomHead, at: WallTime
    ) -> Int64 {
        stage(kind, origin: 0, in: head, at: at)
        return lastLogID
    }

    private mutating func stage(_ kind: EventKind, origin: UInt64, in head: RoomHead, at: WallTime) {
        lastLogID += 1
        var event = Event(
            logID: lastLogID, room: head.id, roomHandle: head.handle, offset: head.offset + 1, at: at, kind: kind,
            origin: origin)
        staged.append(event)
        event.origin = 0
        log.append((head.id, event.offset))
        if case .roomDeleted = kind { endings[lastLogID] = event }
        held(head.id)?.append(event)
    }

    // MARK: Users

    private mutating func add(_ user: User, credential: String?, epoch: UInt64) {
        users.append(user)
        accounts[user.id] = MemoryAccount(credential: credential, epoch: epoch)
        usersByHandle[ExactText(user.handle)] = user.id
        if let phone = user.phone { usersByPhone[ExactText(phone)] = user.id }
        if let login = user.login { usersByLogin[ExactText(caseless: login)] = user.id }
    }

    private mutating func update(_ user: User) {
        guard let old = self.user(user.id) else { return }
        if let phone = old.phone { usersByPhone[ExactText(phone)] = nil }
        if let phone = user.phone { usersByPhone[ExactText(phone)] = user.id }
        users[Int(user.id.rawValue) - 1] = user
    }

    private mutating func erase(_ user: User) {
        for session in accounts[user.id]?.sessions ?? [] { removeSession(session) }
        for account in accounts.values { account.blocked.remove(user.id) }
        if let login = user.login { usersByLogin[ExactText(caseless: login)] = nil }
        accounts[user.id] = nil
        var shell = user
        shell.erase()
        update(shell)
    }

    private mutating func add(_ session: SessionRecord, tokenHash: [UInt8]) {
        lastSessionID = session.id.rawValue
        sessions[session.id] = MemorySession(record: session, tokenHash: tokenHash)
        sessionsByToken[tokenHash] = session.id
        accounts[session.user]?.sessions.append(session.id)
    }

    private mutating func removeSession(_ id: SessionID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        sessionsByToken[session.tokenHash] = nil
    }

    private mutating func endInvites(where isEnding: (InviteRecord) -> Bool) {
        for invite in invites.values where isEnding(invite) { invites[invite.id] = nil }
        invitesByToken = invitesByToken.filter { invites[$0.value] != nil }
    }

    // MARK: Rooms

    private mutating func add(_ room: Room, pair: DirectPair?) {
        rooms.append(MemoryRoom(room: room, pair: pair))
        roomsByHandle[ExactText(room.handle)] = room.id
        if let pair { directRooms[pair] = room.id }
    }

    private mutating func remove(_ id: RoomID) {
        guard let room = held(id) else { return }
        for user in room.members.ordered { roomsByUser[user]?.remove(id) }
        roomsByHandle[ExactText(room.room.handle)] = nil
        if let pair = room.head.pair { directRooms[pair] = nil }
        endInvites { $0.room == id }
        rooms[Int(id.rawValue) - 1] = nil
    }
}
