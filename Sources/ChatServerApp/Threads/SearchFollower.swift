import CEpoll
import ChatDomain
import ChatStore
import Glibc
import Synchronization

/// The thread that keeps the search index up to date. A commit wakes it; it waits a moment for more of them, so that a
/// trickle of messages costs few transactions, and then follows the log until nothing is left.
final class SearchFollower: Sendable {
    /// How long a commit waits for company.
    private static let gatheringMs: Int32 = 100
    /// How long until it looks again after a failure, and by itself, since an index is written anew by the clock.
    private static let retryMs: Int32 = 5_000
    private static let idleMs: Int32 = 60_000

    private struct State {
        var isAsleep = false
        var hasNews = true
        var isStopping = false
        var lag = SearchLag(entries: 0, ms: 0)
    }

    private let state = Mutex(State())
    private let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    private let log: Log

    init(log: Log) { self.log = log }

    deinit { close(descriptor) }

    /// How far the index was behind when the thread last looked.
    var lag: SearchLag { state.withLock { $0.lag } }

    /// Something was committed.
    func wake() {
        tell { $0.hasNews = true }
    }

    func stop() {
        tell { $0.isStopping = true }
        // Also one that waits for company, or for a while after a failure.
        eventfd_write(descriptor, 1)
    }

    private func tell(_ change: (inout State) -> Void) {
        let wakes = state.withLock { state in
            change(&state)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { eventfd_write(descriptor, 1) }
    }

    /// Follows until told to stop.
    func run(_ indexer: any SearchIndexer) {
        var reported: StoreError?
        while !isStopping {
            sleep(Self.gatheringMs)
            do throws(StoreError) {
                while !isStopping, try indexer.advance(at: Clock.wallTime()) { try look(indexer) }
                try look(indexer)
                reported = nil
                waitForNews()
            } catch {
                // What stays wrong is said once.
                if error != reported { log.error("the search index cannot be kept up to date: \(error.description)") }
                reported = error
                sleep(Self.retryMs)
            }
        }
        indexer.close()
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func look(_ indexer: any SearchIndexer) throws(StoreError) {
        let lag = try indexer.lag(at: Clock.wallTime())
        state.withLock { $0.lag = lag }
    }

    private func waitForNews() {
        let sleeps = state.withLock { state in
            state.isAsleep = !state.hasNews && !state.isStopping
            state.hasNews = false
            return state.isAsleep
        }
        guard sleeps else { return }
        sleep(Self.idleMs)
        state.withLock { state in
            state.isAsleep = false
            state.hasNews = false
        }
    }

    /// Until that time has passed, or somebody has written to the eventfd.
    private func sleep(_ ms: Int32) {
        var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // One structure that lives for the call.
        guard unsafe poll(&interest, 1, ms) > 0 else { return }
        var count: eventfd_t = 0
        // The number lives for the call.
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
