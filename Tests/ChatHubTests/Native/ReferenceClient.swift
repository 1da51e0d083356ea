import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// A user's program as the protocol wants it to be, on top of a `TestClient` that comes and goes: it knows its positions,
/// keeps what it sends until that is acknowledged, and notes whatever it hears. It is stricter than a real one: on one
/// connection every stream must go on without a gap and without a double.
final class ReferenceClient {
    struct Pending {
        var room: RoomID
        var key: MessageKey
        var text: String
    }

    let user: Int
    private(set) var client: TestClient?
    private(set) var isWelcome = false
    private var positions: [String: (epoch: String, offset: Int64)] = [:]
    /// The rooms that it wants to hear.
    private(set) var wanted: Set<RoomID>
    private var subscribing: Set<RoomID> = []
    private(set) var subscribed: Set<RoomID> = []
    private(set) var outbox: [Pending] = []
    private(set) var acknowledged: [(key: MessageKey, room: RoomID, seq: Int64, offset: Int64)] = []
    /// What was heard of each room, in the order of hearing; a new list begins where something was not recovered.
    private(set) var heard: [RoomID: [[JSONValue]]] = [:]
    /// Whatever must not happen.
    private(set) var faults: [String] = []
    private let scene: NativeScene

    init(user: Int, rooms: Set<RoomID>, scene: NativeScene) {
        self.user = user
        self.scene = scene
        wanted = rooms
    }

    func connect(loop: Int, deflate: DeflateOptions?) throws {
        let client = scene.harness.connect(loop: loop)
        try client.sendUpgrade("/v1/ws", protocols: ["chat.v1.json"], deflate: deflate)
        self.client = client
        isWelcome = false
        subscribing = []
        subscribed = []
    }

    private var hasSaidHello = false

    /// The upgrade is done: says who it is.
    private func greet() {
        guard let client, client.webSocket != nil, !hasSaidHello else { return }
        hasSaidHello = true
        let claims = positions.filter { name, _ in
            name == "me" || WireID.room(name).map { wanted.contains($0) } == true
        }
        let resume = claims.map { #""\#($0)":{"epoch":"\#($1.epoch)","offset":\#($1.offset)}"# }
        client.sayHello(NativeScene.token(user), resume: resume.joined(separator: ","))
    }

    func disconnect() {
        if let client { scene.harness.kill(client) }
        lost()
    }

    private func lost() {
        client = nil
        isWelcome = false
        hasSaidHello = false
    }

    func say(_ text: String, in room: RoomID, key: MessageKey) {
        outbox.append(Pending(room: room, key: key, text: text))
        if isWelcome { client?.sendMessage(text, in: room, key: key, id: "m\(key)") }
    }

    /// Sends everything again that is not acknowledged.
    func retry() {
        guard isWelcome else { return }
        for message in outbox {
            client?.sendMessage(message.text, in: message.room, key: message.key, id: "m\(message.key)")
        }
    }

    /// Takes what has come.
    func read() {
        greet()
        guard let client else { return }
        for object in client.takeObjects() {
            switch object.type {
            case "welcome": welcome(object)
            case "ack": acknowledge(object)
            case "error": failed(object)
            case "event": happened(object)
            case "activity":
                for room in object["rooms"]?.object ?? [] where WireID.room(room.key) == nil {
                    faults.append("news of no room: \(object)")
                }
            default: faults.append("\(object)")
            }
        }
        if let error = client.error { faults.append("\(error)") }
        if client.sawEnd {
            if let code = client.takeCloseCode(), code != 4101 { faults.append("closed with \(code)") }
            lost()
        }
    }

    private func welcome(_ object: JSONValue) {
        isWelcome = true
        for stream in object["streams"]?.object ?? [] {
            let room = WireID.room(stream.key)
            if stream.value["code"] != nil {
                positions[stream.key] = nil
                if let room { wanted.remove(room) }
                continue
            }
            if stream.value["recovered"]?.bool == true {
                if positions[stream.key] == nil { faults.append("recovered what was not asked for") }
            } else {
                // What a program would load by REST.
                if stream.key == "me" { lookForRooms() }
                start(stream.key, stream.value)
            }
            if let room { subscribed.insert(room) }
        }
        for room in wanted where !subscribed.contains(room) { subscribe(room) }
        retry()
    }

    private func lookForRooms() {
        let listings = try? scene.harness.store.listings(of: scene.users[user], after: nil, limit: 100).rows
        wanted = Set((listings ?? []).map(\.room.id))
    }

    private func start(_ stream: String, _ value: JSONValue) {
        positions[stream] = (value["epoch"]?.string ?? "", value.offset)
        if let room = WireID.room(stream) { heard[room, default: []].append([]) }
    }

    private func subscribe(_ room: RoomID) {
        guard !subscribing.contains(room), !subscribed.contains(room) else { return }
        subscribing.insert(room)
        var position = ""
        if let (epoch, offset) = positions["\(room.rawValue)"] {
            position = #","epoch":"\#(epoch)","offset":\#(offset)"#
        }
        client?.send(#"{"type":"subscribe","id":"s\#(room.rawValue)","room":"\#(room.rawValue)"\#(position)}"#)
    }

    private func acknowledge(_ object: JSONValue) {
        let id = object["id"]?.string ?? ""
        if id.hasPrefix("m") {
            guard let index = outbox.firstIndex(where: { "m\($0.key)" == id }) else { return }
            let message = outbox.remove(at: index)
            acknowledged.append((message.key, message.room, object["seq"]?.integer ?? -1, object.offset))
        } else if let room = WireID.room(String(id.dropFirst())) {
            subscribing.remove(room)
            subscribed.insert(room)
            if object["recovered"]?.bool != true { start("\(room.rawValue)", object) }
        }
    }

    private func failed(_ object: JSONValue) {
        let id = object["id"]?.string ?? ""
        if id.hasPrefix("m") {
            // Not allowed any more, or too busy: only the first is given up.
            if object["temporary"]?.bool != true { outbox.removeAll { "m\($0.key)" == id } }
        } else if let room = WireID.room(String(id.dropFirst())) {
            subscribing.remove(room)
            if object["temporary"]?.bool != true {
                wanted.remove(room)
                positions["\(room.rawValue)"] = nil
            }
        }
    }

    private func happened(_ object: JSONValue) {
        let stream = object["stream"]?.string ?? ""
        // The user's own stream may tell late of a time between two subscriptions: until it has told of both, the room's
        // events are of no use.
        guard let known = positions[stream] else { return }
        if object.offset != known.offset + 1 || object["epoch"]?.string != known.epoch {
            faults.append("\(stream): \(object.offset) behind \(known.offset)")
        }
        positions[stream]?.offset = object.offset
        if let room = WireID.room(stream) {
            if !subscribed.contains(room) { faults.append("an event of a room that it has left: \(object)") }
            heard[room, default: [[]]][heard[room, default: [[]]].count - 1].append(object)
            return
        }
        switch object.event {
        case "room.joined":
            guard let room = object[path: "room", "id"]?.string.flatMap({ WireID.room($0) }) else { return }
            wanted.insert(room)
            if isWelcome { subscribe(room) }
        case "room.left":
            guard let room = object["room"]?.string.flatMap({ WireID.room($0) }) else { return }
            wanted.remove(room)
            subscribed.remove(room)
            positions["\(room.rawValue)"] = nil
        default: break
        }
    }

    /// Up to where it has heard a room.
    func offset(in room: RoomID) -> Int64? { positions["\(room.rawValue)"]?.offset }
}
