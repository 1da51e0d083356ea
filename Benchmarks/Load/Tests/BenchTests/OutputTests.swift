import Testing

@testable import Bench

/// What other programs say.
@Suite struct OutputTests {
    private let wrk = """
        Running 3s test @ http://127.0.0.1:8080/health
          1 threads and 64 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   610.10us  120.00us   4.00ms   90.00%
          Latency Distribution
             50%  600.00us
             99%    1.25ms
          300000 requests in 3.00s, 50.00MB read
        Requests/sec: 100000.50
        Transfer/sec:     16.67MB

        """

    @Test func wrkIsRead() throws {
        #expect(
            try Wrk.result(of: wrk) == .init(requests: 300_000, requestsPerSecond: 100_000.5, p99Us: 1_250))
        #expect(try Wrk.result(of: wrk.replacing("1.25ms", with: "980.00us")).p99Us == 980)
        #expect(try Wrk.result(of: wrk.replacing("1.25ms", with: "1.50s")).p99Us == 1_500_000)
    }

    @Test(arguments: ["", "  Socket errors: connect 0, read 3, write 0, timeout 0", "  Non-2xx or 3xx responses: 5"])
    func badRunsOfWrkAreVoid(_ line: String) {
        #expect(throws: BenchError.self) { try Wrk.result(of: line.isEmpty ? "" : wrk + line) }
    }

    @Test func theLoadGeneratorIsRead() throws {
        let line = #"{"ok":true,"faults":[],"deliveries_per_s":1234.500,"lost":0,"growth":-3}"# + "\n"
        #expect(
            try LoadReport.figures(in: line, of: "load") == ["deliveries_per_s": 1_234.5, "lost": 0, "growth": -3])
    }

    @Test(arguments: [
        (#"{"ok":false,"faults":["3 deliveries were lost"],"lost":3}"#, "load: 3 deliveries were lost"),
        ("load: the connections could not all be opened", "load: load: the connections could not all be opened"),
        ("", "load: it said nothing"),
    ])
    func badLoadsAreVoid(_ line: String, _ sentence: String) {
        #expect(throws: BenchError.runFailed(sentence)) { try LoadReport.figures(in: line, of: "load") }
    }

    @Test(
        arguments: [
            ("chatserver: listening on http://127.0.0.1:43211\nmore\n", 43_211),
            ("listening on http://127.0.0.1:43", nil),
            ("", nil), ("listening on http://127.0.0.1:\n", nil),
        ] as [(String, Int?)])
    func theServerSaysWhereItListens(_ log: String, _ port: Int?) { #expect(Server.port(in: log) == port) }
}
