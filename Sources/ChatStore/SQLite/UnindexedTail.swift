import ChatDomain
import Synchronization

/// The newest events of all rooms: those that the index has not come to yet, and, as a cache, as many of those before
/// them as there is room for. Written by the writer after each commit, read by every reader.
///
/// A reader asks here BEFORE it opens its read transaction. Whatever it is told has been indexed by then, or is in the
/// answer: so the index, of which each room's part is always a beginning without gaps, and the answer overlap or touch.
/// The reader takes from the index only what lies before the answer, and nothing is missing or there twice.
final class UnindexedTail: Sendable {
    /// A page of messages: what is to be read from the index lies before `indexBefore`; nil where nothing is.
    struct MessagePage: Sendable {
        var messages: [Message]
        var indexBefore: Int64?
    }

    /// A page of events: what is to be read from the index lies before the offset `indexBefore`; nil where nothing is.
    struct EventPage: Sendable {
        var events: [Event]
        var indexBefore: Int64?
    }

    private struct State {
        var rooms: [RoomID: RoomTail] = [:]
        /// What to let go of first.
        var order = Queue<Kept>()
        var bytes = 0
        var indexedThrough: Int64 = 0
    }

    private struct Kept {
        var room: RoomID
        var logID: Int64
        var bytes: Int
    }

    private let state = Mutex(State())
    private let cacheBytesMax: Int

    /// - Parameter cacheBytesMax: how much to keep of what is indexed already, about.
    init(cacheBytesMax: Int) { self.cacheBytesMax = cacheBytesMax }

    /// About what an event takes in memory, here and in the index's queue.
    static func bytes(of event: Event) -> Int {
        switch event.kind {
        case .messageCreated(let message), .messageEdited(let message, _):
            480 + message.text.utf8.count + message.mentions.count * 8
        case .roomCreated(let room), .roomUpdated(let room, _): 480 + room.name.utf8.count + room.topic.utf8.count
        default: 480
        }
    }

    // MARK: For the writer

    /// Keeps what was committed.
    ///
    /// - Parameter seqs: for each event, the number of its room's newest message as of the event.
    func append(_ events: [Event], seqs: [Int64]) {
        state.withLock { state in
            for (event, seq) in zip(events, seqs) {
                if case .roomDeleted = event.kind {
                    state.rooms[event.room] = nil
                } else {
                    Self.keep(event, seq: seq, in: &state)
                }
            }
            trim(&state)
        }
    }

    /// Everything up to `logID` can be read from the index from now on.
    ///
    /// - Parameter own: what `members.read` knows of now.
    func markIndexed(through logID: Int64, own: [OwnPosition] = []) {
        state.withLock { state in
            state.indexedThrough = logID
            for position in own { state.rooms[position.room]?.forgetOwn(position) }
            trim(&state)
        }
    }

    private static func keep(_ event: Event, seq: Int64, in state: inout State) {
        var kept = event
        kept.origin = 0
        if let room = state.rooms[event.room] {
            room.append(kept)
        } else {
            let room = RoomTail(newestSeq: event.isMessage ? seq - 1 : seq)
            room.append(kept)
            state.rooms[event.room] = room
        }
        let bytes = Self.bytes(of: event)
        state.order.append(Kept(room: event.room, logID: event.logID, bytes: bytes))
        state.bytes += bytes
    }

    /// Lets go of some of what is indexed and beyond the limit: more than a batch adds, so that the limit holds.
    private func trim(_ state: inout State) {
        var budget = 2_000
        while state.bytes > cacheBytesMax, budget > 0, let oldest = state.order.first,
            oldest.logID <= state.indexedThrough
        {
            budget -= 1
            state.order.removeFirst()
            state.bytes -= oldest.bytes
            guard let room = state.rooms[oldest.room] else { continue }
            room.removeFirst()
            if room.isEmpty { state.rooms[oldest.room] = nil }
        }
    }

    // MARK: For readers

    func position(of room: RoomID) -> RoomPosition? { state.withLock { $0.rooms[room]?.position } }

    func message(_ seq: Int64, in room: RoomID) -> VersionedMessage? {
        state.withLock { $0.rooms[room]?.message(seq) }
    }

    /// The number of somebody's newest message, if `members.read` may not know of it yet; else 0.
    func ownPosition(of user: UserID, in room: RoomID) -> Int64 { state.withLock { $0.rooms[room]?.own[user] ?? 0 } }

    /// These numbers for all members.
    func ownPositions(in room: RoomID) -> [UserID: Int64] { state.withLock { $0.rooms[room]?.own ?? [:] } }

    /// Where a message with this key is, if it is kept here.
    func receipt(for sender: SenderKey) -> (room: RoomID, receipt: MessageReceipt)? {
        // Room by room, so that the writer never waits for all.
        for room in state.withLock({ Array($0.rooms.keys) }) {
            if let found = state.withLock({ $0.rooms[room]?.receipt(for: sender) }) { return (room, found) }
        }
        return nil
    }

    /// The newest message before `end` that is not deleted, and where to look on in the index if there is none.
    func lastMessage(in room: RoomID, before end: Int64 = .max) -> MessagePage {
        state.withLock { state in
            guard let tail = state.rooms[room] else { return MessagePage(messages: [], indexBefore: end) }
            if let message = tail.lastMessage(before: end) { return MessagePage(messages: [message], indexBefore: nil) }
            return MessagePage(messages: [], indexBefore: min(tail.firstSeq, end))
        }
    }

    /// The part that is kept here of what `ChatStoreReader.messages` answers.
    func messages(in room: RoomID, after: Int64?, before: Int64?, limit: Int) -> MessagePage {
        state.withLock { state in
            guard let tail = state.rooms[room] else { return MessagePage(messages: [], indexBefore: before ?? .max) }
            // Both bounds are excluded, `after` and `before` alike.
            let lowest = max(after ?? 0, 0)
            let end = min(max(before ?? .max, 0), tail.newestSeq + 1)
            let start = max(lowest, tail.firstSeq - 1)
            guard start < end else {
                return MessagePage(messages: [], indexBefore: lowest < end - 1 ? end : nil)
            }
            let held = end - start - 1
            let isOldestFirst = after != nil && before == nil
            let needsIndex = lowest < tail.firstSeq - 1 && (isOldestFirst || held < Int64(limit))
            let wanted = min(held, Int64(max(limit, 0)))
            let messages: [Message] =
                if wanted == 0 { [] } else if isOldestFirst {
                    tail.messages(start + 1...start + wanted)
                } else {
                    tail.messages(end - wanted...end - 1)
                }
            return MessagePage(messages: messages, indexBefore: needsIndex ? tail.firstSeq : nil)
        }
    }

    /// The part that is kept here of what `ChatStoreReader.events` answers.
    func events(in room: RoomID, after offset: Int64, limit: Int) -> EventPage {
        state.withLock { state in
            guard let tail = state.rooms[room], let first = tail.firstOffset else {
                return EventPage(events: [], indexBefore: .max)
            }
            let isHere = max(offset, 0) >= first - 1
            return EventPage(events: tail.events(after: offset, limit: limit), indexBefore: isHere ? nil : first)
        }
    }
}
