import ChatDomain
import ChatStore
import HTTPCore

/// One REST request of the dialect on its way to an answer.
struct ChatAppCall {
    let parameters: Parameters
    let request: Request
    let connection: Connection
    let hub: Hub

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body as a JSON object.
    func body() throws(ChatAppProblem) -> ChatAppBody {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: request.body)
        } catch {
            throw .badRequest("The body is not valid JSON: \(error.description)")
        }
        guard case .object = value else { throw .badRequest("The body is not a JSON object.") }
        return ChatAppBody(value: value)
    }

    /// A new identifier for clients.
    func makeHandle() -> String { MessageKey(at: hub.wallTime, using: &hub.random).description }

    // MARK: Answers

    func reply(_ write: (inout JSONWriter) -> Void) { hub.reply(.json(ChatAppJSON.bytes(write)), to: connection) }

    func replyNoContent() { hub.reply(Response(status: .noContent), to: connection) }

    func fail(_ problem: ChatAppProblem) {
        hub.reply(.error(problem.status, problem.sentence, .chatApp), to: connection)
    }

    func replied(withRoom outcome: Outcome) -> Bool {
        guard case .room(let summary) = outcome else { return false }
        reply { ChatAppJSON.append(summary, to: &$0) }
        return true
    }

    func replied(withDone outcome: Outcome) -> Bool {
        guard outcome == .done else { return false }
        replyNoContent()
        return true
    }

    // MARK: Store

    /// Asks the store. Where `use` returns false the answer was none that it can use, and the store is said to have
    /// failed.
    func ask(_ query: StoreQuery, _ use: @escaping (StoreAnswer) -> Bool) {
        hub.ask(query) { _, answer in
            if !use(answer) { fail(.unavailable) }
        }
    }

    /// Hands a draft to the store. Where `use` returns false the draft was refused, and the answer says why.
    func submit(_ draft: Draft, _ use: @escaping (Outcome) -> Bool) {
        hub.submit(draft) { _, outcome in
            guard !use(outcome) else { return }
            if case .refused(let refusal) = outcome { fail(problem(for: refusal)) } else { fail(.unavailable) }
        }
    }

    private func problem(for refusal: Refusal) -> ChatAppProblem {
        switch refusal {
        case .unknownUser: .notFound("No user found with id: \(parameter("id"))")
        case .unknownRoom: .notFound("No room found with id: \(parameters["id"] ?? parameter("room"))")
        case .unknownMessage: .notFound("No message found with id: \(parameter("message"))")
        case .phoneTaken: .unprocessable("This phone number is taken.")
        case .handleTaken, .conflict: .unprocessable("This identifier is taken.")
        case .notMember: .unprocessable("The user is no participant of the room.")
        // The last ones answer drafts that this dialect never hands in.
        case .unavailable, .notFound, .forbidden, .loginTaken, .unknownSession, .unknownMember, .unknownInvite,
            .unknownReference, .blocked, .unprocessable:
            .unavailable
        }
    }

    /// Goes on with the user that the path names, or answers 404.
    func withUser(_ use: @escaping (User) -> Void) {
        let handle = parameter("id")
        ask(.userByHandle(handle)) { answer in
            guard case .user(let user) = answer else { return false }
            if let user, user.isOpen { use(user) } else { fail(.notFound("No user found with id: \(handle)")) }
            return true
        }
    }

    /// Goes on with the users of these handles, or answers 422.
    func withUsers(_ handles: [String], _ use: @escaping ([UserID]) -> Void) {
        ask(.users(handles: handles)) { answer in
            guard case .users(let users) = answer, users.count == handles.count else { return false }
            var ids: [UserID] = []
            for (user, handle) in zip(users, handles) {
                guard let user, user.isOpen else {
                    fail(.unprocessable("No user found with id: \(handle)"))
                    return true
                }
                ids.append(user.id)
            }
            use(ids)
            return true
        }
    }

    /// Goes on with the room that the path names, or answers 404.
    func withRoom(_ name: String, _ use: @escaping (Room) -> Void) {
        let handle = parameter(name)
        ask(.room(handle: handle)) { answer in
            guard case .room(let room) = answer else { return false }
            if let room, room.isOpen { use(room) } else { fail(.notFound("No room found with id: \(handle)")) }
            return true
        }
    }

    /// Goes on with the room and the message that the path names, or answers 404.
    func withMessage(_ use: @escaping (Room, MessageReference) -> Void) {
        withRoom("room") { room in
            let id = parameter("message")
            guard let key = MessageKey(id) else {
                fail(.notFound("No message found with id: \(id)"))
                return
            }
            use(room, .key(key))
        }
    }
}

/// The body of a request: a JSON object, of which fields are asked for by kind.
struct ChatAppBody {
    let value: JSONValue

    func has(_ name: String) -> Bool { value[name] != nil }

    func string(_ name: String) throws(ChatAppProblem) -> String {
        guard let field = value[name] else { throw .badRequest("The field '\(name)' is missing.") }
        guard let text = field.string else { throw .badRequest("The field '\(name)' is not a string.") }
        return text
    }

    /// nil where there is no such field.
    func strings(_ name: String) throws(ChatAppProblem) -> [String]? {
        guard let field = value[name] else { return nil }
        guard let array = field.array else { throw .badRequest("The field '\(name)' is not an array.") }
        var strings: [String] = []
        for element in array {
            guard let text = element.string else { throw .badRequest("The field '\(name)' holds more than strings.") }
            strings.append(text)
        }
        return strings
    }
}

/// Why a request is not answered as hoped.
enum ChatAppProblem: Error {
    case badRequest(String)
    case notFound(String)
    case tooLarge(String)
    case unprocessable(String)
    case unavailable

    var status: Status {
        switch self {
        case .badRequest: .badRequest
        case .notFound: .notFound
        case .tooLarge: .contentTooLarge
        case .unprocessable: .unprocessable
        case .unavailable: .unavailable
        }
    }

    var sentence: String {
        switch self {
        case .badRequest(let sentence), .notFound(let sentence), .tooLarge(let sentence), .unprocessable(let sentence):
            sentence
        case .unavailable: "The store cannot answer just now: try again later."
        }
    }
}
