import ChatDomain

/// One room of the memory store: who is in it, its messages as they read now, and its events as they happened. A class,
/// so that nobody copies a history by looking at it.
final class MemoryRoom {
    var room: Room
    var members = MemberList()
    /// As they read now: number `seq` lies at `seq - 1`.
    private(set) var messages: [Message] = []
    /// Number `offset` lies at `offset - 1`.
    private(set) var events: [Event] = []
    /// Where a message's texts lie in `events`: at the offset of its creation, then of each edit.
    private var textOffsets: [[Int64]] = []
    private var seqsByKey: [MessageKey: [Int64]] = [:]

    init(room: Room) { self.room = room }

    var seq: Int64 { Int64(messages.count) }
    var offset: Int64 { Int64(events.count) }

    /// The time of an event that happens now: never before the last one.
    func time(at now: WallTime) -> WallTime { max(now, events.last?.at ?? now) }

    /// Keeps the event, which has the next offset, and what it does to the messages.
    func append(_ event: Event) {
        var stored = event
        stored.origin = 0
        events.append(stored)
        switch event.kind {
        case .messageCreated(let message):
            messages.append(message)
            textOffsets.append([event.offset])
            seqsByKey[message.key, default: []].append(message.seq)
        case .messageEdited(let message, _):
            messages[Int(message.seq) - 1] = message
            textOffsets[Int(message.seq) - 1].append(event.offset)
        case .messageDeleted(let seq, _):
            messages[Int(seq) - 1].erase()
            for offset in textOffsets[Int(seq) - 1] { events[Int(offset) - 1].eraseText() }
        case .roomUpdated(let room, _), .roomArchived(let room, _):
            self.room = room
        case .memberJoined(let user, _, _):
            members.append(user)
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
            members.remove([user])
        case .roomCreated, .roomDeleted, .memberRoleChanged, .reactionAdded, .reactionRemoved:
            break
        }
    }

    func message(_ reference: MessageReference) -> Message? {
        switch reference {
        case .seq(let seq): 1 <= seq && seq <= self.seq ? messages[Int(seq) - 1] : nil
        case .key(let key): seqsByKey[key]?.first.map { messages[Int($0) - 1] }
        }
    }

    var lastMessage: Message? { messages.last { !$0.isDeleted } }

    func messages(after: Int64?, before: Int64?, limit: Int) -> [Message] {
        let first = min(max(after ?? 0, 0), seq)
        let end = max(min(max(before ?? .max, 1) - 1, seq), first)
        let wanted = Int64(max(limit, 0))
        let isOldestFirst = after != nil && before == nil
        let from = isOldestFirst ? first : max(first, end - min(wanted, end))
        return Array(messages[Int(from)..<Int(isOldestFirst ? from + min(wanted, end - from) : end)])
    }

    func events(after offset: Int64, limit: Int) -> [Event] {
        let from = min(max(offset, 0), self.offset)
        return Array(events[Int(from)...].prefix(max(limit, 0)))
    }
}
