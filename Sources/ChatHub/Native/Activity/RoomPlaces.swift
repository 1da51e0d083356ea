import ChatDomain
import ChatStore

/// In which rooms the users with sockets on this loop are.
///
/// The store is asked once, with a user's first socket; from then on the events of rooms say who comes and goes. Each
/// joining is known by the log id of its event, as is each leaving: so it does not matter whether the store's answer is
/// older or newer than what this loop has heard of meanwhile, the later one counts. And whatever happened before a
/// joining is not for who has joined by it.
struct RoomPlaces {
    /// By room, the log id by which each user joined it.
    private var members: [RoomID: [UserID: Int64]] = [:]
    private var users: [UserID: State] = [:]
    private let roomsMax: Int

    private enum State {
        /// The store is being asked; what was heard meanwhile, by its log id.
        case asking([RoomID: (isMember: Bool, logID: Int64)])
        case known(Set<RoomID>)
    }

    /// - Parameter roomsMax: more rooms of a user are passed over.
    init(roomsMax: Int) { self.roomsMax = roomsMax }

    /// Begins to listen to a user's coming and going.
    ///
    /// - Returns: whether the store is to be asked; not so where the answer is here.
    mutating func begin(_ user: UserID) -> Bool {
        switch users[user] {
        case .known: return false
        case .asking: return true
        case nil:
            users[user] = .asking([:])
            return true
        }
    }

    /// The store has answered. Of several answers the first counts.
    mutating func found(_ joinings: [RoomJoining], of user: UserID) {
        guard case .asking(let heard)? = users[user] else { return }
        users[user] = .known([])
        for joining in joinings where heard[joining.room].map({ $0.logID < joining.logID }) ?? true {
            add(user, to: joining.room, logID: joining.logID)
        }
        for (room, news) in heard where news.isMember { add(user, to: room, logID: news.logID) }
    }

    /// Nobody asks about the user any more.
    mutating func forget(_ user: UserID) {
        if case .known(let rooms)? = users.removeValue(forKey: user) {
            for room in rooms { remove(user, from: room) }
        }
    }

    mutating func joined(_ user: UserID, _ room: RoomID, logID: Int64) {
        switch users[user] {
        case .asking(var heard):
            heard[room] = (true, logID)
            users[user] = .asking(heard)
        case .known: add(user, to: room, logID: logID)
        case nil: break
        }
    }

    mutating func left(_ user: UserID, _ room: RoomID, logID: Int64) {
        switch users[user] {
        case .asking(var heard):
            heard[room] = (false, logID)
            users[user] = .asking(heard)
        case .known(var rooms):
            // It may have been by an older joining.
            guard let joined = members[room]?[user], joined < logID else { return }
            users[user] = nil
            rooms.remove(room)
            users[user] = .known(rooms)
            remove(user, from: room)
        case nil: break
        }
    }

    /// The room is no more.
    mutating func ended(_ room: RoomID) {
        for user in (members.removeValue(forKey: room) ?? [:]).keys {
            guard case .known(var rooms)? = users.removeValue(forKey: user) else { continue }
            rooms.remove(room)
            users[user] = .known(rooms)
        }
    }

    /// The users of this loop who are in a room, each with the log id of the joining.
    func members(of room: RoomID) -> [UserID: Int64] { members[room] ?? [:] }

    func hasMembers(of room: RoomID) -> Bool { members[room] != nil }

    private mutating func add(_ user: UserID, to room: RoomID, logID: Int64) {
        guard case .known(var rooms)? = users[user], rooms.count < roomsMax || rooms.contains(room) else { return }
        // So that the set is changed in place.
        users[user] = nil
        rooms.insert(room)
        users[user] = .known(rooms)
        let known = members[room]?[user] ?? 0
        members[room, default: [:]][user] = max(known, logID)
    }

    private mutating func remove(_ user: UserID, from room: RoomID) {
        members[room]?[user] = nil
        if members[room]?.isEmpty == true { members[room] = nil }
    }
}
