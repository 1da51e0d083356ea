import ChatDomain
import Testing

@testable import ChatServerApp

@Suite struct ClockWatchTests {
    @Test func tellsOfEachJumpOnce() {
        var watch = ClockWatch(wallTime: WallTime(milliseconds: 1_000_000), sinceStart: Instant(milliseconds: 5_000))
        let looks: [(wallTime: Int64, sinceStart: Int64, expected: Int64?)] = [
            (1_060_000, 65_000, nil),
            // Corrections by little, as often as they come.
            (1_060_999, 65_000, nil), (1_060_001, 65_000, nil), (1_059_001, 65_000, nil),
            (1_061_000, 65_000, 1_000), (1_061_001, 65_001, nil),
            (87_461_001, 65_001, 86_400_000), (87_461_101, 65_101, nil),
            (1_061_101, 65_101, -86_400_000), (1_061_102, 65_102, nil),
        ]
        for (wallTime, sinceStart, expected) in looks {
            let jump = watch.jump(
                wallTime: WallTime(milliseconds: wallTime), sinceStart: Instant(milliseconds: sinceStart))
            #expect(jump == expected, "\(wallTime)")
        }
    }

    @Test func anyTimesAreTaken() {
        var watch = ClockWatch(wallTime: WallTime(milliseconds: .min), sinceStart: Instant(milliseconds: 1))
        #expect(watch.jump(wallTime: WallTime(milliseconds: .max), sinceStart: Instant(milliseconds: 1)) != 0)
    }
}
