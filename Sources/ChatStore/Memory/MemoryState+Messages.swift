import ChatDomain

/// Sending, and what dialects do to messages.
extension MemoryState {
    static let mentionsMax = 50

    mutating func send(_ new: NewMessage) throws(Refusal) -> Outcome {
        let sender = SenderKey(author: new.author, key: new.key)
        let body = BodyHash(new)
        // Before any other question: a repeat is answered even where a first attempt would not be.
        if let receipt = receipts[sender] { return receipt.outcome(for: body) }
        let room = new.isChecked ? try checkedRoom(for: new) : try openRoom(for: new)
        guard let author = liveUser(new.author) else { throw .unknownUser }
        join(author.id, room)
        let message = Message(
            room: room.id, seq: room.seq + 1, author: author.id, authorHandle: author.handle, key: new.key,
            text: new.text, sentAt: room.time(at: now), replyTo: new.replyTo, thread: new.thread,
            mentions: Self.mentions(of: new, in: room))
        let offset = record(.messageCreated(message), in: room, origin: new.origin)
        // Who writes has read what stands above.
        room.members[author.id]?.raise(read: message.seq)
        receipts[sender] = StoredReceipt(body: body, room: room.id, seq: message.seq, offset: offset)
        return .sent(MessageReceipt(seq: message.seq, offset: offset, isDuplicate: false))
    }

    /// Where the author may send; the author need not be a member yet if the message joins the room.
    private func openRoom(for new: NewMessage) throws(Refusal) -> MemoryRoom {
        guard let room = room(new.room) else { throw .unknownRoom }
        guard liveUser(new.author) != nil else { throw .unknownUser }
        guard new.joinsRoom || room.members.contains(new.author) else { throw .notMember }
        return room
    }

    private func checkedRoom(for new: NewMessage) throws(Refusal) -> MemoryRoom {
        let room = try permitted(.send, in: new.room, by: new.author)
        if let pair = room.pair, hasBlocked(new.author, by: pair.other(than: new.author)) { throw .blocked }
        for case let reference? in [new.replyTo, new.thread] where room.message(.seq(reference)) == nil {
            throw .unknownReference
        }
        return room
    }

    /// Members only, each once.
    private static func mentions(of new: NewMessage, in room: MemoryRoom) -> [UserID] {
        var mentions: [UserID] = []
        for user in new.mentions.prefix(mentionsMax) where room.members.contains(user) && !mentions.contains(user) {
            mentions.append(user)
        }
        return mentions
    }

    mutating func edit(_ reference: MessageReference, in id: RoomID, text: String, by: UserID?) throws(Refusal)
        -> Outcome
    {
        guard let room = room(id), let message = room.message(reference), !message.isDeleted else {
            throw .unknownMessage
        }
        return .message(edit(message, in: room, text: text, by: by))
    }

    /// Gives a message a new text.
    mutating func edit(_ old: Message, in room: MemoryRoom, text: String, by: UserID?) -> Message {
        var message = old
        message.text = text
        message.version += 1
        message.editedAt = room.time(at: now)
        record(.messageEdited(message, by: by), in: room)
        return message
    }

    mutating func delete(_ reference: MessageReference, in id: RoomID, by: UserID?) throws(Refusal) -> Outcome {
        guard let room = room(id), let message = room.message(reference) else { throw .unknownMessage }
        if !message.isDeleted { record(.messageDeleted(seq: message.seq, by: by), in: room) }
        return .done
    }
}
