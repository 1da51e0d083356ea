/// One connection of a feed to its source: a number that is never used again on its loop.
public struct FeedLink: Hashable, Sendable {
    /// Below 2^63.
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// - Parameters:
    ///   - feed: below 2^31.
    ///   - attempt: how many connections it had before.
    init(feed: UInt32, attempt: UInt32) { rawValue = UInt64(feed & 0x7FFF_FFFF) << 32 | UInt64(attempt) }

    /// Whether both are connections of one feed.
    public func isSameFeed(as other: FeedLink) -> Bool { feed == other.feed }

    var feed: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
}

/// What a feed wants of the shell.
public enum FeedAction: Sendable, Equatable {
    /// Look the host's name up, refuse what `FeedAddresses` does unless private ones are allowed, connect, and begin
    /// TLS where the scheme is secure. Then say `feedOpened`, or `feedEnded` with the reason.
    case open(FeedLink, FeedURL)
    case send(FeedLink, [UInt8])
    /// Close the connection, or give up opening it; nothing is to be said of it any more.
    case close(FeedLink)
}
