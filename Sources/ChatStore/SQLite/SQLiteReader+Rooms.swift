import ChatDomain

/// Rooms and members as users of the native protocol see them. As everywhere, the tail is asked before the transaction
/// opens.
extension SQLiteReader {
    /// What memory knows of a room, for one viewer.
    private struct Kept {
        var room: RoomID
        var position: RoomPosition?
        /// The viewer's own newest message that may not be in the table of members yet.
        var own: Int64
        var last: UnindexedTail.MessagePage
    }

    func listing(of room: RoomID, for viewer: UserID) throws(StoreError) -> RoomListing? {
        let kept = try kept(of: room, for: viewer)
        return try inSnapshot { () throws(StoreError) in try listing(kept, for: viewer) }
    }

    /// What happened last in each room decides which are looked at closer: by the order of the log, whatever the clock
    /// said then.
    func listings(
        of user: UserID, hidden isHidden: Bool, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing> {
        let known = try rooms.rooms(of: user, hidden: isHidden).map { ($0, tail.position(of: $0)) }
        var newest = try inSnapshot { () throws(StoreError) in
            var activities: [(logID: Int64, room: RoomID)] = []
            for (id, kept) in known {
                let position = if let kept { kept } else { try history.position(of: id) }
                if let position, position.logID < cursor?.number ?? .max { activities.append((position.logID, id)) }
            }
            return activities
        }
        newest.sort { $1.logID < $0.logID }
        let places = newest.prefix(ListPage<RoomListing>.lookedUp(limit)).map { ($0.room, ListCursor($0.logID)) }
        return try page(places, limit: limit, for: user)
    }

    func publicRooms(
        matching text: String, for viewer: UserID, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<RoomListing> {
        let found = try rooms.publicRooms(
            matching: text, after: cursor, limit: ListPage<RoomListing>.lookedUp(limit))
        return try page(
            found.map { ($0.id, ListCursor($0.id.rawValue, name: $0.name)) }, limit: limit, for: viewer)
    }

    private func page(
        _ places: [(RoomID, ListCursor)], limit: Int, for viewer: UserID
    ) throws(StoreError) -> ListPage<RoomListing> {
        var kept: [(Kept, ListCursor)] = []
        for (id, cursor) in places { kept.append((try self.kept(of: id, for: viewer), cursor)) }
        let found = try inSnapshot { () throws(StoreError) in
            var listings: [(listing: RoomListing, cursor: ListCursor)] = []
            for (room, cursor) in kept {
                if let listing = try listing(room, for: viewer) { listings.append((listing, cursor)) }
            }
            return listings
        }
        return ListPage(found, limit: limit, cursor: \.cursor, row: \.listing)
    }

    private func kept(of room: RoomID, for viewer: UserID) throws(StoreError) -> Kept {
        let position = tail.position(of: room)
        let own = tail.ownPosition(of: viewer, in: room)
        var last = tail.lastMessage(in: room)
        while let message = last.messages.last, try rooms.isHidden(message.seq, in: room, from: viewer) {
            last = tail.lastMessage(in: room, before: message.seq)
        }
        return Kept(room: room, position: position, own: own, last: last)
    }

    private func listing(_ kept: Kept, for viewer: UserID) throws(StoreError) -> RoomListing? {
        guard let room = try state.room(kept.room) else { return nil }
        let position = if let kept = kept.position { kept } else { try history.position(of: room.id) }
        return try rooms.listing(
            of: room, at: position ?? RoomPosition(seq: 0, offset: 0, at: room.createdAt), for: viewer, own: kept.own
        ) { () throws(StoreError) in
            if let message = kept.last.messages.last { return message }
            var end = kept.last.indexBefore ?? 0
            while end > 1, let message = try history.lastMessage(in: room.id, before: end) {
                if try !rooms.isHidden(message.seq, in: room.id, from: viewer) { return message }
                end = message.seq
            }
            return nil
        }
    }

    func joinings(of user: UserID, limit: Int) throws(StoreError) -> [RoomJoining] {
        try rooms.joinings(of: user, limit: limit)
    }

    func sight(of user: UserID, in room: RoomID) throws(StoreError) -> Sight? { try rooms.sight(of: user, in: room) }

    // MARK: Members

    func member(_ user: UserID, of room: RoomID) throws(StoreError) -> Member? {
        let own = tail.ownPosition(of: user, in: room)
        guard var row = try rooms.member(user, of: room) else { return nil }
        row.advance(to: own)
        return row.member
    }

    func members(
        of room: RoomID, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<Member> {
        let own = tail.ownPositions(in: room)
        let found = try rooms.members(
            of: room, after: cursor?.number ?? 0, limit: ListPage<Member>.lookedUp(limit))
        return ListPage(found, limit: limit, cursor: { ListCursor($0.joined) }) { row in
            var row = row
            row.advance(to: own[row.member.user] ?? 0)
            return row.member
        }
    }

    func memberCount(of room: RoomID) throws(StoreError) -> Int { try rooms.memberCount(of: room) }

    func ban(of user: UserID, from room: RoomID, at now: WallTime) throws(StoreError) -> WallTime? {
        guard let until = try rooms.ban(of: user, from: room)?.until, now < until else { return nil }
        return until
    }

    func bans(
        from room: RoomID, at now: WallTime, after cursor: ListCursor?, limit: Int
    ) throws(StoreError) -> ListPage<Ban> {
        let found = try rooms.bans(
            from: room, at: now, after: cursor?.number ?? 0, limit: ListPage<Ban>.lookedUp(limit))
        return ListPage(found, limit: limit, cursor: { ListCursor($0.user.rawValue) }, row: { $0 })
    }

    func contacts(of user: UserID, among others: [UserID]) throws(StoreError) -> [UserID] {
        try rooms.contacts(of: user, among: others)
    }

    func unread(of user: UserID, limit: Int) throws(StoreError) -> [(room: RoomID, count: UnreadCount)] {
        try unread(of: user, in: Array(try rooms.rooms(of: user).prefix(max(limit, 0))))
    }

    func unread(of user: UserID, in ids: [RoomID]) throws(StoreError) -> [(room: RoomID, count: UnreadCount)] {
        let kept = ids.map { room in (room, tail.position(of: room), tail.ownPosition(of: user, in: room)) }
        return try inSnapshot { () throws(StoreError) in
            var counts: [(room: RoomID, count: UnreadCount)] = []
            for (room, position, own) in kept {
                guard var row = try rooms.member(user, of: room), let sight = try rooms.sight(of: user, in: room)
                else { continue }
                row.advance(to: own)
                let seq = if let position { position.seq } else { try history.position(of: room)?.seq ?? 0 }
                counts.append((room, try rooms.unread(of: row, seeing: sight, in: room, upTo: seq)))
            }
            return counts
        }
    }

    /// A room reads as it is now, where the user is still in it.
    func userEvents(of user: UserID, after offset: Int64, limit: Int) throws(StoreError) -> [UserEvent] {
        var events = try accounts.userEvents(of: user, after: offset, limit: limit)
        for index in events.indices {
            guard case .roomJoined(let room, _) = events[index].kind, try rooms.member(user, of: room) != nil else {
                continue
            }
            events[index].kind = .roomJoined(room, try listing(of: room, for: user))
        }
        return events
    }
}
