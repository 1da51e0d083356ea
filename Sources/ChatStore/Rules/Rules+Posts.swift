import ChatDomain

/// What users of the native protocol do to messages.
extension Rules {
    mutating func apply(_ draft: PostDraft) throws(Stop) -> Outcome {
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
        _ seq: Int64, in room: RoomID, text: String, ifVersion: Int?, by user: UserID
    ) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        try check(known.message.author == user ? .editOwn : .editOthers, by: user, in: head)
        if let ifVersion, ifVersion != known.message.version { throw .refused(.conflict) }
        let reactions = try ledger.reactions(to: seq, in: room)
        if ledger.isFull { throw .refused(.unavailable) }
        return changed(try replaceText(of: known, in: head, with: text, by: user), reactions, in: head)
    }

    private mutating func delete(
        _ seq: Int64, in room: RoomID, ifVersion: Int?, by user: UserID
    ) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        let isOwn = known.message.author == user
        let author = isOwn ? nil : try ledger.place(of: known.message.author, in: room)?.role
        try check(isOwn ? .deleteOwn : .deleteOthers, by: user, in: head, target: author)
        if known.message.isDeleted { return .changed(known.message, offset: head.offset) }
        if let ifVersion, ifVersion != known.message.version { throw .refused(.conflict) }
        return .changed(try erase(known, in: head, by: user), offset: head.offset)
    }

    private mutating func hide(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        _ = try readable(seq, in: room, by: user)
        if try ledger.isHidden(seq, in: room, from: user) { return .done }
        try ledger.apply(.messageHidden(seq, in: room, from: user))
        try tell(user, .messageHidden(room, seq: seq))
        return .done
    }

    // MARK: Reactions

    private mutating func react(to seq: Int64, in room: RoomID, key: String, by user: UserID) throws(Stop) -> Outcome {
        let (head, known, reactions) = try reactable(seq, in: room, by: user)
        if reactions.contains(key, by: user) { return changed(known.message, reactions, in: head) }
        guard reactions.hasRoom(for: key) else { throw .refused(.unprocessable) }
        if ledger.isFull { throw .refused(.unavailable) }
        let logID = try record(.reactionAdded(seq: seq, key: key, by: user), of: known, in: head)
        try ledger.apply(.reacted(key, to: seq, in: room, by: user, logID: logID))
        var present = reactions
        present.add(key, by: user)
        return changed(known.message, present, in: head)
    }

    private mutating func unreact(
        to seq: Int64, in room: RoomID, key: String, by user: UserID
    ) throws(Stop) -> Outcome {
        let (head, known, reactions) = try reactable(seq, in: room, by: user)
        guard reactions.contains(key, by: user) else { return changed(known.message, reactions, in: head) }
        if ledger.isFull { throw .refused(.unavailable) }
        try record(.reactionRemoved(seq: seq, key: key, by: user), of: known, in: head)
        try ledger.apply(.unreacted(key, to: seq, in: room, by: user))
        var present = reactions
        present.remove(key, by: user)
        return changed(known.message, present, in: head)
    }

    private mutating func reactable(
        _ seq: Int64, in room: RoomID, by user: UserID
    ) throws(Stop) -> (head: RoomHead, message: VersionedMessage, reactions: ReactionList) {
        let (head, known) = try readable(seq, in: room, by: user)
        try check(.react, by: user, in: head)
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        return (head, known, try ledger.reactions(to: seq, in: room))
    }

    // MARK: Parts

    /// A message, deleted or not, of a room that `user` may read.
    private mutating func readable(
        _ seq: Int64, in room: RoomID, by user: UserID
    ) throws(Stop) -> (head: RoomHead, message: VersionedMessage) {
        let head = try head(of: room, for: .read, by: user)
        guard let known = try ledger.message(.seq(seq), in: head) else { throw .refused(.unknownMessage) }
        return (head, known)
    }

    /// The message as it reads now, and where the room stands.
    private func changed(_ message: Message, _ reactions: ReactionList, in head: RoomHead) -> Outcome {
        .changed(message.withReactions(reactions.ordered), offset: head.offset)
    }
}
