public import ChatDomain

/// What the loops tell each other of topics.
public enum TopicMail: Sendable {
    /// To the home of a payer: count a publication against its rate, then hand it on.
    case admit(TopicDraft, TopicPayer, asker: TopicAsker)
    /// To the home of a topic: number a publication, and bring it to all loops.
    case publish(TopicDraft, asker: TopicAsker)
    /// To every loop: deliver, and say to how many.
    case deliver(TopicPublication, asker: TopicAsker)
    /// To whoever has published: what one loop has delivered.
    case delivered(receivers: Int, ticket: UInt64)
    /// To whoever has published: too much was published, try again in so many milliseconds.
    case refused(waitMs: Int64, ticket: UInt64)
    /// To the home of a topic: where is it, and what has come since that position?
    case locate(TopicName, since: TopicPosition?, asker: TopicAsker)
    /// To whoever has asked.
    case located(TopicLocation, ticket: UInt64)
}

/// Whose rate a publication counts against.
public enum TopicPayer: Hashable, Sendable {
    /// An API key, by its identifier.
    case key(String)
    case user(UserID)

    /// Which of `loopCount` loops counts: the same on every loop.
    func homeLoop(of loopCount: Int) -> Int {
        switch self {
        case .key(let id): Int(id.utf8.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) } % UInt64(loopCount))
        case .user(let user): Int(UInt64(bitPattern: user.rawValue) % UInt64(loopCount))
        }
    }
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

/// A place in a topic's sequence of publications.
public struct TopicPosition: Equatable, Sendable {
    public var epoch: String
    public var offset: Int64

    public init(epoch: String, offset: Int64) {
        self.epoch = epoch
        self.offset = offset
    }
}

/// Where a topic is, and what a subscriber has missed.
public struct TopicLocation: Sendable {
    var topic: TopicName
    /// Of the last publication; offset 0 where there was none yet.
    var head: TopicPosition
    /// Whether `missed` is all that came after the position asked about; nil where none was.
    var isRecovered: Bool?
    /// The frames after that position, in order.
    var missed: [[UInt8]]
}
