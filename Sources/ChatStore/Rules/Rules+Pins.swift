import ChatDomain

/// What a room shows above all.
extension Rules {
    mutating func pin(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        try check(.pin, by: user, in: head)
        try checkBlocks(user, in: head)
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        let pins = try ledger.pins(of: room)
        if pins.contains(where: { $0.seq == seq }) { return changed(known.message, in: head) }
        guard pins.count < StoreLimits.pinsMax else { throw .refused(.unprocessable) }
        if ledger.isFull { throw .refused(.unavailable) }
        let at = head.time(at: now)
        let logID = try record(.messagePinned(seq: seq, by: user), of: known, in: head)
        try ledger.apply(.pinned(Pin(seq: seq, by: user, at: at), in: room, logID: logID))
        return changed(known.message, in: head)
    }

    mutating func unpin(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        try check(.pin, by: user, in: head)
        try checkBlocks(user, in: head)
        guard try ledger.pins(of: room).contains(where: { $0.seq == seq }) else {
            return changed(known.message, in: head)
        }
        if ledger.isFull { throw .refused(.unavailable) }
        try unpin(known, in: head, by: user)
        return changed(known.message, in: head)
    }

    /// Takes a pin away.
    mutating func unpin(_ known: VersionedMessage, in head: RoomHead, by user: UserID?) throws(Stop) {
        try record(.messageUnpinned(seq: known.message.seq, by: user), of: known, in: head)
        try ledger.apply(.unpinned(known.message.seq, in: head.id))
    }

    private func changed(_ message: Message, in head: RoomHead) -> Outcome { .changed(message, offset: head.offset) }
}
