public import ChatDomain

/// What signed-in users may do with topics. API keys have grants of their own.
public struct TopicGrants: Sendable {
    /// What they may subscribe to.
    public var subscribe: [TopicPattern]
    /// What they may publish to, besides topics of their own (`user.<their id>.…`).
    public var publish: [TopicPattern]

    /// By default they may subscribe to everything, and publish to nothing but topics of their own.
    public init(subscribe: [TopicPattern]? = nil, publish: [TopicPattern] = []) {
        self.subscribe = subscribe ?? [TopicPattern(">")].compactMap(\.self)
        self.publish = publish
    }

    /// Topics of another user are nobody else's, whatever is granted. A pattern that matches them among others is
    /// granted like any other, but brings none of them.
    public func maySubscribe(to pattern: TopicPattern, _ user: UserID) -> Bool {
        if let owner = pattern.owner { return owner == String(user.rawValue) }
        return subscribe.contains { $0.covers(pattern) }
    }

    public func mayPublish(to topic: TopicName, _ user: UserID) -> Bool {
        if let owner = topic.owner { return owner == String(user.rawValue) }
        return publish.contains { $0.matches(topic) }
    }
}
