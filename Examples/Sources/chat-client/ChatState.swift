import ChatDomain
import WSProtocol

/// The client's half of the native protocol: what it knows, and what it wants stored. It outlives connections.
///
/// - Each stream has a position, the last event that was taken. An event that is not newer is dropped; one that is not
///   the next means that something is missing, and the stream is subscribed to again, from the position.
/// - What the user says stays in the outbox, under a key made once, until the server acknowledges it: sent again on the
///   next connection it is stored once, however often it arrives.
struct ChatState {
    struct Position {
        var epoch: String
        var offset: Int64
    }

    struct Pending {
        let key: MessageKey
        let text: String
    }

    /// What the shell has to do.
    enum Action {
        case send([UInt8])
        case show(String)
        /// The history before this could not be sent: load it by REST.
        case historyIsMissing
        /// The server will end the connection; come back after that time.
        case comeBack(afterMs: Int64)
    }

    let token: String
    let room: String
    private(set) var positions: [String: Position] = [:]
    private(set) var outbox: [Pending] = []
    private var isWelcome = false
    private var isCatchingUp = false

    init(token: String, room: String) {
        self.token = token
        self.room = room
    }

    // MARK: What happens

    /// A connection is open: who we are, and where we were.
    mutating func connected() -> [Action] {
        isWelcome = false
        isCatchingUp = false
        return [
            .send(
                frame("hello") { json in
                    json.member("token", token)
                    json.member("client", "chat-client/1.0")
                    json.key("resume")
                    json.beginObject()
                    for (stream, position) in positions {
                        json.key(text: stream)
                        json.beginObject()
                        append(position, to: &json)
                        json.endObject()
                    }
                    json.endObject()
                })
        ]
    }

    /// The user has written something.
    mutating func say(_ text: String, at time: WallTime) -> [Action] {
        var random = SystemRandomNumberGenerator()
        let message = Pending(key: MessageKey(at: time, using: &random), text: text)
        outbox.append(message)
        return isWelcome ? [send(message)] : []
    }

    /// Ten seconds are over: what the server was too busy for is sent again.
    mutating func retry() -> [Action] { isWelcome ? outbox.map { send($0) } : [] }

    mutating func received(_ text: [UInt8]) -> [Action] {
        guard let json = try? JSONValue(parsing: text), let type = json["type"]?.string else { return [] }
        switch type {
        case "welcome": return welcome(json)
        case "ack": return acknowledged(json)
        case "error": return failed(json)
        case "event": return happened(json)
        case "draining": return [.comeBack(afterMs: json["reconnect_in_ms"]?.integer ?? 1_000)]
        default: return []
        }
    }

    // MARK: Frames

    private mutating func welcome(_ json: JSONValue) -> [Action] {
        isWelcome = true
        var actions: [Action] = []
        for stream in json["streams"]?.object ?? [] {
            if stream.value["recovered"]?.bool == true { continue }
            // The streams go on from where the server says, with what lies before missing.
            if positions[stream.key] != nil { actions.append(.historyIsMissing) }
            positions[stream.key] = position(in: stream.value)
        }
        if positions[room] == nil { actions.append(subscribe()) }
        return actions + outbox.map { send($0) }
    }

    private mutating func acknowledged(_ json: JSONValue) -> [Action] {
        guard let id = json["id"]?.string else { return [] }
        if id.hasPrefix("m") {
            outbox.removeAll { "m\($0.key)" == id }
            return []
        }
        guard id == "subscribe", let head = position(in: json) else { return [] }
        isCatchingUp = false
        if json["recovered"]?.bool == true { return [] }
        let isFirst = positions[room] == nil
        positions[room] = head
        return isFirst ? [] : [.historyIsMissing]
    }

    private mutating func failed(_ json: JSONValue) -> [Action] {
        let message = json["message"]?.string ?? "?"
        // Whatever may succeed later stays in the outbox.
        if json["temporary"]?.bool != true, let id = json["id"]?.string {
            outbox.removeAll { "m\($0.key)" == id }
        }
        return [.show("! \(message)")]
    }

    private mutating func happened(_ json: JSONValue) -> [Action] {
        guard let stream = json["stream"]?.string, let event = position(in: json) else { return [] }
        if let known = positions[stream], known.epoch == event.epoch {
            guard event.offset > known.offset else { return [] }
            guard event.offset == known.offset + 1 else {
                guard stream == room, !isCatchingUp else { return [] }
                isCatchingUp = true
                return [subscribe()]
            }
        }
        positions[stream] = event
        guard stream == room, let line = line(for: json) else { return [] }
        return [.show(line)]
    }

    private func line(for json: JSONValue) -> String? {
        switch json["event"]?.string {
        case "message.created", "message.edited":
            let message = json["message"]
            let text = message?["deleted"]?.bool == true ? "(deleted)" : message?["text"]?.string ?? ""
            return "\(message?["seq"]?.integer ?? 0) <\(message?["user_id"]?.string ?? "?")> \(text)"
        case "message.deleted": return "\(json["seq"]?.integer ?? 0) (deleted)"
        case let event?: return "* \(event) \(json["user_id"]?.string ?? "")"
        case nil: return nil
        }
    }

    private func position(in json: JSONValue) -> Position? {
        guard let epoch = json["epoch"]?.string, let offset = json["offset"]?.integer else { return nil }
        return Position(epoch: epoch, offset: offset)
    }

    private func append(_ position: Position, to json: inout JSONWriter) {
        json.member("epoch", position.epoch)
        json.member("offset", position.offset)
    }

    private func subscribe() -> Action {
        .send(
            frame("subscribe", id: "subscribe") { json in
                json.member("room", room)
                if let position = positions[room] { append(position, to: &json) }
            })
    }

    private func send(_ message: Pending) -> Action {
        .send(
            frame("message.send", id: "m\(message.key)") { json in
                json.member("room", room)
                json.member("client_msg_id", message.key.description)
                json.member("text", message.text)
            })
    }

    private func frame(_ type: String, id: String? = nil, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var json = JSONWriter(reserving: 256)
        json.beginObject()
        json.member("type", type)
        json.member("id", id ?? type)
        write(&json)
        json.endObject()
        return json.takeBytes()
    }
}
