import ChatDomain

/// What dialects do to users, rooms and messages. Who may is the dialect's own matter; nobody's stream is told.
extension Rules {
    // MARK: Users

    mutating func createUser(_ new: NewUser) throws(Stop) -> Outcome {
        if let phone = new.phone, try ledger.holder(ofPhone: phone) != nil { throw .refused(.phoneTaken) }
        if try ledger.isHandleTaken(new.handle) { throw .refused(.handleTaken) }
        let user = User(
            id: try ledger.nextUserID(), handle: new.handle, username: new.username, phone: new.phone, createdAt: now,
            isOpen: new.isOpen)
        try ledger.apply(.userAdded(user, credential: nil, epoch: 0))
        return .user(user)
    }

    mutating func renameUser(_ id: UserID, to username: String) throws(Stop) -> Outcome {
        var user = try account(id).user
        user.username = username
        try ledger.apply(.userChanged(user))
        return .user(user)
    }

    /// Leaves the nameless shell of a user in their rooms.
    mutating func deleteUser(_ id: UserID) throws(Stop) -> Outcome {
        try ledger.apply(.userErased(try account(id).user))
        try ledger.apply(.invitesEnded(by: id, to: nil))
        return .done
    }

    // MARK: Rooms

    mutating func createRoom(_ new: NewRoom) throws(Stop) -> Outcome {
        for member in new.members { try existing(member) }
        if try ledger.isRoomHandleTaken(new.handle) { throw .refused(.handleTaken) }
        let head = try makeRoom(handle: new.handle, kind: new.kind, name: new.name, isOpen: new.isOpen)
        var known: Set<UserID> = []
        for member in new.members where known.insert(member).inserted { try join(member, head) }
        return try summary(of: head)
    }

    mutating func updateRoom(_ id: RoomID, name: String?, members: [UserID]?, by: UserID?) throws(Stop) -> Outcome {
        let head = try head(of: id, orElse: .unknownRoom)
        guard var room = try ledger.room(id) else { throw .refused(.unknownRoom) }
        if let members {
            let old = try ledger.members(of: id)
            var known = Set(old)
            // A member whose account was deleted may stay, but not come back.
            for member in members where !known.contains(member) { try existing(member) }
            for member in members where known.insert(member).inserted { try join(member, head) }
            let staying = Set(members)
            for member in old where !staying.contains(member) {
                try remove(member, from: head, .memberLeft(member, by: by))
            }
        }
        if let name, ExactText(name) != ExactText(room.name) {
            room.name = name
            try ledger.apply(.roomChanged(room))
            try record(.roomUpdated(room, by: by), in: head)
        }
        return try summary(of: head)
    }

    private mutating func summary(of head: RoomHead) throws(Stop) -> Outcome {
        guard let summary = try ledger.summary(of: head) else { throw .refused(.unknownRoom) }
        return .room(summary)
    }

    mutating func deleteRoom(_ id: RoomID, by: UserID?) throws(Stop) -> Outcome {
        try remove(try head(of: id, orElse: .unknownRoom), by: by)
        return .done
    }

    // MARK: Messages

    mutating func edit(
        _ reference: MessageReference, in room: RoomID, text: String, by: UserID?
    ) throws(Stop) -> Outcome {
        let (head, known) = try found(reference, in: room)
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        if ledger.isFull { throw .refused(.unavailable) }
        return .message(try replaceText(of: known, in: head, with: text, by: by))
    }

    mutating func delete(_ reference: MessageReference, in room: RoomID, by: UserID?) throws(Stop) -> Outcome {
        let (head, known) = try found(reference, in: room)
        if !known.message.isDeleted { _ = try erase(known, in: head, by: by) }
        return .done
    }

    private mutating func found(
        _ reference: MessageReference, in room: RoomID
    ) throws(Stop) -> (head: RoomHead, message: VersionedMessage) {
        let head = try head(of: room, orElse: .unknownMessage)
        guard let known = try ledger.message(reference, in: head) else { throw .refused(.unknownMessage) }
        return (head, known)
    }
}
