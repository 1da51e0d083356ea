import ChatDomain

/// What users of the native protocol do to messages.
extension Rules {
    mutating func apply(_ draft: PostDraft) throws(Stop) -> Outcome {
        switch draft {
        case .edit(let room, let seq, let text, let mentions, let ifVersion, let by):
            try edit(seq, in: room, text: text, mentions: mentions, ifVersion: ifVersion, by: by)
        case .delete(let room, let seq, let ifVersion, let by): try delete(seq, in: room, ifVersion: ifVersion, by: by)
        case .hide(let room, let seq, let by): try hide(seq, in: room, by: by)
        case .react(let room, let seq, let key, let by): try react(to: seq, in: room, key: key, by: by)
        case .unreact(let room, let seq, let key, let by):
            try removeReaction(to: seq, in: room, key: key, of: by, by: by)
        case .removeReaction(let room, let seq, let key, let user, let by):
            try removeReaction(to: seq, in: room, key: key, of: user, by: by)
        case .follow(let room, let seq, let by): try follow(seq, in: room, by: by)
        case .unfollow(let room, let seq, let by): try unfollow(seq, in: room, by: by)
        case .pin(let room, let seq, let by): try pin(seq, in: room, by: by)
        case .unpin(let room, let seq, let by): try unpin(seq, in: room, by: by)
        case .markUnread(let room, let seq, let by): try markUnread(seq, in: room, by: by)
        }
    }

    private mutating func edit(
        _ seq: Int64, in room: RoomID, text: String, mentions: [UserID]?, ifVersion: Int?, by user: UserID
    ) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        let old = known.message
        guard !old.isDeleted else { throw .refused(.unknownMessage) }
        try check(old.author == user ? .editOwn : .editOthers, by: user, in: head)
        try checkBlocks(user, in: head)
        try checkText(text)
        if let ifVersion, ifVersion != old.version { throw .refused(.conflict) }
        let reactions = try ledger.reactions(to: seq, in: room)
        let info = try ledger.thread(ThreadName(room: room, root: seq))?.info
        var new = try mentions.map { named throws(Stop) in try self.mentions(named, in: head) } ?? old.mentions
        // The same in another order is the same.
        if Set(new) == Set(old.mentions) { new = old.mentions }
        if new == old.mentions, ExactText(text) == ExactText(old.text) {
            return changed(old, reactions, info, in: head)
        }
        if ledger.isFull { throw .refused(.unavailable) }
        let follows = try follows(mentioning: new.filter { $0 != old.author && !old.mentions.contains($0) }, in: old)
        let message = try replaceText(of: known, in: head, with: text, mentions: new, by: user)
        if let follows { try apply(follows) }
        return changed(message, reactions, info, in: head)
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
        let (_, known) = try readable(seq, in: room, by: user)
        if try ledger.isHidden(seq, in: room, from: user) { return .done }
        try ledger.apply(.messageHidden(known.message, from: user))
        try tell(user, .messageHidden(room, seq: seq))
        return .done
    }

    // MARK: Reactions

    private mutating func react(to seq: Int64, in room: RoomID, key: String, by user: UserID) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        try check(.react, by: user, in: head)
        try checkBlocks(user, in: head)
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        guard let wanted = ReactionKey(key) else { throw .refused(.unprocessable) }
        var reactions = try ledger.reactions(to: seq, in: room)
        // The form that came first is the one that is shown.
        let key = reactions.form(of: wanted.folded) ?? wanted.text
        if reactions.contains(key, by: user) { return changed(known.message, reactions, in: head) }
        guard reactions.hasRoom(for: key) else { throw .refused(.unprocessable) }
        if ledger.isFull { throw .refused(.unavailable) }
        let logID = try record(.reactionAdded(seq: seq, key: key, by: user), of: known, in: head)
        try ledger.apply(.reacted(key, to: seq, in: room, by: user, logID: logID))
        reactions.add(key, by: user)
        return changed(known.message, reactions, in: head)
    }

    /// Whoever may delete a message may remove others' reactions to it.
    private mutating func removeReaction(
        to seq: Int64, in room: RoomID, key: String, of user: UserID, by remover: UserID
    ) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: remover)
        if user == remover {
            try check(.unreact, by: remover, in: head)
        } else {
            let author = try ledger.place(of: known.message.author, in: room)?.role
            try check(.deleteOthers, by: remover, in: head, target: author)
        }
        guard !known.message.isDeleted else { throw .refused(.unknownMessage) }
        var reactions = try ledger.reactions(to: seq, in: room)
        // What is there can be taken away, whatever it is.
        guard let key = reactions.form(of: ReactionKey.folded(key)) else {
            if ReactionKey(key) == nil { throw .refused(.unprocessable) }
            return changed(known.message, reactions, in: head)
        }
        guard reactions.contains(key, by: user) else { return changed(known.message, reactions, in: head) }
        if ledger.isFull { throw .refused(.unavailable) }
        try record(.reactionRemoved(seq: seq, key: key, by: user), of: known, in: head)
        try ledger.apply(.unreacted(key, to: seq, in: room, by: user))
        reactions.remove(key, by: user)
        return changed(known.message, reactions, in: head)
    }

    // MARK: Parts

    /// A message, deleted or not, that `user` may read. One from before what they may see is none.
    mutating func readable(
        _ seq: Int64, in room: RoomID, by user: UserID
    ) throws(Stop) -> (head: RoomHead, message: VersionedMessage) {
        let head = try head(of: room, for: .read, by: user)
        guard try sight(of: user, in: head).shows(seq), let known = try ledger.message(.seq(seq), in: head) else {
            throw .refused(.unknownMessage)
        }
        return (head, known)
    }

    /// The message as it reads now, and where the room stands.
    private func changed(
        _ message: Message, _ reactions: ReactionList, _ info: ThreadInfo? = nil, in head: RoomHead
    ) -> Outcome {
        var message = message.withReactions(reactions.ordered)
        message.threadInfo = info
        return .changed(message, offset: head.offset)
    }
}
