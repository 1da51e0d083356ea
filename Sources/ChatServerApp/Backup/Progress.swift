import CEpoll
import ChatDomain
import Glibc

/// How far something is that takes long: a line on a terminal, and nothing elsewhere. Signals that would end the process
/// are kept from it meanwhile, so that it can tidy up and say so.
final class Progress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shownAt: Instant?
    private static let intervalMs: Int64 = 100
    private static let width = 30

    init() {
        var set = sigset_t()
        // The set lives for the calls.
        unsafe sigemptyset(&set)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, signal) }
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// - Returns: whether to go on.
    func show(_ what: String, _ part: Double) -> Bool {
        let now = Clock.now()
        if isTerminal, shownAt.map({ now.milliseconds(since: $0) >= Self.intervalMs }) ?? true {
            shownAt = now
            let filled = Int(max(0, min(1, part)) * Double(Self.width))
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
            standardError("\r\(bar) \(Int(max(0, min(1, part)) * 100)) % \(what)\u{1B}[K")
        }
        return !isStopped
    }

    /// Removes the line.
    func end() {
        if shownAt != nil { standardError("\r\u{1B}[K") }
    }

    private var isStopped: Bool {
        var set = sigset_t()
        // The set lives for the calls.
        guard unsafe sigpending(&set) == 0 else { return false }
        for signal in [SIGINT, SIGTERM, SIGHUP] where unsafe sigismember(&set, signal) == 1 { return true }
        return false
    }
}
