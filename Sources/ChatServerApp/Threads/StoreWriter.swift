import ChatDomain
import ChatHub
import ChatStore

/// The store's writer thread: what all loops have handed over is committed as one transaction, then reported to the
/// loops it came from, then told to all. In which order, `Sequencer` says.
struct StoreWriter: Sendable {
    let mailbox = Mailbox<Item>(isBlocking: true)
    let store: any ChatStore
    let loops: [LoopMailbox]
    let log: Log
    var search: SearchFollower?
    let accountChanges = AccountChanges()

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
        var sequencer = Sequencer(loopCount: loops.count, accountChanges: accountChanges)
        while true {
            let items = hasMoreToTidy ? mailbox.take() : mailbox.wait()
            guard !items.isEmpty else {
                hasMoreToTidy = tidy()
                continue
            }
            var isStopping = false
            for item in items {
                switch item {
                case .batch(let loop, let submissions): sequencer.add(submissions, from: loop)
                case .settled(let report): sequencer.note(report)
                case .stop: isStopping = true
                }
            }
            if let ms = clock.jump(wallTime: Clock.wallTime(), sinceStart: Clock.sinceStart()) {
                let (direction, seconds) = (ms > 0 ? "forward" : "back", ms.magnitude / 1_000)
                log.warning("the system's clock was set \(direction) by \(seconds) s: times in rooms follow it")
            }
            while let transaction = sequencer.nextTransaction() {
                let mail = sequencer.deliver(transaction, commit(transaction.drafts))
                for (loop, mail) in zip(loops, mail) { loop.post(mail.map { .hub(.service($0), from: .writer) }) }
            }
            if sequencer.takeEnd() {
                for loop in loops { loop.post(.close) }
            }
            if isStopping { return }
            hasMoreToTidy = true
        }
    }

    /// - Returns: nil where nothing was stored.
    private func commit(_ drafts: [Draft]) -> Commit? {
        do throws(StoreError) {
            let commit = try store.append(drafts, at: Clock.wallTime())
            if !commit.events.isEmpty { search?.wake() }
            return commit
        } catch {
            log.error("nothing was stored of \(drafts.count) changes: \(error.description)")
            return nil
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
