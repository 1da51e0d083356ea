/// How much there may be of what users can add to.
enum StoreLimits {
    /// Sessions of an account.
    static let sessionsMax = 100
    /// How many events of a user's own stream are kept at least; some more are, so that not every event removes one.
    static let userEventsMin = 1_000
    /// How many notices are kept at least, for those who follow the log; some more are.
    static let noticesMin = 50_000
    /// How many are let go of at once.
    static let noticesTrimmed = 1_000
    /// Those who follow the log.
    static let followersMax = 100
    /// Members that a message mentions.
    static let mentionsMax = 50
    /// Pinned messages of a room.
    static let pinsMax = 50
    /// Threads of a room that somebody follows: of more, the one that began first is followed no more.
    static let followsMax = 1_000
    /// How many messages somebody can mark as unread: whose they are has to be looked at.
    static let unreadMax: Int64 = 5_000
    /// Different reactions to a message.
    static let reactionKeysMax = 50
    /// Members to whom a message brings back a room that they have hidden; to others the next ones do.
    static let hidersMax = 1_000
    /// How often a draft is begun again because a fact was missing, before it is given up.
    static let fetchesMax = 100
}
