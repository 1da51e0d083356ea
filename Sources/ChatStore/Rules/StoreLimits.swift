/// How much there may be of what users can add to.
enum StoreLimits {
    /// Sessions of an account.
    static let sessionsMax = 100
    /// How many events of a user's own stream are kept at least; some more are, so that not every event removes one.
    static let userEventsMin = 1_000
    /// Members that a message mentions.
    static let mentionsMax = 50
    /// Different reactions to a message.
    static let reactionKeysMax = 50
    /// Members to whom a message brings back a room that they have hidden; to others the next ones do.
    static let hidersMax = 1_000
    /// How often a draft is begun again because a fact was missing, before it is given up.
    static let fetchesMax = 100
}
