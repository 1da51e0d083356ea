import ChatDomain
import Testing

@testable import ChatHub

/// The proxy of encrypted feeds, as the environment names it.
@Suite struct FeedProxyTests {
    private func proxy(_ text: String = "http://proxy:3128", except: String = "") throws -> FeedProxy {
        try FeedProxy(text, except: except)
    }

    private func request(_ proxy: FeedProxy) -> String {
        String(decoding: proxy.request(for: "a.example:443"), as: UTF8.self)
    }

    @Test(
        arguments: [
            ("http://proxy:3128", "proxy", 3_128), ("proxy:3128", "proxy", 3_128), ("http://Proxy/", "proxy", 80),
            ("HTTP://[::1]:8/x", "::1", 8), ("10.0.0.1:8080", "10.0.0.1", 8_080),
        ] as [(String, String, UInt16)])
    func readsWhereItIs(text: String, host: String, port: UInt16) throws {
        let proxy = try proxy(text)
        #expect(proxy.host == host && proxy.port == port)
        #expect(
            request(proxy)
                == "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nUser-Agent: chatserver\r\n\r\n")
    }

    @Test(arguments: ["https://proxy", "socks5://proxy", "http://", "http://a b", "http://u%0A@proxy", "proxy:0"])
    func refusesWhatItIsNot(text: String) { #expect(throws: FeedProblem.self) { try proxy(text) } }

    @Test(arguments: [
        ("u:p@", "dTpw"), ("user@", "dXNlcjo="), ("us%40er:a:b@", "dXNAZXI6YTpi"), (":@", "Og=="),
        ("a%3Ab:%C3%A9@", "YTpiOsOp"),
    ])
    func saysWhoAsks(credentials: String, encoded: String) throws {
        let proxy = try proxy("http://\(credentials)proxy:1")
        #expect(request(proxy).contains("\r\nProxy-Authorization: Basic \(encoded)\r\n"))
    }

    @Test(arguments: [
        ("", "https://a.example", true), ("", "wss://a.example", true), ("", "http://a.example", false),
        ("", "ws://a.example", false), ("*", "https://a.example", false),
        ("a.example", "https://a.example", false), ("A.Example", "https://a.example", false),
        ("a.example", "https://b.a.example", false), (".example", "https://a.example", false),
        ("*.example", "https://a.example", false), ("ample", "https://a.example", true),
        ("b.example, a.example", "https://a.example", false), ("a.example:443", "https://a.example", false),
        ("a.example:8443", "https://a.example", true), ("a.example:8443", "https://a.example:8443", false),
        ("10.0.0.0/8", "https://10.1.2.3", false), ("10.0.0.0/8", "https://11.1.2.3", true),
        ("::1", "https://[::1]", false), ("10.1.2.3:443", "https://10.1.2.3", false), (",, ,", "https://a", true),
    ])
    func leavesOut(exceptions: String, url: String, isServed: Bool) throws {
        #expect(try proxy(except: exceptions).serves(try FeedURL(url)) == isServed)
    }

    @Test(arguments: [
        ("", FeedProxy.Answer.incomplete), ("HTTP/1.1 200 OK\r\n", .incomplete), ("HTTP/1.1 200 OK\r\n\r", .incomplete),
        ("HTTP/1.1 200 OK\r\n\r\n", .granted), ("HTTP/1.0 299\r\nA: b\r\n\r\n", .granted),
        ("HTTP/1.1 407 Who?\r\n\r\n", .refused("The proxy answered with status 407.")),
        ("HTTP/1.1 200 OK\r\n\r\nx", .refused("The proxy has said more than it was asked.")),
        ("SSH-2.0\r\n\r\n", .refused("The proxy's answer is no HTTP.")),
        ("HTTP/1.1 2000 OK\r\n\r\n", .refused("The proxy's answer is no HTTP.")),
        (String(repeating: "x", count: 8_192), .refused("The proxy's answer is no HTTP.")),
    ])
    func judgesAnAnswer(text: String, answer: FeedProxy.Answer) {
        let bytes = Array(text.utf8)
        #expect(FeedProxy.judge(bytes) == answer)
        // Whole or byte by byte, what is not complete is waited for.
        if answer == .granted {
            for count in 0..<bytes.count { #expect(FeedProxy.judge(Array(bytes[..<count])) == .incomplete) }
        }
    }
}
