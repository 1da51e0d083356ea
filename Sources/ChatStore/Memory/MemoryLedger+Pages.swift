import ChatDomain

/// Pages of a room's messages as somebody sees them.
extension MemoryLedger {
    /// Empty for who is no member.
    func page(of id: RoomID, _ range: MessageRange, limit: Int, for viewer: UserID) -> MessagePage {
        guard let room = held(id), let sight = room.sight(of: viewer) else {
            return MessagePage(messages: [], hasMoreBefore: false, hasMoreAfter: false)
        }
        let limit = min(max(limit, 0), .max - 1)
        let cut = MessageRange.Cut(range, limit: limit, end: room.seq + 1)
        let (countBefore, countAfter) = (cut.before, cut.after)
        let first = sight.seq + 1
        let middle = max(cut.middle, first)
        let isVisible = { !room.counts.isHidden($0, from: viewer) }
        // One more than wanted on each side, to see whether there are more.
        let before = stride(from: middle - 1, through: first, by: -1).lazy.filter(isVisible).prefix(countBefore + 1)
        let after = stride(from: middle, through: room.seq, by: 1).lazy.filter(isVisible).prefix(countAfter + 1)
        let (older, newer) = (Array(before), Array(after))
        let seqs = older.prefix(countBefore).reversed() + newer.prefix(countAfter)
        return MessagePage(
            messages: seqs.compactMap { room.fullMessage($0) }, hasMoreBefore: older.count > countBefore,
            hasMoreAfter: newer.count > countAfter)
    }
}
