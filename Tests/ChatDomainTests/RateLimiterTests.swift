import ChatDomain
import Testing

@Suite struct RateLimiterTests {
    @Test func keepsKeysApart() {
        var limiter = RateLimiter<UserID>(ratePerSecond: 1, burst: 1, keysMax: 10)
        #expect(limiter.take(UserID(1), at: at(0)) == nil)
        #expect(limiter.take(UserID(1), at: at(0)) == 1_000)
        #expect(limiter.take(UserID(2), at: at(500)) == nil)
        #expect(limiter.take(UserID(1), at: at(500)) == 500)
        limiter.giveBack(UserID(1))
        #expect(limiter.take(UserID(1), at: at(500)) == nil)
        limiter.giveBack(UserID(3))
        #expect(limiter.count == 2)
    }

    @Test func forgetsFullBuckets() {
        var limiter = RateLimiter<Int>(ratePerSecond: 10, burst: 5, keysMax: 1_000)
        for key in 0..<100 { #expect(limiter.take(key, at: at(0)) == nil) }
        #expect(limiter.count == 100)
        #expect(limiter.take(100, at: at(499)) == nil)
        #expect(limiter.count == 101)
        #expect(limiter.take(101, at: at(500)) == nil)
        #expect(limiter.count == 2)
    }

    @Test func forgetsTheOldestBeyondTheLimit() {
        var limiter = RateLimiter<Int>(ratePerSecond: 0.001, burst: 1, keysMax: 2)
        _ = limiter.take(1, at: at(0))
        _ = limiter.take(2, at: at(1))
        // A refusal counts as use: it is 2 that goes.
        #expect(limiter.take(1, at: at(2)) == 999_998)
        #expect(limiter.take(3, at: at(3)) == nil)
        #expect(limiter.count == 2)
        #expect(limiter.take(1, at: at(4)) == 999_996)
        #expect(limiter.take(2, at: at(5)) == nil)
    }

    @Test func hasNoLimitWithoutARate() {
        var limiter = RateLimiter<Int>(ratePerSecond: 0, burst: 1)
        for key in 0..<1_000 { #expect(limiter.take(key % 3, at: at(0)) == nil) }
        #expect(limiter.count == 0)
    }

    /// A rate so slow that the bucket is never full again must not make it forgotten at once.
    @Test func remembersForEver() {
        var limiter = RateLimiter<Int>(ratePerSecond: .leastNonzeroMagnitude, burst: 9_000_000, keysMax: 2)
        _ = limiter.take(1, at: at(.max / 2))
        _ = limiter.take(2, at: at(.max / 2))
        #expect(limiter.count == 2)
    }

    /// Against a bucket for each key that is never forgotten.
    @Test(arguments: UInt64(0)..<200) func agreesWithBuckets(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Double.random(in: 0.5...20, using: &random)
        let burst = Int.random(in: 1...10, using: &random)
        var limiter = RateLimiter<Int>(ratePerSecond: rate, burst: burst)
        var buckets: [Int: TokenBucket] = [:]
        var now: Int64 = 0
        for _ in 0..<400 {
            now += Int64.random(in: 0...60, using: &random)
            let key = Int.random(in: 0..<6, using: &random)
            if Int.random(in: 0..<8, using: &random) == 0 {
                limiter.giveBack(key)
                buckets[key]?.giveBack()
            } else {
                var bucket = buckets[key] ?? TokenBucket(ratePerSecond: rate, burst: burst)
                #expect(limiter.take(key, at: at(now)) == bucket.take(at: at(now)))
                buckets[key] = bucket
            }
        }
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
}
