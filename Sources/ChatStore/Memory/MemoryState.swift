import ChatDomain

/// What the memory store holds, and the rules by which a draft changes it.
struct MemoryState {
    /// The user with `id` lies at `id - 1`; likewise the rooms, nil once deleted.
    private var users: [User] = []
    private var rooms: [MemoryRoom?] = []
    private var usersByHandle: [ExactText: UserID] = [:]
    private var usersByPhone: [ExactText: UserID] = [:]
    private var roomsByHandle: [ExactText: RoomID] = [:]
    private var roomsByUser: [UserID: Set<RoomID>] = [:]
    private var receipts: [SenderKey: StoredReceipt] = [:]
    private var lastLogID: Int64 = 0
    private var random: any RandomNumberGenerator & Sendable

    init(random: some RandomNumberGenerator & Sendable) { self.random = random }

    mutating func append(_ drafts: [Draft], at now: WallTime) -> Commit {
        var commit = Commit(outcomes: [], events: [])
        commit.outcomes.reserveCapacity(drafts.count)
        for draft in drafts { commit.outcomes.append(apply(draft, at: now, to: &commit.events)) }
        return commit
    }

    private mutating func apply(_ draft: Draft, at now: WallTime, to events: inout [Event]) -> Outcome {
        switch draft {
        case .createUser(let new): createUser(new, at: now)
        case .renameUser(let id, let username): renameUser(id, to: username)
        case .deleteUser(let id): deleteUser(id)
        case .createRoom(let new): createRoom(new, at: now, to: &events)
        case .updateRoom(let id, let name, let members, let by):
            updateRoom(id, name: name, members: members, by: by, at: now, to: &events)
        case .deleteRoom(let id, let by): deleteRoom(id, by: by, at: now, to: &events)
        case .send(let new): send(new, at: now, to: &events)
        case .edit(let room, let reference, let text, let by):
            edit(reference, in: room, text: text, by: by, at: now, to: &events)
        case .delete(let room, let reference, let by): delete(reference, in: room, by: by, at: now, to: &events)
        case .account, .room, .post, .mark: .refused(.unavailable)
        }
    }

    /// Numbers an event, keeps it, and hands it to `events`.
    private mutating func record(
        _ kind: EventKind, in id: RoomID, at now: WallTime, origin: UInt64 = 0, to events: inout [Event]
    ) {
        guard let room = room(id) else { return }
        lastLogID += 1
        let event = Event(
            logID: lastLogID, room: id, roomHandle: room.room.handle, offset: room.offset + 1,
            at: room.time(at: now), kind: kind, origin: origin)
        room.append(event)
        events.append(event)
    }
}

// MARK: Users

extension MemoryState {
    private mutating func createUser(_ new: NewUser, at now: WallTime) -> Outcome {
        if let phone = new.phone, usersByPhone[ExactText(phone)] != nil { return .refused(.phoneTaken) }
        guard usersByHandle[ExactText(new.handle)] == nil else { return .refused(.handleTaken) }
        let user = User(
            id: UserID(Int64(users.count) + 1), handle: new.handle, username: new.username, phone: new.phone,
            createdAt: now, isOpen: new.isOpen)
        users.append(user)
        usersByHandle[ExactText(user.handle)] = user.id
        if let phone = user.phone { usersByPhone[ExactText(phone)] = user.id }
        return .user(user)
    }

    private mutating func renameUser(_ id: UserID, to username: String) -> Outcome {
        guard var user = liveUser(id) else { return .refused(.unknownUser) }
        user.username = username
        users[Int(id.rawValue) - 1] = user
        return .user(user)
    }

    private mutating func deleteUser(_ id: UserID) -> Outcome {
        guard var user = liveUser(id) else { return .refused(.unknownUser) }
        if let phone = user.phone { usersByPhone[ExactText(phone)] = nil }
        user.erase()
        users[Int(id.rawValue) - 1] = user
        return .done
    }

    private func liveUser(_ id: UserID) -> User? { user(id).flatMap { $0.isDeleted ? nil : $0 } }
}

// MARK: Rooms

extension MemoryState {
    private mutating func createRoom(_ new: NewRoom, at now: WallTime, to events: inout [Event]) -> Outcome {
        var members = MemberList()
        for member in new.members {
            guard liveUser(member) != nil else { return .refused(.unknownUser) }
            members.append(member)
        }
        guard roomsByHandle[ExactText(new.handle)] == nil else { return .refused(.handleTaken) }
        let room = Room(
            id: RoomID(Int64(rooms.count) + 1), handle: new.handle, kind: new.kind, name: new.name, createdAt: now,
            epoch: random.next(), isOpen: new.isOpen)
        rooms.append(MemoryRoom(room: room))
        roomsByHandle[ExactText(room.handle)] = room.id
        record(.roomCreated(room), in: room.id, at: now, to: &events)
        for member in members.ordered { join(member, room.id, at: now, to: &events) }
        return summary(of: room.id).map { .room($0) } ?? .refused(.unknownRoom)
    }

    private mutating func updateRoom(
        _ id: RoomID, name: String?, members: [UserID]?, by: UserID?, at now: WallTime, to events: inout [Event]
    ) -> Outcome {
        guard let old = room(id) else { return .refused(.unknownRoom) }
        if let members {
            // A member whose account was deleted may stay, but not come back.
            guard members.allSatisfy({ old.members.contains($0) || liveUser($0) != nil }) else {
                return .refused(.unknownUser)
            }
            for member in members where room(id)?.members.contains(member) == false {
                join(member, id, at: now, to: &events)
            }
            let staying = Set(members)
            for member in old.members.ordered where !staying.contains(member) {
                record(.memberLeft(member, by: by), in: id, at: now, to: &events)
                roomsByUser[member]?.remove(id)
            }
        }
        if let name, ExactText(name) != ExactText(old.room.name) {
            var room = old.room
            room.name = name
            record(.roomUpdated(room, by: by), in: id, at: now, to: &events)
        }
        return summary(of: id).map { .room($0) } ?? .refused(.unknownRoom)
    }

    private mutating func deleteRoom(_ id: RoomID, by: UserID?, at now: WallTime, to events: inout [Event]) -> Outcome {
        guard let index = index(of: id), let room = rooms[index] else { return .refused(.unknownRoom) }
        record(.roomDeleted(by: by), in: id, at: now, to: &events)
        for member in room.members.ordered { roomsByUser[member]?.remove(id) }
        roomsByHandle[ExactText(room.room.handle)] = nil
        rooms[index] = nil
        return .done
    }

    private mutating func join(_ user: UserID, _ room: RoomID, at now: WallTime, to events: inout [Event]) {
        record(.memberJoined(user, role: .member, by: nil), in: room, at: now, to: &events)
        roomsByUser[user, default: []].insert(room)
    }
}

// MARK: Messages

extension MemoryState {
    private mutating func send(_ new: NewMessage, at now: WallTime, to events: inout [Event]) -> Outcome {
        let sender = SenderKey(author: new.author, key: new.key)
        let body = BodyHash(room: new.room, text: new.text)
        if let receipt = receipts[sender] { return receipt.outcome(for: body) }
        guard let room = room(new.room) else { return .refused(.unknownRoom) }
        guard let author = liveUser(new.author) else { return .refused(.unknownUser) }
        if !room.members.contains(author.id) {
            guard new.joinsRoom else { return .refused(.notMember) }
            join(author.id, new.room, at: now, to: &events)
        }
        let message = Message(
            room: new.room, seq: room.seq + 1, author: author.id, authorHandle: author.handle, key: new.key,
            text: new.text, sentAt: room.time(at: now))
        record(.messageCreated(message), in: new.room, at: now, origin: new.origin, to: &events)
        let receipt = StoredReceipt(
            body: body, room: new.room, seq: message.seq, offset: self.room(new.room)?.offset ?? 0)
        receipts[sender] = receipt
        return .sent(MessageReceipt(seq: receipt.seq, offset: receipt.offset, isDuplicate: false))
    }

    private mutating func edit(
        _ reference: MessageReference, in id: RoomID, text: String, by: UserID?, at now: WallTime,
        to events: inout [Event]
    ) -> Outcome {
        guard let room = room(id), var message = room.message(reference), !message.isDeleted else {
            return .refused(.unknownMessage)
        }
        message.text = text
        message.version += 1
        message.editedAt = room.time(at: now)
        record(.messageEdited(message, by: by), in: id, at: now, to: &events)
        return .message(message)
    }

    private mutating func delete(
        _ reference: MessageReference, in id: RoomID, by: UserID?, at now: WallTime, to events: inout [Event]
    ) -> Outcome {
        guard let message = room(id)?.message(reference) else { return .refused(.unknownMessage) }
        if !message.isDeleted {
            record(.messageDeleted(seq: message.seq, by: by), in: id, at: now, to: &events)
        }
        return .done
    }
}

// MARK: Reading

extension MemoryState {
    func user(_ id: UserID) -> User? {
        1 <= id.rawValue && id.rawValue <= Int64(users.count) ? users[Int(id.rawValue) - 1] : nil
    }

    func user(handle: String) -> User? { usersByHandle[ExactText(handle)].flatMap(liveUser) }

    func user(phone: String) -> User? { usersByPhone[ExactText(phone)].flatMap(liveUser) }

    func openUsers(limit: Int) -> [User] {
        Array(users.lazy.filter { $0.isOpen && !$0.isDeleted }.prefix(max(limit, 0)))
    }

    func room(_ id: RoomID) -> MemoryRoom? { index(of: id).flatMap { rooms[$0] } }

    func room(handle: String) -> MemoryRoom? { roomsByHandle[ExactText(handle)].flatMap(room) }

    func summary(of id: RoomID) -> RoomSummary? {
        room(id).map {
            RoomSummary(
                room: $0.room, members: $0.members.ordered.compactMap { user($0) }, lastMessage: $0.lastMessage)
        }
    }

    func openRooms(limit: Int) -> [RoomSummary] {
        rooms.lazy.compactMap { $0?.room }.filter(\.isOpen).prefix(max(limit, 0)).compactMap { summary(of: $0.id) }
    }

    func rooms(of user: UserID, limit: Int) -> [RoomSummary] {
        (roomsByUser[user] ?? []).sorted().prefix(max(limit, 0)).compactMap { summary(of: $0) }
    }

    private func index(of id: RoomID) -> Int? {
        1 <= id.rawValue && id.rawValue <= Int64(rooms.count) ? Int(id.rawValue) - 1 : nil
    }
}
