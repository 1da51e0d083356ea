import HTTPCore
import Testing

@Suite struct RequestParserTests {
    private static let good = [UInt8](text: "GET /good HTTP/1.1\r\nHost: x\r\n\r\n")

    @Test func theTableHasAtLeast150Cases() { #expect(RequestCase.all.count >= 150) }

    @Test(arguments: RequestCase.all)
    func readsAsTheStandardSays(_ example: RequestCase) {
        let whole = Reading.plain([example.bytes])
        switch example.outcome {
        case .request(let method, let path, let body):
            #expect(whole.error == nil)
            #expect(whole.requests.count == 1)
            #expect(whole.requests.first?.method == method)
            #expect(whole.requests.first?.path == path)
            #expect(whole.requests.first?.body == body)
            #expect(whole.isIdle)
        case .error(let error):
            #expect(whole.error == error)
            #expect(whole.requests.isEmpty)
            #expect(!whole.isIdle)
        case .incomplete:
            #expect(whole.error == nil)
            #expect(whole.requests.isEmpty)
            #expect(!whole.isIdle)
        }
    }

    @Test(arguments: RequestCase.all)
    func readsTheSameHoweverTheBytesCome(_ example: RequestCase) {
        let bytes = example.bytes
        let whole = Reading.plain([bytes])
        #expect(Reading.inPlace([bytes]) == whole)
        #expect(Reading.plain(bytes.singles) == whole)
        #expect(Reading.inPlace(bytes.singles) == whole)
        for offset in 0...bytes.count {
            #expect(Reading.plain(bytes.cut(at: offset)) == whole, "cut at \(offset)")
            #expect(Reading.inPlace(bytes.cut(at: offset)) == whole, "cut at \(offset)")
        }
    }

    @Test(arguments: RequestCase.all)
    func readsTheSameBehindAGoodRequest(_ example: RequestCase) {
        var whole = Reading.plain([example.bytes])
        whole.requests.insert(contentsOf: Reading.plain([Self.good]).requests, at: 0)
        let bytes = Self.good + example.bytes
        #expect(Reading.plain([bytes]) == whole)
        #expect(Reading.inPlace([bytes]) == whole)
        #expect(Reading.inPlace(bytes.singles) == whole)
        #expect(Reading.inPlace([Self.good, example.bytes]) == whole)
    }

    @Test(arguments: RequestCase.all)
    func leavesWhatComesBehind(_ example: RequestCase) throws {
        guard case .request = example.outcome else { return }
        let trailing: [UInt8] = [0x81, 0x00, 0x0D, 0x0A, 0xFF]
        var parser = RequestParser()
        parser.append((example.bytes + trailing).span)
        #expect(try parser.next() != nil)
        #expect(parser.takeTrailingBytes() == trailing)
        #expect(parser.isIdle)

        var offset = 0
        var loop = RequestParser()
        #expect(try loop.next(in: (example.bytes + trailing).span, at: &offset) != nil)
        #expect(offset == example.bytes.count)
        #expect(loop.isIdle)
    }

    @Test func anErrorStays() {
        var parser = RequestParser()
        parser.append([UInt8](text: "BREW / HTTP/1.1\r\n").span)
        #expect(throws: HTTPError.methodNotImplemented) { try parser.next() }
        parser.append(Self.good.span)
        #expect(throws: HTTPError.methodNotImplemented) { try parser.next() }
    }

    /// The head of a request whose body is wrong, or late, is known; that of one that is wrong is not.
    @Test(arguments: [
        ("Content-Length: 999999\r\n\r\n", true), ("Content-Length: 5\r\n\r\nab", true),
        ("Transfer-Encoding: chunked\r\n\r\n2\r\nabX", true), ("Transfer-Encoding: chunked\r\n\r\nFFFFFF\r\n", true),
        ("Content-Length: x\r\n\r\n", false), ("Content", false), ("Content-Length: 2\r\n\r\nab", false),
    ])
    func knowsWhatIsUnfinished(_ rest: String, _ isKnown: Bool) {
        for size in [1, 1_000] {
            var parser = RequestParser()
            let bytes = [UInt8](text: "POST /p HTTP/1.1\r\nHost: x\r\nOrigin: o\r\n" + rest)
            for start in stride(from: 0, to: bytes.count, by: size) {
                parser.append(Array(bytes[start..<min(start + size, bytes.count)]).span)
                _ = try? parser.next()
            }
            #expect((parser.unfinishedRequest?.headers["Origin"] == "o") == isKnown)
            #expect((parser.unfinishedRequest != nil) == isKnown)
        }
    }

    @Test func takesInMoreBeforeAllIsRead() throws {
        let bytes = (1...4).map { [UInt8](text: "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n") }
        let first = bytes[0] + bytes[1] + bytes[2].dropLast(3)
        let second = Array(bytes[2].suffix(3)) + bytes[3]
        var parser = RequestParser()
        parser.append(first.span)
        var paths = [try #require(try parser.next()).path]
        parser.append(second.span)
        while let request = try parser.next() { paths.append(request.path) }
        #expect(paths == ["/1", "/2", "/3", "/4"])
        #expect(parser.isIdle)
    }

    @Test func anIdleParserIsSmall() {
        #expect(MemoryLayout<RequestParser>.size <= 150)
    }

    @Test func asksForTheBodyThatWaits() throws {
        var parser = RequestParser()
        let head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        parser.append([UInt8](text: head).span)
        #expect(try parser.next() == nil)
        #expect(parser.wantsContinue && parser.isReadingBody)
        parser.append([UInt8](text: "a").span)
        #expect(try parser.next() == nil)
        #expect(!parser.wantsContinue && parser.isReadingBody)
        parser.append([UInt8](text: "b").span)
        #expect(try parser.next()?.expectsContinue == true)
        #expect(!parser.wantsContinue && !parser.isReadingBody && parser.isIdle)
    }

    @Test func aClientOfHTTP10DoesNotWait() throws {
        var parser = RequestParser()
        parser.append([UInt8](text: "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n").span)
        #expect(try parser.next() == nil)
        #expect(!parser.wantsContinue)
    }

    @Test(arguments: [
        ("/health", true), ("/healt", false), ("/health/", false), ("/health?", false), ("/Health", false),
        ("/%68ealth", false), ("http://x/health", false), ("/", false),
    ])
    func comparesTheTargetAsItCame(_ target: String, _ isEqual: Bool) throws {
        var parser = RequestParser()
        parser.append([UInt8](text: "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n").span)
        #expect(try #require(try parser.next()).hasTarget("/health") == isEqual)
    }

    @Test(arguments: [
        ("HTTP/1.1\r\nHost: x", true), ("HTTP/1.1\r\nHost: x\r\nConnection: close", false),
        ("HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, CLOSE", false),
        ("HTTP/1.1\r\nHost: x\r\nConnection: a\r\nConnection: close", false),
        ("HTTP/1.1\r\nHost: x\r\nConnection: closed", true), ("HTTP/1.0", false),
        ("HTTP/1.0\r\nConnection: Keep-Alive", true), ("HTTP/1.0\r\nConnection: keep-alive, close", false),
    ])
    func knowsWhetherTheConnectionStays(_ head: String, _ keepsAlive: Bool) {
        let reading = Reading.plain([[UInt8](text: "GET / \(head)\r\n\r\n")])
        #expect(reading.requests.first?.keepsAlive == keepsAlive)
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x:1", "x:1"), ("GET http://y/ HTTP/1.1\r\nHost: x", "y"),
            ("CONNECT z:1 HTTP/1.1\r\nHost: x", "z:1"), ("GET / HTTP/1.1\r\nHost: ", ""), ("GET / HTTP/1.0", nil),
        ] as [(String, String?)])
    func knowsTheHost(_ head: String, _ host: String?) {
        #expect(Reading.plain([[UInt8](text: head + "\r\n\r\n")]).requests.first?.host == host)
    }
}
