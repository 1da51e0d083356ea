import ChatDomain
import ChatHub
import ChatStore

/// The store's writer thread: what all loops have handed over is committed as one transaction, then reported to the
/// loops it came from, then told to all. It is the only sequencer of the process.
struct StoreWriter: Sendable {
    let mailbox = Mailbox<Item>(isBlocking: true)
    let store: any ChatStore
    let loops: [LoopMailbox]
    let health: ServerHealth
    var search: SearchFollower?

    enum Item: Sendable {
        case batch(loop: Int, [Submission])
        /// A loop that is ending hands over nothing more. Once all have said so, and everything is committed, they are
        /// told to close their connections.
        case settled
        /// A successor waits: whoever asks is told once all loops have settled, and closes the connections when the
        /// data are free.
        case handOver(settled: Mailbox<Bool>)
        /// Lets go of the data. Nothing is stored from then on; whoever tries is refused.
        case release(done: Mailbox<Bool>)
        /// Finds out whether the store can be written again.
        case probe
        case stop
    }

    /// Serves until told to stop, and has then committed everything that came before.
    func run() {
        var hasMoreToTidy = true
        var settledCount = 0
        var successor: Mailbox<Bool>?
        while true {
            let items = hasMoreToTidy ? mailbox.take() : mailbox.wait()
            guard !items.isEmpty else {
                hasMoreToTidy = tidy()
                continue
            }
            var batches: [(loop: Int, submissions: ArraySlice<Submission>)] = []
            var isStopping = false
            var isProbing = false
            var release: Mailbox<Bool>?
            for item in items {
                switch item {
                case .batch(let loop, let submissions): batches.append((loop, submissions[...]))
                case .settled: settledCount += 1
                case .handOver(let settled): successor = settled
                case .release(let done): release = done
                case .probe: isProbing = true
                case .stop: isStopping = true
                }
            }
            while let transaction = Self.takeTransaction(from: &batches) { commit(transaction) }
            if settledCount == loops.count {
                settledCount = 0
                if let successor {
                    successor.post(true)
                } else {
                    for loop in loops { loop.post(.close) }
                }
            }
            if isProbing { probe() }
            if let release {
                store.release()
                release.post(true)
            }
            if isStopping { return }
            hasMoreToTidy = true
        }
    }

    /// What goes into one transaction. Enough to share the sync among many; not all, so that the loops deal with one while
    /// the next is written.
    private static let transactionDraftsMax = 512

    /// Takes the oldest submissions away.
    private static func takeTransaction(
        from batches: inout [(loop: Int, submissions: ArraySlice<Submission>)]
    ) -> [(loop: Int, submissions: ArraySlice<Submission>)]? {
        var room = transactionDraftsMax
        var taken: [(loop: Int, submissions: ArraySlice<Submission>)] = []
        var wholeCount = 0
        while wholeCount < batches.count, room > 0 {
            let (loop, submissions) = batches[wholeCount]
            taken.append((loop, submissions.prefix(room)))
            if submissions.count > room {
                batches[wholeCount].submissions = submissions.dropFirst(room)
                break
            }
            room -= submissions.count
            wholeCount += 1
        }
        batches.removeFirst(wholeCount)
        return taken.isEmpty ? nil : taken
    }

    private func commit(_ batches: [(loop: Int, submissions: ArraySlice<Submission>)]) {
        let drafts = batches.flatMap { $0.submissions.map(\.draft) }
        guard !drafts.isEmpty else { return }
        health.began(ServerHealth.writer, at: Clock.now())
        let commit: Commit
        do throws(StoreError) {
            commit = try append(drafts)
            health.committed(at: Clock.now())
        } catch {
            if error != .closed { health.commitFailed(error, changes: drafts.count, at: Clock.now()) }
            let refused = [Outcome](repeating: .refused(.unavailable), count: drafts.count)
            commit = Commit(outcomes: refused, events: [])
        }
        health.ended(ServerHealth.writer)
        var mail = [[Mail]](repeating: [], count: loops.count)
        var next = 0
        for (loop, submissions) in batches {
            var report = WriteReport()
            for submission in submissions where next < commit.outcomes.count {
                report.add(commit.outcomes[next], to: submission.reply)
                next += 1
            }
            mail[loop].append(.written(report))
        }
        if !commit.events.isEmpty { search?.wake() }
        for (index, loop) in loops.enumerated() {
            if !commit.events.isEmpty { mail[index].append(.committed(commit.events)) }
            if !commit.notices.isEmpty { mail[index].append(.noticed(commit.notices)) }
            loop.post(mail[index].map { .hub($0) })
        }
    }

    /// Where the disk is full, the search index gives way before anything that was said does.
    private func append(_ drafts: [Draft]) throws(StoreError) -> Commit {
        do throws(StoreError) {
            return try store.append(drafts, at: Clock.wallTime())
        } catch {
            guard case .full = error, let search, search.giveWay() else { throw error }
            return try store.append(drafts, at: Clock.wallTime())
        }
    }

    private func probe() {
        health.began(ServerHealth.writer, at: Clock.now())
        do throws(StoreError) {
            try store.probe()
            health.committed(at: Clock.now())
        } catch {
            if error != .closed { health.commitFailed(error, changes: 0, at: Clock.now()) }
        }
        health.ended(ServerHealth.writer)
    }

    /// - Returns: whether more is left to do.
    private func tidy() -> Bool {
        health.began(ServerHealth.writer, at: Clock.now())
        defer { health.ended(ServerHealth.writer) }
        do throws(StoreError) {
            let hasMore = try store.tidy()
            health.tidied(at: Clock.now())
            return hasMore
        } catch {
            if error != .closed { health.tidyingFailed(error, at: Clock.now()) }
            return false
        }
    }
}
