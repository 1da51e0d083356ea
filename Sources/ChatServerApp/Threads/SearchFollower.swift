import CEpoll
import ChatDomain
import ChatStore
import Glibc
import Synchronization

/// The thread that keeps the search index up to date. A commit wakes it; it waits a moment for more of them, so that a
/// trickle of messages costs few transactions, and then follows the log until nothing is left.
///
/// The index can be made again, and what was said cannot: where the disk has no room for both, the index gives way. Then
/// nothing is searched, until there is room for it to be made anew.
final class SearchFollower: Sendable {
    /// How long a commit waits for company.
    private static let gatheringMs: Int32 = 100
    /// How long until it looks again after a failure, and by itself, since an index is written anew by the clock.
    private static let retryMs: Int32 = 5_000
    private static let idleMs: Int32 = 60_000

    /// Where indexes come from, and how they go.
    struct Source: Sendable {
        let make: @Sendable () throws(StoreError) -> (any SearchIndexer)?
        /// Frees what the index takes, also while somebody has it open.
        let discard: @Sendable () -> Void

        init(
            make: @escaping @Sendable () throws(StoreError) -> (any SearchIndexer)?,
            discard: @escaping @Sendable () -> Void
        ) {
            self.make = make
            self.discard = discard
        }

        init(_ store: any ChatStore) {
            make = { () throws(StoreError) in try store.makeSearchIndexer() }
            discard = { store.discardSearchIndex() }
        }
    }

    private struct State {
        var isAsleep = false
        var hasNews = true
        var isStopping = false
        /// The index has given way.
        var isPaused = false
        /// How often it has. An indexer that was made before the last time works on files that are no more.
        var pauses = 0
        var lag = SearchLag(entries: 0, ms: 0)
    }

    private let state = Mutex(State())
    private let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    private let log: Log
    private let source: Source?

    /// - Parameter source: nil where the index that `run` is given is all there is.
    init(log: Log, source: Source? = nil) {
        self.log = log
        self.source = source
    }

    deinit { close(descriptor) }

    /// How far the index was behind when the thread last looked.
    var lag: SearchLag { state.withLock { $0.lag } }

    var isPaused: Bool { state.withLock { $0.isPaused } }

    /// Something was committed.
    func wake() {
        tell { $0.hasNews = true }
    }

    func stop() {
        tell { $0.isStopping = true }
        // Also one that waits for company, or for a while after a failure.
        eventfd_write(descriptor, 1)
    }

    // MARK: Giving way

    /// Gives the index's room on the disk up at once, on whatever thread.
    ///
    /// - Returns: whether there was anything to give.
    func giveWay() -> Bool {
        guard let source else { return false }
        let isFirst = state.withLock { state in
            guard !state.isPaused else { return false }
            state.isPaused = true
            state.pauses += 1
            return true
        }
        guard isFirst else { return false }
        source.discard()
        log.event(LogEvent("search.paused", .warning, [.init("reason", "disk")]))
        return true
    }

    /// There is room again: has the index made anew.
    func resume() {
        let wasPaused = state.withLock { state in
            defer { state.isPaused = false }
            return state.isPaused
        }
        guard wasPaused else { return }
        log.event(LogEvent("search.resumed", .info))
        wake()
        eventfd_write(descriptor, 1)
    }

    // MARK: The thread

    private func tell(_ change: (inout State) -> Void) {
        let wakes = state.withLock { state in
            change(&state)
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { eventfd_write(descriptor, 1) }
    }

    /// Follows until told to stop.
    ///
    /// - Parameter first: nil where the index is to be made first, or has given way.
    func run(_ first: (any SearchIndexer)?) {
        var indexer = first
        var pauses = 0
        var reported: StoreError?
        while !isStopping {
            sleep(Self.gatheringMs)
            if state.withLock({ $0.pauses }) != pauses || isPaused {
                // What it still has open is of no use to anybody, and may have been made after the rest was removed.
                if indexer != nil { source?.discard() }
                indexer = nil
                pauses = state.withLock { $0.pauses }
            }
            if isPaused {
                waitForNews()
                continue
            }
            do throws(StoreError) {
                if indexer == nil { indexer = try source?.make() }
                guard let indexer else { return }
                while !isStopping, isGood(pauses), try indexer.advance(at: Clock.wallTime()) { try look(indexer) }
                guard isGood(pauses) else { continue }
                try look(indexer)
                reported = nil
                waitForNews()
            } catch {
                // Somebody has taken the index away meanwhile, or must.
                if !isGood(pauses) || isFull(error) && giveWay() { continue }
                // What stays wrong is said once.
                if error != reported {
                    log.event(LogEvent("search.failed", .error, [.init("error", error.description)]))
                }
                reported = error
                sleep(Self.retryMs)
                if case .corrupt = error, !isStopping, let source {
                    indexer = nil
                    source.discard()
                }
            }
        }
        if isGood(pauses) { indexer?.close() }
    }

    /// Whether the index has not given way since then.
    private func isGood(_ pauses: Int) -> Bool { state.withLock { $0.pauses == pauses } }

    private func isFull(_ error: StoreError) -> Bool {
        if case .full = error { return true }
        return false
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
