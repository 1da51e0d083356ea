import CEpoll
import Glibc

/// Feeds the service manager's watchdog as long as every loop turns: each is asked again and again to count, and only when
/// all have, the dog gets something. So a loop that hangs is noticed, however well the others are.
final class Watchdog: Sendable {
    private let manager: ServiceManager
    private let loops: [LoopMailbox]
    private let counters: [LoopPulse]
    private let periodMs: Int64
    private let stopping = eventfd(0, Int32(EFD_CLOEXEC))

    /// nil where there is no watchdog.
    init?(_ manager: ServiceManager, loops: [LoopMailbox]) {
        guard let watchdogMs = manager.watchdogMs else { return nil }
        self.manager = manager
        self.loops = loops
        counters = loops.map { _ in LoopPulse() }
        // Twice within the time that is allowed, and once more in case that somebody is late.
        periodMs = max(1, watchdogMs / 3)
    }

    deinit { close(stopping) }

    func start(in threads: ThreadGroup) throws(StartError) {
        try threads.start("watchdog") { self.run() }
    }

    func stop() { eventfd_write(stopping, 1) }

    private func run() {
        var number = 0
        var interest = pollfd(fd: stopping, events: Int16(POLLIN), revents: 0)
        repeat {
            if counters.allSatisfy({ $0.count == number }) {
                manager.feedsWatchdog()
                number += 1
                for (loop, counter) in zip(loops, counters) { loop.post(.pulse(counter)) }
            }
            // One structure that lives for the call.
        } while unsafe poll(&interest, 1, Int32(clamping: periodMs)) <= 0
    }
}
