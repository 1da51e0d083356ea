import ChatDomain
import Testing

@Suite struct TokenBucketTests {
    @Test func grantsABurstAndThenTheRate() {
        var bucket = TokenBucket(ratePerSecond: 10, burst: 3)
        for _ in 0..<3 { #expect(bucket.take(at: at(0)) == nil) }
        #expect(bucket.take(at: at(0)) == 100)
        #expect(bucket.take(at: at(1)) == 99)
        #expect(bucket.take(at: at(99)) == 1)
        #expect(bucket.take(at: at(100)) == nil)
        #expect(bucket.take(at: at(100)) == 100)
        #expect(bucket.take(at: at(350)) == nil)
        #expect(bucket.take(at: at(350)) == nil)
        #expect(bucket.take(at: at(350)) == 50)
    }

    @Test func holdsNoMoreThanItsBurst() {
        var bucket = TokenBucket(ratePerSecond: 1_000, burst: 2)
        #expect(bucket.take(at: at(0)) == nil)
        for _ in 0..<2 { #expect(bucket.take(at: at(1_000_000)) == nil) }
        #expect(bucket.take(at: at(1_000_000)) == 1)
    }

    @Test func givesBack() {
        var bucket = TokenBucket(ratePerSecond: 1, burst: 1)
        bucket.giveBack()
        #expect(bucket.take(at: at(0)) == nil)
        bucket.giveBack()
        bucket.giveBack()
        #expect(bucket.take(at: at(0)) == nil)
        #expect(bucket.take(at: at(0)) == 1_000)
    }

    @Test(arguments: [0, -1, -Double.infinity, Double.nan]) func hasNoLimitWithoutARate(_ rate: Double) {
        var bucket = TokenBucket(ratePerSecond: rate, burst: 1)
        for _ in 0..<1_000 { #expect(bucket.take(at: at(0)) == nil) }
    }

    @Test(arguments: [Int.min, -1, 0, 1]) func holdsOneTokenAtLeast(_ burst: Int) {
        var bucket = TokenBucket(ratePerSecond: 1, burst: burst)
        #expect(bucket.take(at: at(0)) == nil)
        #expect(bucket.take(at: at(0)) == 1_000)
    }

    private static let rates: [(Double, Int64)] = [
        (1.0 / 60, 60_000), (1.0 / 3_600, 3_600_000), (1.0 / 86_400, 86_400_000), (3, 334), (0.5, 2_000), (999.5, 2),
        (1_000, 1), (100_000, 1), (.infinity, 1), (.greatestFiniteMagnitude, 1),
    ]

    @Test(arguments: rates)
    func knowsSlowAndFastRates(_ rate: Double, _ waitMs: Int64) throws {
        var bucket = TokenBucket(ratePerSecond: rate, burst: 1)
        #expect(bucket.take(at: at(0)) == nil)
        let refused = bucket.take(at: at(0))
        let wait = try #require(refused)
        // A rate that is no whole number of parts is rounded down, by less than a part in 10,000.
        #expect(wait >= waitMs && wait <= waitMs + waitMs / 10_000 + 1)
        #expect(bucket.take(at: at(wait)) == nil)
    }

    @Test func survivesTheEndsOfTime() {
        for rate in [Double.leastNonzeroMagnitude, 1, 1e18] {
            for burst in [1, 9_000_000, Int.max] {
                var bucket = TokenBucket(ratePerSecond: rate, burst: burst)
                #expect(bucket.take(at: at(.min)) == nil)
                #expect(bucket.take(at: at(.max)) == nil)
                _ = bucket.take(at: at(.min))
                bucket.giveBack()
                #expect(bucket.take(at: at(0)) == nil)
            }
        }
    }

    @Test func gainsNothingFromTimeRunningBackwards() {
        var bucket = TokenBucket(ratePerSecond: 1, burst: 1)
        #expect(bucket.take(at: at(10_000)) == nil)
        #expect(bucket.take(at: at(0)) == 1_000)
        #expect(bucket.take(at: at(10_999)) == 1)
        #expect(bucket.take(at: at(11_000)) == nil)
    }

    /// Whoever waits as long as told is granted, and not a millisecond earlier; nobody gets more than burst + rate × time.
    @Test(arguments: UInt64(0)..<200) func keepsItsWord(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Double.random(in: 0.1...50, using: &random)
        let burst = Int.random(in: 1...20, using: &random)
        var bucket = TokenBucket(ratePerSecond: rate, burst: burst)
        var now = Int64.random(in: 0...1_000_000, using: &random)
        let start = now
        var granted = 0
        for _ in 0..<200 {
            now += Int64.random(in: 0...100, using: &random)
            guard let waitMs = bucket.take(at: at(now)) else {
                granted += 1
                continue
            }
            var early = bucket
            #expect(waitMs > 0)
            #expect(early.take(at: at(now + waitMs - 1)) != nil)
            var late = bucket
            #expect(late.take(at: at(now + waitMs)) == nil)
        }
        #expect(Double(granted) <= Double(burst) + rate * Double(now - start) / 1_000 + 1e-6)
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
}
