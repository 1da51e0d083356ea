import Testing

@testable import LoadKit

@Suite struct SequenceCheckTests {
    @Test(
        arguments: [
            ([1, 2, 3], [.next, .next, .next]),
            ([1, 1], [.next, .double]),
            ([2, 1, 1, 3], [.ahead, .late, .double, .next]),
            ([1, 4, 2, 3, 2, 5], [.next, .ahead, .late, .late, .double, .next]),
            ([1, 200, 199, 1], [.next, .ahead, .late, .double]),
        ] as [([Int], [SequenceCheck.Verdict])])
    func judges(_ sequence: [Int], _ verdicts: [SequenceCheck.Verdict]) {
        var check = SequenceCheck()
        #expect(sequence.map { check.receive($0) } == verdicts)
    }
}
