import Foundation
import LoadKit

/// Does one run, whatever it consists of, and gives its figures by name.
struct Works {
    let seconds: Int
    /// The load generator.
    let load: String
    /// For what is written and read meanwhile.
    let folder: String
    var loadCores = Cores.load
    var serverCores = Cores.server

    private static let halfOpenScript = "Benchmarks/HalfOpen/half-open.py"

    /// Where it goes, and who is measured.
    struct Place {
        /// With the port, without a path; a peer's with its path.
        let url: String
        let hasPath: Bool
        /// The first is the server; CPU is that of all.
        let processIDs: [Int]
        /// Ours.
        let server: Server?
    }

    func perform(_ work: Work, at place: Place) throws(BenchError) -> [String: Double] {
        switch work {
        case .load(let run): return try perform(run, at: place)
        case .requests(let path, let connections, let isDeep):
            return try requests(place.url + path, connections, isDeep: isDeep, of: place.processIDs)
        case .silence(let seconds): return try silence(seconds, place)
        case .starts(let count): return try starts(count, place)
        case .halfOpen(let connections): return try halfOpen(connections, place)
        }
    }

    func perform(_ run: LoadRun, at place: Place) throws(BenchError) -> [String: Double] {
        let url = place.hasPath ? place.url : place.url + run.path
        let arguments = run.arguments(
            url: url, processID: place.processIDs.first ?? 0, seconds: seconds, folder: place.server?.folder ?? folder,
            key: place.server?.key, rooms: place.server?.rooms ?? [])
        let output = "\(folder)/load.json"
        let errors = "\(folder)/load.log"
        let child = try Child(load, arguments, on: loadCores, output: output, errors: errors)
        defer { child.stop() }
        try child.wait(seconds: Double(180 + run.seconds(asked: seconds)))
        let said = Disk.text(of: output)
        return try LoadReport.figures(in: said.isEmpty ? Disk.text(of: errors) : said, of: "load \(run.mode) \(url)")
    }

    private func requests(
        _ url: String, _ connections: Int, isDeep: Bool, of processes: [Int]
    ) throws(BenchError) -> [String: Double] {
        var script: String?
        if isDeep {
            script = "\(folder)/deep.lua"
            try Disk.write(Wrk.deepScript, to: "\(folder)/deep.lua")
        }
        let before = try cpuNanoseconds(processes)
        let output = "\(folder)/wrk.txt"
        let child = try Child(
            "wrk", Wrk.arguments(url: url, connections: connections, seconds: seconds, script: script), on: loadCores,
            output: output)
        defer { child.stop() }
        try child.wait(seconds: Double(60 + seconds))
        let used = try cpuNanoseconds(processes) - before
        let result = try Wrk.result(of: Disk.text(of: output))
        return [
            "cpu_us_per_request": used / 1_000 / result.requests, "requests_per_s": result.requestsPerSecond,
            "latency_p99_us": result.p99Us,
        ]
    }

    private func silence(_ seconds: Int, _ place: Place) throws(BenchError) -> [String: Double] {
        // What comes after the start is not meant.
        try Child.sleep(seconds: 1)
        let before = try cpuNanoseconds(place.processIDs)
        try Child.sleep(seconds: Double(seconds))
        return ["server_cpu_ms": ((try cpuNanoseconds(place.processIDs) - before) / 1_000).rounded() / 1_000]
    }

    private func starts(_ count: Int, _ place: Place) throws(BenchError) -> [String: Double] {
        guard let server = place.server else { throw .failed("only a server of ours can be started") }
        var times: [Double] = []
        for _ in 0..<count { times.append(try server.timeToFirstAnswer(on: serverCores)) }
        return Samples.median(times).map { ["first_answer_ms": $0] } ?? [:]
    }

    private func halfOpen(_ connections: Int, _ place: Place) throws(BenchError) -> [String: Double] {
        guard let server = place.server else { throw .failed("only a server of ours has half-open connections") }
        // Its first line comes when all are open, its second when all are cut.
        let output = "\(folder)/halfopen.txt"
        let arguments =
            ["-n", "19", "python3", Self.halfOpenScript]
            + [server.port, connections, server.processID].map(String.init)
        let child = try Child("nice", arguments, on: loadCores, output: output)
        defer { child.stop() }
        let isOpen = try Child.wait(seconds: 60) { () throws(BenchError) in
            !Disk.text(of: output).isEmpty || !child.isRunning
        }
        guard isOpen, child.isRunning else { throw .runFailed("the half-open connections could not be opened") }
        var figures = try requests("\(place.url)/health", 4, isDeep: false, of: place.processIDs)
        try child.wait(seconds: 120)
        guard let line = Disk.lines(of: output).last,
            let said = try? JSONDecoder().decode(HalfOpen.self, from: Data(line.utf8))
        else { throw .runFailed("half-open.py said nothing") }
        figures["memory_bytes"] = said.memoryBytes
        figures["cut"] = said.cut
        figures["life_s_max"] = said.lifeSecondsMax
        return figures
    }

    private struct HalfOpen: Decodable {
        let memoryBytes: Double
        let cut: Double
        let lifeSecondsMax: Double

        enum CodingKeys: String, CodingKey {
            case memoryBytes = "memory_bytes"
            case cut
            case lifeSecondsMax = "life_s_max"
        }
    }

    private func cpuNanoseconds(_ processes: [Int]) throws(BenchError) -> Double {
        var sum = 0
        for id in processes {
            guard let used = ServerProcess(id: id).cpuNanoseconds() else { throw .runFailed("the server is gone") }
            sum += used
        }
        return Double(sum)
    }
}
