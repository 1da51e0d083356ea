import ChatDomain
import ChatHub
import ChatStore
import Synchronization

/// Whether the server can do its work, as those who do it report: the writer and the readers of the store, and the thread
/// that looks at the disk. `/ready` asks here; what changes is said in the log, once.
///
/// A failure lasts until the same thing has succeeded `calmMs` after the last one: where some of many attempts fail, that
/// is one failure and not hundreds. So that it ends although nobody tries any more, `HealthWatch` has it tried again.
final class ServerHealth: Sendable {
    /// How long something may take before it counts as stuck.
    static let stuckMs: Int64 = 5_000
    static let calmMs: Int64 = 1_000
    /// Of a damaged file: that something else in it can be written proves little.
    static let calmAfterDamageMs: Int64 = 60_000

    /// What can be wrong, by the names that `/ready` has for it.
    enum Reason: String, Sendable {
        case disk, commits, reads, stuck, draining
    }

    /// One kind of work.
    private struct Track {
        var failures = 0
        var lastFailure: Instant?
        var isFailing = false
        var calmMs = ServerHealth.calmMs

        /// - Returns: whether it is the first.
        mutating func failed(_ error: StoreError, at now: Instant) -> Bool {
            failures += 1
            lastFailure = now
            if case .corrupt = error { calmMs = calmAfterDamageMs }
            defer { isFailing = true }
            return !isFailing
        }

        mutating func succeeded(at now: Instant) -> Bool {
            guard isFailing, let lastFailure, now.milliseconds(since: lastFailure) >= calmMs else { return false }
            isFailing = false
            calmMs = ServerHealth.calmMs
            return true
        }
    }

    private struct State {
        var commits = Track()
        var reads = Track()
        var indexing = Track()
        /// A question that was not answered: it is asked again until it is.
        var failedQuery: StoreQuery?
        /// Since when somebody is at work, by their number.
        var busySince: [Int: Instant] = [:]
        var isDiskLow = false
        var isDraining = false
    }

    private let state = Mutex(State())
    private let log: Log

    /// Who can be at work: the writer, and the readers from 1 on.
    static let writer = 0

    init(log: Log) { self.log = log }

    // MARK: Those who work

    /// The worker of that number begins something that may take long.
    func began(_ worker: Int, at now: Instant) { state.withLock { $0.busySince[worker] = now } }

    func ended(_ worker: Int) { state.withLock { $0.busySince[worker] = nil } }

    func committed(at now: Instant) {
        if state.withLock({ $0.commits.succeeded(at: now) }) { log.event(LogEvent("store.recovered", .info)) }
    }

    func commitFailed(_ error: StoreError, changes: Int, at now: Instant) {
        guard state.withLock({ $0.commits.failed(error, at: now) }) else { return }
        log.event(
            LogEvent("store.failed", .error, [.init("changes", changes), .init("error", error.description)]))
    }

    /// Indexing, which commits do not wait for.
    func tidied(at now: Instant) {
        if state.withLock({ $0.indexing.succeeded(at: now) }) { log.event(LogEvent("index.recovered", .info)) }
    }

    func tidyingFailed(_ error: StoreError, at now: Instant) {
        guard state.withLock({ $0.indexing.failed(error, at: now) }) else { return }
        log.event(LogEvent("index.failed", .error, [.init("error", error.description)]))
    }

    /// - Parameter isRepeated: the question is the one that was not answered before.
    func answered(isRepeated: Bool, at now: Instant) {
        let hasRecovered = state.withLock { state in
            // As long as there is a question that nobody could answer, others prove nothing.
            guard state.failedQuery == nil || isRepeated, state.reads.succeeded(at: now) else { return false }
            state.failedQuery = nil
            return true
        }
        if hasRecovered { log.event(LogEvent("read.recovered", .info)) }
    }

    func readFailed(_ error: StoreError, _ query: StoreQuery, at now: Instant) {
        let isNew = state.withLock { state in
            state.failedQuery = query
            // It is asked again itself, which proves enough.
            return state.reads.failed(.busy, at: now)
        }
        if isNew { log.event(LogEvent("read.failed", .error, [.init("error", error.description)])) }
    }

    // MARK: Those who look after it

    func drain() { state.withLock { $0.isDraining = true } }

    func looked(isDiskLow: Bool) { state.withLock { $0.isDiskLow = isDiskLow } }

    func isBusy(_ worker: Int) -> Bool { state.withLock { $0.busySince[worker] != nil } }

    var isWriterFailing: Bool { state.withLock { $0.commits.isFailing } }
    var failedQuery: StoreQuery? { state.withLock { $0.failedQuery } }
    var commitFailures: Int { state.withLock { $0.commits.failures } }
    var readFailures: Int { state.withLock { $0.reads.failures } }

    /// Why the server is not ready; empty where it is.
    func reasons(at now: Instant) -> [Reason] {
        state.withLock { state in
            var reasons: [Reason] = []
            if state.isDiskLow { reasons.append(.disk) }
            if state.commits.isFailing { reasons.append(.commits) }
            if state.reads.isFailing { reasons.append(.reads) }
            if state.busySince.values.contains(where: { now.milliseconds(since: $0) >= Self.stuckMs }) {
                reasons.append(.stuck)
            }
            if state.isDraining { reasons.append(.draining) }
            return reasons
        }
    }
}
