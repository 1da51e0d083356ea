import ChatDomain
import Testing

@Suite struct WallTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_000_000_000_000, "2001-09-09T01:46:40.000Z"),
        (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
        (1_769_903_999_999, "2026-01-31T23:59:59.999Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
        (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func writesKnownMoments(_ milliseconds: Int64, _ expected: String) {
        let time = WallTime(milliseconds: milliseconds)
        #expect(time.description == expected)
        var bytes = Array("at ".utf8)
        time.append(to: &bytes)
        #expect(bytes == Array("at \(expected)".utf8))
    }

    /// Years that RFC 3339 does not have: the form of ECMAScript, whose last moment is 8.64 × 10^15.
    @Test(arguments: [
        (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
        (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
        (8_640_000_000_000_000, "+275760-09-13T00:00:00.000Z"),
        (-8_640_000_000_000_000, "-271821-04-20T00:00:00.000Z"),
        (Int64.max, "+292278994-08-17T07:12:55.807Z"),
        (Int64.min, "-292275055-05-16T16:47:04.192Z"),
    ])
    func writesMomentsFarAway(_ milliseconds: Int64, _ expected: String) {
        #expect(WallTime(milliseconds: milliseconds).description == expected)
    }

    /// Against a calendar that counts day by day, forwards and backwards, over the leap years of 400 years and more.
    @Test func agreesWithCountingDays() {
        var day: Int64 = 0
        for year in 1970..<2410 {
            for month in 1...12 {
                expect(day, is: year, month, 1)
                day += Int64(length(of: month, in: year))
                expect(day - 1, is: year, month, length(of: month, in: year))
            }
        }
        day = 0
        for year in (1560..<1970).reversed() {
            for month in (1...12).reversed() {
                expect(day - 1, is: year, month, length(of: month, in: year))
                day -= Int64(length(of: month, in: year))
                expect(day, is: year, month, 1)
            }
        }
    }

    @Test func isOrderedByTime() {
        #expect(WallTime(milliseconds: -1) < WallTime(milliseconds: 0))
        #expect(!(WallTime(milliseconds: 0) < WallTime(milliseconds: 0)))
    }

    private func expect(_ day: Int64, is year: Int, _ month: Int, _ dayOfMonth: Int) {
        let expected = "\(year)-\(two(month))-\(two(dayOfMonth))T12:34:56.789Z"
        let time = WallTime(milliseconds: day * 86_400_000 + 45_296_789)
        #expect(time.description == expected)
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
