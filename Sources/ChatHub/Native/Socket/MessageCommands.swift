import ChatDomain
import ChatStore

/// Sending, changing, deleting messages, and reacting to them.
extension Native {
    func send(
        _ command: SendCommand, _ id: String, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard isShortEnough(command.text, id, connection, hub: hub), let user = session.user?.id else { return }
        session.pendingTyping[command.room] = nil
        takeToken(of: user, hub: hub) { hub, waitMs in
            guard session.isLive else { return }
            guard let waitMs else {
                return self.submit(command, by: user, paysToken: true, id, session, connection, hub: hub)
            }
            // A repeat costs no token: only the store knows whether this is one.
            hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Bool in
                try reader.receipt(author: user, key: command.key) != nil
            } then: { hub, result in
                guard session.isLive else { return }
                if case .success(true) = result {
                    self.submit(command, by: user, paysToken: false, id, session, connection, hub: hub)
                } else {
                    self.fail(id, .rateLimited, retryAfterMs: waitMs, on: connection, hub: hub)
                }
            }
        }
    }

    private func submit(
        _ command: SendCommand, by user: UserID, paysToken: Bool, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard isStoreReady(id, connection, hub: hub) else { return }
        let message = NewMessage(
            room: command.room, author: user, key: command.key, text: command.text, origin: connection.id.rawValue,
            replyTo: command.replyTo, thread: command.thread, mentions: command.mentions, isChecked: true)
        hub.submit(.send(message)) { hub, outcome in
            guard case .sent(let receipt) = outcome else {
                return self.refused(outcome, id, session, connection, hub: hub)
            }
            if receipt.isDuplicate, paysToken { self.giveTokenBack(of: user, hub: hub) }
            guard session.isLive else { return }
            self.acknowledge(id, on: connection, hub: hub) { json in
                json.key("room")
                json.value(command.room)
                json.key("seq")
                json.value(receipt.seq)
                json.key("offset")
                json.value(receipt.offset)
                json.key("duplicate")
                json.value(receipt.isDuplicate)
            }
        }
    }

    func edit(
        _ room: RoomID, _ seq: Int64, _ text: String, _ ifVersion: Int?, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard isShortEnough(text, id, connection, hub: hub), let user = session.user?.id else { return }
        let draft = PostDraft.edit(room, seq: seq, text: text, ifVersion: ifVersion, by: user)
        submitAtRate(draft, room, seq, by: user, id, session, connection, hub: hub)
    }

    func delete(
        _ room: RoomID, _ seq: Int64, _ scope: DeletionScope, _ ifVersion: Int?, _ id: String,
        _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user?.id else { return }
        let draft: PostDraft =
            switch scope {
            case .mine: .hide(room, seq: seq, by: user)
            case .all: .delete(room, seq: seq, ifVersion: ifVersion, by: user)
            }
        submit(draft, room, seq, id, session, connection, hub: hub)
    }

    func react(
        _ room: RoomID, _ seq: Int64, _ key: String, isAdded: Bool, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user?.id else { return }
        let draft: PostDraft =
            isAdded ? .react(room, seq: seq, key: key, by: user) : .unreact(room, seq: seq, key: key, by: user)
        submitAtRate(draft, room, seq, by: user, id, session, connection, hub: hub)
    }

    private func submitAtRate(
        _ draft: PostDraft, _ room: RoomID, _ seq: Int64, by user: UserID, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        takeToken(of: user, hub: hub) { hub, waitMs in
            guard session.isLive else { return }
            if let waitMs { return self.fail(id, .rateLimited, retryAfterMs: waitMs, on: connection, hub: hub) }
            self.submit(draft, room, seq, id, session, connection, hub: hub)
        }
    }

    private func submit(
        _ draft: PostDraft, _ room: RoomID, _ seq: Int64, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard isStoreReady(id, connection, hub: hub) else { return }
        hub.submit(.post(draft)) { hub, outcome in
            let offset: Int64?
            switch outcome {
            case .changed(_, let newest): offset = newest
            case .done: offset = nil
            default: return self.refused(outcome, id, session, connection, hub: hub)
            }
            guard session.isLive else { return }
            self.acknowledge(id, on: connection, hub: hub) { json in
                json.key("room")
                json.value(room)
                json.key("seq")
                json.value(seq)
                if let offset {
                    json.key("offset")
                    json.value(offset)
                }
                if case .changed(let message, _) = outcome {
                    json.key("version")
                    json.value(message.version)
                }
            }
        }
    }

    private func refused(
        _ outcome: Outcome, _ id: String, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard session.isLive else { return }
        guard case .refused(let refusal) = outcome else { return fail(id, .internal, on: connection, hub: hub) }
        fail(id, refusal, on: connection, hub: hub)
    }

    // MARK: Limits

    private func isShortEnough(_ text: String, _ id: String, _ connection: Connection, hub: Hub) -> Bool {
        if text.utf8.count <= limits.textBytesMax { return true }
        fail(
            id, .tooLarge, "The message is longer than \(limits.textBytesMax) bytes.", on: connection, hub: hub)
        return false
    }

    private func isStoreReady(_ id: String, _ connection: Connection, hub: Hub) -> Bool {
        if !hub.isStoreBehind { return true }
        fail(id, Refusal.unavailable, on: connection, hub: hub)
        return false
    }
}
