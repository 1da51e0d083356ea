import ChatDomain

/// How far members have read and received.
extension Rules {
    private struct ThreadReader: Hashable {
        var user: UserID
        var thread: ThreadName
    }

    /// Unknown rooms, who is no member, and threads that somebody does not follow are passed over.
    mutating func mark(_ updates: [MarkerUpdate]) throws(Stop) -> Outcome {
        var raises: [MarkerRaise] = []
        // Of several marks of one thread the furthest.
        var reads: [ThreadReader: Int64] = [:]
        for update in updates {
            guard let head = try ledger.head(of: update.room),
                try ledger.place(of: update.user, in: update.room) != nil
            else { continue }
            // Nothing is read beyond the head, and what was read was received.
            let read = min(max(update.read ?? 0, 0), head.seq)
            if let root = update.thread {
                let reader = ThreadReader(
                    user: update.user, thread: ThreadName(room: update.room, root: root))
                guard let stored = try ledger.read(reader.thread, by: reader.user) else { continue }
                if read > stored { reads[reader] = max(reads[reader] ?? 0, read) }
                continue
            }
            let received = min(max(update.received ?? 0, update.isPrivate ? 0 : read), head.seq)
            raises.append(
                MarkerRaise(
                    room: update.room, user: update.user, read: update.isPrivate ? 0 : read, received: received,
                    ownRead: read, endsUnread: update.read != nil && update.endsUnread))
        }
        for raise in raises { try ledger.apply(.marked(raise)) }
        for (reader, read) in reads { try ledger.apply(.followed(reader.thread, by: reader.user, read: read)) }
        return .done
    }

    /// One's own counts begin at the message, until something is read.
    mutating func markUnread(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        try check(.mark, by: user, in: head)
        guard head.seq - seq < StoreLimits.unreadMax else { throw .refused(.unprocessable) }
        // In a thread that somebody follows, what was answered since is unread as well.
        let thread = known.message.thread.map { ThreadName(room: room, root: $0) }
        let read = try thread.flatMap { thread throws(Stop) in try ledger.read(thread, by: user) }
        let own = try ledger.ownCount(of: user, in: head, from: seq)
        try ledger.apply(
            .markedUnread(UnreadMark(room: room, user: user, from: seq, head: head.seq, own: own)))
        if let thread, let read, read >= seq { try ledger.apply(.followed(thread, by: user, read: seq - 1)) }
        return .done
    }
}
