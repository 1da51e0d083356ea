import ChatDomain
import ChatStore

/// What may be done with messages, by whichever door: how long they may be, at which rate, and what the store is asked.
/// The doors read what is wanted, and word the answers.
extension Call {
    /// Sends a message. A repeat costs nothing, and is answered even where nothing new would be taken.
    func send(_ message: NewMessage) {
        guard isShortEnough(message.text) else { return }
        hub.native.takeToken(of: message.author, hub: hub) { hub, waitMs in
            guard isWelcome else { return }
            if let waitMs { return sendIfRepeat(message, waitMs: waitMs) }
            guard !hub.isStoreBehind else { return fail(.unavailable) }
            hub.submit(.send(message)) { hub, outcome in
                // Even where nobody waits for the answer any more.
                if case .sent(let receipt) = outcome, receipt.isDuplicate {
                    hub.native.giveTokenBack(of: message.author, hub: hub)
                }
                sent(message, outcome)
            }
        }
    }

    /// Only the store knows whether it is one.
    private func sendIfRepeat(_ message: NewMessage, waitMs: Int64) {
        let (author, key) = (message.author, message.key)
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Bool in
            try reader.receipt(author: author, key: key) != nil
        } then: { isRepeat throws(Problem) in
            guard isRepeat else { throw .tooMuch(waitMs) }
            guard !hub.isStoreBehind else { throw .unavailable }
            hub.submit(.send(message)) { _, outcome in sent(message, outcome) }
        }
    }

    private func sent(_ message: NewMessage, _ outcome: Outcome) {
        guard isWelcome else { return }
        switch outcome {
        case .sent(let receipt): answer(receipt, in: message.room)
        case .refused(let refusal): fail(Problem(refusal))
        default: fail(.unavailable)
        }
    }

    /// Changes a message: edits, deletes or hides it, reacts to it.
    func post(_ draft: PostDraft) {
        switch draft {
        case .edit(_, _, let text, _, _, let user):
            guard isShortEnough(text) else { return }
            atRate(of: user) { submit(draft) }
        case .react(_, _, _, let user), .unreact(_, _, _, let user), .pin(_, _, let user), .unpin(_, _, let user):
            atRate(of: user) { submit(draft) }
        case .delete, .hide, .removeReaction, .follow, .unfollow, .markUnread: submit(draft)
        }
    }

    private func submit(_ draft: PostDraft) {
        submit(.post(draft)) { outcome in answer(MessageChange(draft: draft, outcome: outcome)) }
    }

    private func isShortEnough(_ text: String) -> Bool {
        let bytesMax = hub.limits.textBytesMax
        if text.utf8.count <= bytesMax { return true }
        fail(Problem(.tooLarge, "A text has at most \(bytesMax) bytes."))
        return false
    }

    /// Moves a marker of the user's, unless it is there already.
    ///
    /// - Parameter thread: where the marker is that of a thread, which nobody else hears of.
    func mark(
        _ room: RoomID, by user: UserID, _ settings: UserSettings, _ kind: MarkerKind, _ seq: Int64,
        thread: Int64? = nil
    ) {
        let native = hub.native
        RoomStanding.ask(of: user, in: room, hub: hub) { hub, result in
            // Of a socket that has gone too: its user has read what it says.
            attempt { () throws(Problem) in
                let standing = try RoomStanding.require(.mark, result, at: hub.wallTime)
                var seq = min(seq, standing.headSeq)
                var kind = kind == .read && settings.hidesReading ? .readPrivate : kind
                if let thread {
                    guard (1...max(standing.headSeq, 1)).contains(thread), standing.headSeq > 0 else {
                        throw Problem(.unknownReference)
                    }
                    // What was received is known of the room.
                    if kind == .received { return answerDone() }
                    kind = .readPrivate
                }
                // Whatever is read ends what was marked as unread before.
                let endsUnread = thread == nil && kind != .received && standing.member.unreadFrom != nil
                let known = kind == .received ? standing.member.received : standing.member.read
                // Nobody is told of less than they know.
                if endsUnread { seq = max(seq, known) }
                guard kind == .readPrivate || seq > known || endsUnread else { return answerDone() }
                guard !hub.isStoreBehind else { throw .unavailable }
                var asker: Asker?
                if isAwaited {
                    // Then it is stored before it is answered, and whoever reads sees it.
                    asker = hub.askLoops { _, answer in
                        if case .done = answer { answerDone() } else { fail(.unavailable) }
                    }
                }
                let move = MarkerMove(
                    room: room, user: user, kind: kind, seq: seq, thread: thread, endsUnread: endsUnread,
                    isTold: standing.isHeard(of: settings, membersMax: native.limits.ephemeralMembersMax))
                hub.tell(homeOf: .room(room), .nativeHome(.marked(move, asker)))
            }
        }
    }

    /// Begins the user's own counts at a message; their other devices hear of it.
    func markUnread(_ room: RoomID, by user: UserID, from seq: Int64) {
        submit(.post(.markUnread(room, seq: seq, by: user))) { refusal in
            switch refusal {
            case .unknownMessage: Problem(.unprocessable, "'seq' is not the number of a message.")
            case .unprocessable: Problem(.unprocessable, "This is too far back to be marked as unread.")
            default: nil
            }
        } then: { _ throws(Problem) in
            hub.publish(
                NativeFrame.markedUnread(room, from: seq, at: hub.wallTime), to: .nativeUser(user), isEphemeral: true)
            answerDone()
        }
    }
}

extension PostDraft {
    var room: RoomID {
        switch self {
        case .edit(let room, _, _, _, _, _), .delete(let room, _, _, _), .hide(let room, _, _),
            .react(let room, _, _, _),
            .unreact(let room, _, _, _), .removeReaction(let room, _, _, _, _), .follow(let room, _, _),
            .unfollow(let room, _, _), .pin(let room, _, _), .unpin(let room, _, _), .markUnread(let room, _, _):
            room
        }
    }

    /// The message that it changes.
    var seq: Int64 {
        switch self {
        case .edit(_, let seq, _, _, _, _), .delete(_, let seq, _, _), .hide(_, let seq, _), .react(_, let seq, _, _),
            .unreact(_, let seq, _, _), .removeReaction(_, let seq, _, _, _), .follow(_, let seq, _),
            .unfollow(_, let seq, _), .pin(_, let seq, _), .unpin(_, let seq, _), .markUnread(_, let seq, _):
            seq
        }
    }
}
