import ChatDomain

extension LogWriter {
    func send(_ new: NewMessage) throws(StoreError) -> Outcome {
        let sender = SenderKey(author: new.author, key: new.key)
        let body = BodyHash(room: new.room, text: new.text)
        // Before any other question: a repeat is answered even where a first attempt would not be.
        if let receipt = try receipt(for: sender) { return receipt.outcome(for: body) }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
        guard let head = try head(of: new.room) else { return .refused(.unknownRoom) }
        guard let authorHandle = try handle(of: new.author) else { return .refused(.unknownUser) }
        if try !isMember(new.author, of: new.room) {
            guard new.joinsRoom else { return .refused(.notMember) }
            try join(new.author, head)
        }
        try record(new, authorHandle: authorHandle, body: body, in: head)
        return .sent(MessageReceipt(seq: head.seq, offset: head.offset, isDuplicate: false))
    }

    func edit(
        _ reference: MessageReference, in room: RoomID, text: String, by: UserID?
    ) throws(StoreError) -> Outcome {
        guard let head = try head(of: room), var known = try message(reference, in: head), !known.message.isDeleted
        else { return .refused(.unknownMessage) }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
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
        update.bind(room.rawValue, at: 1)
        update.bind(known.message.seq, at: 2)
        update.bind(Int64(known.message.version), at: 3)
        update.bind(editedAt.milliseconds, at: 4)
        update.bind(known.newestLogID, at: 5)
        try update.run()
        batch.changes[Batch.MessageName(room: room, seq: known.message.seq)] = known
        return .message(known.message)
    }

    func delete(_ reference: MessageReference, in room: RoomID, by: UserID?) throws(StoreError) -> Outcome {
        guard let head = try head(of: room), var known = try message(reference, in: head) else {
            return .refused(.unknownMessage)
        }
        if known.message.isDeleted { return .done }
        // After a crash its text could no longer be hashed: so its key goes to the index now, if it is not there.
        let sender = SenderKey(author: known.message.author, key: known.message.key)
        if let receipt = indexer.receipt(for: sender) { try keyIndex.insert(receipt, for: sender) }
        try eraseTexts(of: known)
        try record(
            .messageDeleted(seq: known.message.seq, by: by), in: head,
            as: Row(code: .messageDeleted, user: by, target: known.createdLogID))
        known.message.erase()
        batch.changes[Batch.MessageName(room: room, seq: known.message.seq)] = known
        return .done
    }

    /// Overwrites the message's texts in the log, from the newest to the first.
    private func eraseTexts(of known: VersionedMessage) throws(StoreError) {
        let erasure = try database.statement("UPDATE log SET text = NULL WHERE id = ? RETURNING previous")
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
    private func message(_ reference: MessageReference, in head: RoomHead) throws(StoreError) -> VersionedMessage? {
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

    /// The room's newest message that is not deleted, this transaction included. What is in memory is newer than what
    /// is not; and the file shows this connection what the transaction has done.
    func lastMessage(in head: RoomHead) throws(StoreError) -> Message? {
        var seq = head.seq
        while seq >= 1, let kept = keptMessage(seq, in: head) {
            if !kept.message.isDeleted { return kept.message }
            seq -= 1
        }
        return seq >= 1 ? try history.lastMessage(in: head.id, before: seq + 1) : nil
    }
}
