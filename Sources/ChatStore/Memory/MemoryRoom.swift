import ChatDomain

/// One room of the memory store: who is in it, its messages as they read now, and its events as they happened. A class,
/// so that nobody copies a history by looking at it.
final class MemoryRoom {
    var room: Room
    let head: RoomHead
    var members = MemberList()
    /// Members who have hidden the room.
    private(set) var hiders: Set<UserID> = []
    /// Until when somebody is kept out.
    var bans: [UserID: Ban] = [:]
    /// Until when somebody may not send, whether a member or not.
    var mutes: [UserID: WallTime] = [:]
    /// As they read now, without reactions: number `seq` lies at `seq - 1`.
    private(set) var messages: [Message] = []
    /// Number `offset` lies at `offset - 1`.
    private(set) var events: [Event] = []
    private(set) var counts = MessageCounts()
    var threads = MemoryThreads()
    /// The newest first.
    var pins: [Pin] = []
    private var reactions: [Int64: ReactionList] = [:]
    /// Where a message's texts lie in `events`: at the offset of its creation, then of each edit.
    private var textOffsets: [[Int64]] = []
    private var seqsByKey: [MessageKey: [Int64]] = [:]

    init(room: Room, pair: DirectPair?) {
        self.room = room
        head = RoomHead(room, pair: pair)
    }

    var id: RoomID { room.id }
    var seq: Int64 { Int64(messages.count) }
    var offset: Int64 { Int64(events.count) }

    /// When something last happened here.
    var activeAt: WallTime { events.last?.at ?? room.createdAt }

    /// What last happened here, in the order of everything that happened; 0 for nothing.
    var lastLogID: Int64 { events.last?.logID ?? 0 }

    // MARK: Changing

    /// Keeps the event, which has the next offset.
    func append(_ event: Event) { events.append(event) }

    /// Keeps the message, whose event was appended last.
    func add(_ message: Message) {
        messages.append(message)
        textOffsets.append([offset])
        seqsByKey[message.key, default: []].append(message.seq)
        counts.add(message)
        threads.add(message)
        members[message.author]?.wrote(message.seq)
    }

    /// The message's newest text is in the event that was appended last.
    func edit(_ new: VersionedMessage) {
        let index = Int(new.message.seq) - 1
        counts.mention(new.message, insteadOf: messages[index])
        messages[index] = new.message
        textOffsets[index].append(offset)
    }

    func erase(_ old: Message) {
        let index = Int(old.seq) - 1
        counts.remove(messages[index])
        threads.remove(messages[index])
        messages[index].erase()
        reactions[old.seq] = nil
        for offset in textOffsets[index] { events[Int(offset) - 1].eraseText() }
    }

    func hide(_ seq: Int64, from viewer: UserID) { counts.hide(seq, from: viewer) }

    func react(_ key: String, to seq: Int64, by user: UserID) {
        reactions[seq, default: ReactionList()].add(key, by: user)
    }

    func unreact(_ key: String, to seq: Int64, by user: UserID) { reactions[seq]?.remove(key, by: user) }

    func remove(_ user: UserID) {
        members.remove(user)
        hiders.remove(user)
        counts.forgetMentions(of: user)
        threads.forget(user)
    }

    /// Forgets what the room remembers for this user alone.
    func forget(_ user: UserID) {
        bans[user] = nil
        mutes[user] = nil
        counts.forget(user)
        threads.forget(user)
    }

    // MARK: Members

    func join(_ user: UserID, role: Role, joining: Sight, logID: Int64) {
        members.append(
            user, MemoryMember(role: role, joining: joining, joined: logID, settings: .usual(in: room.kind)))
    }

    func choose(_ settings: RoomSettings, _ user: UserID) {
        members[user]?.settings = settings
        if settings.isHidden {
            hiders.insert(user)
            head.mayBeHidden = true
        } else {
            hiders.remove(user)
        }
    }

    /// From where on a member sees the room; nil for who is none.
    func sight(of user: UserID) -> Sight? { members[user].map { room.history.sight(from: $0.joining) } }

    func member(_ user: UserID) -> Member? {
        members[user].map {
            Member(
                user: user, role: $0.role, mutedUntil: mutes[user], read: $0.read, received: $0.received,
                unreadFrom: $0.unreadFrom, joining: $0.joining)
        }
    }

    // MARK: Messages

    /// As it reads now, without reactions.
    func message(_ reference: MessageReference) -> Message? {
        switch reference {
        case .seq(let seq): 1 <= seq && seq <= self.seq ? messages[Int(seq) - 1] : nil
        case .key(let key): seqsByKey[key]?.first.map { messages[Int($0) - 1] }
        }
    }

    /// The same, with where its texts are.
    func versioned(_ reference: MessageReference) -> VersionedMessage? {
        guard let message = message(reference) else { return nil }
        let offsets = textOffsets[Int(message.seq) - 1]
        guard let first = offsets.first, let last = offsets.last else { return nil }
        return VersionedMessage(
            message: message, createdLogID: events[Int(first) - 1].logID, newestLogID: events[Int(last) - 1].logID)
    }

    /// As it reads now.
    func fullMessage(_ seq: Int64) -> Message? {
        guard var message = message(.seq(seq)) else { return nil }
        message.reactions = reactions[seq]?.ordered ?? []
        message.threadInfo = threadInfo(seq)
        return message
    }

    func threadInfo(_ root: Int64) -> ThreadInfo? {
        threads.live(root).map { live in
            ThreadInfo(count: live.count, lastSeq: live.last, lastAt: messages[Int(live.last) - 1].sentAt)
        }
    }

    /// The log id of the event that made the message.
    func createdLogID(of seq: Int64) -> Int64? { versioned(.seq(seq))?.createdLogID }

    /// What the member has not read: messages, answers in threads that they follow, and mentions of them among these.
    /// Nothing from before what they may see is: nor does a mark there count.
    func unread(of user: UserID, _ member: MemoryMember) -> UnreadCount {
        let sight = room.history.sight(from: member.joining)
        let marked = member.unreadFrom.flatMap { sight.shows($0) ? $0 : nil }
        let read = marked.map { $0 - 1 } ?? max(member.ownRead, sight.seq)
        let followed = threads.followed(by: user)
        let hidden = counts.hidden(from: user)
        var unread = counts.unread(
            of: user, above: read, upTo: seq, answers: threads.answerCount(above: read),
            isAnswer: { messages[Int($0) - 1].thread != nil })
        for (root, threadRead) in followed {
            unread += threads.unread(root, above: max(read, threadRead), of: user, hidden: hidden)
        }
        let mentions = counts.mentions(of: user, above: read).count { seq in
            guard let root = messages[Int(seq) - 1].thread else { return true }
            return followed[root].map { $0 < seq } ?? false
        }
        return UnreadCount(unread: unread, mentions: mentions, read: read, seq: seq)
    }

    func reactions(to seq: Int64) -> ReactionList { reactions[seq] ?? ReactionList() }

    var lastMessage: Message? { messages.last { !$0.isDeleted } }

    /// The newest message that the viewer may see, and that is not deleted, nor hidden by them.
    func lastMessage(for viewer: UserID) -> Message? {
        guard let sight = sight(of: viewer) else { return nil }
        return messages[Int(min(sight.seq, seq))...].last { !$0.isDeleted && !counts.isHidden($0.seq, from: viewer) }
            .flatMap { fullMessage($0.seq) }
    }

    func messages(after: Int64?, before: Int64?, limit: Int) -> [Message] {
        let first = min(max(after ?? 0, 0), seq)
        let end = max(min(max(before ?? .max, 1) - 1, seq), first)
        let wanted = Int64(max(limit, 0))
        let isOldestFirst = after != nil && before == nil
        let from = isOldestFirst ? first : max(first, end - min(wanted, end))
        return Array(messages[Int(from)..<Int(isOldestFirst ? from + min(wanted, end - from) : end)])
    }

    func versions(of seq: Int64) -> [MessageVersion] {
        guard let message = message(.seq(seq)), !message.isDeleted else { return [] }
        return textOffsets[Int(seq) - 1].compactMap { offset in
            let event = events[Int(offset) - 1]
            switch event.kind {
            case .messageCreated(let text), .messageEdited(let text, _):
                return MessageVersion(version: text.version, text: text.text, at: event.at)
            default: return nil
            }
        }
    }

    // MARK: Events

    func event(at offset: Int64) -> Event? {
        1 <= offset && offset <= self.offset ? events[Int(offset) - 1] : nil
    }

    func events(after offset: Int64, limit: Int) -> [Event] {
        let from = min(max(offset, 0), self.offset)
        return Array(events[Int(from)...].prefix(max(limit, 0)))
    }
}

extension Message {
    func withReactions(_ reactions: [Reaction]) -> Message {
        var message = self
        message.reactions = reactions
        return message
    }
}
