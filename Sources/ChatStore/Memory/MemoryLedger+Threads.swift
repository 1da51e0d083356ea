import ChatDomain

/// Threads and pins as facts, and as somebody who may read them sees them.
extension MemoryLedger {
    // MARK: Facts

    func thread(_ name: ThreadName) -> StoredThread? {
        guard let room = held(name.room), room.threads.isThread(name.root) else { return nil }
        return StoredThread(info: room.threadInfo(name.root))
    }

    func read(_ thread: ThreadName, by user: UserID) -> Int64? {
        held(thread.room)?.threads.read(thread.root, by: user)
    }

    func follows(of user: UserID, in room: RoomID) -> FollowSum {
        let roots = held(room)?.threads.followed(by: user) ?? [:]
        return FollowSum(count: roots.count, first: roots.keys.min())
    }

    func pins(of room: RoomID) -> [Pin] { held(room)?.pins ?? [] }

    func ownCount(of user: UserID, in head: RoomHead, from seq: Int64) -> Int {
        held(head.id)?.counts.ownCount(of: user, from: seq) ?? 0
    }

    // MARK: Views

    func threadPage(
        of id: RoomID, thread seq: Int64, _ range: MessageRange, limit: Int, for viewer: UserID
    ) -> MessagePage? {
        guard let room = held(id), let sight = room.sight(of: viewer), sight.shows(seq),
            let named = room.message(.seq(seq))
        else { return nil }
        let root = named.thread ?? seq
        let cut = MessageRange.Cut(range, limit: min(max(limit, 0), .max - 1), end: .max)
        let answers = room.threads.answers(to: root)
        let middle = answers.firstIndex(above: cut.middle - 1)
        let isVisible = { sight.shows($0) && !room.counts.isHidden($0, from: viewer) }
        let older = (root < cut.middle ? [root] : []) + answers[..<middle]
        let newer = (root < cut.middle ? [] : [root]) + answers[middle...]
        // One more than wanted on each side, to see whether there are more.
        let before = Array(older.reversed().lazy.filter(isVisible).prefix(cut.before + 1))
        let after = Array(newer.lazy.filter(isVisible).prefix(cut.after + 1))
        let seqs = before.prefix(cut.before).reversed() + after.prefix(cut.after)
        return MessagePage(
            messages: seqs.compactMap { room.fullMessage($0) }, hasMoreBefore: before.count > cut.before,
            hasMoreAfter: after.count > cut.after)
    }

    /// The newest answer first.
    func threads(of user: UserID, after cursor: ListCursor?, limit: Int) -> ListPage<ThreadListing> {
        var found: [(listing: ThreadListing, cursor: ListCursor)] = []
        for room in rooms(of: user).compactMap({ held($0) }) {
            let sight = room.sight(of: user)
            for (root, read) in room.threads.followed(by: user) where sight?.shows(root) == true {
                guard let last = room.threads.live(root)?.last, let message = room.fullMessage(root),
                    !room.counts.isHidden(root, from: user), let logID = room.createdLogID(of: last),
                    logID < cursor?.number ?? .max
                else { continue }
                let unread = room.threads.unread(
                    root, above: read, of: user, hidden: room.counts.hidden(from: user))
                found.append((ThreadListing(root: message, unread: unread), ListCursor(logID)))
            }
        }
        found.sort { $0.cursor.number > $1.cursor.number }
        return ListPage(found, limit: limit, cursor: \.cursor, row: \.listing)
    }

    func pins(of id: RoomID, for viewer: UserID) -> [PinListing] {
        guard let room = held(id), let sight = room.sight(of: viewer) else { return [] }
        let visible = room.pins.filter { sight.shows($0.seq) && !room.counts.isHidden($0.seq, from: viewer) }
        return visible.compactMap { pin in
            room.fullMessage(pin.seq).map { PinListing(pin: pin, message: $0) }
        }
    }
}
