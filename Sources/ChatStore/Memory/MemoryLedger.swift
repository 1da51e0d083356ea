import ChatDomain

/// Keeps the chat in arrays and dictionaries. What it has of `StoreLedger` is in the extensions: facts, changes; what
/// readers ask beside that too.
struct MemoryLedger {
    /// The user with `id` lies at `id - 1`; likewise the rooms, nil once deleted.
    var users: [User] = []
    var rooms: [MemoryRoom?] = []
    /// Of users who are not deleted.
    var accounts: [UserID: MemoryAccount] = [:]
    var usersByHandle: [ExactText: UserID] = [:]
    var usersByPhone: [ExactText: UserID] = [:]
    var usersByLogin: [ExactText: UserID] = [:]
    var roomsByHandle: [ExactText: RoomID] = [:]
    var roomsByUser: [UserID: Set<RoomID>] = [:]
    var directRooms: [DirectPair: RoomID] = [:]
    var sessions: [SessionID: MemorySession] = [:]
    var sessionsByToken: [[UInt8]: SessionID] = [:]
    var invites: [InviteID: InviteRecord] = [:]
    var invitesByToken: [[UInt8]: InviteID] = [:]
    var lastInviteID: Int64 = 0
    var receipts: [SenderKey: StoredReceipt] = [:]
    var lastSessionID: Int64 = 0
    var lastLogID: Int64 = 0
    /// Every message in the order of commit, for the search.
    var saidMessages: [(logID: Int64, room: RoomID, seq: Int64)] = []
    /// Where each event lies, by its log id minus 1.
    var log: [(room: RoomID, offset: Int64)] = []
    /// Those that say that a room was deleted, with which its other events went.
    var endings: [Int64: Event] = [:]
    var notices = NoticeList()
    var logFollowers: [String: LogPosition] = [:]
    /// Of the batch under way.
    var staged: [Event] = []

    // MARK: Users

    func user(_ id: UserID) -> User? {
        1 <= id.rawValue && id.rawValue <= Int64(users.count) ? users[Int(id.rawValue) - 1] : nil
    }

    func liveUser(_ id: UserID) -> User? { user(id).flatMap { $0.isDeleted ? nil : $0 } }

    func user(handle: String) -> User? { usersByHandle[ExactText(handle)].flatMap(liveUser) }

    func user(phone: String) -> User? { usersByPhone[ExactText(phone)].flatMap(liveUser) }

    func user(login: String) -> User? { usersByLogin[ExactText(caseless: login)].flatMap(liveUser) }

    /// Users who are not deleted, in the order of creation.
    var liveUsers: LazyFilterSequence<[User]> { users.lazy.filter { !$0.isDeleted } }

    func openUsers(limit: Int) -> [User] { Array(liveUsers.lazy.filter(\.isOpen).prefix(max(limit, 0))) }

    func users(matching text: String, limit: Int) -> [User] {
        let found = liveUsers.filter { user in
            guard let login = user.login else { return false }
            return NameWords.matches(login, text: text) || NameWords.matches(user.username, text: text)
        }
        let sorted = found.sorted {
            ExactText(caseless: $0.login ?? "") < ExactText(caseless: $1.login ?? "")
        }
        return Array(sorted.prefix(max(limit, 0)))
    }

    func session(tokenHash: [UInt8]) -> SessionRecord? { sessionsByToken[tokenHash].flatMap { sessions[$0]?.record } }

    func isInvitation(_ tokenHash: [UInt8], at time: WallTime) -> Bool {
        guard let invite = invite(tokenHash), invite.room == nil else { return false }
        return invite.isUsable(at: time)
    }

    func invites(to room: RoomID, at time: WallTime) -> [InviteRecord] {
        invites.values.filter { $0.room == room && $0.isUsable(at: time) }.sorted { $0.id < $1.id }
    }

    func invite(_ tokenHash: [UInt8], at time: WallTime) -> InviteRecord? {
        invite(tokenHash).flatMap { $0.room != nil && $0.isUsable(at: time) ? $0 : nil }
    }

    func userEvents(of user: UserID, after offset: Int64, limit: Int) -> [UserEvent] {
        guard let account = accounts[user] else { return [] }
        return account.events(after: offset, limit: limit).map { event in
            var event = event
            switch event.kind {
            case .roomJoined(let room, _):
                let isMember = held(room)?.members.contains(user) ?? false
                event.kind = .roomJoined(room, isMember ? listing(of: room, for: user) : nil)
            case .roomLeft, .messageHidden, .settingsUpdated, .roomSettings: break
            }
            return event
        }
    }

    // MARK: Rooms

    func held(_ id: RoomID) -> MemoryRoom? {
        1 <= id.rawValue && id.rawValue <= Int64(rooms.count) ? rooms[Int(id.rawValue) - 1] : nil
    }

    func held(handle: String) -> MemoryRoom? { roomsByHandle[ExactText(handle)].flatMap(held) }

    func sharesRoom(_ user: UserID, with other: UserID) -> Bool {
        guard let one = roomsByUser[user], let two = roomsByUser[other] else { return false }
        return !one.isDisjoint(with: two)
    }

    /// In the order of creation.
    var liveRooms: [MemoryRoom] { rooms.compactMap { $0 } }
}
