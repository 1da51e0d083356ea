import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

@Suite("GET /v1/users/me/export")
struct ExportTests {
    private let scene: NativeScene
    private let headers = [("Authorization", "Bearer \(NativeScene.token(0))")]

    init() throws { scene = try NativeScene() }

    @Test func holdsAllThatIsTheirs() throws {
        let (room, left) = (try scene.makeRoom(0, 1), try scene.makeRoom(1, 0))
        let hidden = try scene.makeRoom(0)
        scene.post(3, in: room, by: 0, text: "mine")
        scene.post(2, in: room, by: 1, text: "theirs")
        scene.post(1, in: left, by: 0, text: "there")
        scene.apply(.post(.delete(room, seq: 2, ifVersion: nil, by: scene.users[0])))
        scene.apply(.room(.leave(left, by: scene.users[0])))
        scene.apply(.room(.choose(hidden, RoomChoice(isHidden: true), by: scene.users[0])))
        scene.apply(.account(.block(scene.users[2], by: scene.users[0])))
        scene.apply(.account(.updateProfile(scene.users[0], displayName: nil, phone: "123", settings: nil)))
        let answer = try scene.harness.request("GET", "/v1/users/me/export", headers: headers)
        #expect(answer.status == 200 && answer["transfer-encoding"] == "chunked")
        #expect(answer["content-disposition"] == "attachment; filename=\"export.json\"")
        #expect(answer["cache-control"] == "no-store")
        #expect(answer.keys == ["exported_at", "user", "sessions", "blocks", "rooms", "messages"])
        let json = try #require(answer.json)
        #expect(json[path: "user", "phone"]?.string == "123")
        #expect(json["sessions"]?.array?.count == 1)
        #expect(json["blocks"]?.array?.compactMap(\.string) == ["\(scene.users[2].rawValue)"])
        #expect(json["rooms"]?.array?.compactMap { $0["id"]?.string } == [room, hidden].map { "\($0.rawValue)" })
        #expect(json["messages"]?.array?.compactMap { $0["text"]?.string } == ["there 0", "mine 2", "mine 0"])
        #expect(scene.harness.hubs[0].native.exporting.isEmpty)
        #expect(try scene.harness.request("GET", "/v1/users/me/export").status == 401)
    }

    /// However much there is, and however slowly it is taken, little of it waits; and there is one at a time.
    @Test func comesAsItIsTaken() throws {
        let room = try scene.makeRoom(0, 1)
        let text = String(repeating: "x", count: 4_000)
        for _ in 0..<12 { scene.post(50, in: room, by: 0, text: text) }
        let client = scene.harness.connect()
        client.windowBytes = 0
        client.sendRequest("GET", "/v1/users/me/export", headers: headers)
        client.sendRequest("GET", "/health")
        scene.harness.run()
        let connection = try #require(scene.harness.hubs[0].connection(client.id))
        var most = 0
        let again = try scene.harness.request("GET", "/v1/users/me/export", headers: headers)
        #expect(again.status == 429 && again["retry-after"] == "10")
        while client.takeResponses().isEmpty, !client.isGone {
            most = max(most, connection.outbox.byteCount)
            scene.harness.open(client, windowBytes: 50_000)
            scene.harness.run()
            #expect(client.bytesReceived < 4_000_000)
        }
        #expect(client.bytesReceived > 600 * 4_000)
        // A page of messages, and what was not taken of the one before.
        #expect(most < 600_000 && most > 0)
        scene.harness.open(client)
        scene.harness.run()
        #expect(scene.harness.hubs[0].native.exporting.isEmpty)
    }

    @Test func whoTakesNothingGetsNoMore() throws {
        let room = try scene.makeRoom(0, 1)
        scene.post(200, in: room, by: 0, text: String(repeating: "x", count: 4_000))
        let client = scene.harness.connect()
        client.windowBytes = 0
        client.sendRequest("GET", "/v1/users/me/export", headers: headers)
        scene.harness.run()
        #expect(scene.harness.hubs[0].native.exporting == [scene.users[0]])
        scene.harness.advance(byMs: 31_000)
        #expect(client.isGone && scene.harness.hubs[0].native.exporting.isEmpty)
    }

    @Test func aFailureIsSeen() throws {
        let room = try scene.makeRoom(0, 1)
        scene.harness.store.fail(reads: true)
        #expect(try scene.harness.request("GET", "/v1/users/me/export", headers: headers).status == 503)
        scene.harness.store.fail()
        scene.post(200, in: room, by: 0, text: String(repeating: "x", count: 4_000))
        let client = scene.harness.connect()
        client.windowBytes = 0
        client.sendRequest("GET", "/v1/users/me/export", headers: headers)
        scene.harness.run()
        scene.harness.store.fail(reads: true)
        scene.harness.open(client)
        scene.harness.run()
        // It ends without its last chunk.
        #expect(client.sawEnd && client.takeResponses().isEmpty)
        #expect(scene.harness.hubs[0].native.exporting.isEmpty)
    }
}
