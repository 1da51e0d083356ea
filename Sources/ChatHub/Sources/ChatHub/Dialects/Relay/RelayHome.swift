import ChatDomain

/// The clients that have registered on this loop: those that have not opened their socket yet with all that is known of
/// them, the others with the place of their socket.
struct RelayHome {
    private var waiting = DeadlineTable<RelayID, RelayRegistration>()
    private var seats: [RelayID: RelaySeat] = [:]
    /// How many topics the waiting ones have together.
    private(set) var entryCount = 0

    var count: Int { waiting.count + seats.count }

    /// When the next of the waiting ones is to be forgotten.
    var nextDeadline: Instant? { waiting.first?.deadline }

    mutating func add(_ id: RelayID, _ registration: RelayRegistration, until deadline: Instant) {
        waiting.set(id, to: registration, deadline: deadline)
        entryCount += registration.topics.count
    }

    /// Forgets who has never come.
    mutating func expire(at now: Instant) {
        while let entry = waiting.removeFirst(dueBy: now) { entryCount -= entry.value.topics.count }
    }

    /// What a claim finds.
    enum Claim {
        /// The client was waited for; it has its place now.
        case granted(RelayRegistration)
        /// It has a socket already, which has to give way; the new one has its place.
        case seated(RelaySeat)
        case unknown
    }

    mutating func claim(_ id: RelayID, for seat: RelaySeat) -> Claim {
        if let old = seats[id] {
            seats[id] = seat
            return .seated(old)
        }
        guard let registration = waiting.remove(id) else { return .unknown }
        entryCount -= registration.topics.count
        seats[id] = seat
        return .granted(registration)
    }

    /// What is known of a client that is to be looked at only; of one with a socket, that it is there.
    func look(at id: RelayID) -> RelayRegistration? {
        waiting[id] ?? (seats[id] == nil ? nil : RelayRegistration(user: 0, topics: []))
    }

    /// The socket has gone. One that has given way to another is not the client's any more.
    mutating func left(_ id: RelayID, _ connection: ConnectionID) {
        if seats[id]?.connection == connection { seats[id] = nil }
    }

    /// Forgets a client.
    ///
    /// - Returns: where its socket is, if it has one.
    mutating func remove(_ id: RelayID) -> RelaySeat? {
        if let registration = waiting.remove(id) { entryCount -= registration.topics.count }
        return seats.removeValue(forKey: id)
    }
}
