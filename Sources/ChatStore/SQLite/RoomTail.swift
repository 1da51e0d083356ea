import ChatDomain

/// The newest events of one room, in memory: all that are not indexed yet, and perhaps some that are. Offsets and the
/// numbers of messages have no gaps, so that either leads to its event without a search.
final class RoomTail {
    private var events = Queue<Event>()
    /// The offset at which each message was created, for those whose creation is among `events`.
    private var messageOffsets = Queue<Int64>()
    /// The number of the first of `messageOffsets`; of the next message where there is none.
    private(set) var firstSeq: Int64
    private(set) var newestSeq: Int64
    /// The newest message of each author, for those that `members.read` may not know of yet.
    private(set) var own: [UserID: Int64] = [:]
    /// Messages among them that were edited or deleted since.
    private var changed: [Int64: VersionedMessage] = [:]

    /// - Parameter newestSeq: the number of the room's newest message before the first event.
    init(newestSeq: Int64) {
        self.newestSeq = newestSeq
        firstSeq = newestSeq + 1
    }

    var isEmpty: Bool { events.isEmpty }
    var firstOffset: Int64? { events.first?.offset }

    /// Where the room stands; nil where everything was let go of.
    var position: RoomPosition? {
        events.last.map { RoomPosition(seq: newestSeq, offset: $0.offset, at: $0.at, logID: $0.logID) }
    }

    /// Keeps the event, whose offset is the next one.
    func append(_ event: Event) {
        events.append(event)
        switch event.kind {
        case .messageCreated(let message):
            messageOffsets.append(event.offset)
            newestSeq = message.seq
            own[message.author] = message.seq
        case .messageEdited(let message, _):
            guard let known = self.message(message.seq) else { return }
            changed[message.seq] = VersionedMessage(
                message: message, createdLogID: known.createdLogID, newestLogID: event.logID)
        case .messageDeleted(let seq, _):
            erase(seq)
        default:
            break
        }
    }

    /// `members.read` knows of it now.
    func forgetOwn(_ position: OwnPosition) {
        if let known = own[position.user], known <= position.seq { own[position.user] = nil }
    }

    /// Lets go of the oldest event.
    func removeFirst() {
        guard let event = events.first else { return }
        events.removeFirst()
        if case .messageCreated(let message) = event.kind {
            messageOffsets.removeFirst()
            firstSeq = message.seq + 1
            changed[message.seq] = nil
        }
    }

    /// The message as it reads now, if its creation is kept here.
    func message(_ seq: Int64) -> VersionedMessage? {
        if let known = changed[seq] { return known }
        guard let event = creation(of: seq), case .messageCreated(let message) = event.kind else { return nil }
        return VersionedMessage(message: message, createdLogID: event.logID, newestLogID: event.logID)
    }

    /// The events above `offset`, ascending.
    func events(after offset: Int64, limit: Int) -> [Event] {
        guard limit > 0, let firstOffset else { return [] }
        let skipped = offset < firstOffset ? 0 : offset - firstOffset + 1
        guard skipped < Int64(events.count) else { return [] }
        let end = Int(skipped) + min(limit, events.count - Int(skipped))
        return (Int(skipped)..<end).compactMap { events.element(at: $0) }
    }

    /// The messages numbered `range`, of which all are kept here.
    func messages(_ range: ClosedRange<Int64>) -> [Message] { range.compactMap { message($0)?.message } }

    /// The newest message before `end` that is not deleted, among those kept here.
    func lastMessage(before end: Int64) -> Message? {
        var seq = min(newestSeq, end - 1)
        while seq >= firstSeq {
            if let known = message(seq)?.message, !known.isDeleted { return known }
            seq -= 1
        }
        return nil
    }

    /// Where a message of this sender is, among those kept here; the newest first.
    func receipt(for sender: SenderKey) -> MessageReceipt? {
        for offset in (0..<messageOffsets.count).reversed() {
            guard case .messageCreated(let message)? = creation(of: firstSeq + Int64(offset))?.kind,
                message.key == sender.key, message.author == sender.author,
                let found = messageOffsets.element(at: offset)
            else { continue }
            return MessageReceipt(seq: message.seq, offset: found, isDuplicate: true)
        }
        return nil
    }

    private func creation(of seq: Int64) -> Event? {
        guard seq >= firstSeq, seq <= newestSeq, let firstOffset,
            let offset = messageOffsets.element(at: Int(seq - firstSeq))
        else { return nil }
        return events.element(at: Int(offset - firstOffset))
    }

    /// Takes the message's text out of every event that carries it.
    private func erase(_ seq: Int64) {
        if var known = message(seq) {
            known.message.erase()
            changed[seq] = known
        }
        for index in 0..<events.count {
            guard var event = events.element(at: index) else { continue }
            switch event.kind {
            case .messageCreated(let message) where message.seq == seq,
                .messageEdited(let message, _) where message.seq == seq:
                event.eraseText()
                events.replace(at: index, with: event)
            default:
                break
            }
        }
    }
}
