import HTTPCore
import Testing

/// What came of feeding bytes to a client's parser, and then the end of the connection.
private struct Answers: Equatable, CustomStringConvertible {
    var texts: [String] = []
    var error: HTTPError?

    var description: String { texts.joined(separator: " | ") + (error.map { " ! \($0)" } ?? "") }

    init(_ pieces: [[UInt8]], answering methods: [HTTPCore.Method], ends: Bool, inParts: Bool, limits: HTTPLimits) {
        var parser = ResponseParser(limits: limits)
        for method in methods { parser.expect(method) }
        do throws(HTTPError) {
            for piece in pieces {
                parser.append(piece.span)
                try drain(&parser, inParts)
            }
            if ends {
                parser.end()
                try drain(&parser, inParts)
            }
        } catch {
            self.error = error
        }
    }

    private mutating func drain(_ parser: inout ResponseParser, _ inParts: Bool) throws(HTTPError) {
        if inParts {
            while let part = try parser.nextPart() {
                switch part {
                case .head(let response): texts.append("\(response.status.code) ")
                case .body(let bytes): texts[texts.count - 1] += String(decoding: bytes, as: UTF8.self)
                case .end: break
                }
            }
        } else {
            while let response = try parser.next() {
                texts.append("\(response.status.code) " + String(decoding: response.body, as: UTF8.self))
            }
        }
    }
}

@Suite struct ResponseParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var section: String
        var text: String
        var methods: [HTTPCore.Method] = []
        var ends = false
        var answers: [String] = []
        var error: HTTPError?
        var testDescription: String { "§\(section) \(text.debugDescription)" }
    }

    static let cases: [Case] = [
        Case(section: "9112 4", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", answers: ["200 ab"]),
        Case(section: "9112 4", text: "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", answers: ["200 "]),
        Case(section: "9112 4", text: "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", answers: ["200 "]),
        Case(section: "9112 4", text: "HTTP/1.1 404 Tut\tmir ä leid\r\nContent-Length: 0\r\n\r\n", answers: ["404 "]),
        Case(section: "9112 4", text: "HTTP/1.1  200 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 4", text: "HTTP/1.1 20 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 4", text: "HTTP/1.1 2000 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 4", text: "HTTP/1.1 099 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9110 15", text: "HTTP/1.1 600 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 4", text: "HTTP/1.1 200 O\0K\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 2.2", text: "HTTP/1.1 200 OK\n\n", error: .malformedStatusLine),
        Case(section: "9112 2.2", text: "\r\nHTTP/1.1 200 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 2.3", text: "HTTP/2.0 200 OK\r\n\r\n", error: .versionNotSupported),
        Case(section: "9112 2.3", text: "ICY 200 OK\r\n\r\n", error: .malformedStatusLine),
        Case(section: "9112 5.1", text: "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", error: .malformedHeader),
        Case(section: "9112 5.2", text: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", error: .foldedHeader),
        Case(section: "9110 10.1.1", text: "HTTP/1.1 204 No\r\nExpect: more\r\nHost: a b\r\n\r\n", answers: ["204 "]),
        Case(
            section: "9112 6.3 rule 1", text: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
            methods: [.head, .get], answers: ["200 ", "204 "]),
        Case(section: "9112 6.3 rule 1", text: "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", answers: ["304 "]),
        Case(
            section: "9112 6.3 rule 1", text: "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", answers: ["204 "]
        ),
        Case(
            section: "9110 15.2",
            text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\n"
                + "Content-Length: 1\r\n\r\na",
            methods: [.post], answers: ["100 ", "103 ", "200 a"]),
        Case(section: "9112 6.3 rule 2", text: "HTTP/1.1 200 OK\r\n\r\n", methods: [.connect], answers: ["200 "]),
        Case(
            section: "9112 6.3 rule 2", text: "HTTP/1.1 403 No\r\nContent-Length: 1\r\n\r\na", methods: [.connect],
            answers: ["403 a"]),
        Case(
            section: "9112 6.3 rule 3",
            text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            error: .framingConflict),
        Case(
            section: "9112 7.1",
            text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=\"y\"\r\na\r\n2\r\nbc\r\n0\r\nT: u\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            answers: ["200 abc", "200 "]),
        Case(
            section: "9112 7.1", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", answers: [],
            error: .malformedChunk),
        Case(section: "9112 6.3 rule 8", text: "HTTP/1.1 200 OK\r\n\r\nabc", ends: true, answers: ["200 abc"]),
        Case(section: "9112 6.3 rule 8", text: "HTTP/1.1 200 OK\r\n\r\n", ends: true, answers: ["200 "]),
        Case(section: "9112 6.3 rule 8", text: "HTTP/1.0 200 OK\r\n\r\nabc", ends: true, answers: ["200 abc"]),
        Case(section: "9112 8", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", ends: true, error: .endedEarly),
        Case(section: "9112 8", text: "HTTP/1.1 200 OK\r\nContent-Le", ends: true, error: .endedEarly),
        Case(
            section: "9112 8", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", ends: true,
            error: .endedEarly),
        Case(section: "9112 9.6", text: "", ends: true),
        Case(
            section: "9112 9.6", text: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", ends: true, answers: ["200 a"]),
    ]

    @Test(arguments: cases)
    func readsAsTheStandardSays(_ example: Case) {
        let bytes = [UInt8](text: example.text)
        func answers(_ pieces: [[UInt8]], inParts: Bool = false) -> Answers {
            Answers(pieces, answering: example.methods, ends: example.ends, inParts: inParts, limits: HTTPLimits())
        }
        let whole = answers([bytes])
        #expect(whole.texts == example.answers)
        #expect(whole.error == example.error)
        #expect(answers(bytes.singles) == whole)
        for offset in 0...bytes.count { #expect(answers(bytes.cut(at: offset)) == whole) }
        if example.error == nil {
            #expect(answers([bytes], inParts: true) == whole)
            #expect(answers(bytes.singles, inParts: true) == whole)
        }
    }

    @Test func limitsWhatItCollectsButNotWhatComesInParts() {
        var limits = HTTPLimits(bodyBytesMax: 2)
        limits.headBytesMax = 64
        let bodies = [
            "Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "\r\nabc",
        ]
        for body in bodies {
            let bytes = [UInt8](text: "HTTP/1.1 200 OK\r\n" + body)
            for pieces in [[bytes], bytes.singles] {
                let whole = Answers(pieces, answering: [], ends: true, inParts: false, limits: limits)
                #expect(whole.texts.isEmpty && whole.error == .bodyTooLarge)
                let parts = Answers(pieces, answering: [], ends: true, inParts: true, limits: limits)
                #expect(parts.texts == ["200 abc"] && parts.error == nil)
            }
        }
        let long = [UInt8](text: "HTTP/1.1 200 OK\r\nA: " + String(repeating: "b", count: 64))
        for pieces in [[long], long.singles] {
            #expect(
                Answers(pieces, answering: [], ends: false, inParts: false, limits: limits).error == .headTooLarge)
        }
    }

    @Test func takesInMoreBeforeAllIsRead() throws {
        let first = [UInt8](text: "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 No\r\n\r")
        let second = [UInt8](text: "\nHTTP/1.1 204 No\r\n\r\n")
        var parser = ResponseParser()
        parser.append(first.span)
        var codes = [try #require(try parser.next()).status.code]
        parser.append(second.span)
        while let response = try parser.next() { codes.append(response.status.code) }
        #expect(codes == [204, 304, 204])
    }

    @Test func handsOverWhatComesBehindAnUpgrade() throws {
        var parser = ResponseParser()
        parser.expect(.get)
        parser.append([UInt8](text: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nxyz").span)
        let response = try #require(try parser.next())
        #expect(response.status == .switchingProtocols && response.reason == "Switching Protocols")
        #expect(parser.takeTrailingBytes() == [UInt8](text: "xyz"))
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0", true), ("HTTP/1.1 200 OK", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive", true),
    ])
    func knowsWhetherTheConnectionStays(_ head: String, _ keepsAlive: Bool) throws {
        var parser = ResponseParser()
        parser.append([UInt8](text: head + "\r\n\r\n").span)
        parser.end()
        let response = try #require(try parser.next())
        #expect(response.keepsAlive == keepsAlive)
    }

    @Test func anErrorStays() {
        var parser = ResponseParser()
        parser.append([UInt8](text: "no\r\n\r\n").span)
        #expect(throws: HTTPError.malformedStatusLine) { try parser.next() }
        parser.append([UInt8](text: "HTTP/1.1 204 No\r\n\r\n").span)
        #expect(throws: HTTPError.malformedStatusLine) { try parser.next() }
    }

    @Test func readsWhatTheServerWrites() throws {
        var response = Response(status: .created, contentType: "text/plain", body: [UInt8](text: "hi"))
        response.headers.append("X", "y")
        var bytes: [UInt8] = []
        response.encode(into: &bytes, for: .post)
        var parser = ResponseParser()
        parser.append(bytes.span)
        let read = try #require(try parser.next())
        #expect(read.status == .created && read.headers["x"] == "y" && read.body == response.body && read.keepsAlive)
    }
}

@Suite struct ClientRequestTests {
    @Test func isReadAsItWasMeant() throws {
        var headers = OutgoingHeaders()
        headers.append("Host", "other")
        headers.append("Accept", "*/*")
        let request = try ClientRequest(
            method: .post, target: "/a?b", host: "x:80", headers: headers, body: [UInt8](text: "hi"))
        var bytes: [UInt8] = []
        request.encode(into: &bytes)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "POST /a?b HTTP/1.1\r\nHost: x:80\r\nAccept: */*\r\nContent-Length: 2\r\n\r\nhi")
        var parser = RequestParser()
        parser.append(bytes.span)
        let read = try #require(try parser.next())
        #expect(read.target == "/a?b" && read.host == "x:80" && read.body == request.body)
    }

    @Test func hasNoLengthWhereNoneIsExpected() throws {
        var bytes: [UInt8] = []
        try ClientRequest(method: .get, target: "/", host: "x").encode(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    }

    @Test(arguments: [
        ("", "x"), ("a", "x"), ("/a b", "x"), ("/\r\nA: b", "x"), ("/#a", "x"), ("/ä", "x"), ("*", "x"), ("/\0", "x"),
        ("/", "x\r\nA: b"), ("/", "x y"), ("/", "u@x"), ("/", "x/"),
    ])
    func refusesWhatWouldBreakIt(_ target: String, _ host: String) {
        #expect(throws: HTTPError.self) { try ClientRequest(method: .get, target: target, host: host) }
    }
}
