import ChatDomain

/// The threads of a room of the memory store, and who follows them.
struct MemoryThreads {
    private struct Thread {
        /// Ascending, as are the lists below; of all answers.
        var answers: [Int64] = []
        /// Those not deleted.
        var live: [Int64] = []
        /// Of each author, those not deleted.
        var own: [UserID: [Int64]] = [:]
    }

    /// By the number of the message that each began with.
    private var threads: [Int64: Thread] = [:]
    /// The answers of all threads, ascending, deleted or not.
    private var answers: [Int64] = []
    /// For each user the threads that they follow, and how far they have read in each.
    private var follows: [UserID: [Int64: Int64]] = [:]

    // MARK: Changing

    mutating func add(_ message: Message) {
        guard let root = message.thread else { return }
        answers.append(message.seq)
        threads[root, default: Thread()].answers.append(message.seq)
        threads[root]?.live.append(message.seq)
        threads[root]?.own[message.author, default: []].append(message.seq)
    }

    mutating func remove(_ message: Message) {
        guard let root = message.thread else { return }
        threads[root]?.live.removeSorted(message.seq)
        threads[root]?.own[message.author]?.removeSorted(message.seq)
    }

    mutating func follow(_ root: Int64, by user: UserID, read: Int64) { follows[user, default: [:]][root] = read }

    mutating func unfollow(_ root: Int64, by user: UserID) { follows[user]?[root] = nil }

    mutating func forget(_ user: UserID) { follows[user] = nil }

    // MARK: Looking

    func isThread(_ root: Int64) -> Bool { threads[root] != nil }

    /// How many answers there are that are not deleted, and which is the newest.
    func live(_ root: Int64) -> (count: Int, last: Int64)? {
        guard let live = threads[root]?.live, let last = live.last else { return nil }
        return (live.count, last)
    }

    /// All answers, deleted or not.
    func answers(to root: Int64) -> [Int64] { threads[root]?.answers ?? [] }

    func read(_ root: Int64, by user: UserID) -> Int64? { follows[user]?[root] }

    func followed(by user: UserID) -> [Int64: Int64] { follows[user] ?? [:] }

    // MARK: Counting

    /// The answers above a number, in whatever thread, deleted or not.
    func answerCount(above seq: Int64) -> Int { answers.count(above: seq) }

    /// The answers by others above a number, that are neither deleted nor hidden.
    func unread(_ root: Int64, above seq: Int64, of user: UserID, hidden: Set<Int64>) -> Int {
        guard let thread = threads[root] else { return 0 }
        let own = thread.own[user] ?? []
        let isHidden = { (seq: Int64) in thread.live.containsSorted(seq) && !own.containsSorted(seq) }
        return thread.live.count(above: seq) - own.count(above: seq) - hidden.count { $0 > seq && isHidden($0) }
    }
}

extension [Int64] {
    /// Where in the ascending list the numbers above `seq` begin.
    func firstIndex(above seq: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle] > seq { high = middle } else { low = middle + 1 }
        }
        return low
    }

    func count(above seq: Int64) -> Int { count - firstIndex(above: seq) }

    func containsSorted(_ seq: Int64) -> Bool {
        let index = firstIndex(above: seq - 1)
        return index < count && self[index] == seq
    }

    mutating func removeSorted(_ seq: Int64) {
        let index = firstIndex(above: seq - 1)
        if index < count, self[index] == seq { remove(at: index) }
    }

    mutating func insertSorted(_ seq: Int64) { insert(seq, at: firstIndex(above: seq)) }
}
