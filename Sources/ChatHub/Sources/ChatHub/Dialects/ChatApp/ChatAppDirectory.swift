import ChatDomain

/// The names of users and rooms that this loop has looked up, so that a message needs no look-up. Only what exists is
/// kept, and a bounded number of it.
struct ChatAppDirectory {
    private var users: [String: UserID] = [:]
    private var rooms: [String: RoomID] = [:]
    /// Rooms and users that are gone for good. A look-up begun before may still find them.
    private var goneRooms: Set<RoomID> = []
    private var goneUsers: Set<UserID> = []
    private let entriesMax: Int

    init(entriesMax: Int = 100_000) { self.entriesMax = entriesMax }

    func user(_ handle: String) -> UserID? { users[handle] }

    func room(_ handle: String) -> RoomID? { rooms[handle] }

    /// Notes what was found.
    ///
    /// - Returns: whether it still exists.
    @discardableResult
    mutating func found(_ user: UserID, handle: String) -> Bool {
        guard !goneUsers.contains(user) else { return false }
        if users.count >= entriesMax { users = [:] }
        users[handle] = user
        return true
    }

    @discardableResult
    mutating func found(_ room: RoomID, handle: String) -> Bool {
        guard !goneRooms.contains(room) else { return false }
        if rooms.count >= entriesMax { rooms = [:] }
        rooms[handle] = room
        return true
    }

    /// Whether the user is known to be gone.
    func isGone(_ user: UserID) -> Bool { goneUsers.contains(user) }

    mutating func gone(_ user: UserID, handle: String) {
        users[handle] = nil
        if goneUsers.count >= entriesMax { goneUsers = [] }
        goneUsers.insert(user)
    }

    mutating func gone(_ room: RoomID, handle: String) {
        rooms[handle] = nil
        if goneRooms.count >= entriesMax { goneRooms = [] }
        goneRooms.insert(room)
    }
}
