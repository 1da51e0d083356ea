import ChatDomain

/// What a room of the memory store counts unread messages from, without looking at each. Answers in threads are counted
/// by `MemoryThreads`.
struct MessageCounts {
    /// Ascending, as are the lists below. Of those that are no answers.
    private var deleted: [Int64] = []
    /// Of each author, those not deleted, without answers.
    private var own: [UserID: [Int64]] = [:]
    /// Those not deleted that mention somebody other than their author.
    private var mentions: [UserID: [Int64]] = [:]
    private var hidden: [UserID: Set<Int64>] = [:]

    func isHidden(_ seq: Int64, from viewer: UserID) -> Bool { hidden[viewer]?.contains(seq) ?? false }

    func hidden(from viewer: UserID) -> Set<Int64> { hidden[viewer] ?? [] }

    /// A new message, the room's newest.
    mutating func add(_ message: Message) {
        if message.thread == nil { own[message.author, default: []].append(message.seq) }
        for user in Set(message.mentions) where user != message.author {
            mentions[user, default: []].append(message.seq)
        }
    }

    /// The message mentions others than before.
    mutating func mention(_ new: Message, insteadOf old: Message) {
        let (added, gone) = (Set(new.mentions).subtracting(old.mentions), Set(old.mentions).subtracting(new.mentions))
        for user in gone { mentions[user]?.removeSorted(new.seq) }
        for user in added where user != new.author { mentions[user, default: []].insertSorted(new.seq) }
    }

    /// Deleted for all.
    mutating func remove(_ message: Message) {
        if message.thread == nil {
            deleted.insertSorted(message.seq)
            own[message.author]?.removeSorted(message.seq)
        }
        for user in message.mentions { mentions[user]?.removeSorted(message.seq) }
    }

    mutating func hide(_ seq: Int64, from viewer: UserID) { hidden[viewer, default: []].insert(seq) }

    mutating func forgetMentions(of user: UserID) { mentions[user] = nil }

    mutating func forget(_ user: UserID) {
        hidden[user] = nil
        forgetMentions(of: user)
    }

    /// Messages of others above `read`, not deleted, nor hidden by `user`, that are no answers.
    ///
    /// - Parameters:
    ///   - answers: how many answers there are above `read`, deleted or not.
    ///   - isAnswer: whether a message is one.
    func unread(
        of user: UserID, above read: Int64, upTo seq: Int64, answers: Int, isAnswer: (Int64) -> Bool
    ) -> Int {
        let own = own[user] ?? []
        let hiddenOnly = hidden(from: user).count {
            $0 > read && !deleted.containsSorted($0) && !own.containsSorted($0) && !isAnswer($0)
        }
        return Int(seq - read) - answers - deleted.count(above: read) - own.count(above: read) - hiddenOnly
    }

    /// The messages above `read` that mention the user, and that the user has not hidden.
    func mentions(of user: UserID, above read: Int64) -> [Int64] {
        let mentions = mentions[user] ?? []
        let hidden = hidden(from: user)
        return mentions[mentions.firstIndex(above: read)...].filter { !hidden.contains($0) }
    }

    /// The user's own that are no answers, not deleted nor hidden by the user.
    func ownCount(of user: UserID, from seq: Int64) -> Int {
        let own = own[user] ?? []
        let hidden = hidden(from: user)
        return own[own.firstIndex(above: seq - 1)...].count { !hidden.contains($0) }
    }
}
