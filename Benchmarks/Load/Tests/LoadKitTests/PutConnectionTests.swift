import Testing

@testable import LoadKit

@Suite struct PutConnectionTests {
    private func connection() throws -> (PutConnection, listener: Int32) {
        let listener = try Socket.listen()
        let target = try Target("http://127.0.0.1:\(listener.port)/")
        return (
            try PutConnection(target, room: "r1", token: "secret", number: 3, series: 0xABC, payloadBytes: 8),
            listener.socket
        )
    }

    private func answer(_ status: String, _ body: String) -> [UInt8] {
        Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    @Test func sendsEachUnderAKeyOfItsOwn() throws {
        let (connection, listener) = try connection()
        defer { Socket.close(listener) }
        let peer = try Socket.accept(on: listener)
        defer { Socket.close(peer) }
        for key in ["00000abc-0003-4000-8000-000000000001", "00000abc-0003-4000-8000-000000000002"] {
            connection.put(atUs: 5)
            var buffer = [UInt8](repeating: 0, count: 4_096)
            var text = ""
            while !text.hasSuffix("}") {
                if case .bytes(let count) = Socket.receive(peer, into: &buffer) {
                    text += String(decoding: buffer[..<count], as: UTF8.self)
                }
            }
            #expect(text.hasPrefix("PUT /v1/rooms/r1/messages/\(key) HTTP/1.1\r\n"))
            #expect(
                text.hasSuffix("\r\nAuthorization: Bearer secret\r\nContent-Length: 19\r\n\r\n{\"text\":\"xxxxxxxx\"}"))
        }
        #expect(connection.isWaiting && connection.sentAtUs == 5)
    }

    @Test func readsAnswersInPieces() throws {
        let (connection, listener) = try connection()
        defer { Socket.close(listener) }
        let bytes = answer("201 Created", #"{"seq":42,"offset":43,"duplicate":false}"#)
        for byte in bytes.dropLast() { #expect(connection.take([byte]) == .needsMore) }
        #expect(connection.take(bytes.suffix(1)) == .stored(sequence: 42))
        #expect(connection.take(bytes[...]) == .stored(sequence: 42))
    }

    @Test(arguments: [
        ("200 OK", #"{"seq":1,"offset":1,"duplicate":true}"#), ("429 Too Many Requests", "{}"),
        ("201 Created", #"{"offset":1}"#),
    ])
    func anythingElseIsRefused(_ status: String, _ body: String) throws {
        let (connection, listener) = try connection()
        defer { Socket.close(listener) }
        #expect(connection.take(answer(status, body)[...]) == .refused("HTTP/1.1 \(status)"))
    }

    @Test(arguments: [(0, 4, "0000"), (0xABC, 8, "00000abc"), (0x12345, 4, "2345")])
    func digitsHaveAFixedWidth(_ value: Int, _ count: Int, _ text: String) { #expect(Hex.digits(value, count) == text) }
}
