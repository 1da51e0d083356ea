import ChatDomain

/// Rooms as their lists show them.
extension MemoryLedger {
    func listing(of id: RoomID, for viewer: UserID) -> RoomListing? {
        guard let room = held(id) else { return nil }
        let role = room.members[viewer]?.role
        let isPublic = room.room.visibility == .public && room.room.kind != .direct
        guard role != nil || isPublic else { return nil }
        return RoomListing(
            room: room.room, role: role, seq: room.seq, offset: room.offset, memberCount: room.members.count,
            lastMessage: role == nil ? nil : room.lastMessage(for: viewer), unread: unread(of: viewer, in: room),
            peer: peer(of: viewer, in: room), activeAt: room.activeAt)
    }

    /// Of a direct room, the other one; also if the account is gone.
    private func peer(of viewer: UserID, in room: MemoryRoom) -> User? {
        guard room.room.kind == .direct else { return nil }
        let other = room.head.pair?.other(than: viewer) ?? room.members.ordered.first { $0 != viewer }
        return other.flatMap { user($0) }
    }

    /// First the room in which something happened last, whatever the clock said then.
    func listings(of user: UserID, skip: Int, limit: Int) -> [RoomListing] {
        let rooms = rooms(of: user).compactMap { held($0) }
        let sorted = rooms.sorted { ($1.lastLogID, $1.id) < ($0.lastLogID, $0.id) }
        return sorted.dropFirst(max(skip, 0)).prefix(max(limit, 0)).compactMap { listing(of: $0.id, for: user) }
    }

    func publicRooms(matching text: String, for viewer: UserID, skip: Int, limit: Int) -> [RoomListing] {
        let rooms = liveRooms.filter {
            $0.room.visibility == .public && !$0.room.isOpen && !$0.room.isArchived
                && NameWords.matches($0.room.name, text: text)
        }
        let sorted = rooms.sorted { a, b in
            let (one, other) = (ExactText(NameWords.folded(a.room.name)), ExactText(NameWords.folded(b.room.name)))
            return one == other ? a.id < b.id : one < other
        }
        return sorted.dropFirst(max(skip, 0)).prefix(max(limit, 0)).compactMap { listing(of: $0.id, for: viewer) }
    }

    // MARK: Counting

    /// Nothing is unread for who is no member.
    func unread(of user: UserID, in room: MemoryRoom) -> UnreadCount {
        guard let read = room.members[user]?.ownRead else {
            return UnreadCount(unread: 0, mentions: 0, read: 0, seq: room.seq)
        }
        let counts = room.counts.unread(of: user, above: read, upTo: room.seq)
        return UnreadCount(unread: counts.unread, mentions: counts.mentions, read: read, seq: room.seq)
    }

    /// In the order in which the rooms were made.
    func unread(of user: UserID, limit: Int) -> [(room: RoomID, count: UnreadCount)] {
        rooms(of: user).prefix(max(limit, 0)).compactMap { id in
            held(id).map { (id, unread(of: user, in: $0)) }
        }
    }

    // MARK: As dialects list them

    func summary(of room: MemoryRoom) -> RoomSummary {
        RoomSummary(
            room: room.room, members: room.members.ordered.compactMap { user($0) }, lastMessage: room.lastMessage)
    }

    func openRooms(limit: Int) -> [RoomSummary] {
        liveRooms.lazy.filter(\.room.isOpen).prefix(max(limit, 0)).map { summary(of: $0) }
    }

    func rooms(of user: UserID, limit: Int) -> [RoomSummary] {
        rooms(of: user).prefix(max(limit, 0)).compactMap { held($0).map { summary(of: $0) } }
    }
}
