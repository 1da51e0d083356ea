import ChatDomain

/// Rooms as their lists show them.
extension MemoryLedger {
    func listing(of id: RoomID, for viewer: UserID) -> RoomListing? {
        guard let room = held(id) else { return nil }
        let place = room.members[viewer]
        let role = place?.role
        let isPublic = room.room.visibility == .public && room.room.kind != .direct
        guard role != nil || isPublic else { return nil }
        return RoomListing(
            room: room.room, role: role, settings: place?.settings, seq: room.seq, offset: room.offset,
            memberCount: room.members.count, lastMessage: room.lastMessage(for: viewer),
            unread: unread(of: viewer, in: room),
            peer: peer(of: viewer, in: room), activeAt: room.activeAt)
    }

    /// Of a direct room, the other one; also if the account is gone.
    private func peer(of viewer: UserID, in room: MemoryRoom) -> User? {
        guard room.room.kind == .direct else { return nil }
        guard let pair = room.head.pair else { return room.members.ordered.first { $0 != viewer }.flatMap { user($0) } }
        return pair.isOneself ? nil : user(pair.other(than: viewer))
    }

    /// First the room in which something happened last, whatever the clock said then.
    func listings(
        of user: UserID, hidden isHidden: Bool, after cursor: ListCursor?, limit: Int
    ) -> ListPage<RoomListing> {
        let rooms = rooms(of: user).compactMap { held($0) }.filter {
            $0.lastLogID < cursor?.number ?? .max && $0.members[user]?.settings.isHidden == isHidden
        }
        let sorted = rooms.sorted { $1.lastLogID < $0.lastLogID }
        return page(sorted, limit: limit, for: user) { ListCursor($0.lastLogID) }
    }

    func publicRooms(
        matching text: String, for viewer: UserID, after cursor: ListCursor?, limit: Int
    ) -> ListPage<RoomListing> {
        let rooms = liveRooms.filter {
            $0.room.visibility == .public && !$0.room.isOpen && !$0.room.isArchived
                && NameWords.matches($0.room.name, text: text)
        }
        let named = rooms.map { (key: ExactText(NameWords.folded($0.room.name)), room: $0) }
        let start = cursor.map { (ExactText($0.name ?? ""), RoomID($0.number)) }
        let sorted = named.filter { entry in start.map { $0 < (entry.key, entry.room.id) } ?? true }
            .sorted { ($0.key, $0.room.id) < ($1.key, $1.room.id) }
        return page(sorted.map(\.room), limit: limit, for: viewer) {
            ListCursor($0.id.rawValue, name: NameWords.folded($0.room.name))
        }
    }

    private func page(
        _ rooms: [MemoryRoom], limit: Int, for viewer: UserID, cursor: (MemoryRoom) -> ListCursor
    ) -> ListPage<RoomListing> {
        let shown = rooms.prefix(ListPage<RoomListing>.lookedUp(limit)).compactMap { room in
            listing(of: room.id, for: viewer).map { (room: room, listing: $0) }
        }
        return ListPage(shown, limit: limit, cursor: { cursor($0.room) }, row: \.listing)
    }

    // MARK: Counting

    /// Nothing is unread for who is no member.
    func unread(of user: UserID, in room: MemoryRoom) -> UnreadCount {
        guard let member = room.members[user] else {
            return UnreadCount(unread: 0, mentions: 0, read: 0, seq: room.seq)
        }
        return room.unread(of: user, member)
    }

    /// Of these rooms, in their order.
    func unread(of user: UserID, in rooms: [RoomID]) -> [(room: RoomID, count: UnreadCount)] {
        rooms.compactMap { id in
            held(id).flatMap { $0.members.contains(user) ? (id, unread(of: user, in: $0)) : nil }
        }
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
