import ChatDomain

extension LogWriter {
    func send(_ new: NewMessage) throws(StoreError) -> Outcome {
        let sender = SenderKey(author: new.author, key: new.key)
        let body = BodyHash(new)
        // Before any other question: a repeat is answered even where a first attempt would not be.
        if let receipt = try receipt(for: sender) { return receipt.outcome(for: body) }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
        guard let head = try head(of: new.room) else { return .refused(new.isChecked ? .notFound : .unknownRoom) }
        if new.isChecked, let refusal = try refusal(of: new, in: head) { return .refused(refusal) }
        guard let authorHandle = try handle(of: new.author) else { return .refused(.unknownUser) }
        if !new.isChecked, try !isMember(new.author, of: new.room) {
            guard new.joinsRoom else { return .refused(.notMember) }
            try join(new.author, head)
        }
        try record(new, mentions: try mentions(of: new), authorHandle: authorHandle, body: body, in: head)
        return .sent(MessageReceipt(seq: head.seq, offset: head.offset, isDuplicate: false))
    }

    func edit(
        _ reference: MessageReference, in room: RoomID, text: String, by: UserID?
    ) throws(StoreError) -> Outcome {
        guard let head = try head(of: room), let known = try message(reference, in: head), !known.message.isDeleted
        else { return .refused(.unknownMessage) }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
        return .message(try replaceText(of: known, in: head, with: text, by: by))
    }

    /// The new version of a message.
    func replaceText(
        of old: VersionedMessage, in head: RoomHead, with text: String, by: UserID?
    ) throws(StoreError) -> Message {
        var known = old
        let editedAt = head.time(at: batch.now)
        known.message.text = text
        known.message.version += 1
        known.message.editedAt = editedAt
        known.newestLogID = try record(
            .messageEdited(known.message, by: by), in: head,
            as: Row(
                code: .messageEdited, user: by, text: text, target: known.createdLogID, previous: known.newestLogID,
                version: known.message.version))
        let update = try database.statement("INSERT OR REPLACE INTO message_state VALUES (?, ?, ?, ?, ?)")
        update.bind(head.id.rawValue, at: 1)
        update.bind(known.message.seq, at: 2)
        update.bind(Int64(known.message.version), at: 3)
        update.bind(editedAt.milliseconds, at: 4)
        update.bind(known.newestLogID, at: 5)
        try update.run()
        batch.changes[Batch.MessageName(room: head.id, seq: known.message.seq)] = known
        return known.message
    }

    func delete(_ reference: MessageReference, in room: RoomID, by: UserID?) throws(StoreError) -> Outcome {
        guard let head = try head(of: room), let known = try message(reference, in: head) else {
            return .refused(.unknownMessage)
        }
        if !known.message.isDeleted { _ = try erase(known, in: head, by: by) }
        return .done
    }

    /// Deletes a message for all, with what hangs on it.
    func erase(_ old: VersionedMessage, in head: RoomHead, by: UserID?) throws(StoreError) -> Message {
        var known = old
        // After a crash its text could no longer be hashed: so its key goes to the index now, if it is not there.
        let sender = SenderKey(author: known.message.author, key: known.message.key)
        if let receipt = indexer.receipt(for: sender) { try keyIndex.insert(receipt, for: sender) }
        try eraseTexts(of: known)
        try record(
            .messageDeleted(seq: known.message.seq, by: by), in: head,
            as: Row(code: .messageDeleted, user: by, target: known.createdLogID))
        let (room, seq) = (head.id.rawValue, known.message.seq)
        for user in known.message.mentions {
            try run("DELETE FROM mentions WHERE user = ? AND room = ? AND seq = ?", user.rawValue, room, seq)
        }
        try run("DELETE FROM reactions WHERE room = ? AND seq = ?", room, seq)
        try run("INSERT OR IGNORE INTO deletions VALUES (?, ?)", room, seq)
        known.message.erase()
        batch.changes[Batch.MessageName(room: head.id, seq: seq)] = known
        return known.message
    }

    /// Overwrites the message's texts in the log, from the newest to the first.
    private func eraseTexts(of known: VersionedMessage) throws(StoreError) {
        let erasure = try database.statement(
            "UPDATE log SET text = NULL, mentions = NULL WHERE id = ? RETURNING previous")
        var next: Int64? = known.newestLogID
        while let id = next {
            erasure.bind(id, at: 1)
            defer { erasure.reset() }
            next = try erasure.step() ? erasure.optionalInteger(0) : nil
        }
    }

    private func receipt(for sender: SenderKey) throws(StoreError) -> StoredReceipt? {
        if let queued = indexer.receipt(for: sender) { return queued }
        return try keyIndex.receipt(for: sender)
    }

    /// The message as it reads now, this transaction included.
    func message(_ reference: MessageReference, in head: RoomHead) throws(StoreError) -> VersionedMessage? {
        let seq: Int64
        switch reference {
        case .seq(let number):
            seq = number
        case .key(let key):
            let seqs = [indexer.seq(of: key, in: head.id), try keyIndex.seq(of: key, in: head.id)]
            guard let earliest = seqs.compactMap({ $0 }).min() else { return nil }
            seq = earliest
        }
        guard 1 <= seq, seq <= head.seq else { return nil }
        if let kept = keptMessage(seq, in: head) { return kept }
        return try history.message(seq, in: head.id)
    }

    /// The message, if this transaction changed or made it, or the tail has it.
    private func keptMessage(_ seq: Int64, in head: RoomHead) -> VersionedMessage? {
        if let changed = batch.changes[Batch.MessageName(room: head.id, seq: seq)] { return changed }
        if let index = head.stagedIndex(of: seq, batch: batch.number),
            case .messageCreated(let message) = batch.events[index].kind
        {
            let logID = batch.events[index].logID
            return VersionedMessage(message: message, createdLogID: logID, newestLogID: logID)
        }
        return tail.message(seq, in: head.id)
    }

    /// The room's newest message that is not deleted, nor hidden by `viewer`, this transaction included. What is in memory is newer than what
    /// is not; and the file shows this connection what the transaction has done.
    func lastMessage(in head: RoomHead, for viewer: UserID? = nil) throws(StoreError) -> Message? {
        var seq = head.seq
        while seq >= 1, let kept = keptMessage(seq, in: head) {
            if !kept.message.isDeleted, try !isHidden(kept.message, from: viewer) { return kept.message }
            seq -= 1
        }
        while seq >= 1, let message = try history.lastMessage(in: head.id, before: seq + 1) {
            if try !isHidden(message, from: viewer) { return message }
            seq = message.seq - 1
        }
        return nil
    }

    private func isHidden(_ message: Message, from viewer: UserID?) throws(StoreError) -> Bool {
        guard let viewer else { return false }
        return try rooms.isHidden(message.seq, in: message.room, from: viewer)
    }
}
