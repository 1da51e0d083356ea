import ChatDomain

/// How far members have read and received.
extension Rules {
    /// Unknown rooms and who is no member are passed over.
    mutating func mark(_ updates: [MarkerUpdate]) throws(Stop) -> Outcome {
        var raises: [MarkerRaise] = []
        for update in updates {
            guard let head = try ledger.head(of: update.room),
                try ledger.place(of: update.user, in: update.room) != nil
            else { continue }
            // Nothing is read beyond the head, and what was read was received.
            let read = min(max(update.read ?? 0, 0), head.seq)
            let received = min(max(update.received ?? 0, update.isPrivate ? 0 : read), head.seq)
            raises.append(
                MarkerRaise(
                    room: update.room, user: update.user, read: update.isPrivate ? 0 : read, received: received,
                    ownRead: read))
        }
        for raise in raises { try ledger.apply(.marked(raise)) }
        return .done
    }
}
