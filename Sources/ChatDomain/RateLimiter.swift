/// A token bucket for each key: a user, a connection, an address.
///
/// A full bucket is the same as none, so that only keys in use cost memory: a bucket is forgotten once it must be full
/// again, and beyond `keysMax` the one that was asked for the longest ago goes early, as if it were full.
public struct RateLimiter<Key: Hashable & Sendable>: Sendable {
    public let keysMax: Int

    private let rule: TokenRule
    private var levels = DeadlineTable<Key, TokenLevel>()

    /// - Parameters:
    ///   - ratePerSecond: also below 1, as in 1/60 for one a minute. 0 or less stands for no limit.
    ///   - burst: the tokens of a full bucket, 1 to 9,000,000; what lies outside counts as the nearest of them.
    ///   - keysMax: how many buckets are kept at once, 1 or more; each costs about 100 bytes.
    public init(ratePerSecond: Double, burst: Int, keysMax: Int = 100_000) {
        rule = TokenRule(ratePerSecond: ratePerSecond, burst: burst)
        self.keysMax = max(1, keysMax)
    }

    /// Takes a token of `key`: nil where there was one, else the milliseconds until there is one. A refusal takes
    /// nothing.
    @specialized(where Key == UserID)
    @specialized(where Key == ConnectionID)
    public mutating func take(_ key: Key, at now: Instant) -> Int64? {
        // Specialized because generic code that another module calls is several times as slow, and these keys are on
        // the way of every message.
        if rule.isUnlimited { return nil }
        while levels.removeFirst(dueBy: now) != nil {}
        var level = levels[key] ?? rule.full(at: now)
        let waitMs = rule.take(from: &level, at: now)
        levels.set(key, to: level, deadline: now.advanced(byMs: rule.fillMs))
        if levels.count > keysMax { _ = levels.removeFirst() }
        return waitMs
    }

    /// Puts a token back that `take(_:at:)` granted for something that then did not happen.
    public mutating func giveBack(_ key: Key) {
        guard var level = levels[key] else { return }
        rule.giveBack(to: &level)
        levels.update(key, to: level)
    }

    /// How many keys have a bucket that may not be full.
    public var count: Int { levels.count }
}
