import Testing

@testable import Bench

@Suite struct BenchOptionsTests {
    @Test func hasDefaults() throws {
        let options = try BenchOptions([])
        #expect(options.rounds == 3 && options.seconds == 3 && options.rows.isEmpty && options.peer == nil)
        #expect(options.binary == ".build/release/chatserver" && options.givenBinary == nil)
    }

    @Test func takesWhatIsGiven() throws {
        let options = try BenchOptions([
            "--rounds", "1", "--seconds", "2", "--row", "echo", "--row", "fanout", "--peer", "ws://127.0.0.1:1/",
            "--peer-pid", "7", "--baseline", "before", "--binary", "after", "--svg", "a.svg", "--json", "a.jsonl",
        ])
        #expect(options.rounds == 1 && options.seconds == 2)
        #expect(try Rows.named(options.rows).map(\.name) == ["echo", "fanout"])
        #expect(options.peer == .init(url: "ws://127.0.0.1:1/", processID: 7))
        #expect(options.baseline == "before" && options.binary == "after")
        #expect(options.svg == "a.svg" && options.json == "a.jsonl")
    }

    @Test(arguments: [
        ["--rounds"], ["--rounds", "0"], ["--seconds", "many"], ["--row", "none"], ["--rest"], ["echo"],
        ["--peer", "ws://127.0.0.1:1/"], ["--peer-pid", "7"], ["--from", "a.jsonl"],
    ])
    func refusesTheRest(_ arguments: [String]) {
        #expect { try BenchOptions(arguments) } throws: { error in
            if case .usage = error as? BenchError { true } else { false }
        }
    }
}
