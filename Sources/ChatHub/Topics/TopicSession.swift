import ChatDomain

/// What a connection has to do with topics: whose it is, and what it is subscribed to.
final class TopicSession {
    let user: UserID
    var subscriptions: [TopicPattern: Place] = [:]
    /// Topics that it has asked for and whose home has not answered yet.
    var awaited: [TopicPattern: Int] = [:]
    /// Subscriptions under way. While there are any, what is published to it waits, so that the answer comes first.
    var pendingCount = 0
    var held: [[UInt8]] = []
    var heldByteCount = 0
    /// The last publication that it was counted for: one that several of its patterns match is delivered once.
    var lastDelivery: UInt64 = 0

    init(user: UserID) { self.user = user }

    /// Its place among the subscribers of a pattern.
    struct Place {
        let subscribers: TopicSubscribers
        var index: Int
    }

    /// How many topics and patterns it is subscribed to, or is about to be.
    var subscriptionCount: Int { subscriptions.count + awaited.count }

    func isSubscribed(to topic: TopicName) -> Bool {
        subscriptions[TopicPattern(topic)] != nil || subscriptions.keys.contains { $0.matches(topic) }
    }
}
