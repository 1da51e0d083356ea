import ChatDomain

/// What users of the native protocol do to messages, checked at its turn.
extension LogWriter {
    /// How many different reactions a message has at most.
    static let reactionKeysMax: Int64 = 50
    /// How many members a message mentions at most.
    static let mentionsMax = 50

    func apply(_ draft: PostDraft) throws(StoreError) -> Outcome {
        switch draft {
        case .edit(let room, let seq, let text, let ifVersion, let by):
            switch try found(seq, in: room, by: by) {
            case .refused(let refusal): .refused(refusal)
            case .message(let head, let known): try edit(known, in: head, text: text, ifVersion: ifVersion, by: by)
            }
        case .delete(let room, let seq, let ifVersion, let by):
            switch try found(seq, in: room, by: by) {
            case .refused(let refusal): .refused(refusal)
            case .message(let head, let known): try delete(known, in: head, ifVersion: ifVersion, by: by)
            }
        case .hide(let room, let seq, let by):
            switch try found(seq, in: room, by: by) {
            case .refused(let refusal): .refused(refusal)
            case .message: try hide(seq, in: room, from: by)
            }
        case .react(let room, let seq, let key, let by):
            switch try found(seq, in: room, by: by) {
            case .refused(let refusal): .refused(refusal)
            case .message(let head, let known): try react(to: known, in: head, key: key, by: by, isAdding: true)
            }
        case .unreact(let room, let seq, let key, let by):
            switch try found(seq, in: room, by: by) {
            case .refused(let refusal): .refused(refusal)
            case .message(let head, let known): try react(to: known, in: head, key: key, by: by, isAdding: false)
            }
        }
    }

    private enum Found {
        case message(RoomHead, VersionedMessage)
        case refused(Refusal)
    }

    /// The message, for who may read it.
    private func found(_ seq: Int64, in room: RoomID, by user: UserID) throws(StoreError) -> Found {
        guard let head = try head(of: room) else { return .refused(.notFound) }
        if let refusal = try refusal(of: .read, by: user, in: head) { return .refused(refusal) }
        guard let known = try message(.seq(seq), in: head) else { return .refused(.unknownMessage) }
        return .message(head, known)
    }

    /// The message as it reads now, with its reactions.
    private func changed(_ message: Message, in head: RoomHead) throws(StoreError) -> Outcome {
        var message = message
        message.reactions = try rooms.reactions(to: message)
        return .changed(message, offset: head.offset)
    }

    private func edit(
        _ known: VersionedMessage, in head: RoomHead, text: String, ifVersion: Int?, by user: UserID
    ) throws(StoreError) -> Outcome {
        guard !known.message.isDeleted else { return .refused(.unknownMessage) }
        let action = known.message.author == user ? RoomAction.editOwn : .editOthers
        if let refusal = try refusal(of: action, by: user, in: head) { return .refused(refusal) }
        if let ifVersion, ifVersion != known.message.version { return .refused(.conflict) }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
        return try changed(try replaceText(of: known, in: head, with: text, by: user), in: head)
    }

    private func delete(
        _ known: VersionedMessage, in head: RoomHead, ifVersion: Int?, by user: UserID
    ) throws(StoreError) -> Outcome {
        let isOwn = known.message.author == user
        let author = isOwn ? nil : try place(of: known.message.author, in: head.id)?.role
        if let refusal = try refusal(of: isOwn ? .deleteOwn : .deleteOthers, by: user, in: head, target: author) {
            return .refused(refusal)
        }
        if known.message.isDeleted { return .changed(known.message, offset: head.offset) }
        if let ifVersion, ifVersion != known.message.version { return .refused(.conflict) }
        return .changed(try erase(known, in: head, by: user), offset: head.offset)
    }

    private func hide(_ seq: Int64, in room: RoomID, from user: UserID) throws(StoreError) -> Outcome {
        guard try !rooms.isHidden(seq, in: room, from: user) else { return .done }
        try run("INSERT INTO hidden VALUES (?, ?, ?)", user.rawValue, room.rawValue, seq)
        try tell(user, .messageHidden(room, seq: seq))
        return .done
    }

    // MARK: Reactions

    private func react(
        to known: VersionedMessage, in head: RoomHead, key: String, by user: UserID, isAdding: Bool
    ) throws(StoreError) -> Outcome {
        let seq = known.message.seq
        if let refusal = try refusal(of: .react, by: user, in: head) { return .refused(refusal) }
        guard !known.message.isDeleted else { return .refused(.unknownMessage) }
        let first = try firstUse(of: key, on: seq, in: head.id, by: nil)
        let isThere = try firstUse(of: key, on: seq, in: head.id, by: user) != nil
        guard isThere != isAdding else { return try changed(known.message, in: head) }
        if isAdding, first == nil, try reactionKeys(on: seq, in: head.id) >= Self.reactionKeysMax {
            return .refused(.unprocessable)
        }
        guard !batch.isBacklogFull else { return .refused(.unavailable) }
        let kind: EventKind =
            isAdding ? .reactionAdded(seq: seq, key: key, by: user) : .reactionRemoved(seq: seq, key: key, by: user)
        let logID = try record(
            kind, in: head,
            as: Row(
                code: isAdding ? .reactionAdded : .reactionRemoved, user: user, text: key, target: known.createdLogID))
        let change = try database.statement(
            isAdding
                ? "INSERT INTO reactions VALUES (?, ?, ?, ?, ?, ?)"
                : "DELETE FROM reactions WHERE room = ? AND seq = ? AND key = ? AND user = ?")
        change.bind(head.id.rawValue, at: 1)
        change.bind(seq, at: 2)
        change.bind(key, at: 3)
        change.bind(user.rawValue, at: 4)
        if isAdding {
            change.bind(logID, at: 5)
            change.bind(first ?? logID, at: 6)
        }
        try change.run()
        return try changed(known.message, in: head)
    }

    /// Where the key came to the message; nil where it is not on it, or not by `user`.
    private func firstUse(of key: String, on seq: Int64, in room: RoomID, by user: UserID?) throws(StoreError) -> Int64?
    {
        let statement = try database.statement(
            "SELECT first FROM reactions WHERE room = ? AND seq = ? AND key = ? AND user BETWEEN ? AND ? LIMIT 1")
        statement.bind(room.rawValue, at: 1)
        statement.bind(seq, at: 2)
        statement.bind(key, at: 3)
        statement.bind(user?.rawValue ?? 0, at: 4)
        statement.bind(user?.rawValue ?? .max, at: 5)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }

    private func reactionKeys(on seq: Int64, in room: RoomID) throws(StoreError) -> Int64 {
        let statement = try database.statement("SELECT count(DISTINCT key) FROM reactions WHERE room = ? AND seq = ?")
        statement.bind(room.rawValue, at: 1)
        statement.bind(seq, at: 2)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : 0
    }

    // MARK: Sending

    /// Why the author may not send this; nil where they may. Cheap: what it asks is in memory for who wrote before.
    func refusal(of new: NewMessage, in head: RoomHead) throws(StoreError) -> Refusal? {
        if let refusal = try refusal(of: .send, by: new.author, in: head) { return refusal }
        if head.rules.kind == .direct, try isBlocked(new.author, in: head) { return .blocked }
        for reference in [new.replyTo, new.thread] {
            if let reference, reference < 1 || reference > head.seq { return .unknownReference }
        }
        return nil
    }

    /// Whether the other one of a direct room has blocked this one.
    private func isBlocked(_ user: UserID, in head: RoomHead) throws(StoreError) -> Bool {
        if let known = head.blocks[user] { return known }
        let other = try rooms.pair(of: user, in: head.id)
        let isBlocked = if let other { try accounts.hasBlocked(user, by: other) } else { false }
        head.blocks[user] = isBlocked
        return isBlocked
    }

    /// Those of the mentioned who are members, each once.
    func mentions(of new: NewMessage) throws(StoreError) -> [UserID] {
        guard !new.mentions.isEmpty else { return [] }
        var mentions: [UserID] = []
        for user in new.mentions.prefix(Self.mentionsMax) where !mentions.contains(user) {
            if try place(of: user, in: new.room) != nil { mentions.append(user) }
        }
        return mentions
    }

    // MARK: Markers

    func mark(_ updates: [MarkerUpdate]) throws(StoreError) -> Outcome {
        for update in updates {
            guard let head = try head(of: update.room), try place(of: update.user, in: update.room) != nil else {
                continue
            }
            let read = min(max(update.read ?? 0, 0), head.seq)
            let received = min(max(update.received ?? 0, update.isPrivate ? 0 : read, 0), head.seq)
            try run(
                update.isPrivate
                    ? """
                    UPDATE members SET private_read = max(private_read, ?1), received = max(received, ?2)
                    WHERE room = ?3 AND user = ?4
                    """
                    : """
                    UPDATE members SET read = max(read, ?1), received = max(received, ?2)
                    WHERE room = ?3 AND user = ?4
                    """, read, received, update.room.rawValue, update.user.rawValue)
        }
        return .done
    }
}
