import Foundation

/// One call of the benchmark, from its options to what it prints and writes.
struct Session {
    let options: BenchOptions
    /// As they were given.
    let arguments: [String]

    /// - Returns: the exit code.
    func run() throws(BenchError) -> Int32 {
        if options.isList {
            for row in Rows.all { print("\(row.name)\n    \(row.summary.replacing("`", with: ""))") }
            return 0
        }
        if let from = options.from {
            try show(try RecordFile.read(try Disk.read(from)).records)
            return 0
        }
        let rows = try Rows.named(options.rows)
        let folder = "\(FileManager.default.currentDirectoryPath)/.build/bench"
        try Disk.makeFolder(folder)
        if options.givenBinary == nil { try build() }
        let runner = try Runner(options, folder: folder, load: try loadGenerator()) { Session.complain($0) }
        try Disk.append(RecordFile.line(try provenance(folder)) + "\n", to: options.json)
        var all: [Record] = []
        for row in rows {
            guard let records = try runner.measure(row) else { continue }
            // Line by line as they come: all rows take half an hour.
            for line in Table.lines(records) { print(line) }
            fflush(nil)
            try Disk.append(records.map { RecordFile.line($0) + "\n" }.joined(), to: options.json)
            all += records
        }
        try show(all)
        return runner.hasFaults ? 1 : 0
    }

    static func complain(_ sentence: String) {
        FileHandle.standardError.write(Data("bench: \(sentence)\n".utf8))
    }

    private func show(_ records: [Record]) throws(BenchError) {
        if let path = options.svg { try Disk.write(Chart(records).svg, to: path) }
        if let path = options.document {
            let text = try Disk.read(path)
            try Disk.write(try Document.replacingTables(in: text, records: records, rows: Rows.all), to: path)
        }
    }

    /// The server, from the sources that are there.
    private func build() throws(BenchError) {
        Self.complain("building the server; .build/bench/build.log has what the compiler says")
        let child = try Child("script/build", [], on: .all, errors: ".build/bench/build.log")
        guard try child.wait(seconds: 3_600) == 0 else {
            throw .failed("the server cannot be built:\n\(Disk.text(of: ".build/bench/build.log"))")
        }
    }

    /// It was built with this program, and lies beside it.
    private func loadGenerator() throws(BenchError) -> String {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            throw .failed("/proc cannot be read")
        }
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("load").path
    }

    private func provenance(_ folder: String) throws(BenchError) -> Provenance {
        let commit = try Child.output("git", ["describe", "--always", "--dirty", "--exclude", "*"], in: folder)
        let kernel = Disk.text(of: "/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
        let model = Disk.lines(of: "/proc/cpuinfo").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        return Provenance(
            command: (["script/bench"] + arguments).joined(separator: " "),
            date: ISO8601DateFormatter().string(from: Date()), commit: commit ?? "unknown",
            machine: "\(ProcessInfo.processInfo.processorCount) cores, \(model ?? "unknown"), Linux \(kernel)")
    }
}
