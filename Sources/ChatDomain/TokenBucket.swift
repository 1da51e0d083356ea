/// A bucket that holds up to `burst` tokens and gets `ratePerSecond` of them back each second: a limit on how often
/// something may be done. It starts full.
///
/// All arithmetic is on integers, so that whoever waits as long as it was told is granted.
public struct TokenBucket: Sendable {
    private let rule: TokenRule
    private var level: TokenLevel

    /// - Parameters:
    ///   - ratePerSecond: also below 1, as in 1/60 for one a minute. 0 or less stands for no limit.
    ///   - burst: 1 to 9,000,000; what lies outside counts as the nearest of them.
    public init(ratePerSecond: Double, burst: Int) {
        rule = TokenRule(ratePerSecond: ratePerSecond, burst: burst)
        level = rule.full(at: Instant(milliseconds: .min))
    }

    /// Takes a token: nil where there was one, else the milliseconds until there is one. A refusal takes nothing.
    public mutating func take(at now: Instant) -> Int64? { rule.take(from: &level, at: now) }

    /// Puts a token back that `take(at:)` granted for something that then did not happen.
    public mutating func giveBack() { rule.giveBack(to: &level) }
}

/// How a bucket fills: shared by all buckets of a table.
struct TokenRule: Sendable {
    /// A token is counted in as many parts as it takes for slow rates to be whole numbers of parts a millisecond.
    private static let partsPerToken: Int64 = 1_000_000_000_000
    private static let burstMax = 9_000_000
    private static let ratePerSecondMax = 1e9

    /// 0 stands for no limit.
    private let partsPerMs: Int64
    private let partsMax: Int64

    init(ratePerSecond: Double, burst: Int) {
        let rate = ratePerSecond > 0 ? min(ratePerSecond, Self.ratePerSecondMax) : 0
        let parts = Int64(rate * Double(Self.partsPerToken) / 1_000)
        partsPerMs = rate > 0 ? max(1, parts) : 0
        partsMax = Int64(min(max(burst, 1), Self.burstMax)) * Self.partsPerToken
    }

    var isUnlimited: Bool { partsPerMs == 0 }

    /// How long an empty bucket takes to be full.
    var fillMs: Int64 { isUnlimited ? 0 : (partsMax - 1) / partsPerMs + 1 }

    func full(at now: Instant) -> TokenLevel { TokenLevel(parts: partsMax, asOf: now) }

    func take(from level: inout TokenLevel, at now: Instant) -> Int64? {
        if isUnlimited { return nil }
        fill(&level, at: now)
        if level.parts >= Self.partsPerToken {
            level.parts -= Self.partsPerToken
            return nil
        }
        return (Self.partsPerToken - level.parts - 1) / partsPerMs + 1
    }

    func giveBack(to level: inout TokenLevel) { level.parts += min(Self.partsPerToken, partsMax - level.parts) }

    private func fill(_ level: inout TokenLevel, at now: Instant) {
        guard now > level.asOf else { return }
        let (gained, isFull) = now.milliseconds(since: level.asOf).multipliedReportingOverflow(by: partsPerMs)
        // The sum cannot overflow: no more is added than is missing to the brim.
        level.parts = isFull ? partsMax : level.parts + min(gained, partsMax - level.parts)
        level.asOf = now
    }
}

/// What is in a bucket.
struct TokenLevel: Sendable {
    var parts: Int64
    var asOf: Instant
}
