import ChatDomain

/// Messages as somebody who may read them sees them.
extension SQLiteReader {
    /// How often more is fetched in place of what the viewer has hidden.
    private static let fetchesMax = 50

    func page(
        of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID
    ) throws(StoreError) -> MessagePage {
        let nothing = MessagePage(messages: [], hasMoreBefore: false, hasMoreAfter: false)
        guard try rooms.member(viewer, of: room) != nil else { return nothing }
        let limit = min(max(limit, 0), Int(Int32.max))
        // Where the page is cut in two: some before this number, the others from it on.
        var middle: Int64
        var (countBefore, countAfter) = (limit, 0)
        switch range {
        case .before(let seq): middle = max(seq ?? .max, 1)
        case .after(let seq):
            middle = max(seq, 0) == .max ? .max : max(seq, 0) + 1
            (countBefore, countAfter) = (0, limit)
        case .around(let seq):
            middle = max(seq, 1)
            (countBefore, countAfter) = (limit / 2, limit - limit / 2)
        }
        middle = min(middle, try head(of: room).seq + 1)
        // One more than wanted on each side, to see whether there are more.
        let before = try visible(in: room, before: middle, limit: countBefore + 1, for: viewer)
        let after = try visible(in: room, from: middle, limit: countAfter + 1, for: viewer)
        var messages = Array(before.suffix(countBefore) + after.prefix(countAfter))
        if let first = messages.first, let last = messages.last {
            let reactions = try rooms.reactions(in: room, first.seq...last.seq)
            if !reactions.isEmpty {
                for index in messages.indices where !messages[index].isDeleted {
                    messages[index].reactions = reactions[messages[index].seq] ?? []
                }
            }
        }
        return MessagePage(
            messages: messages, hasMoreBefore: before.count > countBefore, hasMoreAfter: after.count > countAfter)
    }

    /// The newest messages before `end` that the viewer has not hidden, ascending.
    private func visible(
        in room: RoomID, before end: Int64, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [Message] {
        var found: [Message] = []
        var end = end
        for _ in 0..<Self.fetchesMax where end > 1 && found.count < limit {
            let wanted = limit - found.count
            let fetched = try messages(in: room, after: nil, before: end, limit: wanted)
            found = try withoutHidden(fetched, in: room, from: viewer) + found
            guard fetched.count == wanted, let first = fetched.first else { break }
            end = first.seq
        }
        return found
    }

    /// The oldest messages from `start` on that the viewer has not hidden, ascending.
    private func visible(
        in room: RoomID, from start: Int64, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [Message] {
        var found: [Message] = []
        var last = start - 1
        for _ in 0..<Self.fetchesMax where found.count < limit {
            let wanted = limit - found.count
            let fetched = try messages(in: room, after: last, before: nil, limit: wanted)
            found += try withoutHidden(fetched, in: room, from: viewer)
            guard fetched.count == wanted, let newest = fetched.last else { break }
            last = newest.seq
        }
        return found
    }

    private func withoutHidden(
        _ messages: [Message], in room: RoomID, from viewer: UserID
    ) throws(StoreError) -> [Message] {
        guard let first = messages.first, let last = messages.last else { return [] }
        let hidden = try rooms.hidden(from: viewer, in: room, first.seq...last.seq)
        return hidden.isEmpty ? messages : messages.filter { !hidden.contains($0.seq) }
    }

    func versions(of seq: Int64, in room: RoomID) throws(StoreError) -> [MessageVersion] {
        let kept = tail.message(seq, in: room)
        return try inSnapshot { () throws(StoreError) in
            guard try state.room(room) != nil else { return [] }
            let found = if let kept { kept } else { try history.message(seq, in: room) }
            guard let known = found, !known.message.isDeleted else { return [] }
            return try history.versions(of: known)
        }
    }

    func receipt(author: UserID, key: MessageKey) throws(StoreError) -> (room: RoomID, receipt: MessageReceipt)? {
        let sender = SenderKey(author: author, key: key)
        if let kept = tail.receipt(for: sender) { return kept }
        return try KeyIndex.receipt(for: sender, in: database).map {
            ($0.room, MessageReceipt(seq: $0.seq, offset: $0.offset, isDuplicate: true))
        }
    }
}
