public import ChatStore

/// The one order of the process, as a pure machine: what loops hand over goes into transactions, the oldest first, and
/// what came of each goes to every loop, in that order. Whoever runs it commits the transactions and carries the mail.
public struct Sequencer {
    private let loopCount: Int
    private let accountChanges: AccountChanges
    private var waiting: [Part] = []
    private var settling: Settling
    private var hasEnded = false

    /// What one loop has handed over at once, or what is left of it.
    struct Part {
        let loop: Int
        var submissions: ArraySlice<Submission>
    }

    /// What goes into one commit.
    public struct Transaction {
        fileprivate(set) var parts: [Part] = []

        /// For the store, in their order.
        public var drafts: [Draft] { parts.flatMap { $0.submissions.map(\.draft) } }
    }

    /// Enough to share the sync among many; not all, so that the loops deal with one while the next is written.
    public static let transactionDraftsMax = 512

    /// - Parameter accountChanges: is told of each commit before anybody else is.
    public init(loopCount: Int, accountChanges: AccountChanges) {
        self.loopCount = loopCount
        self.accountChanges = accountChanges
        settling = Settling(loopCount: loopCount)
    }

    /// Takes what a loop has handed over.
    public mutating func add(_ submissions: [Submission], from loop: Int) {
        guard !submissions.isEmpty else { return }
        waiting.append(Part(loop: loop, submissions: submissions[...]))
    }

    /// The next transaction; nil where nothing waits. Its outcome goes to `deliver` before the next is asked for.
    public mutating func nextTransaction() -> Transaction? {
        guard !waiting.isEmpty else { return nil }
        var transaction = Transaction()
        var room = Self.transactionDraftsMax
        var wholeCount = 0
        while wholeCount < waiting.count, room > 0 {
            let part = waiting[wholeCount]
            transaction.parts.append(Part(loop: part.loop, submissions: part.submissions.prefix(room)))
            if part.submissions.count > room {
                waiting[wholeCount].submissions = part.submissions.dropFirst(room)
                break
            }
            room -= part.submissions.count
            wholeCount += 1
        }
        waiting.removeFirst(wholeCount)
        return transaction
    }

    /// What each loop is to be told of a commit, in this order: what became of its own drafts, then the events, then what
    /// they did to users.
    ///
    /// - Parameter commit: nil where the store took nothing of it.
    /// - Returns: the mail by loop.
    public mutating func deliver(_ transaction: Transaction, _ commit: Commit?) -> [[ServiceMail]] {
        if let commit { accountChanges.add(commit.notices) }
        var mail = [[ServiceMail]](repeating: [], count: loopCount)
        var outcomes = commit?.outcomes[...] ?? []
        for part in transaction.parts {
            var report = WriteReport()
            for submission in part.submissions {
                report.add(outcomes.popFirst() ?? .refused(.unavailable), to: submission.reply)
            }
            mail[part.loop].append(.written(report))
        }
        for loop in mail.indices {
            if let commit, !commit.events.isEmpty { mail[loop].append(.committed(commit.events)) }
            if let commit, !commit.notices.isEmpty { mail[loop].append(.noticed(commit.notices)) }
            settling.told(loop: loop, count: mail[loop].count)
        }
        return mail
    }

    // MARK: The end

    /// A loop that is ending has nothing under way.
    public mutating func note(_ report: SettleReport) { settling.note(report) }

    /// Whether all loops may close their connections now: true once.
    public mutating func takeEnd() -> Bool {
        guard !hasEnded, settling.isOver else { return false }
        hasEnded = true
        return true
    }
}
