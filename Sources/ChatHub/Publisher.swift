import ChatDomain

/// The audiences that have members on one loop, and to which of them something was published in this turn. How it gets to
/// the members, `Publishing` says.
struct Publisher {
    private(set) var topics: [Audience: Listeners] = [:]
    private var dirty: [Listeners] = []
    /// The number of this turn, for marks that last one turn.
    private(set) var turnNumber: UInt64 = 1

    /// Something was published that has not been brought to its audience.
    var hasWork: Bool { !dirty.isEmpty }

    /// The topic of an audience, made if there is none.
    mutating func topic(_ audience: Audience) -> Listeners {
        if let topic = topics[audience] { return topic }
        let topic = Listeners(audience)
        topics[audience] = topic
        return topic
    }

    /// Forgets a topic that has no members.
    mutating func tidy(_ topic: Listeners) {
        if topic.isEmpty, topics[topic.audience] === topic { topics[topic.audience] = nil }
    }

    /// Something is being published to the topic, for the first time since it was last flushed.
    mutating func noteFirst(in topic: Listeners) { dirty.append(topic) }

    mutating func takeDirty() -> [Listeners] {
        defer { dirty = [] }
        return dirty
    }

    mutating func endTurn() { turnNumber += 1 }
}
