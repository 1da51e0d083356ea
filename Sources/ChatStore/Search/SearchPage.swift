public import ChatDomain

/// Some of what was found, the newest message first.
public struct SearchPage: Sendable, Equatable {
    public var results: [SearchResult]
    /// Where to go on; nil where there is no more. A page may be short, even empty, and yet have one.
    public var nextCursor: Int64?

    public init(results: [SearchResult], nextCursor: Int64?) {
        self.results = results
        self.nextCursor = nextCursor
    }
}

/// A message that was found.
public struct SearchResult: Sendable, Equatable {
    /// As it reads now, with its reactions.
    public var message: Message
    /// The part of the text around the first thing that was found: plain text on one line, with an ellipsis where it
    /// was cut.
    public var snippet: String

    public init(message: Message, snippet: String) {
        self.message = message
        self.snippet = snippet
    }
}

/// How far the search index is behind the log.
public struct SearchLag: Sendable, Equatable {
    /// The newest log id minus the newest that is indexed.
    public var entries: Int64
    /// For how long the oldest event that is not indexed has been waiting; 0 where there is none.
    public var ms: Int64

    public init(entries: Int64, ms: Int64) {
        self.entries = entries
        self.ms = ms
    }
}
