public import ChatDomain

/// What the loops tell each other of topics.
public enum TopicMail: Sendable {
    /// To the home of an API key: count a publication against its rate, then hand it on.
    case admit(TopicDraft, key: String, asker: TopicAsker)
    /// To the home of a topic: number a publication, and bring it to all loops.
    case publish(TopicDraft, asker: TopicAsker)
    /// To every loop: deliver, and say to how many.
    case deliver(TopicPublication, asker: TopicAsker)
    /// To whoever has published: what one loop has delivered.
    case delivered(receivers: Int, ticket: UInt64)
    /// To whoever has published: too much was published, try again in so many milliseconds.
    case refused(waitMs: Int64, ticket: UInt64)
    /// To the home of a topic: where is it, and what has come since that position?
    case locate(TopicName, since: StreamPosition?, asker: TopicAsker)
    /// To whoever has asked.
    case located(TopicLocation, ticket: UInt64)
}

/// Whom an answer is for.
public struct TopicAsker: Sendable {
    var loop: Int
    var ticket: UInt64
}

/// What somebody wants to be published.
public struct TopicDraft: Sendable {
    var topic: TopicName
    /// JSON, checked.
    var data: [UInt8]
    /// For this user's connections only.
    var user: UserID?
}

/// A publication on its way to those who are subscribed.
public struct TopicPublication: Sendable {
    var topic: TopicName
    var user: UserID?
    /// As it goes over the wire.
    var frame: [UInt8]
}

/// Where a topic is, and what a subscriber has missed.
public struct TopicLocation: Sendable {
    var topic: TopicName
    /// Of the last publication; offset 0 where there was none yet.
    var head: StreamPosition
    /// Whether `missed` is all that came after the position asked about; nil where none was.
    var isRecovered: Bool?
    /// The frames after that position, in order.
    var missed: [[UInt8]]
}
