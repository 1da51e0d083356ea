import ChatDomain
import ChatHub
import ChatStore

/// The store's writer thread: what all loops have handed over is committed as one transaction, then reported to the
/// loops it came from, then told to all. In which order, `Sequencer` says.
struct StoreWriter: Sendable {
    let mailbox = Mailbox<Item>(isBlocking: true)
    let store: any ChatStore
    let loops: [LoopMailbox]
    let health: ServerHealth
    var search: SearchFollower?
    let accountChanges = AccountChanges()

    enum Item: Sendable {
        case batch(loop: Int, [Submission])
        /// A loop that is ending has nothing under way. Once all have come to rest, and everything is committed, they
        /// are told to close their connections.
        case settled(SettleReport)
        /// A successor waits: whoever asks is told once all loops have come to rest, and closes the connections when the
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
        var sequencer = Sequencer(loopCount: loops.count, accountChanges: accountChanges)
        var successor: Mailbox<Bool>?
        while true {
            let items = hasMoreToTidy ? mailbox.take() : mailbox.wait()
            guard !items.isEmpty else {
                hasMoreToTidy = tidy()
                continue
            }
            var isStopping = false
            var isProbing = false
            var release: Mailbox<Bool>?
            for item in items {
                switch item {
                case .batch(let loop, let submissions): sequencer.add(submissions, from: loop)
                case .settled(let report): sequencer.note(report)
                case .handOver(let settled): successor = settled
                case .release(let done): release = done
                case .probe: isProbing = true
                case .stop: isStopping = true
                }
            }
            while let transaction = sequencer.nextTransaction() {
                let mail = sequencer.deliver(transaction, commit(transaction.drafts))
                for (loop, mail) in zip(loops, mail) { loop.post(mail.map { .hub(.service($0), from: .writer) }) }
            }
            if sequencer.takeEnd() {
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

    /// - Returns: nil where nothing was stored.
    private func commit(_ drafts: [Draft]) -> Commit? {
        health.began(ServerHealth.writer, at: Clock.now())
        defer { health.ended(ServerHealth.writer) }
        do throws(StoreError) {
            let commit = try append(drafts)
            health.committed(at: Clock.now())
            if !commit.events.isEmpty { search?.wake() }
            return commit
        } catch {
            if error != .closed { health.commitFailed(error, changes: drafts.count, at: Clock.now()) }
            return nil
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
