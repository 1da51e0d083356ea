import Glibc
import LoadKit

/// The server under test, one build of it, with a folder of its own.
final class Server {
    let binary: String
    let folder: String
    let side: Samples.Side
    /// With which the load generator publishes; of the row's preparation.
    private(set) var key: String?
    private(set) var port = 0
    private var child: Child?

    init(binary: String, folder: String, side: Samples.Side) throws(BenchError) {
        guard Child.path(of: binary) != nil else { throw .failed("there is no executable \(binary)") }
        (self.binary, self.folder, self.side) = (binary, folder, side)
        try Disk.makeEmptyFolder(folder)
    }

    /// Zero while it does not run.
    var processID: Int { child?.id ?? 0 }
    var process: ServerProcess { ServerProcess(id: processID) }
    var rooms: [String] { Disk.lines(of: "\(folder)/rooms") }

    /// With new data.
    func start(_ flags: [String], on cores: Cores) throws(BenchError) {
        stop()
        try Disk.makeEmptyFolder(folder)
        key = nil
        try goOn(flags, on: cores)
    }

    /// With the data that there is.
    func goOn(_ flags: [String], on cores: Cores) throws(BenchError) {
        stop()
        child = try launch(port: 0, flags, on: cores)
        port = 0
        let isUp = try Child.wait(seconds: 10) { () throws(BenchError) in
            port = Self.port(in: Disk.text(of: log)) ?? 0
            return port > 0 || child?.isRunning != true
        }
        guard isUp, port > 0 else { throw .failed("the server did not start:\n\(Disk.text(of: log))") }
    }

    /// Makes a key with which one publishes to topics.
    func makeKey() throws(BenchError) {
        let arguments = ["key", "add", "--publish", "load", "--data", "\(folder)/data"]
        guard let key = try Child.output(binary, arguments, in: folder) else { throw .failed("no key could be made") }
        self.key = key
    }

    /// Milliseconds from the start of the process, with new data, to the first answer. It is stopped after that.
    func timeToFirstAnswer(on cores: Cores) throws(BenchError) -> Double {
        stop()
        try Disk.makeEmptyFolder(folder)
        let port = try Ports.free()
        let clock = ContinuousClock()
        let start = clock.now
        child = try launch(port: port, [], on: cores)
        defer { stop() }
        // Much more often than others wait: it is a matter of milliseconds.
        while !Health.isAnswered(port: port) {
            guard clock.now - start < .seconds(10), child?.isRunning == true, !Interruption.hasCome else {
                throw .runFailed("the server did not answer:\n\(Disk.text(of: log))")
            }
            usleep(200)
        }
        return (clock.now - start) / .milliseconds(1)
    }

    func stop() {
        child?.stop()
        child = nil
    }

    private var log: String { "\(folder)/server.log" }

    private func launch(port: Int, _ flags: [String], on cores: Cores) throws(BenchError) -> Child {
        try Child(
            binary, ["serve", "--listen", "127.0.0.1:\(port)", "--data", "\(folder)/data", "--threads", "1"] + flags,
            on: cores, errors: log)
    }

    static func port(in log: String) -> Int? {
        guard let range = log.firstRange(of: "listening on http://127.0.0.1:") else { return nil }
        let digits = log[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
        // A line that is not whole yet may end in the middle of the number.
        guard digits.endIndex < log.endIndex else { return nil }
        return Int(digits)
    }
}
