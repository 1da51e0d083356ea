import ChatDomain
import Testing

@Suite struct InstantTests {
    @Test func goesForwardsAndBackwards() {
        let start = Instant(milliseconds: 1_000)
        #expect(start.advanced(byMs: 500) == Instant(milliseconds: 1_500))
        #expect(start.advanced(byMs: -1_500) == Instant(milliseconds: -500))
        #expect(start.advanced(byMs: 500).milliseconds(since: start) == 500)
        #expect(start.milliseconds(since: start.advanced(byMs: 500)) == -500)
        #expect(start < start.advanced(byMs: 1))
    }

    /// A deadline that is too far away never comes; it must not wrap around into the past.
    @Test func stopsAtTheEnds() {
        #expect(Instant(milliseconds: 1).advanced(byMs: .max) == Instant(milliseconds: .max))
        #expect(Instant(milliseconds: -2).advanced(byMs: .min) == Instant(milliseconds: .min))
        #expect(Instant(milliseconds: 1).milliseconds(since: Instant(milliseconds: .min)) == .max)
        #expect(Instant(milliseconds: .min).milliseconds(since: Instant(milliseconds: 1)) == .min)
    }
}
