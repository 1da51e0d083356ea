import ChatDomain

/// What the memory store holds, and the rules by which a draft changes it: each draft is checked as a whole, then
/// applied. The drafts themselves are in the extensions.
struct MemoryState {
    /// The user with `id` lies at `id - 1`; likewise the rooms, nil once deleted.
    private var users: [User] = []
    private var rooms: [MemoryRoom?] = []
    private var accounts: [UserID: MemoryAccount] = [:]
    private var usersByHandle: [ExactText: UserID] = [:]
    private var usersByPhone: [ExactText: UserID] = [:]
    private var usersByLogin: [ExactText: UserID] = [:]
    private var roomsByHandle: [ExactText: RoomID] = [:]
    private var roomsByUser: [UserID: Set<RoomID>] = [:]
    var directRooms: [DirectPair: RoomID] = [:]
    var sessions: [SessionID: MemorySession] = [:]
    var sessionsByToken: [[UInt8]: SessionID] = [:]
    var invites: [[UInt8]: MemoryInvite] = [:]
    var receipts: [SenderKey: StoredReceipt] = [:]
    var lastSessionID: Int64 = 0
    /// Every message in the order of commit, for the search.
    private(set) var saidMessages: [(logID: Int64, room: RoomID, seq: Int64)] = []
    private var lastLogID: Int64 = 0
    private var random: any RandomNumberGenerator & Sendable

    /// Of the batch under way.
    private(set) var now = WallTime(milliseconds: 0)
    private var commit = Commit(outcomes: [], events: [])
    /// What the draft under way has done to members, to be told when it is done.
    private var moves: [Move] = []

    /// Somebody came or went.
    private struct Move {
        var user: UserID
        var room: RoomID
        /// Nil: came.
        var reason: LeaveReason?
    }

    init(random: some RandomNumberGenerator & Sendable) { self.random = random }

    mutating func append(_ drafts: [Draft], at now: WallTime) -> Commit {
        self.now = now
        commit = Commit(outcomes: [], events: [])
        commit.outcomes.reserveCapacity(drafts.count)
        for draft in drafts {
            let outcome = apply(draft)
            commit.outcomes.append(outcome)
            switch draft {
            case .account, .room, .post, .mark: tellMoves()
            // Dialects have no streams of users.
            default: moves = []
            }
        }
        return commit
    }

    private mutating func apply(_ draft: Draft) -> Outcome {
        do throws(Refusal) {
            return switch draft {
            case .createUser(let new): try createUser(new)
            case .renameUser(let id, let username): try renameUser(id, to: username)
            case .deleteUser(let id): try deleteUser(id)
            case .createRoom(let new): try createRoom(new)
            case .updateRoom(let id, let name, let members, let by):
                try updateRoom(id, name: name, members: members, by: by)
            case .deleteRoom(let id, let by): try deleteRoom(id, by: by)
            case .send(let new): try send(new)
            case .edit(let room, let reference, let text, let by): try edit(reference, in: room, text: text, by: by)
            case .delete(let room, let reference, let by): try delete(reference, in: room, by: by)
            case .account(let draft): try apply(draft)
            case .room(let draft): try apply(draft)
            case .post(let draft): try apply(draft)
            case .mark(let updates): mark(updates)
            }
        } catch {
            return .refused(error)
        }
    }

    // MARK: What happened

    /// Numbers an event, keeps it, and hands it to the commit.
    ///
    /// - Returns: the event's offset.
    @discardableResult
    mutating func record(_ kind: EventKind, in room: MemoryRoom, origin: UInt64 = 0) -> Int64 {
        lastLogID += 1
        let event = Event(
            logID: lastLogID, room: room.id, roomHandle: room.room.handle, offset: room.offset + 1,
            at: room.time(at: now), kind: kind, origin: origin)
        let membersBefore = room.members.ordered
        room.append(event)
        commit.events.append(event)
        switch kind {
        case .messageCreated(let message):
            saidMessages.append((event.logID, room.id, message.seq))
        case .memberJoined(let user, _, _):
            roomsByUser[user, default: []].insert(room.id)
            moves.append(Move(user: user, room: room.id, reason: nil))
        case .memberLeft(let user, _): note(user, isGoneFrom: room, .left)
        case .memberKicked(let user, _): note(user, isGoneFrom: room, .kicked)
        case .memberBanned(let user, _):
            if membersBefore.contains(user) { note(user, isGoneFrom: room, .banned) }
        case .roomDeleted:
            for user in membersBefore { note(user, isGoneFrom: room, .deleted) }
        default: break
        }
        return event.offset
    }

    private mutating func note(_ user: UserID, isGoneFrom room: MemoryRoom, _ reason: LeaveReason) {
        roomsByUser[user]?.remove(room.id)
        moves.append(Move(user: user, room: room.id, reason: reason))
    }

    /// Tells users where they came to and what they left, as things are now that the draft is done.
    private mutating func tellMoves() {
        for move in moves {
            if let reason = move.reason {
                tell(.roomLeft(move.room, reason), to: move.user)
            } else {
                tell(.roomJoined(move.room, listing(of: move.room, for: move.user)), to: move.user)
            }
        }
        moves = []
    }

    /// An event of the user's own stream; a deleted user has none.
    mutating func tell(_ kind: UserEventKind, to user: UserID) {
        guard let account = accounts[user] else { return }
        commit.notices.append(.user(account.record(kind, of: user, at: now)))
    }

    mutating func notice(_ notice: Notice) { commit.notices.append(notice) }

    mutating func makeEpoch() -> UInt64 { random.next() }

    // MARK: Users

    /// Adds a user with the next number.
    mutating func addUser(
        handle: String, username: String, phone: String?, isOpen: Bool, login: String? = nil, isAdmin: Bool = false,
        account: MemoryAccount
    ) -> User {
        let user = User(
            id: UserID(Int64(users.count) + 1), handle: handle, username: username, phone: phone, createdAt: now,
            isOpen: isOpen, login: login, isAdmin: isAdmin)
        users.append(user)
        accounts[user.id] = account
        usersByHandle[ExactText(handle)] = user.id
        if let phone { usersByPhone[ExactText(phone)] = user.id }
        if let login { usersByLogin[ExactText(caseless: login)] = user.id }
        return user
    }

    /// Keeps what has changed of a user.
    mutating func update(_ user: User) {
        guard let old = self.user(user.id) else { return }
        if let phone = old.phone { usersByPhone[ExactText(phone)] = nil }
        if let phone = user.phone { usersByPhone[ExactText(phone)] = user.id }
        users[Int(user.id.rawValue) - 1] = user
    }

    /// Leaves the nameless shell of a user.
    mutating func erase(_ user: User) {
        for session in accounts[user.id]?.sessions ?? [] { removeSession(session) }
        for account in accounts.values { account.blocked.remove(user.id) }
        if let login = user.login { usersByLogin[ExactText(caseless: login)] = nil }
        accounts[user.id] = nil
        var shell = user
        shell.erase()
        update(shell)
    }

    func isHandleTaken(_ handle: String) -> Bool { usersByHandle[ExactText(handle)] != nil }

    func user(_ id: UserID) -> User? {
        1 <= id.rawValue && id.rawValue <= Int64(users.count) ? users[Int(id.rawValue) - 1] : nil
    }

    func liveUser(_ id: UserID) -> User? { user(id).flatMap { $0.isDeleted ? nil : $0 } }

    func user(handle: String) -> User? { usersByHandle[ExactText(handle)].flatMap(liveUser) }

    func user(phone: String) -> User? { usersByPhone[ExactText(phone)].flatMap(liveUser) }

    func user(login: String) -> User? { usersByLogin[ExactText(caseless: login)].flatMap(liveUser) }

    /// Of a user who is not deleted.
    func storedAccount(_ id: UserID) -> MemoryAccount? { accounts[id] }

    /// Users who are not deleted, in the order of creation.
    var liveUsers: LazyFilterSequence<[User]> { users.lazy.filter { !$0.isDeleted } }

    // MARK: Rooms

    /// Adds a room with the next number, and says that it was made.
    mutating func addRoom(
        handle: String, kind: RoomKind, name: String, isOpen: Bool, visibility: Visibility = .private
    ) -> MemoryRoom {
        let room = MemoryRoom(
            room: Room(
                id: RoomID(Int64(rooms.count) + 1), handle: handle, kind: kind, name: name, createdAt: now,
                epoch: random.next(), isOpen: isOpen, visibility: visibility))
        rooms.append(room)
        roomsByHandle[ExactText(handle)] = room.id
        record(.roomCreated(room.room), in: room)
        return room
    }

    /// The room, its members and its messages are gone.
    mutating func remove(_ room: MemoryRoom, by: UserID?) {
        record(.roomDeleted(by: by), in: room)
        roomsByHandle[ExactText(room.room.handle)] = nil
        if let pair = room.pair { directRooms[pair] = nil }
        invites = invites.filter { $0.value.room != room.id }
        rooms[Int(room.id.rawValue) - 1] = nil
    }

    func room(_ id: RoomID) -> MemoryRoom? {
        1 <= id.rawValue && id.rawValue <= Int64(rooms.count) ? rooms[Int(id.rawValue) - 1] : nil
    }

    func room(handle: String) -> MemoryRoom? { roomsByHandle[ExactText(handle)].flatMap(room) }

    /// Those that somebody is a member of, in the order of creation.
    func roomIDs(of user: UserID) -> [RoomID] { (roomsByUser[user] ?? []).sorted() }

    func sharesRoom(_ user: UserID, with other: UserID) -> Bool {
        guard let one = roomsByUser[user], let two = roomsByUser[other] else { return false }
        return !one.isDisjoint(with: two)
    }

    /// In the order of creation.
    var liveRooms: [MemoryRoom] { rooms.compactMap { $0 } }
}
