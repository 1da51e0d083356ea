import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// One feed over its connections: request, answer, items, and every way to fail.
struct FeedMachineTests {
    private static let ndjson =
        #"{"name":"n","url":"http://a.org/s?k=1","format":"ndjson","headers":{"Authorization":"x"}}"#
    private static let sse = #"{"name":"s","url":"https://a.org/s","format":"sse","headers":{"Authorization":"x"}}"#
    private static let webSocket = #"{"name":"w","url":"ws://a.org/s","headers":{"Authorization":"x"}}"#
    private static let streamHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let eventHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

    private func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    @Test func asksAsConfigured() throws {
        let scene = try FeedScene(Self.ndjson)
        #expect(scene.opened == [try FeedURL("http://a.org/s?k=1")])
        #expect(scene.state == .connecting)
        try scene.connect()
        #expect(scene.request.hasPrefix("GET /s?k=1 HTTP/1.1\r\nHost: a.org\r\n"))
        #expect(scene.request.hasSuffix("\r\n\r\n"))
        for line in ["Accept-Encoding: gzip", "Authorization: x", "User-Agent: chatserver"] {
            #expect(scene.request.contains("\r\n\(line)\r\n"))
        }
        let events = try FeedScene(Self.sse)
        try events.connect()
        #expect(events.request.contains("\r\nAccept: text/event-stream\r\n"))
        #expect(!events.request.contains("Last-Event-ID"))
    }

    /// The answer whole, cut in two at every place, and byte by byte.
    @Test func ndjsonInPieces() throws {
        let lines =
            #"{"data":{"text":"ä日"}}"# + "\r\n\r\n" + "nonsense\n[1]\n" + #"{"errors":[]}"# + "\n" + #"{"text":"b"}"#
            + "\n"
        let answer =
            "HTTP/1.1 103 Early Hints\r\n\r\n" + Self.streamHead + chunk(String(lines.prefix(9)))
            + chunk(String(lines.dropFirst(9))) + chunk(#"{"text":"last"}"#) + "0\r\n\r\n"
        for pieces in FeedTextTests.cuts(Array(answer.utf8)) {
            let scene = try FeedScene(Self.ndjson)
            try scene.connect()
            for piece in pieces where !piece.isEmpty && scene.link != nil { try scene.say(piece) }
            #expect(scene.takeTexts() == ["ä日", "b", "last"])
            #expect(scene.machine.status.items == 3)
            #expect(scene.machine.status.badLines == 2)
            #expect(scene.state == .waiting)
        }
    }

    @Test func eventsInPieces() throws {
        let answer =
            Self.eventHead + "retry: 200\nid: 4\ndata: {\"text\":\"ä\"}\n\ndata: plain text\ndata: more\n\n: x\n\n"
            + "data: {\"text\n\ndata: {\"text\":\ndata: \"two lines\"}\n\n"
        for pieces in FeedTextTests.cuts(Array(answer.utf8)) {
            let scene = try FeedScene(Self.sse)
            try scene.connect()
            for piece in pieces where !piece.isEmpty { try scene.say(piece) }
            #expect(
                scene.machine.takeItems().map { String(decoding: $0.json, as: UTF8.self) } == [
                    #"{"text":"ä"}"#, #"{"text":"plain text\nmore"}"#, #"{"text": "two lines"}"#,
                ])
            #expect(scene.machine.status.badLines == 1)
            #expect(scene.state == .streaming)
            try scene.fail(nil)
            try scene.waitForAttempt()
            try scene.connect()
            #expect(scene.request.contains("\r\nLast-Event-ID: 4\r\n"))
        }
    }

    @Test func webSocketInPieces() throws {
        var frames: [UInt8] = []
        FrameEncoder.append(.text, Array(#"{"text":"one"}"#.utf8), to: &frames)
        FrameEncoder.append(.text, Array(#"{"text":"#.utf8), fin: false, to: &frames)
        FrameEncoder.append(.ping, Array("p".utf8), to: &frames)
        FrameEncoder.append(.continuation, Array(#""zwö"}"#.utf8), to: &frames)
        FrameEncoder.append(.binary, Array("plain".utf8), to: &frames)
        FrameEncoder.append(.binary, [0xFF, 0xFE], to: &frames)
        for pieces in FeedTextTests.cuts(frames) {
            let scene = try FeedScene(Self.webSocket)
            try scene.connect()
            try scene.acceptWebSocket()
            #expect(scene.state == .streaming)
            for piece in pieces where !piece.isEmpty { try scene.say(piece) }
            #expect(scene.takeTexts() == ["one", "zwö", "plain"])
            #expect(scene.machine.status.badLines == 1)
            #expect(try scene.takeFrames() == [.pong(Array("p".utf8))])
        }
    }

    @Test func framesMayComeWithTheHead() throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        #expect(scene.request.contains("\r\nAuthorization: x\r\n"))
        let line = try #require(scene.request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") })
        let accept = ServerHandshake.acceptKey(for: String(line.dropFirst("Sec-WebSocket-Key: ".count)))
        var answer = Array(
            "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n"
                .utf8)
        FrameEncoder.append(.text, Array("early".utf8), to: &answer)
        try scene.say(answer)
        #expect(scene.takeTexts() == ["early"])
    }

    @Test(arguments: [
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
        "HTTP/1.1 101 X\r\nConnection: upgrade\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-x\r\n\r\n", "\0\0\0\0\r\n\r\n",
    ])
    func noWebSocket(answer: String) throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.say(answer)
        #expect(scene.state == .waiting)
        #expect(scene.machine.status.lastError != nil)
        #expect(scene.closed.count == 1)
    }

    /// Some sources always write these fields: without an element they choose nothing.
    @Test(arguments: [
        ("Sec-WebSocket-Extensions:\r\n", true), ("Sec-WebSocket-Protocol: ,\r\n", true),
        ("Sec-WebSocket-Extensions: permessage-deflate\r\n", false), ("Sec-WebSocket-Protocol: chat\r\n", false),
    ])
    func aSourceMayChooseNothingOnly(more: String, isWelcome: Bool) throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.acceptWebSocket(more: more)
        #expect((scene.state == .streaming) == isWelcome)
    }

    @Test func aWebSocketIsClosedInGoodOrder() throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.acceptWebSocket()
        var frame: [UInt8] = []
        FrameEncoder.appendClose(.goingAway, to: &frame)
        try scene.say(frame)
        #expect(try scene.takeFrames() == [.close(.goingAway, reason: "")])
        #expect(scene.state == .waiting)
        #expect(scene.machine.status.lastError?.contains("1001") == true)
    }

    @Test func rulesOfWebSocketAreKept() throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.acceptWebSocket()
        // A text that is no UTF-8.
        try scene.say([0x81, 0x01, 0xFF])
        #expect(try scene.takeFrames() == [.close(.invalidPayload, reason: "")])
        #expect(scene.state == .waiting)
    }

    @Test func silenceEndsAConnection() throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        try scene.say(Self.streamHead)
        scene.wait(60_000)
        try scene.say("1\r\n\n\r\n")
        scene.wait(89_999)
        #expect(scene.state == .streaming)
        scene.wait(1)
        #expect(scene.state == .waiting)
        #expect(scene.machine.status.lastError == "Nothing came from the source for 90 s.")
    }

    @Test func aSilentWebSocketIsPinged() throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.acceptWebSocket()
        scene.wait(45_000)
        #expect(try scene.takeFrames() == [.ping([])])
        var pong: [UInt8] = []
        FrameEncoder.append(.pong, [], to: &pong)
        try scene.say(pong)
        scene.wait(60_000)
        #expect(scene.state == .streaming)
        #expect(try scene.takeFrames() == [.ping([])])
        scene.wait(30_000)
        #expect(scene.state == .waiting)
    }

    @Test func theAnswerMustBegin() throws {
        let scene = try FeedScene(Self.ndjson)
        scene.wait(15_000)
        #expect(scene.machine.status.lastError == "The source could not be reached in time.")
        try scene.waitForAttempt()
        try scene.connect()
        try scene.say("HTTP/1.1 200")
        scene.wait(15_000)
        #expect(scene.machine.status.lastError == "The source did not answer in time.")
    }

    // MARK: Redirects

    @Test func followsRedirections() throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        try scene.say("HTTP/1.1 302 Found\r\nLocation: /other\r\n\r\n")
        #expect(scene.opened.last == (try FeedURL("http://a.org/other")))
        #expect(scene.closed.count == 1)
        try scene.connect()
        #expect(scene.request.contains("Authorization: x"))
        // To another host goes nothing that was meant for this one.
        try scene.say("HTTP/1.1 307 X\r\nLocation: https://b.org/\r\n\r\n")
        try scene.connect()
        #expect(scene.request.hasPrefix("GET / HTTP/1.1\r\nHost: b.org\r\n"))
        #expect(!scene.request.contains("Authorization"))
        try scene.say(Self.streamHead + chunk(#"{"text":"there"}"# + "\n"))
        #expect(scene.takeTexts() == ["there"])
        // The next attempt begins where it was told to.
        try scene.fail("broken")
        try scene.waitForAttempt()
        #expect(scene.opened.last == (try FeedURL("http://a.org/s?k=1")))
    }

    @Test func aWebSocketIsRedirectedToo() throws {
        let scene = try FeedScene(Self.webSocket)
        try scene.connect()
        try scene.say("HTTP/1.1 301 X\r\nLocation: https://b.org/x\r\n\r\n")
        #expect(scene.opened.last == (try FeedURL("wss://b.org/x")))
    }

    @Test func redirectionsComeToAnEnd() throws {
        let scene = try FeedScene(Self.ndjson)
        for _ in 0..<6 {
            try scene.connect()
            try scene.say("HTTP/1.1 302 Found\r\nLocation: /s\r\n\r\n")
        }
        #expect(scene.opened.count == 6)
        #expect(scene.state == .waiting)
        #expect(scene.machine.status.lastError == "The source redirects more than 5 times.")
    }

    @Test(arguments: [
        "http://a.org/s", "ftp://a.org/", "file:///etc/passwd", "ws://a.org/", "https://u@a.org/", "", "https://a b/",
    ])
    func doesNotGoWhereItShouldNot(location: String) throws {
        let scene = try FeedScene(Self.sse)
        try scene.connect()
        try scene.say("HTTP/1.1 302 Found\r\n\(location.isEmpty ? "" : "Location: \(location)\r\n")\r\n")
        #expect(scene.opened.count == 1)
        #expect(scene.state == .waiting)
    }

    // MARK: Failures

    @Test(arguments: [
        ("HTTP/1.1 503 X\r\nRetry-After: 7\r\n\r\n", 7_000), ("HTTP/1.1 429 X\r\nretry-after: 0\r\n\r\n", 0),
        ("HTTP/1.1 503 X\r\nRetry-After: Fri, 15 Jan 2027 08:00:31 GMT\r\n\r\n", 30_000),
        ("HTTP/1.1 503 X\r\nRetry-After: 99999999999999999999\r\n\r\n", 3_600_000),
        ("HTTP/1.1 503 X\r\nRetry-After: Fri, 15 Jan 2010 08:00:00 GMT\r\n\r\n", 0),
    ])
    func waitsAsAsked(answer: String, milliseconds: Int64) throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        try scene.say(answer)
        let wait = try #require(scene.machine.deadline).milliseconds(since: scene.now)
        #expect(wait >= milliseconds && wait <= milliseconds + 1_000, "\(wait)")
    }

    @Test func waitsLongerEachTime() throws {
        var longest = [Int64](repeating: 0, count: 12)
        for seed in 1...200 {
            let scene = try FeedScene(Self.ndjson, seed: UInt64(seed))
            for attempt in 0..<12 {
                try scene.fail("no")
                let wait = try #require(scene.machine.deadline).milliseconds(since: scene.now)
                #expect(wait >= 100 && wait <= min(500 << Int64(attempt), 60_000))
                longest[attempt] = max(longest[attempt], wait)
                try scene.waitForAttempt()
            }
            #expect(scene.machine.status.reconnects == 12)
        }
        #expect(longest[0] > 400 && longest[3] > 3_000 && longest[11] > 55_000)
    }

    @Test func whatWentWellIsForgiven() throws {
        let scene = try FeedScene(Self.ndjson)
        for _ in 0..<8 {
            try scene.fail("no")
            try scene.waitForAttempt()
        }
        try scene.connect()
        try scene.say(Self.streamHead)
        scene.wait(10_000)
        try scene.fail(nil)
        #expect(try #require(scene.machine.deadline).milliseconds(since: scene.now) <= 500)
    }

    @Test(arguments: [
        ("HTTP/1.1 404 Not Found\r\n\r\n", "404"), ("HTTP/1.1 204 X\r\n\r\n", "204"), ("nonsense\r\n\r\n", "no HTTP"),
        ("HTTP/2 200 OK\r\n\r\n", "no HTTP"), ("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", "compressed"),
        (String(repeating: "x", count: 100_000), "no HTTP"),
        ("HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 100_000))\r\n\r\n", "no HTTP"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "no HTTP"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "broke off"),
    ])
    func whatIsNoAnswer(answer: String, words: String) throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        try scene.say(answer)
        #expect(scene.state == .waiting)
        #expect(scene.machine.status.lastError?.contains(words) == true, "\(scene.machine.status.lastError ?? "")")
        #expect(scene.closed.count == 1)
    }

    @Test func whatIsNoEventStream() throws {
        let scene = try FeedScene(Self.sse)
        try scene.connect()
        try scene.say("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        #expect(scene.state == .waiting)
        try scene.waitForAttempt()
        try scene.connect()
        try scene.say("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(scene.state == .stopped)
        #expect(scene.machine.deadline == nil)
    }

    @Test func decompresses() throws {
        for (coding, bytes) in [("gzip", FeedTextTests.gzipped), ("deflate", FeedTextTests.zlibbed)] {
            let scene = try FeedScene(Self.ndjson)
            try scene.connect()
            try scene.say("HTTP/1.1 200 OK\r\nContent-Encoding: \(coding)\r\n\r\n")
            for byte in bytes { try scene.say([byte]) }
            #expect(scene.takeTexts() == ["one", "two"])
        }
    }

    @Test func breaksOffWithinACharacter() throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        let line = Array(#"{"text":"日本"}"#.utf8)
        try scene.say("HTTP/1.1 200 OK\r\n\r\n" + #"{"text":"whole"}"# + "\n")
        try scene.say(Array(line.prefix(11)))
        try scene.fail(nil)
        #expect(scene.takeTexts() == ["whole"])
        #expect(scene.machine.status.badLines == 1)
        #expect(scene.state == .waiting)
        // What comes next is not taken for the rest.
        try scene.waitForAttempt()
        try scene.connect()
        try scene.say("HTTP/1.1 200 OK\r\n\r\n" + #"{"text":"next"}"# + "\n")
        #expect(scene.takeTexts() == ["next"])
    }

    @Test func itemsHaveALimit() throws {
        var limits = HubLimits()
        limits.feedItemBytesMax = 1_024
        let scene = try FeedScene(Self.ndjson, limits: limits)
        try scene.connect()
        try scene.say("HTTP/1.1 200 OK\r\n\r\n")
        for _ in 0..<2_000 { try scene.say([UInt8](repeating: 120, count: 16_384)) }
        try scene.say("\n" + #"{"text":"after"}"# + "\n")
        #expect(scene.takeTexts() == ["after"])
        #expect(scene.machine.status.badLines == 1)
        #expect(scene.machine.status.bytes > 32_000_000)
    }

    @Test func goesOnAtTheCursor() throws {
        let scene = try FeedScene(
            #"{"name":"n","url":"http://a.org/s","format":"ndjson","cursor_field":"n","cursor_parameter":"after"}"#)
        #expect(scene.opened.last?.target == "/s")
        try scene.connect()
        try scene.say("HTTP/1.1 200 OK\r\n\r\n" + #"{"text":"a","n":41}"# + "\n" + #"{"text":"b","n":"4 2"}"# + "\n")
        try scene.fail(nil)
        try scene.waitForAttempt()
        #expect(scene.opened.last?.target == "/s?after=4%202")
    }

    @Test func anEarlierConnectionIsNotHeard() throws {
        let scene = try FeedScene(Self.ndjson)
        try scene.connect()
        try scene.say("HTTP/1.1 200 OK\r\n\r\n")
        let old = try #require(scene.link)
        scene.wait(90_000)
        try scene.waitForAttempt()
        var bytes = Array((#"{"text":"late"}"# + "\n").utf8)
        var span = bytes.mutableSpan
        scene.machine.received(old, &span, at: scene.now, wallTime: scene.wallTime)
        scene.machine.ended(old, reason: "late", at: scene.now, wallTime: scene.wallTime)
        scene.machine.opened(old, at: scene.now, wallTime: scene.wallTime)
        #expect(scene.takeTexts() == [])
        #expect(scene.state == .connecting)
        #expect(scene.machine.takeActions() == [])
    }

    @Test func stops() throws {
        let scene = try FeedScene(Self.ndjson)
        let link = try #require(scene.link)
        scene.machine.stop()
        #expect(scene.machine.takeActions() == [.close(link)])
        #expect(scene.machine.deadline == nil)
        scene.machine.opened(link, at: scene.now, wallTime: scene.wallTime)
        #expect(scene.machine.takeActions() == [])
    }
}
