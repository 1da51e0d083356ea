import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

@Suite("Threads, pins and what is unread, by REST and on the socket")
struct ThreadRouteTests {
    private let scene: NativeScene
    private let room: RoomID

    init() throws {
        scene = try NativeScene()
        room = try scene.makeRoom(0, 1, 2)
    }

    private func ask(_ method: String, _ path: String, by user: Int, body: String = "") throws -> TestResponse {
        try scene.harness.request(
            method, path, headers: [("Authorization", "Bearer \(NativeScene.token(user))")],
            body: body.isEmpty ? nil : body)
    }

    private func say(_ text: String, by user: Int, thread: Int64? = nil) throws -> Int {
        let body = thread.map { #"{"text":"\#(text)","thread":\#($0)}"# } ?? #"{"text":"\#(text)"}"#
        let key = MessageKey(high: 0x1234_5678_9ABC_4DEF, low: UInt64(scene.harness.turnCount))
        return try ask("PUT", "/v1/rooms/\(room.rawValue)/messages/\(key)", by: user, body: body).status
    }

    private func seqs(_ query: String, by user: Int) throws -> [Int64] {
        let page = try ask("GET", "/v1/rooms/\(room.rawValue)/messages?\(query)", by: user)
        return try #require(page.json?["messages"]?.array, "\(page.text)").compactMap { $0["seq"]?.integer }
    }

    private func unread(_ user: Int) throws -> [Int64] {
        let counts = try ask("GET", "/v1/unread", by: user).json?["rooms"]?["\(room.rawValue)"]
        return ["unread", "mentions", "read"].compactMap { counts?[$0]?.integer }
    }

    private func threads(_ user: Int) throws -> [[Int64?]] {
        let answer = try ask("GET", "/v1/threads", by: user)
        return try #require(answer.json?["threads"]?.array, "\(answer.text)").map {
            [$0["seq"]?.integer, $0["thread_info"]?["count"]?.integer, $0["unread"]?.integer]
        }
    }

    @Test("A thread: its pages, what its first message says, the list, following")
    func threads() throws {
        #expect(try say("root", by: 0) == 201)
        #expect(try say("beside", by: 0) == 201)
        #expect(try say("answer", by: 1, thread: 1) == 201)
        #expect(try say("to the answer", by: 1, thread: 3) == 201)
        #expect(try say("nothing to answer", by: 1, thread: 9) == 422)
        #expect(try seqs("thread=1", by: 2) == [1, 3, 4])
        #expect(try seqs("thread=4&before=4&limit=1", by: 2) == [3])
        #expect(try seqs("thread=2", by: 2) == [2])
        let path = "/v1/rooms/\(room.rawValue)"
        for (query, status) in [("thread=9", 404), ("thread=0", 400), ("thread=x", 400), ("thread=1&before=x", 400)] {
            #expect(try ask("GET", "\(path)/messages?\(query)", by: 2).status == status, "\(query)")
        }
        let page = try ask("GET", "\(path)/messages", by: 2).json?["messages"]?.array
        #expect(page?.map { $0["thread"]?.integer } == [nil, nil, 1, 1])
        #expect(page?[0]["thread_info"]?["count"]?.integer == 2)
        #expect(page?[0]["thread_info"]?["last_seq"]?.integer == 4)
        #expect(page?[0]["thread_info"]?["last_ts"]?.string == page?[3]["ts"]?.string)
        #expect(page?[1]["thread_info"] == nil)

        #expect(try threads(0) == [[1, 2, 2]])
        #expect(try threads(2) == [])
        #expect(try unread(0) == [2, 0, 2])
        #expect(try unread(2) == [2, 0, 0])
        #expect(try ask("PUT", "\(path)/threads/3/follow", by: 2).status == 204)
        #expect(try threads(2) == [[1, 2, 0]])
        #expect(try ask("DELETE", "\(path)/threads/1/follow", by: 2).status == 204)
        #expect(try threads(2) == [])
        #expect(try ask("PUT", "\(path)/threads/9/follow", by: 2).status == 404)
        #expect(try ask("PUT", "/v1/rooms/99/threads/1/follow", by: 2).status == 404)
        #expect(try scene.harness.request("GET", "/v1/threads").status == 401)
        #expect(try ask("GET", "/v1/threads?cursor=x", by: 0).status == 400)
        let listed = try ask("GET", "/v1/threads", by: 0).json?["threads"]?.array?.first
        #expect(listed?["following"]?.bool == true && listed?["room"]?.string == "\(room.rawValue)")
        #expect(listed?["message"]?["text"]?.string == "root")
    }

    @Test("A receipt marks a thread, or the room; one's other devices hear which")
    func receipts() throws {
        #expect(try say("root", by: 0) == 201)
        for _ in 0..<3 { #expect(try say("answer", by: 1, thread: 1) == 201) }
        let other = try scene.arrive(0).client
        let bob = try scene.subscriber(1, to: room)
        let client = try scene.arrive(0).client
        func receipt(_ seq: Int64, _ thread: String = "", kind: String = "read") throws -> String {
            let text =
                #"{"type":"receipt","id":"1","room":"\#(room.rawValue)","kind":"\#(kind)","seq":\#(seq)\#(thread)}"#
            return try #require(scene.ask(client, text).first { ["ack", "error"].contains($0.type) }).type
        }
        #expect(try receipt(3, #","thread":1"#) == "ack")
        #expect(try threads(0) == [[1, 3, 1]])
        #expect(try unread(0) == [1, 0, 1])
        let told = other.takeObjects()
        #expect(!told.contains { $0.event == "marker.updated" })
        let heard = told.filter { $0.event == "thread.marked" }
        #expect(heard.map { [$0["read"]?.integer, $0["thread"]?.integer] } == [[3, 1]])
        // Nobody else hears of it.
        #expect(bob.takeObjects().filter { $0.type == "receipt" } == [])
        #expect(try receipt(4, #","thread":1"#, kind: "received") == "ack")
        #expect(try threads(0) == [[1, 3, 1]])
        #expect(try receipt(4, #","thread":9"#) == "error")
        #expect(try receipt(4) == "ack")
        #expect(try unread(0) == [0, 0, 4])
        #expect(try threads(0) == [[1, 3, 1]])
        let path = "/v1/rooms/\(room.rawValue)/markers"
        #expect(try ask("PUT", path, by: 0, body: #"{"kind":"read","seq":9,"thread":1}"#).status == 204)
        #expect(try threads(0) == [[1, 3, 0]])
        #expect(try ask("PUT", path, by: 0, body: #"{"kind":"read","seq":9,"thread":7}"#).status == 422)
    }

    @Test("Marked as unread, until something is read, however low")
    func markedUnread() throws {
        for number in 1...4 { #expect(try say("\(number)", by: 1) == 201) }
        let path = "/v1/rooms/\(room.rawValue)/markers"
        func mark(_ kind: String, _ seq: Int) throws -> Int {
            try ask("PUT", path, by: 0, body: #"{"kind":"\#(kind)","seq":\#(seq)}"#).status
        }
        #expect(try mark("read", 4) == 204)
        #expect(try unread(0) == [0, 0, 4])
        let other = try scene.arrive(0).client
        let bob = try scene.subscriber(1, to: room)
        for (kind, seq) in [("read", 2), ("read", 4), ("read_private", 1)] {
            #expect(try mark("unread", 3) == 204)
            #expect(try unread(0) == [2, 0, 2])
            #expect(try mark(kind, seq) == 204)
            #expect(try unread(0) == [0, 0, 4], "\(kind) \(seq)")
            scene.harness.advance(byMs: 2_000)
        }
        let heard = other.takeObjects().filter { $0["unread_from"] != nil }
        #expect(heard.map { $0["unread_from"]?.integer } == [3, 3, 3])
        #expect(bob.takeObjects().allSatisfy { $0["unread_from"] == nil })
        // What was received ends nothing; what one says does.
        #expect(try mark("unread", 1) == 204)
        #expect(try mark("received", 4) == 204)
        #expect(try unread(0) == [4, 0, 0])
        #expect(try say("5", by: 0) == 201)
        #expect(try unread(0) == [0, 0, 5])
        for seq in [0, 6] { #expect(try mark("unread", seq) == 422) }
        #expect(try ask("PUT", path, by: 0, body: #"{"kind":"unread","seq":1,"thread":1}"#).status == 422)
        #expect(try ask("PUT", path, by: 0, body: #"{"kind":"unread"}"#).status == 400)
        #expect(try ask("PUT", "/v1/rooms/99/markers", by: 0, body: #"{"kind":"unread","seq":1}"#).status == 404)
    }

    @Test("Pins are told, listed, and not everybody's")
    func pins() throws {
        for number in 1...2 { #expect(try say("\(number)", by: 1) == 201) }
        let path = "/v1/rooms/\(room.rawValue)/pins"
        let client = try scene.subscriber(2, to: room)
        #expect(try ask("PUT", "\(path)/1", by: 1).status == 403)
        for seq in [1, 2, 2] { #expect(try ask("PUT", "\(path)/\(seq)", by: 0).status == 204) }
        #expect(try ask("PUT", "\(path)/9", by: 0).status == 404)
        let pins = try #require(try ask("GET", path, by: 2).json?["pins"]?.array)
        #expect(pins.map { $0["seq"]?.integer } == [2, 1])
        #expect(pins[0]["by"]?.string == "\(scene.users[0].rawValue)" && pins[0]["at"]?.string != nil)
        #expect(pins[1]["message"]?["text"]?.string == "1")
        #expect(try ask("DELETE", "\(path)/1", by: 0).status == 204)
        let message = "/v1/rooms/\(room.rawValue)/messages/by-seq/2"
        #expect(try ask("DELETE", message, by: 1).status == 204)
        #expect(try ask("GET", path, by: 2).text == #"{"pins":[]}"#)
        let events = client.takeObjects().filter { $0.type == "event" }
        #expect(
            events.map { "\($0.event) \($0["seq"]?.integer ?? 0)" } == [
                "message.pinned 1", "message.pinned 2", "message.unpinned 1", "message.unpinned 2", "message.deleted 2",
            ])
        #expect(try ask("GET", "/v1/rooms/99/pins", by: 2).status == 404)
    }
}
