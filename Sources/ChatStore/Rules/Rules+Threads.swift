import ChatDomain

/// Threads: which one an answer belongs to, and who follows it.
///
/// The author of the message that a thread begins with follows it from the first answer on, as does whoever that message
/// mentions; and so do who answers, who is mentioned in an answer, and who wants to. Of more than
/// `StoreLimits.followsMax` threads of a room the one that began first is followed no more.
extension Rules {
    /// Somebody who is to follow a thread, or does and has read more.
    struct Follow {
        var user: UserID
        var read: Int64
        /// What is followed no more instead.
        var dropped: Int64?
    }

    /// Who follows a thread from now on.
    struct ThreadFollows {
        var thread: ThreadName
        var follows: [Follow]
    }

    // MARK: Answering

    /// The message that the thread began with in which `seq` stands, be it that message itself; nil where there is none.
    mutating func root(of seq: Int64, in head: RoomHead) throws(Stop) -> VersionedMessage? {
        guard let named = try ledger.message(.seq(seq), in: head) else { return nil }
        guard let root = named.message.thread else { return named }
        return try ledger.message(.seq(root), in: head)
    }

    /// - Parameters:
    ///   - seq: what somebody answers to; of the answer to an answer the thread is that of the first.
    ///   - mentions: members.
    mutating func follows(
        answering seq: Int64, by author: UserID, mentions: [UserID], in head: RoomHead
    ) throws(Stop) -> ThreadFollows? {
        guard let root = try root(of: seq, in: head)?.message else { return nil }
        let thread = ThreadName(room: head.id, root: root.seq)
        let isFirst = try ledger.thread(thread) == nil
        let asked = isFirst ? [root.author] + root.mentions : []
        try require((asked + mentions + [author]).flatMap { [.place($0, head.id), .follows($0, head.id)] })
        var follows: [Follow] = []
        var known: Set<UserID> = [author]
        for user in asked where known.insert(user).inserted {
            guard try ledger.place(of: user, in: head.id) != nil else { continue }
            if let follow = try follow(thread, by: user, from: root.seq) { follows.append(follow) }
        }
        for user in mentions where known.insert(user).inserted {
            if let follow = try follow(thread, by: user, from: head.seq) { follows.append(follow) }
        }
        // Who answers has read what stands above.
        if let read = try ledger.read(thread, by: author) {
            if read <= head.seq { follows.append(Follow(user: author, read: head.seq + 1, dropped: nil)) }
        } else if let follow = try follow(thread, by: author, from: head.seq + 1) {
            follows.append(follow)
        }
        return ThreadFollows(thread: thread, follows: follows)
    }

    /// Whoever an edit mentions for the first time follows the thread that the message is in.
    mutating func follows(mentioning users: [UserID], in message: Message) throws(Stop) -> ThreadFollows? {
        let thread = ThreadName(room: message.room, root: message.thread ?? message.seq)
        if users.isEmpty { return nil }
        if message.thread == nil, try ledger.thread(thread) == nil { return nil }
        try require(users.map { .follows($0, message.room) })
        var follows: [Follow] = []
        for user in users {
            if let follow = try follow(thread, by: user, from: message.seq - 1) { follows.append(follow) }
        }
        return ThreadFollows(thread: thread, follows: follows)
    }

    /// Nil for who follows it already.
    private mutating func follow(_ thread: ThreadName, by user: UserID, from read: Int64) throws(Stop) -> Follow? {
        if try ledger.read(thread, by: user) != nil { return nil }
        let others = try ledger.follows(of: user, in: thread.room)
        return Follow(user: user, read: read, dropped: others.count >= StoreLimits.followsMax ? others.first : nil)
    }

    mutating func apply(_ new: ThreadFollows) throws(Stop) {
        for follow in new.follows {
            if let dropped = follow.dropped {
                try ledger.apply(.unfollowed(ThreadName(room: new.thread.room, root: dropped), by: follow.user))
            }
            try ledger.apply(.followed(new.thread, by: follow.user, read: follow.read))
        }
    }

    // MARK: By hand

    mutating func follow(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let (head, known) = try readable(seq, in: room, by: user)
        let thread = ThreadName(room: room, root: known.message.thread ?? seq)
        // There is nothing to follow in what is gone, unless others answered it.
        if known.message.isDeleted, known.message.thread == nil, try ledger.thread(thread) == nil {
            throw .refused(.unknownMessage)
        }
        guard let follow = try follow(thread, by: user, from: head.seq) else { return .done }
        try apply(ThreadFollows(thread: thread, follows: [follow]))
        return .done
    }

    mutating func unfollow(_ seq: Int64, in room: RoomID, by user: UserID) throws(Stop) -> Outcome {
        let (_, known) = try readable(seq, in: room, by: user)
        let thread = ThreadName(room: room, root: known.message.thread ?? seq)
        if try ledger.read(thread, by: user) != nil { try ledger.apply(.unfollowed(thread, by: user)) }
        return .done
    }
}
