/// What a stretch of a run has cost: CPU time of the server and of ourselves.
struct Usage {
    private let process: ServerProcess?
    private let startedAtUs = Clock.microseconds()
    private let serverUs: Int?
    private let ownUs = Clock.ownCPUMicroseconds()

    /// Begins now.
    init(of process: ServerProcess?) {
        self.process = process
        serverUs = process?.cpuMicroseconds()
    }

    var elapsedUs: Int { Clock.microseconds() - startedAtUs }

    /// CPU time of the server since the start; nil if it is unknown.
    func serverCPUMicroseconds() -> Int? {
        guard let serverUs, let now = process?.cpuMicroseconds() else { return nil }
        return now - serverUs
    }

    func ownCPUMicroseconds() -> Int { Clock.ownCPUMicroseconds() - ownUs }
}

extension Report {
    /// Adds what a stretch has cost, in all and for each of `count` things.
    mutating func add(_ usage: Usage, per thing: String, count: Int) {
        let seconds = Double(usage.elapsedUs) / 1_000_000
        if let server = usage.serverCPUMicroseconds() {
            add("server_cpu_cores", Double(server) / 1_000_000 / seconds)
            if count > 0 { add("server_cpu_us_per_\(thing)", Double(server) / Double(count)) }
        }
        add("load_cpu_cores", Double(usage.ownCPUMicroseconds()) / 1_000_000 / seconds)
    }
}
