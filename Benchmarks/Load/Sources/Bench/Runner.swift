import LoadKit

/// Measures rows: starts what they need, goes through their rounds, and ends what it has started.
final class Runner {
    /// Whether a run failed, or a figure could not be had.
    private(set) var hasFaults = false

    private let options: BenchOptions
    private let folder: String
    /// Ours first.
    private let servers: [Server]
    private var works: Works
    private var nginx: Nginx?
    private let complain: (String) -> Void

    /// - Parameters:
    ///   - folder: for data, logs and what runs write.
    ///   - load: the load generator.
    ///   - complain: is told what went wrong.
    init(
        _ options: BenchOptions, folder: String, load: String, complain: @escaping (String) -> Void
    ) throws(BenchError) {
        (self.options, self.folder, self.complain) = (options, folder, complain)
        works = Works(seconds: options.seconds, load: load, folder: folder)
        var servers = [try Server(binary: options.binary, folder: "\(folder)/own", side: .own)]
        if let baseline = options.baseline {
            servers.append(try Server(binary: baseline, folder: "\(folder)/baseline", side: .baseline))
        }
        self.servers = servers
        if let peer = options.peer { try Cores.server.pin(processID: peer.processID) }
    }

    /// Nil where a program is missing that the row needs.
    func measure(_ row: Row) throws(BenchError) -> [Record]? {
        if let missing = row.tools.first(where: { Child.path(of: $0) == nil }) {
            complain("\(missing) is not installed: the row \(row.name) is left out")
            return nil
        }
        defer { stopAll() }
        try begin(row)
        var samples = Samples()
        for _ in 0..<(row.isRepeated ? options.rounds : 1) {
            if row.server == .round { for server in servers { try start(server, for: row) } }
            for run in row.runs { try measure(run, of: row, into: &samples) }
        }
        let records = Self.records(of: row, samples, hasPeer: options.peer != nil)
        if records.contains(where: { $0.value == nil }) { hasFaults = true }
        return records
    }

    private func begin(_ row: Row) throws(BenchError) {
        works.loadCores = row.usesAllCores ? .all : .load
        works.serverCores = row.usesAllCores ? .all : .server
        let pages = "\(folder)/pages"
        try Pages.make(in: pages)
        if row.runs.contains(where: { $0.subject == .nginx }) {
            nginx = try Nginx(pages: pages, folder: "\(folder)/nginx")
        }
        if row.server == .row { for server in servers { try start(server, for: row) } }
    }

    /// With new data, and all that the row prepares.
    private func start(_ server: Server, for row: Row) throws(BenchError) {
        let flags = row.flags.map { $0 == Pages.placeholder ? "\(folder)/pages" : $0 }
        try server.start(flags, on: works.serverCores)
        do {
            for step in row.preparation {
                switch step {
                case .load(let run): _ = try works.perform(run, at: place(of: server))
                case .key: try server.makeKey()
                case .restart: try server.goOn(flags, on: works.serverCores)
                case .fill(let run, let messages): try fill(server, run, messages)
                }
            }
        } catch .runFailed(let sentence) {
            // There is nothing to be measured then.
            throw .failed("the row \(row.name) cannot be prepared: \(sentence)")
        }
    }

    private func fill(_ server: Server, _ run: LoadRun, _ messages: Int) throws(BenchError) {
        var received = 0.0
        // A run brings a tenth of them at least.
        for _ in 0..<10 where received < Double(messages) {
            received += try works.perform(run, at: place(of: server))["received_total"] ?? 0
        }
    }

    private func measure(_ run: Run, of row: Row, into samples: inout Samples) throws(BenchError) {
        switch run.subject {
        case .server:
            for server in servers {
                if row.server == .run { try start(server, for: row) }
                defer { if row.server == .run { server.stop() } }
                try awaitQuiet(except: server)
                try take(run, at: place(of: server), server.side, into: &samples)
            }
        case .peer:
            guard let peer = options.peer else { return }
            let place = Works.Place(url: peer.url, hasPath: true, processIDs: [peer.processID], server: nil)
            try take(run, at: place, .own, into: &samples)
        case .nginx:
            guard let nginx else { return }
            let place = Works.Place(
                url: "http://127.0.0.1:\(nginx.port)", hasPath: false, processIDs: nginx.processIDs, server: nil)
            try take(run, at: place, .own, into: &samples)
        }
    }

    /// The others may have work left from their own turn, on the core that is measured now.
    private func awaitQuiet(except measured: Server) throws(BenchError) {
        for server in servers where server !== measured && server.processID > 0 {
            var before = server.process.cpuMicroseconds()
            for _ in 0..<300 {
                try Child.sleep(seconds: 0.1)
                let now = server.process.cpuMicroseconds()
                guard let start = before, let now, now - start > 2_000 else { break }
                before = now
            }
        }
    }

    private func take(
        _ run: Run, at place: Works.Place, _ side: Samples.Side, into samples: inout Samples
    ) throws(BenchError) {
        do {
            samples.add(try works.perform(run.work, at: place), of: run.name, side)
        } catch {
            guard case .runFailed = error else { throw error }
            hasFaults = true
            complain((side == .own ? "" : "the baseline: ") + error.description)
        }
    }

    private func place(of server: Server) -> Works.Place {
        Works.Place(
            url: "http://127.0.0.1:\(server.port)", hasPath: false,
            processIDs: server.processID > 0 ? [server.processID] : [], server: server)
    }

    private func stopAll() {
        nginx?.stop()
        nginx = nil
        for server in servers { server.stop() }
    }

    static func records(of row: Row, _ samples: Samples, hasPeer: Bool) -> [Record] {
        row.figures(hasPeer: hasPeer).map { figure in
            var record = Record(
                row: row.name, what: figure.label, value: samples.value(figure.value, .own).map(thousandths),
                unit: figure.unit.isEmpty ? nil : figure.unit, aim: figure.aim)
            record.baseline = samples.value(figure.value, .baseline).map(thousandths)
            if case .of(let source) = figure.value {
                record.toBaseline = Samples.ratio(record.value, to: samples.median(source, .baseline))
                    .map(thousandths)
            }
            return record
        }
    }

    /// What is behind them is noise.
    private static func thousandths(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
