import LoadKit
import Testing

@testable import Bench

@Suite struct RowTests {
    @Test func namesAreUnique() {
        #expect(Set(Rows.all.map(\.name)).count == Rows.all.count)
        for row in Rows.all { #expect(Set(row.runs.map(\.name)).count == row.runs.count, "\(row.name)") }
    }

    @Test(arguments: Rows.all.map(\.name))
    func figuresComeFromItsRuns(_ name: String) throws {
        let row = try #require(try Rows.named([name]).first)
        #expect(!row.figures(hasPeer: false).isEmpty)
        #expect(!row.summary.contains("\n") && !row.summary.contains("|"))
        for source in row.figures.flatMap(\.value.sources) {
            let run = try #require(row.run(named: source.run))
            #expect(try names(of: run.work).contains(source.figure), "\(source)")
        }
    }

    /// What the load generator would make of its arguments.
    @Test(arguments: Rows.all.map(\.name))
    func loadsAreUnderstood(_ name: String) throws {
        let row = try #require(try Rows.named([name]).first)
        for load in loads(of: row) {
            let arguments = load.arguments(
                url: "http://127.0.0.1:1\(load.path)", processID: 1, seconds: 3, folder: "/folder", key: "key",
                rooms: ["r1", "r2"])
            #expect(try Options(arguments).isJSON)
            #expect(arguments.contains("--key") == load.hasKey)
        }
    }

    @Test func argumentsNameFilesAndRooms() {
        let load = LoadRun(
            mode: "idle", options: ["-c", "2"], files: [.rooms], helloOfEachRoom: #"{"room":"{line}"}"#,
            time: .atLeast(10))
        let arguments = load.arguments(
            url: "http://127.0.0.1:1/", processID: 7, seconds: 3, folder: "/folder", key: "key", rooms: ["r1", "r2"])
        #expect(
            arguments == [
                "idle", "http://127.0.0.1:1/", "-c", "2", "--rooms-file", "/folder/rooms", "--hello",
                #"{"room":"r1"}"#, "--hello", #"{"room":"r2"}"#, "--duration", "10", "--pid", "7", "--json",
            ])
    }

    @Test func comparesWithAPeerWhereThereIsOne() throws {
        let row = try #require(try Rows.named(["fanout"]).first)
        let (without, with) = (row.figures(hasPeer: false), row.figures(hasPeer: true))
        #expect(without.flatMap(\.value.sources).allSatisfy { $0.run == "own" })
        #expect(with.count == row.figures.count)
        #expect(with.count > without.count)
    }

    private func loads(of row: Row) -> [LoadRun] {
        let prepared: [LoadRun] = row.preparation.compactMap { step in
            switch step {
            case .load(let run), .fill(let run, _): run
            case .key, .restart: nil
            }
        }
        return prepared
            + row.runs.compactMap { run in if case .load(let load) = run.work { load } else { nil } }
    }

    /// The names of the figures that a run can give.
    private func names(of work: Work) throws -> Set<String> {
        switch work {
        case .load(let load):
            let common: Set = [
                "server_cpu_cores", "load_cpu_cores", "latency_p50_us", "latency_p99_us", "deliveries_per_s",
                "server_cpu_us_per_delivery",
            ]
            switch load.mode {
            case "fanout", "echo":
                let steps = load.options.compactMap { Int($0) }.map { "server_rss_kib_at_\($0)" }
                return common.union(["completed_per_s"] + (load.options.contains("--memory-at") ? steps : []))
            case "idle": return ["server_rss_bytes_per_connection", "server_cpu_cores"]
            case "churn": return ["server_cpu_us_per_handshake", "handshakes_per_s"]
            case "relay": return common.union(["publications_per_s", "server_cpu_us_per_publication"])
            case "feed":
                return common.union([
                    "items_per_s", "other_latency_p99_us", "server_rss_growth_kib", "missed_by_readers",
                ])
            case "resume": return ["all_caught_up_ms", "server_cpu_us_per_connection"]
            case "put": return common.union(["requests_per_s", "server_cpu_us_per_request"])
            default: return []
            }
        case .requests: return ["cpu_us_per_request", "requests_per_s", "latency_p99_us"]
        case .silence: return ["server_cpu_ms"]
        case .starts: return ["first_answer_ms"]
        case .halfOpen: return ["memory_bytes", "cut", "life_s_max", "latency_p99_us"]
        }
    }
}
