import ChatDomain
import ChatStore

@testable import ChatHub

/// Somebody with an account and a session.
struct SimulatedPerson {
    let id: UserID
    let token: String
}

/// A client of the native protocol as it should be: it keeps its positions, sends again what has no answer, and loads
/// what it missed too much of from history.
final class SimulatedDevice {
    struct Position {
        var epoch: String
        var offset: Int64
    }

    struct Sent {
        var room: RoomID
        var text: String
    }

    let person: SimulatedPerson
    let name: String
    private(set) var client: TestClient
    private(set) var isWelcome = false
    /// By room: how far it has come.
    private(set) var positions: [RoomID: Position] = [:]
    /// The offsets of the events that were pushed to it, and of those the ones it had asked for with a position.
    private(set) var live: [RoomID: Set<Int64>] = [:]
    private(set) var replayed: [RoomID: Set<Int64>] = [:]
    private(set) var pending: [MessageKey: Sent] = [:]
    private(set) var acknowledged: [MessageKey: (room: RoomID, seq: Int64)] = [:]
    private(set) var typists: [RoomID: [String]] = [:]
    private(set) var presence: [UserID: String]?
    /// By room and offset: the message that an event was about which said what has become of it.
    private(set) var changes: [RoomID: [Int64: Int64]] = [:]
    /// The newest message of each room that it has heard of beside its subscriptions, on this connection.
    private(set) var news: [RoomID: Int64] = [:]
    /// What the server has done wrong.
    private(set) var faults: [String] = []

    private var me: Position?
    private var keysByCommand: [String: MessageKey] = [:]
    /// By `subscribe`: its room, and the position it asked for the events behind.
    private var subscriptions: [String: (room: RoomID, claim: Int64?)] = [:]
    /// Up to where a replay goes, by room.
    private var replayEnds: [RoomID: Int64] = [:]
    private var commandCount = 0
    private var saidHello = false
    private var resumes = true

    init(_ person: SimulatedPerson, number: Int, seed: UInt64) {
        self.person = person
        name = "device \(number) of user \(person.id.rawValue)"
        client = TestClient(id: ConnectionID(rawValue: 0), loop: 0)
    }

    var isLost: Bool { client.isGone || client.sawEnd || client.id.rawValue == 0 }

    // MARK: Saying

    func connect(_ client: TestClient, resuming: Bool) {
        self.client = client
        isWelcome = false
        saidHello = false
        resumes = resuming
        keysByCommand = [:]
        subscriptions = [:]
        typists = [:]
        // Another loop may not have heard as much yet.
        news = [:]
        try? client.sendUpgrade("/v1/ws")
    }

    private func greet() {
        saidHello = true
        var streams: [String] = []
        if resumes {
            if let me { streams.append(#""me":{"epoch":"\#(me.epoch)","offset":\#(me.offset)}"#) }
            for (room, position) in positions {
                streams.append(#""\#(room.rawValue)":{"epoch":"\#(position.epoch)","offset":\#(position.offset)}"#)
            }
        } else {
            positions = [:]
        }
        client.send(
            #"{"type":"hello","id":"hello","token":"\#(person.token)","resume":{\#(streams.joined(separator: ","))}}"#)
    }

    func command(_ members: String) {
        guard isWelcome else { return }
        commandCount += 1
        client.send(#"{"id":"c\#(commandCount)",\#(members)}"#)
    }

    func say(_ text: String, in room: RoomID, using random: inout SplitMix64) {
        let key = MessageKey(high: random.next(), low: random.next())
        pending[key] = Sent(room: room, text: text)
        if isWelcome { send(key) }
    }

    func sendPending() {
        guard isWelcome else { return }
        for key in pending.keys.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) }) { send(key) }
    }

    private func send(_ key: MessageKey) {
        guard let sent = pending[key] else { return }
        keysByCommand["c\(commandCount + 1)"] = key
        command(
            #""type":"message.send","room":"\#(sent.room.rawValue)","client_msg_id":"\#(key)","text":"\#(sent.text)""#)
    }

    func subscribe(to room: RoomID) {
        guard isWelcome else { return }
        subscriptions["c\(commandCount + 1)"] = (room, positions[room]?.offset)
        let position = positions[room].map { #","epoch":"\#($0.epoch)","offset":\#($0.offset)"# } ?? ""
        command(#""type":"subscribe","room":"\#(room.rawValue)"\#(position)"#)
    }

    // MARK: Hearing

    func hear(_ store: MemoryStore) throws {
        if !saidHello, client.webSocket != nil { greet() }
        for text in client.takeTexts() {
            guard let json = try? JSONValue(parsing: Array(text.utf8)), let type = json["type"]?.string else {
                throw SimulationFailure.unreadable(text)
            }
            switch type {
            case "welcome": welcome(json, store)
            case "ack": answered(json, store)
            case "error": refused(json)
            case "event": happened(json)
            case "typing":
                guard let room = room(json["room"]) else { continue }
                typists[room] = json["users"]?.array?.compactMap { $0["user_id"]?.string }
            case "activity":
                for member in json["rooms"]?.object ?? [] {
                    guard let room = WireID.room(member.key), let seq = member.value["seq"]?.integer else { continue }
                    if seq <= news[room] ?? 0 { faults.append("news of \(room), which is none") }
                    news[room] = seq
                }
            case "presence.state": presence = Self.states(json)
            case "presence.diff": presence?.merge(Self.states(json)) { _, new in new }
            default: break
            }
        }
    }

    private static func states(_ json: JSONValue) -> [UserID: String] {
        var states: [UserID: String] = [:]
        for member in json["users"]?.object ?? [] {
            if let id = WireID.user(member.key) { states[id] = member.value["state"]?.string }
        }
        return states
    }

    private func room(_ json: JSONValue?) -> RoomID? { json?.string.flatMap { WireID.room($0) } }

    private func welcome(_ json: JSONValue, _ store: MemoryStore) {
        isWelcome = true
        for stream in json["streams"]?.object ?? [] {
            guard let offset = stream.value["offset"]?.integer, let epoch = stream.value["epoch"]?.string else {
                if let room = WireID.room(stream.key) { positions[room] = nil }
                continue
            }
            let isRecovered = stream.value["recovered"]?.bool == true
            if stream.key == "me" {
                if !isRecovered || me == nil { me = Position(epoch: epoch, offset: offset) }
            } else if let room = WireID.room(stream.key) {
                place(room, epoch, offset, isRecovered: isRecovered, store)
            }
        }
    }

    private func place(_ room: RoomID, _ epoch: String, _ offset: Int64, isRecovered: Bool, _ store: MemoryStore) {
        if isRecovered {
            // What lies between comes now.
            replayEnds[room] = offset
        } else {
            // Too much was missed: history has it.
            positions[room] = Position(epoch: epoch, offset: offset)
        }
    }

    private func answered(_ json: JSONValue, _ store: MemoryStore) {
        guard let id = json["id"]?.string else { return }
        if let key = keysByCommand[id], let seq = json["seq"]?.integer, let room = room(json["room"]) {
            if let known = acknowledged[key], known.room != room || known.seq != seq {
                faults.append("two acknowledgements of one message differ")
            }
            acknowledged[key] = (room, seq)
            pending[key] = nil
        }
        if let (room, claim) = subscriptions[id], let offset = json["offset"]?.integer,
            let epoch = json["epoch"]?.string
        {
            let isRecovered = json["recovered"]?.bool
            if isRecovered == nil, positions[room] != nil { return }
            place(room, epoch, offset, isRecovered: isRecovered == true, store)
            // What has come since it asked comes again, as it asked for it.
            if isRecovered == true, let claim { positions[room]?.offset = claim }
        }
    }

    private func refused(_ json: JSONValue) {
        guard let id = json["id"]?.string, let code = json["code"]?.string else { return }
        if let (room, _) = subscriptions[id] { positions[room] = nil }
        guard let key = keysByCommand[id], code != "unavailable", code != "rate_limited" else { return }
        // Said for good: whoever may not write here gives up.
        if acknowledged[key] != nil { faults.append("an acknowledged message was refused with \(code)") }
        pending[key] = nil
    }

    private func happened(_ json: JSONValue) {
        guard let offset = json["offset"]?.integer, let stream = json["stream"]?.string else { return }
        if stream == "me" {
            if let me, offset > me.offset + 1 { faults.append("a gap in me: \(me.offset) to \(offset)") }
            if let me, offset <= me.offset { faults.append("event \(offset) of me twice") }
            if let known = me?.offset { me?.offset = max(offset, known) }
            if json["event"]?.string == "room.left", let room = room(json["room"]) { positions[room] = nil }
            return
        }
        guard let room = WireID.room(stream) else { return }
        guard let position = positions[room] else {
            // Behind `room.left` nothing of the room may come.
            faults.append("event \(offset) of room \(stream), which it does not follow")
            return
        }
        live[room, default: []].insert(offset)
        if json["event"]?.string != "message.created", json["event"]?.string != "message.concealed",
            let seq = json["seq"]?.integer ?? json[path: "message", "seq"]?.integer
        {
            changes[room, default: [:]][offset] = seq
        }
        if offset <= replayEnds[room] ?? 0 { replayed[room, default: []].insert(offset) }
        if offset > position.offset + 1 { faults.append("a gap in \(stream): \(position.offset) to \(offset)") }
        if offset <= position.offset { faults.append("event \(offset) of \(stream) twice") }
        positions[room]?.offset = max(offset, position.offset)
    }
}
