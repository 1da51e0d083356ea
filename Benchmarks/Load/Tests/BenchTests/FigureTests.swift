import Testing

@testable import Bench

@Suite struct FigureTests {
    @Test(
        arguments: [
            (0, "0"), (-0.0001, "0"), (0.17, "0.17"), (0.1704, "0.17"), (0.0005, "0.001"), (12, "12"), (12.05, "12.05"),
            (-3.5, "-3.5"), (999.9994, "999.999"), (999.9996, "1,000"), (1_234.5, "1,235"), (5_900_000, "5,900,000"),
            (-1_234, "-1,234"), (.infinity, "no figure"), (.nan, "no figure"),
        ] as [(Double, String)])
    func numbersAreShort(_ value: Double, _ text: String) { #expect(Number.text(value) == text) }

    @Test(
        arguments: [
            (.atMost(2), 1, true, 0.5), (.atMost(2), 2, true, 1), (.atMost(2), 3, false, 1.5),
            (.atLeast(2), 4, true, 0.5), (.atLeast(2), 2, true, 1), (.atLeast(2), 1, false, 2),
            (.atLeast(2), 0, false, .infinity), (.atMost(0), 0, true, .infinity),
        ] as [(Aim, Double, Bool, Double)])
    func aimsAreMetOrNot(_ aim: Aim, _ value: Double, _ isMet: Bool, _ part: Double) {
        #expect(aim.isMet(by: value) == isMet)
        #expect(aim.part(of: value) == part)
    }

    @Test func aimsAreSaid() {
        #expect(Aim.atMost(0.9).words == "at most 0.9")
        #expect(Aim.atLeast(40_000).words == "at least 40,000")
    }
}
