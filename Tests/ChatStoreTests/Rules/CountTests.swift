import ChatDomain
import Testing

@testable import ChatStore

/// What ledgers count by arithmetic is what one would count by looking at each message. That of SQLite says the same as
/// that in memory (`ModelTests`).
@Suite("What is unread, counted one by one")
struct CountTests {
    @Test(arguments: Seeds(fewest: 30))
    func counts(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        var rules = Rules(MemoryLedger(), random: SeededGenerator(seed: seed))
        for step in 0..<80 {
            drafts.learn(from: try rules.append(drafts.batch(), at: WallTime(milliseconds: 1_000_000 + Int64(step))))
            guard step % 4 == 3 else { continue }
            for room in rules.ledger.liveRooms {
                for (user, member) in room.members.ordered.compactMap({ user in room.members[user].map { (user, $0) } })
                {
                    let place = "seed \(seed), step \(step): room \(room.id.rawValue), user \(user.rawValue)"
                    let found = room.unread(of: user, member)
                    try #require(found == count(user, member, in: room), "\(place)")
                    for (root, read) in room.threads.followed(by: user) {
                        let unread = room.messages.count { $0.thread == root && isUnread($0, user, above: read, room) }
                        let hidden = room.counts.hidden(from: user)
                        try #require(
                            room.threads.unread(root, above: read, of: user, hidden: hidden) == unread,
                            "\(place), thread \(root)")
                    }
                    for (index, message) in room.messages.enumerated() {
                        try #require(room.threadInfo(message.seq) == info(message.seq, room), "\(place)")
                        // An answer is in the thread of what is no answer, and came later.
                        guard let root = message.thread else { continue }
                        try #require(
                            root >= 1 && root <= index && room.messages[Int(root) - 1].thread == nil, "\(place)")
                    }
                }
            }
        }
    }

    private func count(_ user: UserID, _ member: MemoryMember, in room: MemoryRoom) -> UnreadCount {
        let read = member.unreadFrom.map { $0 - 1 } ?? member.ownRead
        let unread = room.messages.filter { message in
            guard isUnread(message, user, above: read, room) else { return false }
            guard let root = message.thread else { return true }
            return room.threads.read(root, by: user).map { $0 < message.seq } ?? false
        }
        return UnreadCount(
            unread: unread.count, mentions: unread.count { $0.mentions.contains(user) }, read: read, seq: room.seq)
    }

    private func isUnread(_ message: Message, _ user: UserID, above read: Int64, _ room: MemoryRoom) -> Bool {
        message.seq > read && message.author != user && !message.isDeleted
            && !room.counts.isHidden(message.seq, from: user)
    }

    private func info(_ root: Int64, _ room: MemoryRoom) -> ThreadInfo? {
        let answers = room.messages.filter { $0.thread == root && !$0.isDeleted }
        return answers.last.map { ThreadInfo(count: answers.count, lastSeq: $0.seq, lastAt: $0.sentAt) }
    }
}
