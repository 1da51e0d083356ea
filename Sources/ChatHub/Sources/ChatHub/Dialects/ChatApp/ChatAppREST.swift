import ChatDomain
import ChatStore
import HTTPCore

/// The dialect's REST interface: each request becomes a query or a draft, and its answer a response.
extension ChatApp {
    /// What can be asked for.
    enum Resource: Sendable {
        case createUser
        case listUsers
        case user
        case userByPhone
        case renameUser
        case deleteUser
        case listRooms
        case createRoom
        case updateRoom
        case deleteRoom
        case conversation
        case editMessage
        case deleteMessage

        static let table: [(Method, String, Resource)] = [
            (.post, "/users/create", .createUser),
            (.get, "/users", .listUsers),
            (.get, "/users/phone/{phone}", .userByPhone),
            (.get, "/users/{id}", .user),
            (.patch, "/users/{id}", .renameUser),
            (.delete, "/users/{id}", .deleteUser),
            (.get, "/rooms", .listRooms),
            (.post, "/rooms", .createRoom),
            (.patch, "/rooms/{id}", .updateRoom),
            (.delete, "/rooms/{id}", .deleteRoom),
            (.get, "/conversations/{room}", .conversation),
            (.patch, "/conversations/{room}/{message}", .editMessage),
            (.delete, "/conversations/{room}/{message}", .deleteMessage),
        ]
    }

    /// Begins to answer. The answer comes by `hub.reply`, in this turn or a later one.
    func serve(
        _ resource: Resource, _ parameters: Parameters, _ request: Request, _ connection: Connection, hub: Hub
    ) {
        let call = ChatAppCall(parameters: parameters, request: request, connection: connection, hub: hub)
        do throws(ChatAppProblem) {
            switch resource {
            case .createUser: try createUser(call)
            case .listUsers: listUsers(call)
            case .user: user(call)
            case .userByPhone: userByPhone(call)
            case .renameUser: try renameUser(call)
            case .deleteUser: deleteUser(call)
            case .listRooms: listRooms(call)
            case .createRoom: try createRoom(call)
            case .updateRoom: try updateRoom(call)
            case .deleteRoom: deleteRoom(call)
            case .conversation: conversation(call)
            case .editMessage: try editMessage(call)
            case .deleteMessage: deleteMessage(call)
            }
        } catch {
            call.fail(error)
        }
    }

    // MARK: Users

    private func createUser(_ call: ChatAppCall) throws(ChatAppProblem) {
        let body = try call.body()
        let username = try checked(Names.userName, body.string("username"))
        let phone = try checked(Names.phone, body.string("phone"))
        let new = NewUser(handle: call.makeHandle(), username: username, phone: phone, isOpen: true)
        call.submit(.createUser(new)) { outcome in
            guard case .user(let user) = outcome else { return false }
            call.reply { ChatAppJSON.append(user, to: &$0) }
            return true
        }
    }

    private func listUsers(_ call: ChatAppCall) {
        call.ask(.openUsers(limit: limits.listEntriesMax)) { answer in
            guard case .users(let users) = answer else { return false }
            call.reply { json in
                json.beginArray()
                for case let user? in users { ChatAppJSON.append(user, to: &json) }
                json.endArray()
            }
            return true
        }
    }

    private func user(_ call: ChatAppCall) {
        call.withUser { user in call.reply { ChatAppJSON.append(user, to: &$0) } }
    }

    private func userByPhone(_ call: ChatAppCall) {
        let phone = call.parameter("phone")
        call.ask(.userByPhone(phone)) { answer in
            guard case .user(let user) = answer else { return false }
            if let user, user.isOpen {
                call.reply { ChatAppJSON.append(user, to: &$0) }
            } else {
                call.fail(.notFound("No user found with phone: \(phone)"))
            }
            return true
        }
    }

    private func renameUser(_ call: ChatAppCall) throws(ChatAppProblem) {
        let username = try checked(Names.userName, try call.body().string("username"))
        call.withUser { user in
            call.submit(.renameUser(user.id, username: username)) { outcome in
                guard case .user(let user) = outcome else { return false }
                call.reply { ChatAppJSON.append(user, to: &$0) }
                return true
            }
        }
    }

    private func deleteUser(_ call: ChatAppCall) {
        call.withUser { user in
            call.submit(.deleteUser(user.id)) { outcome in
                guard outcome == .done else { return false }
                call.hub.tellAll(.userGone(user.id, handle: user.handle))
                call.replyNoContent()
                return true
            }
        }
    }

    // MARK: Rooms

    private func listRooms(_ call: ChatAppCall) {
        call.ask(.openRooms(limit: limits.listEntriesMax)) { answer in
            guard case .rooms(let rooms) = answer else { return false }
            guard !rooms.isEmpty else {
                call.fail(.notFound("No rooms available at the moment."))
                return true
            }
            call.reply { json in
                json.beginArray()
                for room in rooms { ChatAppJSON.append(room, to: &json) }
                json.endArray()
            }
            return true
        }
    }

    private func createRoom(_ call: ChatAppCall) throws(ChatAppProblem) {
        let body = try call.body()
        let name = try checked(Names.roomName, body.string("name"))
        let handles = try participants(in: body)
        guard let handles, !handles.isEmpty else {
            throw .badRequest("The field 'participant_ids' is missing or empty.")
        }
        call.withUsers(handles) { members in
            let kind: RoomKind = Set(members).count == 2 ? .direct : .group
            let new = NewRoom(handle: call.makeHandle(), kind: kind, name: name, members: members, isOpen: true)
            call.submit(.createRoom(new)) { outcome in call.replied(withRoom: outcome) }
        }
    }

    private func updateRoom(_ call: ChatAppCall) throws(ChatAppProblem) {
        let body = try call.body()
        var name: String?
        if body.has("name") { name = try checked(Names.roomName, body.string("name")) }
        let handles = try participants(in: body)
        guard name != nil || handles != nil else { throw .badRequest("Give 'name', 'participant_ids', or both.") }
        call.withRoom("id") { room in
            let update = { (members: [UserID]?) in
                call.submit(.updateRoom(room.id, name: name, members: members, by: nil)) { outcome in
                    call.replied(withRoom: outcome)
                }
            }
            if let handles { call.withUsers(handles) { update($0) } } else { update(nil) }
        }
    }

    private func participants(in body: ChatAppBody) throws(ChatAppProblem) -> [String]? {
        guard let handles = try body.strings("participant_ids") else { return nil }
        guard handles.count <= 1_000 else { throw .unprocessable("A room has at most 1000 participants.") }
        return handles
    }

    private func deleteRoom(_ call: ChatAppCall) {
        call.withRoom("id") { room in
            call.submit(.deleteRoom(room.id, by: nil)) { outcome in call.replied(withDone: outcome) }
        }
    }

    // MARK: Conversations

    private func conversation(_ call: ChatAppCall) {
        let handle = call.parameter("room")
        call.ask(.conversation(handle: handle, limit: limits.historyMessagesMax)) { answer in
            guard case .messages(let messages) = answer else { return false }
            guard let messages else {
                call.fail(.notFound("No room found with id: \(handle)"))
                return true
            }
            call.reply { json in
                json.beginArray()
                for message in messages where !message.isDeleted {
                    ChatAppJSON.append(message, roomHandle: handle, to: &json)
                }
                json.endArray()
            }
            return true
        }
    }

    private func editMessage(_ call: ChatAppCall) throws(ChatAppProblem) {
        let text = try call.body().string("content")
        guard text.utf8.count <= limits.textBytesMax else {
            throw .tooLarge("The message is longer than \(limits.textBytesMax) bytes.")
        }
        guard !text.isEmpty else { throw .unprocessable("The message is empty.") }
        guard !text.utf8.contains(0) else { throw .unprocessable("The message holds the character NUL.") }
        call.withMessage { room, message in
            call.submit(.edit(room.id, message, text: text, by: nil)) { outcome in
                guard case .message(let message) = outcome else { return false }
                call.reply { ChatAppJSON.append(message, roomHandle: room.handle, to: &$0) }
                return true
            }
        }
    }

    private func deleteMessage(_ call: ChatAppCall) {
        call.withMessage { room, message in
            call.submit(.delete(room.id, message, by: nil)) { outcome in call.replied(withDone: outcome) }
        }
    }

    private func checked(
        _ rule: (String) throws(NameError) -> String, _ text: String
    ) throws(ChatAppProblem) -> String {
        do throws(NameError) {
            return try rule(text)
        } catch {
            throw .unprocessable(error.description)
        }
    }
}
