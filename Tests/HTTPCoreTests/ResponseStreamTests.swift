import HTTPCore
import Testing

@Suite struct ResponseStreamTests {
    private func request(_ line: String) throws -> Request {
        var parser = RequestParser()
        parser.append([UInt8](text: line + "\r\nHost: x\r\n\r\n").span)
        return try #require(try parser.next())
    }

    private func written(_ stream: ResponseStream, _ pieces: [String]) -> String {
        var bytes: [UInt8] = []
        stream.encodeHead(into: &bytes)
        for piece in pieces { stream.encode([UInt8](text: piece).span, into: &bytes) }
        stream.encodeEnd(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func writesChunks() throws {
        let stream = ResponseStream(Response(status: .ok), for: try request("GET / HTTP/1.1"))
        let long = String(repeating: "x", count: 300)
        #expect(
            written(stream, ["ab", "", long])
                == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n12C\r\n\(long)\r\n0\r\n\r\n")
        #expect(stream.keepsAlive)
    }

    @Test func writesToTheEndForHTTP10() throws {
        let request = try request("GET / HTTP/1.0\r\nConnection: keep-alive")
        let stream = ResponseStream(Response(status: .ok), for: request)
        #expect(written(stream, ["ab", "c"]) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc")
        #expect(!stream.keepsAlive)
    }

    @Test func writesNoBodyWhereNoneMayBe() throws {
        let head = ResponseStream(Response(status: .ok), for: try request("HEAD / HTTP/1.1"))
        #expect(written(head, ["ab"]) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        let empty = ResponseStream(Response(status: .noContent), for: try request("GET / HTTP/1.1"))
        #expect(written(empty, ["ab"]) == "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(head.keepsAlive && empty.keepsAlive)
    }

    @Test func closesWhenAsked() throws {
        let client = ResponseStream(Response(status: .ok), for: try request("GET / HTTP/1.1\r\nConnection: close"))
        let server = ResponseStream(Response(status: .ok), for: try request("GET / HTTP/1.1"), keepAlive: false)
        #expect(!client.keepsAlive && !server.keepsAlive)
        #expect(written(server, []).contains("Connection: close\r\n"))
    }

    @Test func isReadAsItWasMeant() throws {
        let stream = ResponseStream(Response(status: .ok), for: try request("GET / HTTP/1.1"))
        var parser = ResponseParser()
        parser.append([UInt8](text: written(stream, ["one", "two", String(repeating: "3", count: 5000)])).span)
        let response = try #require(try parser.next())
        #expect(response.body.count == 5006)
    }
}

@Suite struct ServerSentEventTests {
    private func text(_ event: ServerSentEvent) -> String {
        var bytes: [UInt8] = []
        event.encode(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func writesFields() {
        #expect(text(ServerSentEvent(data: "a")) == "data: a\n\n")
        #expect(text(ServerSentEvent(data: "")) == "data: \n\n")
        #expect(
            text(ServerSentEvent(data: "a", name: "n", id: "7", retryMs: 3000))
                == "id: 7\nevent: n\nretry: 3000\ndata: a\n\n")
    }

    @Test(arguments: [
        ("a\nb", "data: a\ndata: b\n\n"), ("a\rb", "data: a\ndata: b\n\n"), ("a\r\nb", "data: a\ndata: b\n\n"),
        ("a\n\nb", "data: a\ndata: \ndata: b\n\n"), ("a\n", "data: a\ndata: \n\n"), ("\n", "data: \ndata: \n\n"),
        ("a\n\rb", "data: a\ndata: \ndata: b\n\n"), ("a\nid: 9", "data: a\ndata: id: 9\n\n"),
    ])
    func keepsLinesWithinTheEvent(_ data: String, _ expected: String) {
        #expect(text(ServerSentEvent(data: data)) == expected)
    }

    @Test func leavesOutWhatWouldBreakAField() {
        for bad in ["a\nb", "a\rb", "a\0"] {
            #expect(text(ServerSentEvent(data: "d", name: bad, id: bad)) == "data: d\n\n")
        }
    }

    @Test func writesComments() {
        var bytes: [UInt8] = []
        ServerSentEvent.encodeComment("still\nhere", into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == ": still\n: here\n\n")
    }
}
