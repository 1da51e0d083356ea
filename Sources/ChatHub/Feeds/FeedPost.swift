/// What loops tell each other about feeds.
public enum FeedPost: Sendable, Codable {
    /// For every loop.
    case items([FeedItem], from: Int)
    /// The loop has dealt with items of so many bytes.
    case taken(bytes: Int, by: Int)
    /// How the feeds of one loop are, for every loop.
    case statuses([FeedStatus])
    /// A feed that is no more.
    case gone(name: String)
    /// For the home of the feed.
    case command(FeedCommand, Asker)
}

/// A change that somebody asks for.
public enum FeedCommand: Sendable, Codable {
    case add(FeedConfiguration)
    case remove(name: String)

    var name: String {
        switch self {
        case .add(let configuration): configuration.name
        case .remove(let name): name
        }
    }
}

/// What came of a command.
public enum FeedAnswer: Sendable, Codable {
    case added(FeedStatus)
    case removed
    case refused(FeedProblem)
}
