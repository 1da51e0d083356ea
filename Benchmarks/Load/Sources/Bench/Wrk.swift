/// What wrk is told, and what it says.
enum Wrk {
    static func arguments(url: String, connections: Int, seconds: Int, script: String?) -> [String] {
        ["--threads", "1", "--duration", "\(seconds)s", "--latency", "--connections", String(connections)]
            + (script.map { ["--script", $0] } ?? []) + [url]
    }

    /// Sends each request 16 times at once.
    static let deepScript = """
        init = function(arguments)
            local request = wrk.format("GET")
            deep = string.rep(request, 16)
        end
        request = function() return deep end

        """

    struct Result: Equatable {
        var requests: Double
        var requestsPerSecond: Double
        var p99Us: Double
    }

    static func result(of output: String) throws(BenchError) -> Result {
        guard !output.contains("Non-2xx"), !output.contains("Socket errors") else { throw .runFailed(output) }
        var requests: Double?
        var rate: Double?
        var p99: Double?
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.contains(" requests in "), let first = words.first { requests = Double(first) }
            if words.first == "Requests/sec:", words.count > 1 { rate = Double(words[1]) }
            if words.first == "99%", words.count > 1 { p99 = microseconds(words[1]) }
        }
        guard let requests, requests > 0, let rate, let p99 else { throw .runFailed("wrk said: \(output)") }
        return Result(requests: requests, requestsPerSecond: rate, p99Us: p99)
    }

    private static func microseconds(_ text: Substring) -> Double? {
        for (unit, factor) in [("us", 1.0), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000)]
        where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}
