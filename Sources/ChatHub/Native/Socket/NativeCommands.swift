import ChatDomain
import ChatStore

/// What a live socket says: from a command to who does it.
extension Native {
    func perform(
        _ command: ClientCommand, _ id: String?, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        // Only those that may do without an answer come without an `id`.
        let answerID = id ?? ""
        if command.isOfAPerson { noteActivity(session, connection, hub: hub) }
        switch command {
        case .hello: fail(id, .badRequest, "There was a hello before.", on: connection, hub: hub)
        case .ping: acknowledge(id, on: connection, hub: hub)
        case .refresh(let token): refresh(token, answerID, session, connection, hub: hub)
        case .subscribe(let room, let claim): subscribe(to: room, claim, answerID, session, connection, hub: hub)
        case .unsubscribe(let room): unsubscribe(from: room, answerID, session, connection, hub: hub)
        case .send(let message): send(message, answerID, session, connection, hub: hub)
        case .edit(let room, let seq, let text, let ifVersion):
            edit(room, seq, text, ifVersion, answerID, session, connection, hub: hub)
        case .delete(let room, let seq, let scope, let ifVersion):
            delete(room, seq, scope, ifVersion, answerID, session, connection, hub: hub)
        case .react(let room, let seq, let key):
            react(room, seq, key, isAdded: true, answerID, session, connection, hub: hub)
        case .unreact(let room, let seq, let key):
            react(room, seq, key, isAdded: false, answerID, session, connection, hub: hub)
        case .typing, .receipt, .setPresence, .watchPresence:
            performState(command, id, session, connection, hub: hub)
        case .subscribeTopics, .unsubscribeTopics, .publish:
            performTopic(command, answerID, session, connection, hub: hub)
        }
    }

    /// Goes on under another session of the same user.
    private func refresh(
        _ token: String, _ id: String, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        lookUp(token, hub: hub) { hub, result in
            guard session.isLive, let user = session.user else { return }
            switch result {
            case .refused(.unknown), .ended: self.fail(id, .unauthorized, on: connection, hub: hub)
            case .refused(.expired): self.fail(id, .tokenExpired, on: connection, hub: hub)
            case .refused(.unavailable): self.fail(id, .unavailable, on: connection, hub: hub)
            case .valid(let principal):
                guard principal.id == user.id else {
                    return self.fail(
                        id, .unauthorized, "The token is that of somebody else.", on: connection, hub: hub)
                }
                session.record = principal.session
                self.acknowledge(id, on: connection, hub: hub) { json in
                    json.key("session_id")
                    json.value(principal.session.id)
                }
            }
        }
    }
}

extension ClientCommand {
    /// Whether somebody has to do something for it; others are said by a client in a pocket.
    fileprivate var isOfAPerson: Bool {
        switch self {
        case .ping, .refresh, .receipt(_, .received, _, _), .watchPresence, .hello, .subscribe, .unsubscribe: false
        default: true
        }
    }
}
