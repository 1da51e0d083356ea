import ChatDomain
import ChatStore

/// What a live socket says: from a command to who does it.
extension Native {
    func perform(_ command: ClientCommand, _ call: SocketCall) {
        guard let user = call.user else { return }
        if command.isOfAPerson { noteActivity(call.session, call.connection, hub: call.hub) }
        switch command {
        case .hello: call.fail(.badRequest, "There was a hello before.")
        case .ping: call.acknowledge()
        case .refresh(let token): refresh(token, call)
        case .subscribe(let room, let claim): subscribe(to: room, claim, call)
        case .unsubscribe(let room): unsubscribe(from: room, call)
        case .send(let message):
            call.session.pendingTyping[message.room] = nil
            call.send(
                NewMessage(
                    room: message.room, author: user.id, key: message.key, text: message.text,
                    origin: call.connection.id.rawValue, replyTo: message.replyTo, thread: message.thread,
                    mentions: message.mentions, isChecked: true))
        case .edit(let room, let seq, let text, let mentions, let ifVersion):
            call.post(.edit(room, seq: seq, text: text, mentions: mentions, ifVersion: ifVersion, by: user.id))
        case .delete(let room, let seq, .mine, _): call.post(.hide(room, seq: seq, by: user.id))
        case .delete(let room, let seq, .all, let ifVersion):
            call.post(.delete(room, seq: seq, ifVersion: ifVersion, by: user.id))
        case .react(let room, let seq, let key): call.post(.react(room, seq: seq, key: key, by: user.id))
        case .unreact(let room, let seq, let key): call.post(.unreact(room, seq: seq, key: key, by: user.id))
        case .typing(let room, isTyping: true, let medium, let thread): startTyping(in: room, medium, thread, call)
        case .typing(let room, isTyping: false, _, _): stopTyping(in: room, call)
        case .receipt(let room, let kind, let seq, let thread):
            call.mark(room, by: user.id, user.settings, kind, seq, thread: thread)
        case .setPresence(let choice, let statusText): setPresence(choice, statusText, call)
        case .watchPresence(let users):
            watching.watch(users, by: user.id, on: call.connection.id, commandID: call.id ?? "", hub: call.hub)
        case .subscribeTopics(let topics, let positions): subscribe(to: topics, positions, call)
        case .unsubscribeTopics(let topics): unsubscribe(from: topics, call)
        case .publish(let topic, let data, let receiver): publish(data, to: topic, receiver, call)
        }
    }

    /// Goes on under another session of the same user.
    private func refresh(_ token: String, _ call: SocketCall) {
        authenticate(token: token, hub: call.hub) { _, result in
            guard call.isWelcome, let user = call.user else { return }
            switch result {
            case .failure(.unknown), .failure(.ended): call.fail(.unauthorized)
            case .failure(.expired): call.fail(.tokenExpired)
            case .failure(.unavailable): call.fail(.unavailable)
            case .success(let principal):
                guard principal.id == user.id else {
                    return call.fail(.unauthorized, "The token is that of somebody else.")
                }
                call.session.record = principal.session
                call.acknowledge { json in
                    json.member("session_id", principal.session.id)
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
