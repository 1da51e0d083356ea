/// How long a feed waits before it tries again: twice as long each time, and each time any part of it, so that many who
/// lost the same source do not come back together.
struct FeedBackoff {
    static let firstMs: Int64 = 500
    static let waitMsMax: Int64 = 60_000
    /// What a server may ask for at most.
    static let askedMsMax: Int64 = 3_600_000
    /// Nothing is tried again sooner.
    static let waitMsMin: Int64 = 100

    /// How often it has failed since it last went well.
    private(set) var failureCount = 0
    /// The source's own idea of the first wait (`retry` of Server-Sent Events).
    var baseMs = FeedBackoff.firstMs

    mutating func reset() { failureCount = 0 }

    /// - Parameter askedMs: what the server has asked for (`Retry-After`).
    mutating func next(askedMs: Int64? = nil, using random: inout some RandomNumberGenerator) -> Int64 {
        let base = min(max(baseMs, Self.waitMsMin), Self.waitMsMax)
        let bound = min(base << Int64(min(failureCount, 16)), Self.waitMsMax)
        failureCount += 1
        let jittered = max(Int64.random(in: 0...bound, using: &random), Self.waitMsMin)
        guard let askedMs else { return jittered }
        // Not sooner than asked, and not all at once either.
        return min(max(askedMs, 0), Self.askedMsMax) + min(jittered, 1_000)
    }
}
