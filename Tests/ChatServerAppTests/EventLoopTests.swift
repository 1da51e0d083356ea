import ChatDomain
import ChatStore
import Testing

@testable import ChatServerApp

/// Event loops, mailboxes, store threads and sockets together: real ones, in this process.
@Suite(.serialized) struct EventLoopTests {
    private static let ashley = "1e9a12c1-e98c-4a83-a55a-32cc548a169d"
    private static let charles = "1bc833808-05ed-455a-9d26-64fe1d96d62d"
    private static let room = "f061383b-0393-4ce8-9a85-f31d03762263"

    private func frame(_ type: String, _ value: String, by user: String) -> String {
        #"{"chat_type":"\#(type)","value":["\#(value)"],"room_id":"\#(Self.room)","user_id":"\#(user)","id":0}"#
    }

    /// A chat-app socket with its number, which tells its loop.
    private func socket(_ server: RunningServer) throws -> (client: SocketClient, number: Int) {
        let client = try SocketClient(server.address)
        try client.upgrade("/ws")
        let greeting = try client.text { $0.contains("CONNECT") }
        let json = try JSONValue(parsing: Array(greeting.utf8))
        return (client, try #require(json["value"]?.array?.first?.string.flatMap { Int($0) }))
    }

    /// Sockets on both loops: the kernel deals connections out by chance.
    private func socketsOnBothLoops(_ server: RunningServer) throws -> [SocketClient] {
        var byLoop: [[SocketClient]] = [[], []]
        for _ in 0..<100 where byLoop.contains(where: \.isEmpty) {
            let (client, number) = try socket(server)
            byLoop[(number - 1) % 2].append(client)
        }
        try #require(byLoop.allSatisfy { !$0.isEmpty })
        return [byLoop[0][0], byLoop[1][0]]
    }

    @Test func answersRequestsOnEveryLoop() throws {
        let server = try RunningServer(loopCount: 2)
        for _ in 0..<16 {
            let client = try SocketClient(server.address)
            #expect(try client.request("GET", "/health").body == #"{"status":"ok"}"#)
            #expect(try client.request("GET", "/users/phone/345").body.contains(Self.ashley))
            #expect(try client.request("GET", "/nothing").status == 404)
        }
        #expect(server.stop() == [])
    }

    @Test func broadcastsOverBothLoopsInTheOrderOfTheSender() throws {
        let server = try RunningServer(loopCount: 2)
        let clients = try (0..<16).map { _ in
            let client = try SocketClient(server.address)
            try client.upgrade("/broadcast/all")
            return client
        }
        // Whoever hears its own first word is in the room; then all are.
        for (index, client) in clients.enumerated() {
            try client.say("hello \(index)")
            _ = try client.text { $0 == "hello \(index)" }
        }
        let texts = (0..<200).map { "\($0) " + String(repeating: "x", count: $0 * 10) }
        for text in texts { try clients[0].say(text) }
        for client in clients {
            for text in texts { #expect(try client.text { !$0.hasPrefix("hello") } == text) }
        }
        #expect(server.stop() == [])
    }

    @Test func talksOverBothLoopsAndStores() throws {
        let server = try RunningServer(loopCount: 2)
        let sockets = try socketsOnBothLoops(server)
        try sockets[0].say(frame("TEXT", "from ashley", by: Self.ashley))
        #expect(try sockets[1].text { $0.contains("TEXT") }.contains("from ashley"))
        try sockets[1].say(frame("TEXT", "from charles", by: Self.charles))
        #expect(try sockets[0].text { $0.contains("TEXT") }.contains("from charles"))
        try sockets[0].say(frame("TYPING", "IN", by: Self.ashley))
        #expect(try sockets[1].text { $0.contains("TYPING") }.contains("IN"))
        let history = try SocketClient(server.address).request("GET", "/conversations/\(Self.room)")
        #expect(history.status == 200)
        #expect(history.body.contains("from ashley") && history.body.contains("from charles"))
        #expect(server.stop() == [])
    }

    @Test func whatWasTakenBeforeTheEndIsDelivered() throws {
        let server = try RunningServer(loopCount: 2)
        let sockets = try socketsOnBothLoops(server)
        // Both take part, and know each other.
        try sockets[0].say(frame("TEXT", "first", by: Self.ashley))
        _ = try sockets[1].text { $0.contains("first") }
        try sockets[1].say(frame("TEXT", "second", by: Self.charles))
        _ = try sockets[0].text { $0.contains("second") }
        for index in 0..<100 { try sockets[0].say(frame("TEXT", "word \(index).", by: Self.ashley)) }
        // A text comes back to nobody, so this shows that the hundred before it were taken.
        try sockets[0].say(frame("STATUS", "ONLINE", by: Self.ashley))
        _ = try sockets[1].text { $0.contains("STATUS") && !$0.contains(#""id":0"#) }
        let idle = try SocketClient(server.address)
        _ = try idle.request("GET", "/health")
        server.beginEnding()
        #expect(try sockets[0].closeCode() == 1001)
        #expect(try sockets[1].closeCode() == 1001)
        #expect(idle.seesEnd)
        #expect(server.stop() == [])
        let room = try #require(server.store.room(handle: Self.room))
        #expect(server.store.head(of: room.id).seq == 2 + 2 + 100)
    }
}
