import ChatDomain

/// What a connection has to do with topics: whose it is, and what it is subscribed to.
final class TopicSession {
    let user: UserID
    var subscriptions: [TopicPattern: Place] = [:]
    /// Topics that it has asked for and whose home has not answered yet.
    var awaited: [TopicPattern: Int] = [:]
    /// Subscriptions under way. While there are any, what is published to it waits, so that the answer comes first.
    var pendingCount = 0
    private(set) var held: [Held] = []
    private(set) var heldByteCount = 0
    /// The last publication that it was counted for: one that several of its patterns match is delivered once.
    var lastDelivery: UInt64 = 0

    /// A frame that waits.
    struct Held {
        /// nil where it has no place among the publications of its topic.
        var topic: TopicName?
        var frame: [UInt8]
    }

    init(user: UserID) { self.user = user }

    /// Its place among the subscribers of a pattern.
    struct Place {
        let subscribers: TopicSubscribers
        var index: Int
    }

    func hold(_ frame: [UInt8], of topic: TopicName?) {
        held.append(Held(topic: topic, frame: frame))
        heldByteCount += frame.count
    }

    /// Drops what has come of a topic so far: the home's answer tells all of it.
    func dropHeld(of topic: TopicName) {
        guard held.contains(where: { $0.topic == topic }) else { return }
        held.removeAll { $0.topic == topic }
        heldByteCount = held.reduce(0) { $0 + $1.frame.count }
    }

    func takeHeld() -> [Held] {
        defer {
            held = []
            heldByteCount = 0
        }
        return held
    }

    /// How many topics and patterns it is subscribed to, or is about to be.
    var subscriptionCount: Int { subscriptions.count + awaited.count }

    func isSubscribed(to topic: TopicName) -> Bool {
        subscriptions[TopicPattern(topic)] != nil || subscriptions.keys.contains { $0.matches(topic) }
    }
}
