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
        if new.isChecked { try checkSending(new, in: head) }
        guard let authorHandle = try ledger.handle(of: new.author) else { throw .refused(.unknownUser) }
        var isJoining = false
        if !new.isChecked, try ledger.place(of: new.author, in: new.room) == nil {
            guard new.joinsRoom else { throw .refused(.notMember) }
            isJoining = true
        }
        let mentions = new.mentions.isEmpty ? [] : try mentions(new.mentions, in: head, joining: new.author)

        if isJoining { try join(new.author, head) }
        let at = head.time(at: now)
        let message = Message(
            room: head.id, seq: head.seq + 1, author: new.author, authorHandle: authorHandle, key: new.key,
            text: new.text, sentAt: at, replyTo: new.replyTo, thread: new.thread, mentions: mentions)
        try ledger.append(message, sent: new, body: body, in: head)
        head.advanceMessage(at: at)
        return .sent(MessageReceipt(seq: head.seq, offset: head.offset, isDuplicate: false))
    }

    private mutating func checkSending(_ new: NewMessage, in head: RoomHead) throws(Stop) {
        try check(.send, by: new.author, in: head)
        if head.rules.kind == .direct, try isBlocked(new.author, in: head) { throw .refused(.blocked) }
        for reference in [new.replyTo, new.thread] {
            if let reference, reference < 1 || reference > head.seq { throw .refused(.unknownReference) }
        }
    }

    /// Whether one of the two that a direct room was made for has blocked this one.
    mutating func isBlocked(_ user: UserID, in head: RoomHead) throws(Stop) -> Bool {
        guard let pair = head.pair else { return false }
        if user != pair.lower, try ledger.hasBlocked(user, by: pair.lower) { return true }
        if user != pair.higher, try ledger.hasBlocked(user, by: pair.higher) { return true }
        return false
    }

    /// Those of the mentioned who are members, each once.
    mutating func mentions(_ named: [UserID], in head: RoomHead, joining author: UserID) throws(Stop) -> [UserID] {
        var mentions: [UserID] = []
        for user in named.prefix(StoreLimits.mentionsMax) where !mentions.contains(user) {
            let isAuthor = user == author
            if try isAuthor ? true : ledger.place(of: user, in: head.id) != nil { mentions.append(user) }
        }
        return mentions
    }

    // MARK: Changing

    /// Gives a message a new text.
    mutating func replaceText(
        of old: VersionedMessage, in head: RoomHead, with text: String, by: UserID?
    ) throws(Stop) -> Message {
        var new = old
        new.message.text = text
        new.message.version += 1
        new.message.editedAt = head.time(at: now)
        new.newestLogID = try record(.messageEdited(new.message, by: by), of: old, in: head)
        try ledger.apply(.messageEdited(new))
        return new.message
    }

    /// Deletes a message for all, with what hangs on it.
    mutating func erase(_ old: VersionedMessage, in head: RoomHead, by: UserID?) throws(Stop) -> Message {
        try record(.messageDeleted(seq: old.message.seq, by: by), of: old, in: head)
        try ledger.apply(.messageErased(old))
        var shell = old.message
        shell.erase()
        return shell
    }
}
