import ChatDomain

/// One room of the memory store: who is in it, its messages as they read now, and its events as they happened. A class,
/// so that nobody copies a history by looking at it.
final class MemoryRoom {
    var room: Room
    var members = MemberList()
    /// Until when somebody is kept out.
    var bans: [UserID: Ban] = [:]
    /// Until when somebody may not send: it outlives leaving, so that nobody gets rid of it by joining again.
    var mutes: [UserID: WallTime] = [:]
    /// Of a direct room of the native protocol: the two it was made for.
    var pair: DirectPair?
    /// As they read now, without reactions: number `seq` lies at `seq - 1`.
    private(set) var messages: [Message] = []
    /// Number `offset` lies at `offset - 1`.
    private(set) var events: [Event] = []
    private(set) var counts = MessageCounts()
    private var reactions: [Int64: ReactionList] = [:]
    /// Where a message's texts lie in `events`: at the offset of its creation, then of each edit.
    private var textOffsets: [[Int64]] = []
    private var seqsByKey: [MessageKey: [Int64]] = [:]

    init(room: Room) { self.room = room }

    var id: RoomID { room.id }
    var seq: Int64 { Int64(messages.count) }
    var offset: Int64 { Int64(events.count) }

    /// The time of an event that happens now.
    func time(at now: WallTime) -> WallTime { RoomClock.time(after: events.last?.at, at: now) }

    /// When something last happened here.
    var activeAt: WallTime { events.last?.at ?? room.createdAt }

    /// What last happened here, in the order of everything that happened; 0 for nothing.
    var lastLogID: Int64 { events.last?.logID ?? 0 }

    /// Keeps the event, which has the next offset, and what it does to the room.
    func append(_ event: Event) {
        var stored = event
        stored.origin = 0
        events.append(stored)
        switch event.kind {
        case .messageCreated(let message):
            messages.append(message)
            textOffsets.append([event.offset])
            seqsByKey[message.key, default: []].append(message.seq)
            counts.add(message)
        case .messageEdited(let message, _):
            messages[Int(message.seq) - 1] = message
            textOffsets[Int(message.seq) - 1].append(event.offset)
        case .messageDeleted(let seq, _):
            counts.remove(messages[Int(seq) - 1])
            messages[Int(seq) - 1].erase()
            reactions[seq] = nil
            for offset in textOffsets[Int(seq) - 1] { events[Int(offset) - 1].eraseText() }
        case .reactionAdded(let seq, let key, let user):
            reactions[seq, default: ReactionList()].add(key, by: user)
        case .reactionRemoved(let seq, let key, let user):
            reactions[seq]?.remove(key, by: user)
        case .roomUpdated(let room, _), .roomArchived(let room, _):
            self.room = room
        case .memberJoined(let user, let role, _):
            members.append(user, MemoryMember(role: role, head: seq))
        case .memberRoleChanged(let user, let role, _):
            members[user]?.role = role
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
            members.remove(user)
        case .roomCreated, .roomDeleted:
            break
        }
    }

    // MARK: Members

    func member(_ user: UserID) -> Member? {
        members[user].map {
            Member(user: user, role: $0.role, mutedUntil: mutes[user], read: $0.read, received: $0.received)
        }
    }

    /// As `Permissions` wants to know somebody.
    func standing(of user: UserID, at now: WallTime) -> Standing {
        if let member = member(user) { return member.standing(at: now) }
        return Standing(role: nil, isBanned: isBanned(user, at: now))
    }

    func isBanned(_ user: UserID, at now: WallTime) -> Bool { bans[user].map { now < $0.until } ?? false }

    // MARK: Messages

    /// As it reads now, without reactions.
    func message(_ reference: MessageReference) -> Message? {
        switch reference {
        case .seq(let seq): 1 <= seq && seq <= self.seq ? messages[Int(seq) - 1] : nil
        case .key(let key): seqsByKey[key]?.first.map { messages[Int($0) - 1] }
        }
    }

    /// As it reads now.
    func fullMessage(_ seq: Int64) -> Message? {
        message(.seq(seq))?.withReactions(reactions[seq]?.ordered ?? [])
    }

    func reactions(to seq: Int64) -> ReactionList { reactions[seq] ?? ReactionList() }

    var lastMessage: Message? { messages.last { !$0.isDeleted } }

    /// The newest message that is not deleted, nor hidden by the viewer.
    func lastMessage(for viewer: UserID) -> Message? {
        messages.last { !$0.isDeleted && !counts.isHidden($0.seq, from: viewer) }.flatMap { fullMessage($0.seq) }
    }

    /// - Returns: whether the viewer had not hidden it before.
    func hide(_ seq: Int64, from viewer: UserID) -> Bool { counts.hide(seq, from: viewer) }

    /// Forgets what the room remembers for this user alone.
    func forget(_ user: UserID) {
        bans[user] = nil
        mutes[user] = nil
        counts.forget(user)
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

    func events(after offset: Int64, limit: Int) -> [Event] {
        let from = min(max(offset, 0), self.offset)
        return Array(events[Int(from)...].prefix(max(limit, 0)))
    }
}

/// Two users, whoever is named first.
struct DirectPair: Hashable, Sendable {
    let lower: UserID
    let higher: UserID

    init(_ a: UserID, _ b: UserID) {
        lower = min(a, b)
        higher = max(a, b)
    }

    func other(than user: UserID) -> UserID { user == lower ? higher : lower }
}

extension Message {
    func withReactions(_ reactions: [Reaction]) -> Message {
        var message = self
        message.reactions = reactions
        return message
    }
}
