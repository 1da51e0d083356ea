import ChatDomain

extension LogWriter {
    func createRoom(_ new: NewRoom) throws(StoreError) -> Outcome {
        for member in new.members where try handle(of: member) == nil { return .refused(.unknownUser) }
        if try state.room(handle: new.handle) != nil { return .refused(.handleTaken) }

        let epoch = random.next()
        let insertion = try database.statement(
            """
            INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
            """)
        insertion.bind(new.handle, at: 1)
        insertion.bind(Int64(new.kind.rawValue), at: 2)
        insertion.bind(new.name, at: 3)
        insertion.bind(batch.now.milliseconds, at: 4)
        insertion.bind(Int64(bitPattern: epoch), at: 5)
        insertion.bind(new.isOpen ? 1 : 0, at: 6)
        defer { insertion.reset() }
        guard try insertion.step() else { throw .failed("a new room got no number") }
        let room = Room(
            id: RoomID(insertion.integer(0)), handle: new.handle, kind: new.kind, name: new.name, createdAt: batch.now,
            epoch: epoch, isOpen: new.isOpen)
        let head = RoomHead(id: room.id, handle: room.handle, position: nil)
        cache.rooms[room.id] = head
        try record(.roomCreated(room), in: head, as: Row(code: .roomCreated, text: room.name))
        for member in new.members where try !isMember(member, of: room.id) { try join(member, head) }
        return .room(try summary(of: room, head))
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
            for member in old where !staying.contains(member.id) { try leave(member.id, head, by: by) }
        }
        if let name, ExactText(name) != ExactText(room.name) {
            room.name = name
            let update = try database.statement("UPDATE rooms SET name = ? WHERE id = ?")
            update.bind(name, at: 1)
            update.bind(id.rawValue, at: 2)
            try update.run()
            try record(.roomUpdated(room, by: by), in: head, as: Row(code: .roomUpdated, user: by, text: name))
        }
        return .room(try summary(of: room, head))
    }

    func deleteRoom(_ id: RoomID, by: UserID?) throws(StoreError) -> Outcome {
        guard let head = try head(of: id) else { return .refused(.unknownRoom) }
        let logID = try record(.roomDeleted(by: by), in: head, as: Row(code: .roomDeleted, user: by))
        for sql in ["DELETE FROM rooms WHERE id = ?", "DELETE FROM members WHERE room = ?"] {
            let deletion = try database.statement(sql)
            deletion.bind(id.rawValue, at: 1)
            try deletion.run()
        }
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
        let head = RoomHead(id: id, handle: room.handle, position: position)
        cache.rooms[id] = head
        return head
    }

    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool {
        let membership = WriterCache.Membership(room: room, user: user)
        if cache.members.contains(membership) { return true }
        guard try state.isMember(user, of: room) else { return false }
        cache.members.insert(membership)
        return true
    }

    func join(_ user: UserID, _ head: RoomHead) throws(StoreError) {
        let logID = try record(
            .memberJoined(user, role: .member, by: nil), in: head, as: Row(code: .memberJoined, target: user.rawValue))
        let insertion = try database.statement("INSERT INTO members (room, user, joined) VALUES (?, ?, ?)")
        insertion.bind(head.id.rawValue, at: 1)
        insertion.bind(user.rawValue, at: 2)
        insertion.bind(logID, at: 3)
        try insertion.run()
        cache.members.insert(WriterCache.Membership(room: head.id, user: user))
    }

    private func leave(_ user: UserID, _ head: RoomHead, by: UserID?) throws(StoreError) {
        try record(
            .memberLeft(user, by: by), in: head, as: Row(code: .memberLeft, user: by, target: user.rawValue))
        let deletion = try database.statement("DELETE FROM members WHERE room = ? AND user = ?")
        deletion.bind(head.id.rawValue, at: 1)
        deletion.bind(user.rawValue, at: 2)
        try deletion.run()
        cache.members.remove(WriterCache.Membership(room: head.id, user: user))
    }

    private func summary(of room: Room, _ head: RoomHead) throws(StoreError) -> RoomSummary {
        RoomSummary(room: room, members: try state.members(of: room.id), lastMessage: try lastMessage(in: head))
    }
}
