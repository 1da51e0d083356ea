import Testing

@testable import Bench

@Suite struct SamplesTests {
    @Test(
        arguments: [
            ([], nil), ([3], 3), ([3, 1, 2], 2), ([4, 1, 3, 2], 2), ([10, 9, 1], 9),
        ] as [([Double], Double?)])
    func medianIsAFigureThatWasMeasured(_ values: [Double], _ median: Double?) {
        #expect(Samples.median(values) == median)
    }

    @Test(
        arguments: [
            (1, 4, 0.25), (1, 0, nil), (nil, 4, nil), (1, nil, nil), (0, 4, 0),
        ] as [(Double?, Double?, Double?)])
    func ratioNeedsBoth(_ value: Double?, _ other: Double?, _ ratio: Double?) {
        #expect(Samples.ratio(value, to: other) == ratio)
    }

    @Test func sidesAndRunsStayApart() {
        var samples = Samples()
        for value in [3.0, 1, 2] { samples.add(["cpu": value], of: "own", .own) }
        samples.add(["cpu": 8], of: "own", .baseline)
        samples.add(["cpu": 3], of: "nginx", .own)
        let own = Figure.Source(run: "own", figure: "cpu")
        #expect(samples.median(own, .own) == 2)
        #expect(samples.median(own, .baseline) == 8)
        #expect(samples.median(.init(run: "own", figure: "rate"), .own) == nil)
        let ratio = Figure.Value.ratio(own, to: .init(run: "nginx", figure: "cpu"))
        #expect(samples.value(ratio, .own) == 0.67)
        // nginx was measured once, for both.
        #expect(samples.value(ratio, .baseline) == 2.67)
    }

    @Test func recordsSayWhatTheBaselineHas() throws {
        let row = Row(
            name: "row", summary: "", runs: [Run(name: "own", work: .starts(1))],
            figures: [
                Figure("what", "own", "ms", "ms", .atMost(3)), Figure("", "own", "missing", "", .atLeast(1)),
            ])
        var samples = Samples()
        samples.add(["ms": 2], of: "own", .own)
        var records = Runner.records(of: row, samples, hasPeer: false)
        #expect(records[0] == Record(row: "row", what: "what", value: 2, unit: "ms", aim: .atMost(3)))
        #expect(records[1].isMet == false)
        samples.add(["ms": 3], of: "own", .baseline)
        records = Runner.records(of: row, samples, hasPeer: false)
        #expect(records[0].baseline == 3)
        #expect(records[0].toBaseline == 0.667)
    }
}
