import ChatDomain

/// What a room of the memory store counts unread messages from, without looking at each.
struct MessageCounts {
    /// Ascending, as are the lists below.
    private var deleted: [Int64] = []
    /// Of each author, those not deleted.
    private var own: [UserID: [Int64]] = [:]
    /// Those not deleted that mention somebody other than their author.
    private var mentions: [UserID: [Int64]] = [:]
    private var hidden: [UserID: Set<Int64>] = [:]

    func isHidden(_ seq: Int64, from viewer: UserID) -> Bool { hidden[viewer]?.contains(seq) ?? false }

    /// A new message, the room's newest.
    mutating func add(_ message: Message) {
        own[message.author, default: []].append(message.seq)
        for user in Set(message.mentions) where user != message.author {
            mentions[user, default: []].append(message.seq)
        }
    }

    /// The message mentions others than before.
    mutating func mention(_ new: Message, insteadOf old: Message) {
        let (added, gone) = (Set(new.mentions).subtracting(old.mentions), Set(old.mentions).subtracting(new.mentions))
        for user in gone { Self.remove(new.seq, from: &mentions[user, default: []]) }
        for user in added where user != new.author {
            let known = mentions[user] ?? []
            mentions[user, default: []].insert(new.seq, at: firstIndex(above: new.seq, in: known))
        }
    }

    /// Deleted for all.
    mutating func remove(_ message: Message) {
        deleted.insert(message.seq, at: firstIndex(above: message.seq, in: deleted))
        Self.remove(message.seq, from: &own[message.author, default: []])
        for user in message.mentions { Self.remove(message.seq, from: &mentions[user, default: []]) }
    }

    mutating func hide(_ seq: Int64, from viewer: UserID) { hidden[viewer, default: []].insert(seq) }

    mutating func forgetMentions(of user: UserID) { mentions[user] = nil }

    mutating func forget(_ user: UserID) {
        hidden[user] = nil
        forgetMentions(of: user)
    }

    /// Messages of others, not deleted, not hidden by `user`, above `read`; and those of them that mention `user`.
    func unread(of user: UserID, above read: Int64, upTo seq: Int64) -> (unread: Int, mentions: Int) {
        let own = own[user] ?? []
        let hidden = hidden[user] ?? []
        let hiddenOnly = hidden.count { $0 > read && !contains($0, deleted) && !contains($0, own) }
        let unread = Int(seq - read) - count(above: read, in: deleted) - count(above: read, in: own) - hiddenOnly
        let mentions = mentions[user] ?? []
        let mentioned = mentions[firstIndex(above: read, in: mentions)...].count { !hidden.contains($0) }
        return (unread, mentioned)
    }

    private static func remove(_ seq: Int64, from list: inout [Int64]) {
        let index = firstIndex(above: seq - 1, in: list)
        if index < list.count, list[index] == seq { list.remove(at: index) }
    }
}

private func count(above seq: Int64, in list: [Int64]) -> Int { list.count - firstIndex(above: seq, in: list) }

private func contains(_ seq: Int64, _ list: [Int64]) -> Bool {
    let index = firstIndex(above: seq - 1, in: list)
    return index < list.count && list[index] == seq
}

/// Where in the ascending list the numbers above `seq` begin.
private func firstIndex(above seq: Int64, in list: [Int64]) -> Int {
    var low = 0
    var high = list.count
    while low < high {
        let middle = low + (high - low) / 2
        if list[middle] > seq { high = middle } else { low = middle + 1 }
    }
    return low
}
