import ChatDomain

/// What each change does to the tables, and to what the ledger remembers of them.
extension SQLiteLedger {
    mutating func apply(_ change: Change) throws(Stop) {
        try stopping { () throws(StoreError) in try write(change) }
    }

    private mutating func write(_ change: Change) throws(StoreError) {
        switch change {
        case .userAdded(let user, let credential, let epoch):
            try insert(user, credential: credential, epoch: epoch)
            cache.handles[user.id] = user.handle
        case .userChanged(let user): try update(user)
        case .settingsChanged(let user, let settings): try update(settings, of: user)
        case .credentialChanged(let user, let credential): try update(credential: credential, of: user)
        case .userErased(let user):
            try erase(user.id)
            cache.handles[user.id] = nil
            cache.blocks = [:]
        case .userForgotten(let user):
            for room in try rooms.rooms(of: user) { cache.places[.init(room: room, user: user)] = nil }
            try forget(user)
        case .userSeen(let user, let at):
            try run(
                "UPDATE users SET last_seen = max(coalesce(last_seen, ?1), ?1) WHERE id = ?2 AND is_deleted = 0",
                at.milliseconds, user.rawValue)
        case .sessionAdded(let session, let tokenHash): try insert(session, tokenHash: tokenHash)
        case .sessionEnded(let session, _): try run("DELETE FROM sessions WHERE id = ?", session.rawValue)
        case .sessionUsed(let session, let at):
            try run(
                "UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", at.milliseconds,
                session.rawValue)
        case .blocked(let other, let user):
            try run("INSERT OR IGNORE INTO blocks VALUES (?, ?)", user.rawValue, other.rawValue)
            cache.blocks[.init(other: other, by: user)] = true
        case .unblocked(let other, let user):
            try run("DELETE FROM blocks WHERE user = ? AND other = ?", user.rawValue, other.rawValue)
            cache.blocks[.init(other: other, by: user)] = false
        case .inviteAdded(let invite, let tokenHash): try insert(invite, tokenHash: tokenHash)
        case .inviteUsed(let id):
            try run("UPDATE invites SET uses = uses + 1, uses_left = uses_left - 1 WHERE id = ?", id.rawValue)
        case .inviteEnded(let id): try run("DELETE FROM invites WHERE id = ?", id.rawValue)
        case .invitesEnded(let user, let room?):
            try run("DELETE FROM invites WHERE room = ? AND made_by = ?", room.rawValue, user.rawValue)
        case .invitesEnded(let user, nil):
            try run("DELETE FROM invites WHERE room IS NULL AND made_by = ?", user.rawValue)
        case .told(let event): try insert(event)
        case .noticed(let notice): try insert(notice)
        case .followerKept(let name, let position): try keep(position, of: name)

        case .roomAdded(let room, let pair):
            try insert(room, pair: pair)
            cache.rooms[room.id] = RoomHead(room, pair: pair)
        case .roomChanged(let room):
            try update(room)
            cache.rooms[room.id]?.rules = room.rules
        case .roomRemoved(let room, let logID):
            for user in try rooms.memberIDs(of: room) { cache.places[.init(room: room, user: user)] = nil }
            cache.rooms[room] = nil
            try delete(room, logID: logID)
            staged.hasDeletedRoom = true
        case .joined(let user, let room, let role, let joining, let logID):
            try insert(user, into: room, role: role, joining: joining, logID: logID)
            cache.places[.init(room: room, user: user)] = nil
        case .left(let user, let room):
            try delete(user, from: room)
            cache.places[.init(room: room, user: user)] = nil
        case .roleChanged(let user, let room, let role):
            try run(
                "UPDATE members SET role = ? WHERE room = ? AND user = ?", Int64(role.rawValue), room.rawValue,
                user.rawValue)
            cache.places[.init(room: room, user: user)]?.role = role
        case .muted(let user, let room, let until):
            try setMute(of: user, in: room, until: until)
            cache.places[.init(room: room, user: user)]?.mutedUntil = until
        case .banned(let ban, let room): try insert(ban, from: room)
        case .unbanned(let user, let room):
            try run("DELETE FROM bans WHERE room = ? AND user = ?", room.rawValue, user.rawValue)
        case .chosen(let settings, let user, let room):
            try run(
                "UPDATE members SET notify = ?, is_favorite = ?, is_hidden = ? WHERE room = ? AND user = ?",
                Int64(settings.notify.rawValue), settings.isFavorite ? 1 : 0, settings.isHidden ? 1 : 0, room.rawValue,
                user.rawValue)
            if settings.isHidden { cache.rooms[room]?.mayBeHidden = true }
        case .marked(let raise): try raiseMarkers(raise)
        case .markedUnread(let mark): try store(mark)

        case .messageEdited(let new, let old):
            try update(new)
            try mention(new.message, insteadOf: old)
            staged.changes[.init(room: new.message.room, seq: new.message.seq)] = new
        case .messageErased(var known):
            try erase(known)
            known.message.erase()
            staged.changes[.init(room: known.message.room, seq: known.message.seq)] = known
        case .messageHidden(let message, let user):
            try run(
                "INSERT OR IGNORE INTO hidden VALUES (?, ?, ?)", user.rawValue, message.room.rawValue, message.seq)
            if message.author == user, !message.isDeleted { try forgetOwn(message) }
        case .reacted(let key, let seq, let room, let user, let logID):
            try insert(key, on: seq, in: room, by: user, logID: logID)
        case .unreacted(let key, let seq, let room, let user):
            try delete(key, on: seq, in: room, by: user)
        case .followed(let thread, let user, let read): try insertFollow(thread, by: user, read: read)
        case .unfollowed(let thread, let user): try deleteFollow(thread, by: user)
        case .pinned(let pin, let room, let logID): try insert(pin, in: room, logID: logID)
        case .unpinned(let seq, let room):
            try run("DELETE FROM pins WHERE room = ? AND seq = ?", room.rawValue, seq)
        }
    }

    /// Runs a statement of integers that answers nothing.
    func run(_ sql: String, _ values: Int64...) throws(StoreError) {
        let statement = try database.statement(sql)
        for (index, value) in values.enumerated() { statement.bind(value, at: Int32(index + 1)) }
        try statement.run()
    }
}
