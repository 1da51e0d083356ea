import HTTPCore
import Testing

@Suite struct ResponseTests {
    private func text(
        _ response: Response, _ method: Method = .get, keepAlive: Bool = true, isHTTP10: Bool = false,
        date: [UInt8]? = nil
    ) -> String {
        var bytes: [UInt8] = []
        response.encode(into: &bytes, for: method, keepAlive: keepAlive, isHTTP10: isHTTP10, date: date)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func hasALengthAlways() {
        let response = Response(status: .ok, contentType: "text/plain", body: [UInt8](text: "hello, you"))
        #expect(
            text(response) == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhello, you")
        #expect(text(Response(status: .notFound)) == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func answersHEADWithTheLengthOnly() {
        let response = Response(status: .ok, body: [UInt8](text: "abc"))
        #expect(text(response, .head) == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
    }

    @Test(arguments: [Status.noContent, .notModified])
    func hasNeitherBodyNorLength(_ status: Status) {
        let response = Response(status: status, body: [1, 2, 3])
        #expect(text(response) == "HTTP/1.1 \(status.code) \(status.reason)\r\n\r\n")
    }

    @Test func endsATunnelsHeadWithoutALength() {
        #expect(text(Response(status: .ok), .connect) == "HTTP/1.1 200 OK\r\n\r\n")
        #expect(text(Response(status: .resetContent, body: [1])).hasSuffix("Content-Length: 0\r\n\r\n"))
    }

    @Test func saysWhatBecomesOfTheConnection() {
        let response = Response(status: .ok)
        let head = "HTTP/1.1 200 OK\r\n"
        let end = "Content-Length: 0\r\n\r\n"
        #expect(text(response, keepAlive: false) == head + "Connection: close\r\n" + end)
        #expect(text(response, keepAlive: false, isHTTP10: true) == head + "Connection: close\r\n" + end)
        #expect(text(response, keepAlive: true, isHTTP10: true) == head + "Connection: keep-alive\r\n" + end)
    }

    @Test func switchesProtocols() {
        var response = Response(status: .switchingProtocols)
        response.headers.append("Upgrade", "websocket")
        response.headers.append("Connection", "Upgrade")
        #expect(
            text(response, keepAlive: false)
                == "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    }

    @Test func carriesTheDateItIsGiven() {
        let date = [UInt8](text: "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(text(Response(status: .noContent), date: date).contains("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"))
        #expect(!text(Response(status: .noContent), date: [0x0D, 0x0A]).contains("Date"))
    }

    @Test(arguments: [
        ("A\r\nB", "c"), ("A", "b\r\nSet-Cookie: c"), ("A", "b\nc"), ("A", "b\rc"), ("A", "b\0"), ("A", "\u{1B}[2J"),
        ("A", "b\u{7F}"), ("", "b"), ("A:", "b"), ("A b", "c"), ("Ä", "b"), ("A", " b"), ("A", "b\t"),
        ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("Date", "today"),
    ])
    func doesNotTakeWhatWouldBreakIt(_ name: String, _ value: String) {
        var response = Response(status: .ok)
        let isTaken = (response.headers.append(name, value), response.headers.set(name, value))
        #expect(isTaken == (false, false))
        #expect(response.headers.isEmpty)
        #expect(text(response) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func setsAddsAndRemovesLines() {
        var headers = ResponseHeaders()
        headers.append("A", "1")
        headers.append("B", "")
        headers.append("a", "tab\twithin ä")
        #expect(headers["A"] == "1, tab\twithin ä")
        #expect(headers["b"] == "" && headers.contains("B") && !headers.contains("C"))
        headers.set("a", "2")
        headers.remove("b")
        headers.add("Origin", toList: "Vary")
        headers.add("origin", toList: "vary")
        headers.add("Accept", toList: "Vary")
        var lines: [String] = []
        headers.forEach { lines.append("\($0)=\($1)") }
        #expect(lines == ["a=2", "Vary=Origin", "Vary=Accept"])
    }

    @Test func keepsStatusesWithinTheLine() {
        #expect(Status(code: 7).code == 100 && Status(code: 60_000).code == 599)
        #expect(Status(code: 299).reason == "Unknown")
    }
}
