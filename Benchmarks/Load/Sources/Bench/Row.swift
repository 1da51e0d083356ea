/// One row of the benchmark: what is started and prepared, what runs in each round, and which figures come of it.
struct Row: Sendable {
    let name: String
    /// What it measures, for `--list` and docs/performance.md.
    let summary: String
    /// Programs without which the row is left out.
    var tools: [String] = []
    var server = Lifetime.row
    /// Otherwise one round says it all, or takes too long to be repeated.
    var isRepeated = true
    /// Server and load generator may use all cores.
    var usesAllCores = false
    /// Of the server, besides those that every row has.
    var flags: [String] = []
    var preparation: [Preparation] = []
    let runs: [Run]
    let figures: [Figure]

    /// How long a server serves, with its data, before a new one is started and prepared.
    enum Lifetime {
        case row, round, run
        /// The run starts it.
        case none
    }

    func run(named name: String) -> Run? { runs.first { $0.name == name } }

    /// The figures that can be had: those that compare with a peer need one.
    func figures(hasPeer: Bool) -> [Figure] {
        figures.filter { figure in
            hasPeer || figure.value.sources.allSatisfy { run(named: $0.run)?.subject != .peer }
        }
    }
}

/// What is done once the server is up, before anything is measured.
enum Preparation: Sendable {
    case load(LoadRun)
    /// An API key with which the load generator publishes.
    case key
    /// The load again and again, until its receivers have had as many messages.
    case fill(LoadRun, messages: Int)
    /// The server ends, and another one goes on with its data.
    case restart
}

/// One measurement of a round.
struct Run: Sendable {
    /// By which figures refer to it.
    let name: String
    var subject = Subject.server
    let work: Work

    /// Whom it measures.
    enum Subject: Equatable {
        /// Ours, and the baseline's after it where there is one.
        case server
        /// The server of `--peer`.
        case peer
        /// One worker of nginx, with the same pages.
        case nginx
    }
}

enum Work: Sendable {
    case load(LoadRun)
    /// wrk: GET, one after another or 16 deep on each connection.
    case requests(path: String, connections: Int, isDeep: Bool = false)
    /// Nobody is there.
    case silence(seconds: Int)
    /// From the start of the process to the first answer, so many times.
    case starts(Int)
    /// Connections that send their request at one byte a second, and four others that ask for /health meanwhile.
    case halfOpen(connections: Int)
}

/// A run of the load generator. The runner adds where the server is, its process, and how long to measure.
struct LoadRun: Sendable {
    let mode: String
    var path = "/"
    var options: [String] = []
    /// Those that `prepare` and `prepare-native` write, and later runs read.
    var files: [PreparedFile] = []
    /// Publishes with the key of the preparation.
    var hasKey = false
    /// Sent for each room of the rooms' file, whose identifier stands for `{line}`.
    var helloOfEachRoom: String?
    var time = Time.asked

    enum Time {
        case asked
        /// Seconds, where those asked for are too few for a figure.
        case atLeast(Int)
        case exactly(Int)
    }

    func seconds(asked: Int) -> Int {
        switch time {
        case .asked: asked
        case .atLeast(let seconds): max(seconds, asked)
        case .exactly(let seconds): seconds
        }
    }

    /// What is handed to the load generator.
    func arguments(url: String, processID: Int, seconds: Int, folder: String, key: String?, rooms: [String]) -> [String]
    {
        var arguments = [mode, url] + options
        for file in files { arguments += ["--\(file.rawValue)-file", "\(folder)/\(file.rawValue)"] }
        if hasKey, let key { arguments += ["--key", key] }
        if let hello = helloOfEachRoom {
            for room in rooms { arguments += ["--hello", hello.replacing("{line}", with: room)] }
        }
        return arguments + [
            "--duration", String(self.seconds(asked: seconds)), "--pid", String(processID), "--json",
        ]
    }
}

enum PreparedFile: String {
    case users, rooms, tokens, positions
}
