import Testing

@testable import LoadKit

@Suite struct HistogramTests {
    @Test(arguments: [0, 1, 63, 64, 65, 127, 128, 1_000, 123_456, 10_000_000])
    func quantileIsWithinTwoPercent(_ value: Int) {
        var histogram = Histogram()
        histogram.add(value)
        histogram.add(value * 10)
        let middle = histogram.quantile(0.5)
        #expect(middle >= value && Double(middle) <= Double(value) * 1.02)
        #expect(histogram.quantile(1) == value * 10)
        #expect(histogram.largest == value * 10)
    }

    @Test func isZeroWhenEmpty() { #expect(Histogram().quantile(0.99) == 0) }
}
