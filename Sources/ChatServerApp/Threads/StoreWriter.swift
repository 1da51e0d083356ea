import ChatDomain
import ChatHub
import ChatStore

/// The store's writer thread: what all loops have handed over is committed as one transaction, then reported to the
/// loops it came from, then told to all. It is the only sequencer of the process.
struct StoreWriter: Sendable {
    let mailbox = Mailbox<Item>(isBlocking: true)
    let store: any ChatStore
    let loops: [LoopMailbox]
    let log: Log
    var search: SearchFollower?

    enum Item: Sendable {
        case batch(loop: Int, [Submission])
        /// A loop that is ending has nothing under way. Once all have come to rest, and everything is committed, they
        /// are told to close their connections.
        case settled(SettleReport)
        case stop
    }

    /// Serves until told to stop, and has then committed everything that came before.
    func run() {
        var hasMoreToTidy = true
        var clock = ClockWatch(wallTime: Clock.wallTime(), sinceStart: Clock.sinceStart())
        var settling = Settling(loopCount: loops.count)
        var hasClosed = false
        while true {
            let items = hasMoreToTidy ? mailbox.take() : mailbox.wait()
            guard !items.isEmpty else {
                hasMoreToTidy = tidy()
                continue
            }
            var batches: [(loop: Int, submissions: ArraySlice<Submission>)] = []
            var isStopping = false
            for item in items {
                switch item {
                case .batch(let loop, let submissions): batches.append((loop, submissions[...]))
                case .settled(let report): settling.note(report)
                case .stop: isStopping = true
                }
            }
            if let ms = clock.jump(wallTime: Clock.wallTime(), sinceStart: Clock.sinceStart()) {
                let (direction, seconds) = (ms > 0 ? "forward" : "back", ms.magnitude / 1_000)
                log.warning("the system's clock was set \(direction) by \(seconds) s: times in rooms follow it")
            }
            while let transaction = Self.takeTransaction(from: &batches) {
                commit(transaction, &settling)
            }
            if !hasClosed, settling.isOver {
                hasClosed = true
                for loop in loops { loop.post(.close) }
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

    private func commit(
        _ batches: [(loop: Int, submissions: ArraySlice<Submission>)], _ settling: inout Settling
    ) {
        let drafts = batches.flatMap { $0.submissions.map(\.draft) }
        guard !drafts.isEmpty else { return }
        let commit: Commit
        do throws(StoreError) {
            commit = try store.append(drafts, at: Clock.wallTime())
        } catch {
            log.error("nothing was stored of \(drafts.count) changes: \(error.description)")
            let refused = [Outcome](repeating: .refused(.unavailable), count: drafts.count)
            commit = Commit(outcomes: refused, events: [])
        }
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
            settling.told(loop: index, count: mail[index].count)
            loop.post(mail[index].map { .hub($0, from: .writer) })
        }
    }

    /// - Returns: whether more is left to do.
    private func tidy() -> Bool {
        do throws(StoreError) {
            return try store.tidy()
        } catch {
            log.error("indexing failed, and will be tried again: \(error.description)")
            return false
        }
    }
}
