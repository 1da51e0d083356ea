import ChatDomain

/// The audiences that have members on one loop, and to which of them something was published in this turn. How it gets to
/// the members, `Publishing` says.
struct Publisher {
    private(set) var audiences: [Audience: Listeners] = [:]
    private var dirty: [Listeners] = []
    /// The number of this turn, for marks that last one turn.
    private(set) var turnNumber: UInt64 = 1

    /// Something was published that has not been brought to its audience.
    var hasWork: Bool { !dirty.isEmpty }

    /// The listeners of an audience, made if there are none.
    mutating func listeners(of audience: Audience) -> Listeners {
        if let listeners = audiences[audience] { return listeners }
        let listeners = Listeners(audience)
        audiences[audience] = listeners
        return listeners
    }

    /// Forgets listeners of whom there are none left.
    mutating func tidy(_ listeners: Listeners) {
        if listeners.isEmpty, audiences[listeners.audience] === listeners { audiences[listeners.audience] = nil }
    }

    /// Something is being published to them, for the first time since they were last flushed.
    mutating func noteFirst(in listeners: Listeners) { dirty.append(listeners) }

    mutating func takeDirty() -> [Listeners] {
        defer { dirty = [] }
        return dirty
    }

    mutating func endTurn() { turnNumber += 1 }
}
