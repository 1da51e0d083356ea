import ChatDomain

/// Threads and pins as somebody who may read them sees them.
extension SQLiteReader {
    func threadPage(
        of room: RoomID, thread seq: Int64, _ range: MessageRange, limit: Int, for viewer: UserID
    ) throws(StoreError) -> MessagePage? {
        guard let sight = try rooms.sight(of: viewer, in: room), seq >= 1, sight.shows(seq),
            try head(of: room).seq >= seq
        else { return nil }
        let answered = try threads.root(of: seq, in: room)
        let thread = ThreadName(room: room, root: answered ?? seq)
        let limit = min(max(limit, 0), Int(Int32.max) - 1)
        let cut = MessageRange.Cut(range, limit: limit, end: .max)
        let first = sight.seq + 1
        let middle = max(cut.middle, first)
        let before = try visible(in: thread, first..<middle, isNewestFirst: true, limit: cut.before + 1, for: viewer)
        let after = try visible(in: thread, middle..<(.max), isNewestFirst: false, limit: cut.after + 1, for: viewer)
        var messages: [Message] = []
        for (seq, logID) in before.suffix(cut.before) + after.prefix(cut.after) {
            // The message that the thread began with is looked up by its number, wherever it lies.
            if let logID {
                guard var message = try history.message(createdAt: logID, in: room) else { continue }
                if !message.isDeleted { message.reactions = try rooms.reactions(to: message) }
                messages.append(message)
            } else {
                messages += try self.messages(in: room, [seq])
            }
        }
        return MessagePage(
            messages: messages, hasMoreBefore: before.count > cut.before, hasMoreAfter: after.count > cut.after)
    }

    /// Numbers of the thread's messages that the viewer has not hidden, ascending; answers with their log ids.
    private func visible(
        in thread: ThreadName, _ range: Range<Int64>, isNewestFirst: Bool, limit: Int, for viewer: UserID
    ) throws(StoreError) -> [(Int64, logID: Int64?)] {
        var found: [(Int64, logID: Int64?)] = try threads.answers(
            in: thread, range, isNewestFirst: isNewestFirst, limit: limit, for: viewer
        ).map { ($0.seq, $0.logID) }
        guard range.contains(thread.root), try !rooms.isHidden(thread.root, in: thread.room, from: viewer) else {
            return found
        }
        // It comes before all answers.
        if !isNewestFirst || found.count < limit { found.insert((thread.root, nil), at: 0) }
        return Array(found.prefix(limit))
    }

    func threads(of user: UserID, after cursor: ListCursor?, limit: Int) throws(StoreError) -> ListPage<ThreadListing> {
        let found = try threads.followed(
            by: user, before: cursor?.number ?? .max, limit: ListPage<ThreadListing>.lookedUp(limit))
        let page = ListPage(found, limit: limit, cursor: { ListCursor($0.lastLogID) }, row: { $0 })
        var listings: [ThreadListing] = []
        for followed in page.rows {
            let thread = followed.thread
            // Its room may be gone in between.
            guard let root = try messages(in: thread.room, [thread.root]).first else { continue }
            let unread = try threads.unread(thread, of: user, above: followed.read)
            listings.append(ThreadListing(root: root, unread: Int(unread)))
        }
        return ListPage(rows: listings, next: page.next)
    }

    func pins(of room: RoomID, for viewer: UserID) throws(StoreError) -> [PinListing] {
        guard let sight = try rooms.sight(of: viewer, in: room) else { return [] }
        var listings: [PinListing] = []
        for pin in try threads.pins(of: room) where sight.shows(pin.seq) {
            if try rooms.isHidden(pin.seq, in: room, from: viewer) { continue }
            guard let message = try messages(in: room, [pin.seq]).first else { continue }
            listings.append(PinListing(pin: pin, message: message))
        }
        return listings
    }
}

extension MessageRange {
    /// Where a page is cut in two: some before `middle`, the others from it on.
    struct Cut {
        var middle: Int64
        var before = 0
        var after = 0

        /// - Parameter end: behind the newest message.
        init(_ range: MessageRange, limit: Int, end: Int64) {
            switch range {
            case .before(let seq):
                middle = max(seq ?? .max, 1)
                before = limit
            case .after(let seq):
                middle = max(seq, 0) == .max ? .max : max(seq, 0) + 1
                after = limit
            case .around(let seq):
                middle = max(seq, 1)
                (before, after) = (limit / 2, limit - limit / 2)
            }
            middle = min(middle, end)
        }
    }
}
