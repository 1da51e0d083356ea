import HTTPCore
import Testing

@Suite struct HeadersTests {
    private func headers(_ lines: String) throws -> Headers {
        var parser = RequestParser()
        parser.append([UInt8](text: "GET / HTTP/1.1\r\nHost: x\r\n\(lines)\r\n").span)
        return try #require(try parser.next()).headers
    }

    @Test func namesHaveNoCase() throws {
        let headers = try headers("Content-TYPE: a\r\n")
        #expect(headers["content-type"] == "a")
        #expect(headers.contains("CONTENT-TYPE"))
        #expect(headers["content-typ"] == nil)
        #expect(headers.names == ["Host", "Content-TYPE"])
    }

    @Test func repeatedFieldsAreJoined() throws {
        let headers = try headers("A: 1\r\nB: 2\r\na: 3, 4\r\nA:\r\n")
        #expect(headers["A"] == "1, 3, 4, ")
        #expect(headers.values(of: "A") == ["1", "3, 4", ""])
        #expect(headers.count(of: "a") == 3)
        #expect(headers.count == 5)
    }

    @Test(arguments: [
        ("upgrade", true), ("UPGRADE", true), ("keep-alive", true), ("close", true), ("up", false), ("upgraded", false),
        ("", false),
    ])
    func listsHaveTokens(_ token: String, _ isThere: Bool) throws {
        let headers = try headers("Connection: keep-alive ,\tUpgrade\r\nConnection: close\r\nX: other\r\n")
        #expect(headers.hasToken(token, in: "connection") == isThere)
        #expect(!headers.hasToken("other", in: "connection"))
    }

    @Test func oneValueIsCompared() throws {
        let headers = try headers("Upgrade: WebSocket\r\nA: b\r\nA: b\r\n")
        #expect(headers.equals("upgrade", "websocket"))
        #expect(!headers.equals("upgrade", "web"))
        #expect(!headers.equals("A", "b"))
        #expect(!headers.equals("C", ""))
    }

    @Test func valuesAreTrimmedAndWhatIsNoTextIsReplaced() throws {
        var parser = RequestParser()
        parser.append(([UInt8](text: "GET / HTTP/1.1\r\nHost:\t x \t\r\nA: ") + [0xFF, 0x0D, 0x0A, 0x0D, 0x0A]).span)
        let headers = try #require(try parser.next()).headers
        #expect(headers["host"] == "x")
        #expect(headers["a"] == "\u{FFFD}")
    }
}
