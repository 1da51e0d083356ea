import ChatDomain
import ChatStore
import HTTPCore

/// The dialect's REST interface, and the way to its socket: each request becomes a query or a draft, and its answer a
/// response.
extension ChatApp {
    static let routes: [Route] = [
        .open(.get, "/ws", openSocket),
        .open(.post, "/users/create", createUser),
        .open(.get, "/users", listUsers),
        .open(.get, "/users/phone/{phone}", showUserByPhone),
        .open(.get, "/users/{id}", showUser),
        .open(.patch, "/users/{id}", renameUser),
        .open(.delete, "/users/{id}", deleteUser),
        .open(.get, "/rooms", listRooms),
        .open(.post, "/rooms", createRoom),
        .open(.patch, "/rooms/{id}", updateRoom),
        .open(.delete, "/rooms/{id}", deleteRoom),
        .open(.get, "/conversations/{room}", showConversation),
        .open(.patch, "/conversations/{room}/{message}", editMessage),
        .open(.delete, "/conversations/{room}/{message}", deleteMessage),
    ]

    private static func openSocket(_ call: RESTCall) throws(Problem) {
        try call.refuseForeignPages("Pages of this origin may not connect.")
        call.upgrade { _ in ChatAppSession(isLimited: !call.context.isLocal) }
    }

    // MARK: Users

    private static func createUser(_ call: RESTCall) throws(Problem) {
        let body = try call.body()
        let username = try checked(Names.userName, body.string("username"))
        let phone = try checked(Names.phone, body.string("phone"))
        let new = NewUser(handle: call.makeHandle(), username: username, phone: phone, isOpen: true)
        call.store(.createUser(new), then: call.reply(withUser:))
    }

    private static func listUsers(_ call: RESTCall) {
        let limit = call.hub.limits.listEntriesMax
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.openUsers(limit: limit)
        } then: { users in
            call.reply { json in
                json.beginArray()
                for user in users { ChatAppJSON.append(user, to: &json) }
                json.endArray()
            }
        }
    }

    private static func showUser(_ call: RESTCall) {
        call.withUser { user in call.reply { ChatAppJSON.append(user, to: &$0) } }
    }

    private static func showUserByPhone(_ call: RESTCall) {
        let phone = call.parameter("phone")
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.user(phone: phone)
        } then: { user throws(Problem) in
            guard let user, user.isOpen else { throw Problem(.notFound, "No user found with phone: \(phone)") }
            call.reply { ChatAppJSON.append(user, to: &$0) }
        }
    }

    private static func renameUser(_ call: RESTCall) throws(Problem) {
        let username = try checked(Names.userName, try call.body().string("username"))
        call.withUser { user in
            call.store(.renameUser(user.id, username: username), then: call.reply(withUser:))
        }
    }

    private static func deleteUser(_ call: RESTCall) {
        call.withUser { user in
            call.store(.deleteUser(user.id)) { _ in
                call.hub.tellAll(.userGone(user.id, handle: user.handle))
                call.replyNoContent()
            }
        }
    }

    // MARK: Rooms

    private static func listRooms(_ call: RESTCall) {
        let limit = call.hub.limits.listEntriesMax
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.openRooms(limit: limit)
        } then: { rooms throws(Problem) in
            guard !rooms.isEmpty else { throw Problem(.notFound, "No rooms available at the moment.") }
            call.reply { json in
                json.beginArray()
                for room in rooms { ChatAppJSON.append(room, to: &json) }
                json.endArray()
            }
        }
    }

    private static func createRoom(_ call: RESTCall) throws(Problem) {
        let body = try call.body()
        let name = try checked(Names.roomName, body.string("name"))
        guard let handles = try participants(in: body), !handles.isEmpty else {
            throw Problem(.badRequest, "The field 'participant_ids' is missing or empty.")
        }
        call.withUsers(handles) { members in
            let kind: RoomKind = Set(members).count == 2 ? .direct : .group
            let new = NewRoom(handle: call.makeHandle(), kind: kind, name: name, members: members, isOpen: true)
            call.store(.createRoom(new), then: call.reply(withRoom:))
        }
    }

    private static func updateRoom(_ call: RESTCall) throws(Problem) {
        let body = try call.body()
        let name: String? = body.has("name") ? try checked(Names.roomName, body.string("name")) : nil
        let handles = try participants(in: body)
        guard name != nil || handles != nil else {
            throw Problem(.badRequest, "Give 'name', 'participant_ids', or both.")
        }
        call.withRoom("id") { room in
            let update = { (members: [UserID]?) in
                call.store(
                    .updateRoom(room.id, name: name, members: members, by: nil), then: call.reply(withRoom:))
            }
            if let handles { call.withUsers(handles) { update($0) } } else { update(nil) }
        }
    }

    private static func participants(in body: JSONBody) throws(Problem) -> [String]? {
        guard let handles = try body.strings("participant_ids") else { return nil }
        guard handles.count <= 1_000 else { throw Problem(.unprocessable, "A room has at most 1000 participants.") }
        return handles
    }

    private static func deleteRoom(_ call: RESTCall) {
        call.withRoom("id") { room in call.store(.deleteRoom(room.id, by: nil)) { _ in call.replyNoContent() } }
    }

    // MARK: Conversations

    private static func showConversation(_ call: RESTCall) {
        let handle = call.parameter("room")
        let limit = call.hub.limits.historyMessagesMax
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [Message]? in
            guard let room = try reader.room(handle: handle), room.isOpen else { return nil }
            return try reader.messages(in: room.id, after: nil, before: nil, limit: limit)
        } then: { messages throws(Problem) in
            guard let messages else { throw Problem(.notFound, "No room found with id: \(handle)") }
            call.reply { json in
                json.beginArray()
                for message in newest(of: messages, textBytesMax: 8 << 20) where !message.isDeleted {
                    ChatAppJSON.append(message, roomHandle: handle, to: &json)
                }
                json.endArray()
            }
        }
    }

    /// The last of the messages whose texts together have at most `textBytesMax` bytes, so that one answer stays bounded.
    private static func newest(of messages: [Message], textBytesMax: Int) -> ArraySlice<Message> {
        var room = textBytesMax
        var first = messages.count
        while first > 0 {
            room -= messages[first - 1].text.utf8.count
            guard room >= 0 else { break }
            first -= 1
        }
        return messages[first...]
    }

    private static func editMessage(_ call: RESTCall) throws(Problem) {
        let text = try call.body().string("content")
        let bytesMax = call.hub.limits.textBytesMax
        guard text.utf8.count <= bytesMax else {
            throw Problem(.tooLarge, "The message is longer than \(bytesMax) bytes.")
        }
        guard !text.isEmpty else { throw Problem(.unprocessable, "The message is empty.") }
        guard !text.utf8.contains(0) else { throw Problem(.unprocessable, "The message holds the character NUL.") }
        call.withMessage { room, message in
            call.store(.edit(room.id, message, text: text, by: nil)) { outcome throws(Problem) in
                guard case .message(let message) = outcome else { throw .unavailable }
                call.reply { ChatAppJSON.append(message, roomHandle: room.handle, to: &$0) }
            }
        }
    }

    private static func deleteMessage(_ call: RESTCall) {
        call.withMessage { room, message in
            call.store(.delete(room.id, message, by: nil)) { _ in call.replyNoContent() }
        }
    }
}

// MARK: What a path names

extension RESTCall {
    /// Hands a draft to the store; where it is refused, the answer names what the path does, as the dialect's clients
    /// know them.
    fileprivate func store(_ draft: Draft, then use: @escaping (Outcome) throws(Problem) -> Void) {
        submit(draft, refused: { self.problem(for: $0) }, then: use)
    }

    private func problem(for refusal: Refusal) -> Problem {
        switch refusal {
        case .unknownUser: Problem(.notFound, "No user found with id: \(optionalParameter("id") ?? "")")
        case .unknownRoom:
            Problem(.notFound, "No room found with id: \(optionalParameter("id") ?? optionalParameter("room") ?? "")")
        case .unknownMessage: Problem(.notFound, "No message found with id: \(optionalParameter("message") ?? "")")
        case .phoneTaken: Problem(.unprocessable, "This phone number is taken.")
        case .handleTaken, .conflict: Problem(.unprocessable, "This identifier is taken.")
        case .notMember: Problem(.unprocessable, "The user is no participant of the room.")
        // The last ones answer drafts that this dialect never hands in.
        case .unavailable, .notFound, .forbidden, .loginTaken, .unknownSession, .unknownMember, .unknownInvite,
            .unknownReference, .blocked, .unprocessable:
            .unavailable
        }
    }

    fileprivate func reply(withUser outcome: Outcome) throws(Problem) {
        guard case .user(let user) = outcome else { throw .unavailable }
        reply { ChatAppJSON.append(user, to: &$0) }
    }

    fileprivate func reply(withRoom outcome: Outcome) throws(Problem) {
        guard case .room(let summary) = outcome else { throw .unavailable }
        reply { ChatAppJSON.append(summary, to: &$0) }
    }

    /// Goes on with the user that the path names, or answers 404.
    fileprivate func withUser(_ use: @escaping (User) -> Void) {
        let handle = parameter("id")
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.user(handle: handle)
        } then: { user throws(Problem) in
            guard let user, user.isOpen else { throw Problem(.notFound, "No user found with id: \(handle)") }
            use(user)
        }
    }

    /// Goes on with the users of these handles, or answers 422.
    fileprivate func withUsers(_ handles: [String], _ use: @escaping ([UserID]) -> Void) {
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            var users: [User?] = []
            for handle in handles { users.append(try reader.user(handle: handle)) }
            return users
        } then: { users throws(Problem) in
            var ids: [UserID] = []
            for (user, handle) in zip(users, handles) {
                guard let user, user.isOpen else {
                    throw Problem(.unprocessable, "No user found with id: \(handle)")
                }
                ids.append(user.id)
            }
            use(ids)
        }
    }

    /// Goes on with the room that the path names, or answers 404.
    fileprivate func withRoom(_ name: String, _ use: @escaping (Room) throws(Problem) -> Void) {
        let handle = parameter(name)
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.room(handle: handle)
        } then: { room throws(Problem) in
            guard let room, room.isOpen else { throw Problem(.notFound, "No room found with id: \(handle)") }
            try use(room)
        }
    }

    /// Goes on with the room and the message that the path names, or answers 404.
    fileprivate func withMessage(_ use: @escaping (Room, MessageReference) -> Void) {
        withRoom("room") { room throws(Problem) in
            let id = self.parameter("message")
            guard let key = MessageKey(id) else { throw Problem(.notFound, "No message found with id: \(id)") }
            use(room, .key(key))
        }
    }
}
