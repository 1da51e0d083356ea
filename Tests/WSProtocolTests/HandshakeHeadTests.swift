import Testing
import WSProtocol

@Suite struct HandshakeHeadTests {
    private func read(_ pieces: [[UInt8]], max: Int = 8_192) throws -> (HandshakeHead?, rest: [UInt8]) {
        var reader = HandshakeHeadReader(headBytesMax: max)
        for piece in pieces {
            reader.append(piece)
            if let head = try reader.next() { return (head, reader.takeRest()) }
        }
        return (nil, [])
    }

    @Test func requestAtEverySplit() throws {
        let text = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-Y:  1 2\t\r\nEmpty:\r\nx-y: 3\r\n\r\n"
        for pieces in splittings(of: Array(text.utf8)) {
            let head = try #require(try read(pieces).0)
            #expect(head.startLine == .request(method: "GET", target: "/a?b"))
            #expect(head.isHTTP11OrLater)
            #expect(head.value(of: "x-y") == "1 2, 3")
            #expect(head.value(of: "empty") == "")
            #expect(head.value(of: "none") == nil)
            #expect(head.count(of: "x-y") == 2)
        }
    }

    @Test func bytesBehindTheHeadAreKept() throws {
        let (head, rest) = try read([Array("HTTP/1.0 101 \r\n\r\n".utf8) + [0x81, 0]])
        #expect(head?.startLine == .response(status: 101))
        #expect(head?.isHTTP11OrLater == false)
        #expect(rest == [0x81, 0])
    }

    @Test(arguments: [
        "GET / HTTP/1.1\nHost: h\n\r\n\r\n", "\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "GET /\r\n\r\n", "G@T / HTTP/1.1\r\n\r\n", "HTTP/1.1 1x1 OK\r\n\r\n", "HTTP/1.1 1011 OK\r\n\r\n",
        "HTTP/1.11 101 OK\r\n\r\n", "GET / HTTP/1.1\r\nName : v\r\n\r\n", "GET / HTTP/1.1\r\n: v\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    ])
    func malformed(_ text: String) {
        #expect(throws: HandshakeHead.Flaw.malformed) { try read([Array(text.utf8)]) }
    }

    @Test func limit() throws {
        let head = Array("GET / HTTP/1.1\r\nA: 1234\r\n\r\n".utf8)
        #expect(try read([head], max: head.count).0 != nil)
        #expect(HandshakeHead.Flaw.malformed.status == 400 && HandshakeHead.Flaw.tooLarge.status == 431)
        #expect(throws: HandshakeHead.Flaw.tooLarge) { try read([head], max: head.count - 1) }
        #expect(throws: HandshakeHead.Flaw.tooLarge) { try read(head.map { [$0] }, max: head.count - 1) }
    }
}
