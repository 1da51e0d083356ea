import Testing

@testable import Bench

@Suite struct TableTests {
    @Test func columnsAreAligned() {
        let records = [
            Record(row: "a", what: "stored, per second", value: 152_999.6, unit: "messages/s", aim: .atLeast(30_000)),
            Record(row: "a", what: "  … p99", value: 4_100, unit: "us", aim: .atMost(100)),
            Record(row: "a", what: "  a share", value: 0.125),
            Record(row: "a", what: "a run that failed", value: nil, unit: "us", aim: .atMost(1)),
        ]
        #expect(
            Table.lines(records) == [
                "stored, per second                                  153,000 messages/s     at least 30,000    met",
                "  … p99                                               4,100 us             at most 100        MISSED",
                "  a share                                             0.125",
                "a run that failed                                 no figure us             at most 1          MISSED",
            ])
    }

    @Test func theBaselineStandsBehind() {
        var record = Record(row: "a", what: "CPU", value: 2, unit: "us")
        record.baseline = 4
        record.toBaseline = 0.5
        #expect(Table.lines([record])[0].hasSuffix(" baseline 4 ratio 0.5"))
    }
}
