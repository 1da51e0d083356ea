import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// Identifiers of the tutorial's demo data.
enum Demo {
    static let ahmad = "4fbd288c-d3b2-4f78-adcf-def976902d50"
    static let ashley = "1e9a12c1-e98c-4a83-a55a-32cc548a169d"
    static let charles = "1bc833808-05ed-455a-9d26-64fe1d96d62d"
    /// Ashley and Charles, with two messages.
    static let room = "f061383b-0393-4ce8-9a85-f31d03762263"
    /// Ashley and Charles, with one message.
    static let otherRoom = "008e9dc4-f01d-4429-ba31-986d7e63cce8"
}

/// The chat-app dialect with its demo data.
struct ChatAppScene {
    let harness: HubHarness

    init(loopCount: Int = 1, seed: UInt64? = nil, configure: (inout HubConfiguration) -> Void = { _ in }) throws {
        harness = HubHarness(loopCount: loopCount, seed: seed, configure: configure)
        try ChatAppDemo.install(in: harness.store, at: harness.wallTime)
    }

    /// The loop that the n-th client of a test is put on, so that with several loops they meet over mail.
    func loop(_ index: Int) -> Int { index % harness.hubs.count }

    /// A socket that has said nothing yet; its greetings are dropped.
    func socket(_ index: Int, sourceLocation: SourceLocation = #_sourceLocation) throws -> TestClient {
        let client = try harness.openSocket("/ws", loop: loop(index), sourceLocation: sourceLocation)
        harness.forget(client)
        return client
    }

    /// A socket that has told its user and a room, by a frame that says nothing else.
    func socket(
        _ index: Int, as user: String, in room: String = Demo.room, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> TestClient {
        let client = try socket(index, sourceLocation: sourceLocation)
        harness.say(client, frame("CONNECT", [], room: room, user: user), sourceLocation: sourceLocation)
        harness.forget(client)
        return client
    }

    /// Makes a user through REST.
    ///
    /// - Returns: its identifier.
    func makeUser(_ name: String, phone: String) throws -> String {
        let response = try harness.request(
            "POST", "/users/create", body: #"{"username":"\#(name)","phone":"\#(phone)"}"#)
        return try #require(response.json?["id"]?.string, "\(response)")
    }

    /// Makes a room through REST.
    func makeRoom(_ name: String, _ users: String...) throws -> String {
        let list = users.map { #""\#($0)""# }.joined(separator: ",")
        let response = try harness.request("POST", "/rooms", body: #"{"name":"\#(name)","participant_ids":[\#(list)]}"#)
        return try #require(response.json?["room"]?["id"]?.string, "\(response)")
    }

    func messages(in room: String) throws -> [String] {
        let response = try harness.request("GET", "/conversations/\(room)")
        return response.json?.array?.compactMap { $0["content"]?.string } ?? []
    }
}

/// A frame about a room, as clients send it, and as the server does with its own number in `id`.
func frame(_ type: String, _ value: [String], room: String, user: String, id: UInt64 = 0) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.member("chat_type", type)
    json.key("value")
    json.beginArray()
    for part in value { json.value(part) }
    json.endArray()
    json.member("room_id", room)
    json.member("user_id", user)
    json.member("id", id)
    json.endObject()
    return String(decoding: json.takeBytes(), as: UTF8.self)
}

func connectFrame(_ number: UInt64) -> String { #"{"chat_type":"CONNECT","value":["\#(number)"]}"# }

let disconnectFrame = #"{"chat_type":"DISCONNECT","room":"main","value":["Someone disconnect!"]}"#
