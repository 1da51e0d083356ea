import CLinux
import Foundation
import Synchronization

/// A process that we have started, pinned to some cores. It has an end: `wait` within a time, or `stop`.
final class Child {
    private let process = Process()
    private let name: String

    var id: Int { Int(process.processIdentifier) }
    var isRunning: Bool { process.isRunning }
    /// Of one that does not run any more; more than 255 if a signal ended it.
    var exitCode: Int { Int(process.terminationStatus) + (process.terminationReason == .exit ? 0 : 256) }

    /// - Parameters:
    ///   - program: a path, or a name that is looked for on the PATH.
    ///   - output: the file for what it writes; nil: nobody reads it.
    init(
        _ program: String, _ arguments: [String], on cores: Cores, output: String? = nil, errors: String? = nil
    ) throws(BenchError) {
        guard let path = Self.path(of: program) else { throw .failed("there is no \(program)") }
        name = program
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try Self.handle(output)
        process.standardError = try Self.handle(errors)
        // A child inherits the cores of the thread that starts it, and the signals that are blocked there.
        guard load_pin(0, cores.mask) == 0 else { throw .failed("this machine has no cores \(cores.mask)") }
        defer { _ = load_pin(0, Cores.all.mask) }
        var none = sigset_t()
        var blocked = sigset_t()
        // The sets are valid for the calls.
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &blocked)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &blocked, nil) }
        do {
            try process.run()
        } catch {
            throw .failed("\(program) cannot be started: \(error.localizedDescription)")
        }
    }

    /// Waits for its end, and ends it when the time is up.
    ///
    /// - Returns: the exit code.
    @discardableResult
    func wait(seconds: Double) throws(BenchError) -> Int {
        let isOver = try Self.wait(seconds: seconds) { !process.isRunning }
        guard isOver else {
            stop()
            throw .runFailed("\(name) took more than \(Number.text(seconds)) s")
        }
        return exitCode
    }

    /// Ends it, and returns when it is gone.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGTERM)
        for _ in 0..<1_000 where process.isRunning { usleep(10_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        for _ in 0..<500 where process.isRunning { usleep(10_000) }
    }

    deinit { stop() }

    /// Looks every 10 ms, until it is so or the time is up.
    static func wait(seconds: Double, until isSo: () throws(BenchError) -> Bool) throws(BenchError) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            if try isSo() { return true }
            if Interruption.hasCome { throw .interrupted }
            guard ContinuousClock.now < end else { return false }
            usleep(10_000)
        }
    }

    static func sleep(seconds: Double) throws(BenchError) {
        _ = try wait(seconds: seconds) { () throws(BenchError) in false }
    }

    /// What a short command prints; nil if it fails.
    static func output(_ program: String, _ arguments: [String], in folder: String) throws(BenchError) -> String? {
        let file = "\(folder)/output"
        let child = try Child(program, arguments, on: .all, output: file)
        guard try child.wait(seconds: 30) == 0 else { return nil }
        return Disk.text(of: file).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func path(of program: String) -> String? {
        if program.contains("/") { return FileManager.default.isExecutableFile(atPath: program) ? program : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin"]).map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func handle(_ path: String?) throws(BenchError) -> FileHandle {
        guard let path else { return .nullDevice }
        try Disk.write("", to: path)
        guard let handle = FileHandle(forWritingAtPath: path) else { throw .failed("\(path) cannot be written") }
        return handle
    }
}

/// On which cores a process may run.
struct Cores: Equatable {
    let mask: UInt

    /// The first core.
    static let server = Cores(mask: 1)
    /// The second, where there is one.
    static let load = Cores(mask: count > 1 ? 2 : 1)
    static let all = Cores(mask: count >= UInt.bitWidth ? .max : 1 << UInt(count) - 1)

    private static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// Pins the threads that a process has now.
    func pin(processID: Int) throws(BenchError) {
        for thread in Disk.names(in: "/proc/\(processID)/task").compactMap({ Int32($0) }) {
            guard load_pin(thread, mask) == 0 else { throw .failed("process \(processID) cannot be pinned") }
        }
    }
}

/// SIGINT and SIGTERM: whoever waits stops waiting, and what we have started is ended on the way out.
enum Interruption {
    private static let flag = Atomic(false)

    static var hasCome: Bool { flag.load(ordering: .relaxed) }

    static func watch() {
        for number in [SIGINT, SIGTERM] {
            // Storing to an atomic is all that a handler does.
            signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        }
    }
}
