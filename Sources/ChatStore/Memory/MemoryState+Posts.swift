import ChatDomain

/// What users of the native protocol do to messages.
extension MemoryState {
    mutating func apply(_ draft: PostDraft) throws(Refusal) -> Outcome {
        switch draft {
        case .edit(let room, let seq, let text, let ifVersion, let by):
            try edit(seq, in: room, text: text, ifVersion: ifVersion, by: by)
        case .delete(let room, let seq, let ifVersion, let by): try delete(seq, in: room, ifVersion: ifVersion, by: by)
        case .hide(let room, let seq, let by): try hide(seq, in: room, by: by)
        case .react(let room, let seq, let key, let by): try react(to: seq, in: room, key: key, by: by)
        case .unreact(let room, let seq, let key, let by): try unreact(to: seq, in: room, key: key, by: by)
        }
    }

    private mutating func edit(
        _ seq: Int64, in id: RoomID, text: String, ifVersion: Int?, by: UserID
    ) throws(Refusal) -> Outcome {
        let (room, message) = try readable(seq, in: id, by: by)
        guard !message.isDeleted else { throw .unknownMessage }
        try check(message.author == by ? .editOwn : .editOthers, in: room, room.room.rules, by: by)
        if let ifVersion, ifVersion != message.version { throw .conflict }
        _ = edit(message, in: room, text: text, by: by)
        return answer(seq, in: room)
    }

    private mutating func delete(
        _ seq: Int64, in id: RoomID, ifVersion: Int?, by: UserID
    ) throws(Refusal) -> Outcome {
        let (room, message) = try readable(seq, in: id, by: by)
        let isOwn = message.author == by
        try check(
            isOwn ? .deleteOwn : .deleteOthers, in: room, room.room.rules, by: by,
            target: room.members[message.author]?.role)
        if message.isDeleted { return answer(seq, in: room) }
        if let ifVersion, ifVersion != message.version { throw .conflict }
        record(.messageDeleted(seq: seq, by: by), in: room)
        return answer(seq, in: room)
    }

    private mutating func hide(_ seq: Int64, in id: RoomID, by: UserID) throws(Refusal) -> Outcome {
        let (room, _) = try readable(seq, in: id, by: by)
        if room.hide(seq, from: by) { tell(.messageHidden(id, seq: seq), to: by) }
        return .done
    }

    private mutating func react(to seq: Int64, in id: RoomID, key: String, by: UserID) throws(Refusal) -> Outcome {
        let (room, reactions) = try reactable(seq, in: id, by: by)
        if !reactions.contains(key, by: by) {
            guard reactions.hasRoom(for: key) else { throw .unprocessable }
            record(.reactionAdded(seq: seq, key: key, by: by), in: room)
        }
        return answer(seq, in: room)
    }

    private mutating func unreact(to seq: Int64, in id: RoomID, key: String, by: UserID) throws(Refusal) -> Outcome {
        let (room, reactions) = try reactable(seq, in: id, by: by)
        if reactions.contains(key, by: by) { record(.reactionRemoved(seq: seq, key: key, by: by), in: room) }
        return answer(seq, in: room)
    }

    // MARK: Parts

    /// A message, deleted or not, of a room that `user` may read.
    private func readable(
        _ seq: Int64, in id: RoomID, by user: UserID
    ) throws(Refusal) -> (room: MemoryRoom, message: Message) {
        let room = try permitted(.read, in: id, by: user)
        guard let message = room.message(.seq(seq)) else { throw .unknownMessage }
        return (room, message)
    }

    private func reactable(
        _ seq: Int64, in id: RoomID, by user: UserID
    ) throws(Refusal) -> (room: MemoryRoom, reactions: ReactionList) {
        let (room, message) = try readable(seq, in: id, by: user)
        try check(.react, in: room, room.room.rules, by: user)
        guard !message.isDeleted else { throw .unknownMessage }
        return (room, room.reactions(to: seq))
    }

    /// The message as it reads now, and where the room stands.
    private func answer(_ seq: Int64, in room: MemoryRoom) -> Outcome {
        guard let message = room.fullMessage(seq) else { return .refused(.unknownMessage) }
        return .changed(message, offset: room.offset)
    }
}
