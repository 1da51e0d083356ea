import ChatDomain

/// Messages as somebody who may read them sees them.
extension SQLiteReader {
    /// How many numbers are looked at at once, where many were hidden.
    private static let windowMax: Int64 = 1_000

    func page(
        of room: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID
    ) throws(StoreError) -> MessagePage {
        let nothing = MessagePage(messages: [], hasMoreBefore: false, hasMoreAfter: false)
        guard let sight = try rooms.sight(of: viewer, in: room) else { return nothing }
        let limit = min(max(limit, 0), Int(Int32.max))
        let end = try head(of: room).seq + 1
        let first = min(sight.seq + 1, end)
        let cut = MessageRange.Cut(range, limit: limit, end: end)
        let (middle, countBefore, countAfter) = (max(cut.middle, first), cut.before, cut.after)
        // One more than wanted on each side, to see whether there are more.
        let before = try visible(in: room, first..<middle, isNewestFirst: true, limit: countBefore + 1, for: viewer)
        let after = try visible(in: room, middle..<end, isNewestFirst: false, limit: countAfter + 1, for: viewer)
        let shown = Array(before.suffix(countBefore) + after.prefix(countAfter))
        return MessagePage(
            messages: try messages(in: room, shown), hasMoreBefore: before.count > countBefore,
            hasMoreAfter: after.count > countAfter)
    }

    /// The newest or the oldest numbers of `range` that the viewer has not hidden, ascending. Numbers have no gaps: so
    /// what is hidden is left out before any message is read, however much it is.
    private func visible(
        in room: RoomID, _ range: Range<Int64>, isNewestFirst: Bool, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [Int64] {
        var found: [Int64] = []
        var rest = range
        var size = Int64(limit)
        while !rest.isEmpty, found.count < limit {
            let window =
                isNewestFirst
                ? max(rest.lowerBound, rest.upperBound - size)..<rest.upperBound
                : rest.lowerBound..<min(rest.upperBound, rest.lowerBound + size)
            let hidden = try rooms.hidden(from: viewer, in: room, window.lowerBound...window.upperBound - 1)
            let seqs = window.filter { !hidden.contains($0) }
            if isNewestFirst {
                found = seqs.suffix(limit - found.count) + found
                rest = rest.lowerBound..<window.lowerBound
            } else {
                found += seqs.prefix(limit - found.count)
                rest = window.upperBound..<rest.upperBound
            }
            size = max(size, Self.windowMax)
        }
        return found
    }

    /// The messages with these numbers, which ascend, with their reactions and what there is in their threads.
    func messages(in room: RoomID, _ seqs: [Int64]) throws(StoreError) -> [Message] {
        var found: [Message] = []
        var start = 0
        while start < seqs.count {
            var end = start + 1
            while end < seqs.count, seqs[end] == seqs[end - 1] + 1 { end += 1 }
            let (first, last) = (seqs[start], seqs[end - 1])
            var run = try messages(in: room, after: first - 1, before: last + 1, limit: end - start)
            let reactions = try rooms.reactions(in: room, first...last)
            if !reactions.isEmpty {
                for index in run.indices where !run[index].isDeleted {
                    run[index].reactions = reactions[run[index].seq] ?? []
                }
            }
            let infos = try threads.infos(in: room, first...last)
            if !infos.isEmpty { for index in run.indices { run[index].threadInfo = infos[run[index].seq] } }
            found += run
            start = end
        }
        return found
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
