import CEpoll
import Glibc
import Synchronization

/// The signals that mean something to the server, taken by one thread instead of interrupting any.
final class Signals: Sendable {
    /// What a signal asks for.
    enum Order: Sendable, Equatable {
        /// To end in order. The next one ends the process at once.
        case end(signal: String)
        /// To end so that a successor can take the data over as soon as possible.
        case handOver
        /// To read again what can change.
        case reload
    }

    /// For the main thread.
    let orders = Mailbox<Order>(isBlocking: true)
    private let sink: LogSink
    private let isServing = Mutex(false)

    private static let taken = [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGQUIT]
    /// How long the end waits for the log.
    private static let flushMs: Int64 = 500

    /// Blocks the signals in this thread, and so in those it starts later.
    init(sink: LogSink = .standardError) {
        self.sink = sink
        var set = Self.set
        // The set lives for the call.
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static var set: sigset_t {
        var set = sigset_t()
        // The set lives for the calls.
        unsafe sigemptyset(&set)
        for signal in taken { unsafe sigaddset(&set, signal) }
        return set
    }

    /// Starts the thread that takes them. Until `beginServing`, there is nothing to be ended in order.
    func start() throws(StartError) {
        ThreadTrace.prepare()
        // Never joined: it is there until the process is not.
        try ThreadGroup().start("signals") { self.run() }
    }

    func beginServing() { isServing.withLock { $0 = true } }

    private func run() {
        var isEnding = false
        var isHandingOver = false
        while true {
            var signal: Int32 = 0
            var set = Self.set
            // Set and number live for the call.
            guard unsafe sigwait(&set, &signal) == 0 else { continue }
            switch signal {
            case SIGTERM, SIGINT:
                guard !isEnding, isServing.withLock({ $0 }) else { end(by: signal) }
                isEnding = true
                orders.post(.end(signal: signal == SIGTERM ? "SIGTERM" : "SIGINT"))
            case SIGUSR1:
                guard !isHandingOver, !isEnding else { continue }
                isHandingOver = true
                orders.post(.handOver)
            case SIGHUP: orders.post(.reload)
            case SIGQUIT:
                sink.flush(timeoutMs: Self.flushMs)
                ThreadTrace.write()
                end(by: signal)
            default: continue
            }
        }
    }

    /// Ends the process as the signal does where nobody takes it.
    private func end(by number: Int32) -> Never {
        sink.flush(timeoutMs: Self.flushMs)
        signal(number, SIG_DFL)
        var set = sigset_t()
        // The set lives for the calls.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, number)
        raise(number)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
        // The first process of a container is not ended by a signal that it does not handle.
        _exit(128 + number)
    }
}
