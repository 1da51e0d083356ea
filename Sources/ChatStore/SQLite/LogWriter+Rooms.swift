import ChatDomain

extension LogWriter {
    func createRoom(_ new: NewRoom) throws(StoreError) -> Outcome {
        for member in new.members where try handle(of: member) == nil { return .refused(.unknownUser) }
        if try state.room(handle: new.handle) != nil { return .refused(.handleTaken) }

        let head = try makeRoom(
            handle: new.handle, kind: new.kind, name: new.name, isOpen: new.isOpen, visibility: .private)
        for member in new.members where try !isMember(member, of: head.id) { try join(member, head) }
        guard let room = try state.room(head.id) else { return .refused(.unknownRoom) }
        return .room(try summary(of: room, head))
    }

    /// A new room, with its first event.
    func makeRoom(
        handle: String, kind: RoomKind, name: String, isOpen: Bool, visibility: Visibility
    ) throws(StoreError) -> RoomHead {
        let epoch = random.next()
        let insertion = try database.statement(
            """
            INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
            """)
        insertion.bind(handle, at: 1)
        insertion.bind(Int64(kind.rawValue), at: 2)
        insertion.bind(name, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(Int64(bitPattern: epoch), at: 5)
        insertion.bind(isOpen ? 1 : 0, at: 6)
        defer { insertion.reset() }
        guard try insertion.step() else { throw .failed("a new room got no number") }
        let room = Room(
            id: RoomID(insertion.integer(0)), handle: handle, kind: kind, name: name, createdAt: batch.now,
            epoch: epoch, isOpen: isOpen, visibility: visibility)
        let head = RoomHead(room, position: nil)
        cache.rooms[room.id] = head
        if visibility == .public { try store(room, head) }
        try record(.roomCreated(room), in: head, as: Row(.roomCreated, room, by: nil))
        return head
    }

    /// Writes what can change of a room. Public ones are found by their names.
    func store(_ room: Room, _ head: RoomHead) throws(StoreError) {
        let isPublic = room.visibility == .public
        let update = try database.statement(
            "UPDATE rooms SET name = ?, visibility = ?, is_archived = ?, name_key = ? WHERE id = ?")
        update.bind(room.name, at: 1)
        update.bind(Int64(room.visibility.rawValue), at: 2)
        update.bind(room.isArchived ? 1 : 0, at: 3)
        update.bind(isPublic ? NameWords.folded(room.name) : nil, at: 4)
        update.bind(room.id.rawValue, at: 5)
        try update.run()
        try run("DELETE FROM room_words WHERE room = ?", room.id.rawValue)
        head.rules = room.rules
        guard isPublic else { return }
        let insertion = try database.statement("INSERT OR IGNORE INTO room_words VALUES (?, ?)")
        for word in NameWords.entries(for: room.name) {
            insertion.bind(word, at: 1)
            insertion.bind(room.id.rawValue, at: 2)
            try insertion.run()
        }
    }

    func updateRoom(_ id: RoomID, name: String?, members: [UserID]?, by: UserID?) throws(StoreError) -> Outcome {
        guard let head = try head(of: id), var room = try state.room(id) else { return .refused(.unknownRoom) }
        if let members {
            let old = try state.members(of: id)
            let staying = Set(members)
            let known = Set(old.map(\.id))
            // A member whose account was deleted may stay, but not come back.
            for member in staying.subtracting(known) where try handle(of: member) == nil {
                return .refused(.unknownUser)
            }
            for member in members where try !isMember(member, of: id) { try join(member, head) }
            for member in old where !staying.contains(member.id) {
                try remove(
                    member.id, from: head, .memberLeft(member.id, by: by),
                    as: Row(code: .memberLeft, user: by, target: member.id.rawValue))
            }
        }
        if let name, ExactText(name) != ExactText(room.name) {
            room.name = name
            try store(room, head)
            try record(.roomUpdated(room, by: by), in: head, as: Row(.roomUpdated, room, by: by))
        }
        return .room(try summary(of: room, head))
    }

    func deleteRoom(_ id: RoomID, by: UserID?) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.unknownRoom) }
        let logID = try record(.roomDeleted(by: by), in: head, as: Row(code: .roomDeleted, user: by))
        // Hidden messages and mentions are found by their users only.
        for table in ["hidden", "mentions"] {
            try run(
                "DELETE FROM \(table) WHERE room = ?1 AND user IN (SELECT user FROM members WHERE room = ?1)",
                id.rawValue)
        }
        for table in ["members", "mutes", "bans", "invites", "directs", "room_words"] {
            try run("DELETE FROM \(table) WHERE room = ?", id.rawValue)
        }
        try run("DELETE FROM rooms WHERE id = ?", id.rawValue)
        let purge = try database.statement("INSERT INTO purges VALUES (?, ?)")
        purge.bind(id.rawValue, at: 1)
        purge.bind(logID, at: 2)
        try purge.run()
        cache.rooms[id] = nil
        batch.hasDeletedRoom = true
        return .done
    }

    /// Where the room stands; nil for none, or a deleted one.
    func head(of id: RoomID) throws(StoreError) -> RoomHead? {
        if let known = cache.rooms[id] { return known }
        guard let room = try state.room(id) else { return nil }
        let position = if let kept = tail.position(of: id) { kept } else { try history.position(of: id) }
        let head = RoomHead(room, position: position)
        cache.rooms[id] = head
        return head
    }

    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool {
        try place(of: user, in: room) != nil
    }

    private func summary(of room: Room, _ head: RoomHead) throws(StoreError) -> RoomSummary {
        RoomSummary(room: room, members: try state.members(of: room.id), lastMessage: try lastMessage(in: head))
    }
}
