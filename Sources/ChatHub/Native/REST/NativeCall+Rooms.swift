import ChatDomain
import ChatStore
import HTTPCore

extension NativeCall {
    /// Asks the reader, if the caller may do `action` in the room: to who may not even read it a hidden room does not
    /// exist, and a public one is `forbidden`.
    func readIfMember<T: Sendable>(
        of room: RoomID, _ principal: Principal, whoMay action: RoomAction = .read,
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then use: @escaping (T) throws(NativeProblem) -> Void
    ) {
        let viewer = principal.id
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Admission<T> in
            guard let stored = try reader.room(room) else { return .refused(.notFound) }
            let standing = Standing(role: try reader.member(viewer, of: room)?.role)
            let verdict = Permissions.check(action, by: standing, in: stored.rules)
            guard verdict == .allowed else { return .refused(verdict) }
            return .granted(try body(reader))
        } then: { admission throws(NativeProblem) in
            switch admission {
            case .granted(let value): try use(value)
            case .refused(.forbidden) where action != .read: throw NativeProblem(.forbidden, "You may not do this.")
            case .refused(.forbidden): throw NativeProblem(.forbidden, "You are no member of this room.")
            case .refused: throw .notFound
            }
        }
    }

    private enum Admission<Value: Sendable>: Sendable {
        case granted(Value)
        case refused(Verdict)
    }

    /// Answers one page of a list, with `next_cursor` where there are more.
    ///
    /// - Parameters:
    ///   - entries: from the `skip`th on, one more than `limit` where there are as many.
    ///   - append: writes one of them.
    func reply<T>(
        page name: StaticString, _ entries: [T], skip: Int, limit: Int, append: (T, inout JSONWriter) -> Void
    ) {
        reply { json in
            json.beginObject()
            json.key(name)
            json.beginArray()
            for entry in entries.prefix(limit) { append(entry, &json) }
            json.endArray()
            if entries.count > limit {
                json.key("next_cursor")
                json.value("\(skip + limit)")
            }
            json.endObject()
        }
    }

    /// An identifier for something new that dialects could see.
    func makeHandle() -> String { MessageKey(at: hub.wallTime, using: &hub.random).description }

    /// A new secret for a link, with what is stored in its place.
    func makeToken() throws(NativeProblem) -> (text: String, hash: [UInt8]) {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        let token = SessionToken(using: cryptography)
        return (token.text, token.hash(using: cryptography))
    }

    /// What is stored in the place of a secret that somebody has shown. What can be none is of nobody.
    func hash(ofToken text: String) throws(NativeProblem) -> [UInt8] {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        return SessionToken(text)?.hash(using: cryptography) ?? []
    }

    // MARK: Rates

    /// Goes on when the user may say one more thing: sockets and requests share the rate.
    func atRate(_ principal: Principal, _ use: @escaping () -> Void) {
        hub.native.takeToken(of: principal.id, hub: hub) { _, waitMs in
            guard let waitMs else { return use() }
            self.fail(NativeProblem(.rateLimited, "You are saying too much at once.", retryAfterMs: waitMs))
        }
    }

    /// Sends a message. A repeat costs nothing, and is answered even where nothing new would be taken.
    func sendAtRate(_ message: NewMessage, then use: @escaping (MessageReceipt) -> Void) {
        hub.native.takeToken(of: message.author, hub: hub) { hub, waitMs in
            guard let waitMs else { return self.send(message, paysToken: true, then: use) }
            let (author, key) = (message.author, message.key)
            self.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Bool in
                try reader.receipt(author: author, key: key) != nil
            } then: { isRepeat throws(NativeProblem) in
                guard isRepeat else {
                    throw NativeProblem(.rateLimited, "You are saying too much at once.", retryAfterMs: waitMs)
                }
                self.send(message, paysToken: false, then: use)
            }
        }
    }

    private func send(_ message: NewMessage, paysToken: Bool, then use: @escaping (MessageReceipt) -> Void) {
        submit(.send(message)) { outcome throws(NativeProblem) in
            guard case .sent(let receipt) = outcome else { throw .unavailable }
            if receipt.isDuplicate, paysToken { self.hub.native.giveTokenBack(of: message.author, hub: self.hub) }
            use(receipt)
        }
    }
}
