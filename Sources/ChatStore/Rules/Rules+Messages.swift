import ChatDomain

/// Sending, and what changing a message does to it.
extension Rules {
    /// What it asks is in memory for who wrote before.
    mutating func send(_ new: NewMessage) throws(Stop) -> Outcome {
        let sender = SenderKey(author: new.author, key: new.key)
        let body = BodyHash(new)
        // Before any other question: a repeat is answered even where a first attempt would not be.
        if let receipt = try ledger.receipt(for: sender) { return receipt.outcome(for: body) }
        if ledger.isFull { throw .refused(.unavailable) }
        guard let head = try ledger.head(of: new.room) else {
            throw .refused(new.isChecked ? .notFound : .unknownRoom)
        }
        let handle = try ledger.handle(of: new.author)
        if new.isChecked { try checkSending(new, isKnown: handle != nil, in: head) }
        guard let authorHandle = handle else { throw .refused(.unknownUser) }
        var isJoining = false
        if !new.isChecked, try ledger.place(of: new.author, in: new.room) == nil {
            guard new.joinsRoom else { throw .refused(.notMember) }
            isJoining = true
        }
        let mentions =
            new.mentions.isEmpty ? [] : try mentions(new.mentions, in: head, joining: isJoining ? new.author : nil)
        var follows: ThreadFollows?
        if let thread = new.thread {
            follows = try self.follows(answering: thread, by: new.author, mentions: mentions, in: head)
        }
        let hiders = head.mayBeHidden ? try hiders(of: head, besides: new.author) : []

        if isJoining { try join(new.author, head) }
        let at = head.time(at: now)
        let message = Message(
            room: head.id, seq: head.seq + 1, author: new.author, authorHandle: authorHandle, key: new.key,
            text: new.text, sentAt: at, replyTo: new.replyTo, thread: follows?.thread.root, mentions: mentions)
        try ledger.append(message, sent: new, body: body, in: head)
        head.advanceMessage(at: at)
        if let follows { try apply(follows) }
        if !hiders.isEmpty { try show(head, to: hiders) }
        return .sent(MessageReceipt(seq: head.seq, offset: head.offset, isDuplicate: false))
    }

    private mutating func checkSending(_ new: NewMessage, isKnown: Bool, in head: RoomHead) throws(Stop) {
        try check(.send, by: new.author, isKnown: isKnown, in: head)
        try checkBlocks(new.author, in: head)
        if new.replyTo != nil || new.thread != nil { try checkReferences(of: new, in: head) }
        try checkText(new.text)
    }

    /// What is answered must be there, for the author too.
    private mutating func checkReferences(of new: NewMessage, in head: RoomHead) throws(Stop) {
        let sight = try sight(of: new.author, in: head)
        for reference in [new.replyTo, new.thread] {
            if let reference, reference < 1 || reference > head.seq || !sight.shows(reference) {
                throw .refused(.unknownReference)
            }
        }
    }

    /// Refuses, in a direct room, whom one of the two that it was made for has blocked.
    mutating func checkBlocks(_ user: UserID, in head: RoomHead) throws(Stop) {
        guard let pair = head.pair else { return }
        for blocker in [pair.lower, pair.higher] where user != blocker {
            if try ledger.hasBlocked(user, by: blocker) { throw .refused(.blocked) }
        }
    }

    /// Refuses a text of which nothing can be seen.
    func checkText(_ text: String) throws(Stop) {
        if !Names.isVisible(text) { throw .refused(.unprocessable) }
    }

    /// Those of the mentioned who are members, each once.
    ///
    /// - Parameter joining: who will be a member.
    mutating func mentions(
        _ named: [UserID], in head: RoomHead, joining author: UserID? = nil
    ) throws(Stop) -> [UserID] {
        var mentions: [UserID] = []
        for user in named.prefix(StoreLimits.mentionsMax) where !mentions.contains(user) {
            if user == author {
                mentions.append(user)
            } else if try ledger.place(of: user, in: head.id) != nil {
                mentions.append(user)
            }
        }
        return mentions
    }

    // MARK: Changing

    /// Gives a message a new text.
    ///
    /// - Parameter mentions: nil: as they were.
    mutating func replaceText(
        of old: VersionedMessage, in head: RoomHead, with text: String, mentions: [UserID]? = nil, by: UserID?
    ) throws(Stop) -> Message {
        var new = old
        new.message.text = text
        if let mentions { new.message.mentions = mentions }
        new.message.version += 1
        new.message.editedAt = head.time(at: now)
        new.newestLogID = try record(.messageEdited(new.message, by: by), of: old, in: head)
        try ledger.apply(.messageEdited(new, was: old.message))
        return new.message
    }

    /// Deletes a message for all, with what hangs on it.
    mutating func erase(_ old: VersionedMessage, in head: RoomHead, by: UserID?) throws(Stop) -> Message {
        if try ledger.pins(of: head.id).contains(where: { $0.seq == old.message.seq }) {
            try unpin(old, in: head, by: by)
        }
        try record(.messageDeleted(seq: old.message.seq, by: by), of: old, in: head)
        try ledger.apply(.messageErased(old))
        var shell = old.message
        shell.erase()
        return shell
    }
}
