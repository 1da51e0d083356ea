import Testing

@testable import LoadKit

@Suite struct OptionsTests {
    private let start = ["fanout", "ws://127.0.0.1:1/"]

    @Test func memoryIsReadAtAscendingNumbers() throws {
        #expect(try Options(start + ["--memory-at", "2000", "--memory-at", "4000"]).memoryAt == [2_000, 4_000])
        #expect(throws: LoadError.self) { try Options(start + ["--memory-at", "2000", "--memory-at", "2000"]) }
    }

    @Test(arguments: [[], ["fanout"], ["none", "ws://127.0.0.1:1/"]])
    func aModeAndAURLAreNeeded(_ arguments: [String]) {
        #expect(throws: LoadError.self) { try Options(arguments) }
    }
}
