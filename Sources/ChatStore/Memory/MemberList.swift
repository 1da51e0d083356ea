import ChatDomain

/// Somebody's place in a room of the memory store.
struct MemoryMember {
    var role: Role
    /// The log id of the event that says so.
    let joined: Int64
    /// Where the room stood then.
    let joining: Sight
    var settings: RoomSettings
    /// What others see.
    var read: Int64
    var received: Int64
    /// What the member's own counts go by: at least `read`.
    var ownRead: Int64
    /// Where something was marked as unread; it counts as long as nothing above its `head` was read.
    var mark: UnreadMark?

    init(role: Role, joining: Sight, joined: Int64, settings: RoomSettings) {
        self.role = role
        self.joined = joined
        self.joining = joining
        self.settings = settings
        read = joining.seq
        received = joining.seq
        ownRead = joining.seq
    }

    mutating func raise(_ raise: MarkerRaise) {
        read = max(read, raise.read)
        received = max(received, raise.received)
        ownRead = max(ownRead, raise.ownRead)
        if raise.endsUnread { mark = nil }
    }

    /// Where the member's own counts begin, if they have marked something as unread since.
    var unreadFrom: Int64? { mark.flatMap { max(read, ownRead) <= $0.head ? $0.from : nil } }

    /// Who writes has read what stands above.
    mutating func wrote(_ seq: Int64) {
        read = max(read, seq)
        received = max(received, seq)
        ownRead = max(ownRead, seq)
    }
}

/// The members of a room in the order of joining, with a quick answer to who is one.
struct MemberList {
    private(set) var ordered: [UserID] = []
    private var places: [UserID: MemoryMember] = [:]

    var count: Int { ordered.count }

    func contains(_ user: UserID) -> Bool { places[user] != nil }

    /// Somebody's place; setting it changes who is a member already, and nobody else.
    subscript(user: UserID) -> MemoryMember? {
        get { places[user] }
        set {
            if let newValue, places[user] != nil { places[user] = newValue }
        }
    }

    mutating func append(_ user: UserID, _ place: MemoryMember) {
        guard places[user] == nil else { return }
        places[user] = place
        ordered.append(user)
    }

    mutating func remove(_ user: UserID) {
        guard places.removeValue(forKey: user) != nil else { return }
        ordered.removeAll { $0 == user }
    }
}
