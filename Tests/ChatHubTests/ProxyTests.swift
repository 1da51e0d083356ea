import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// Who a request is taken to come from: the peer, or whom a trusted proxy names.
@Suite struct ProxyTests {
    private static let proxy = IPAddress(ipv4: 0x0A00_0001)
    private static let stranger = IPAddress(ipv4: 0xC000_0209)

    private func trusting(_ trusted: String..., fields: Forwarding.Field = .xForwarded) -> HubConfiguration {
        var configuration = HubConfiguration(files: StaticFiles())
        configuration.trustedProxies = trusted.compactMap { IPBlock($0) }
        configuration.proxyFields = fields
        return configuration
    }

    private func context(
        _ configuration: HubConfiguration, peer: IPAddress?, source: IPAddress? = nil, _ fields: String...
    ) throws -> RequestContext {
        let connection = Connection(
            id: ConnectionID(number: 1, slot: 1), peer: peer, phase: .over, at: Instant(milliseconds: 0))
        if let source { connection.source = source }
        var parser = RequestParser()
        let head = (["GET / HTTP/1.1"] + fields + ["", ""]).joined(separator: "\r\n")
        parser.append(Array(head.utf8).span)
        let request = try #require(try parser.next())
        return Site(configuration: configuration).context(of: request, on: connection, keepsAlive: true)
    }

    // MARK: Fields

    @Test func aTrustedProxyIsBelieved() throws {
        let context = try context(
            trusting("10.0.0.0/8"), peer: Self.proxy, "Host: internal:8080", "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Proto: https", "X-Forwarded-Host: chat.example")
        #expect(context.clientAddress == IPAddress("192.0.2.7"))
        #expect(context.isSecure)
        #expect(context.host == "chat.example")
        #expect(!context.isLocal)
    }

    @Test func othersAreNot() throws {
        for trusted in ["10.0.0.2", "192.0.2.0/24"] {
            let context = try context(
                trusting(trusted), peer: Self.proxy, "Host: internal:8080", "X-Forwarded-For: 192.0.2.7",
                "X-Forwarded-Proto: https", "X-Forwarded-Host: chat.example")
            #expect(context.clientAddress == Self.proxy)
            #expect(!context.isSecure)
            #expect(context.host == "internal:8080")
        }
    }

    @Test func onlyTheFieldsOfTheChosenKindAreRead() throws {
        let context = try context(
            trusting("10.0.0.1", fields: .forwarded), peer: Self.proxy, "Host: internal",
            "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: http",
            "Forwarded: for=192.0.2.8;proto=https;host=chat.example")
        #expect(context.clientAddress == IPAddress("192.0.2.8"))
        #expect(context.isSecure)
        #expect(context.host == "chat.example")
    }

    @Test func aProxySaysNothingOfAnUnknownPeer() throws {
        let context = try context(
            trusting("10.0.0.1"), peer: nil, "Host: localhost", "X-Forwarded-For: 192.0.2.7")
        #expect(context.clientAddress == nil)
        #expect(!context.isLocal)
    }

    /// The head says whose connection it is; fields are judged by the peer that has written it.
    @Test func aHeadAndFieldsMakeOneChain() throws {
        let trusted = trusting("10.0.0.1", "10.0.0.2")
        let two = try context(
            trusted, peer: Self.proxy, source: IPAddress("10.0.0.2"), "Host: a", "X-Forwarded-For: 192.0.2.7")
        #expect(two.clientAddress == IPAddress("192.0.2.7"))
        let one = try context(
            trusted, peer: Self.proxy, source: Self.stranger, "Host: a", "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Proto: https", "X-Forwarded-Host: b")
        #expect(one.clientAddress == Self.stranger)
        #expect(one.isSecure)
        #expect(one.host == "b")
    }

    /// A proxy in TCP mode hands on what the client has made up.
    @Test func fieldsThatTheProxyDoesNotWriteAreNotBelieved() throws {
        let context = try context(
            trusting("10.0.0.1", fields: .nothing), peer: Self.proxy, source: Self.stranger, "Host: a",
            "X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: b",
            "Forwarded: for=192.0.2.7;proto=https;host=b")
        #expect(context.clientAddress == Self.stranger)
        #expect(context.scheme == nil)
        #expect(context.host == "a")
    }

    @Test(
        arguments: [
            (nil, ["Host: localhost"], true), (nil, ["Host: chat.example"], false),
            (nil, ["Host: localhost", "x-forwarded-for: 127.0.0.1"], false),
            (nil, ["Host: localhost", "FORWARDED: for=127.0.0.1"], false), (nil, ["Host: localhost", "via: x"], false),
            (nil, ["Host: localhost", "X-Real-IP: ::1"], false), (nil, ["Host: localhost", "Forwards: x"], true),
            // A proxy on this machine may add no field at all: what comes from it is never this machine's own.
            ("127.0.0.1", ["Host: localhost"], false), ("127.0.0.0/8", ["Host: localhost"], false),
            ("10.0.0.0/8", ["Host: localhost"], true),
        ] as [(String?, [String], Bool)])
    func isLocal(trusted: String?, fields: [String], isLocal: Bool) throws {
        let configuration = trusted.map { trusting($0) } ?? trusting()
        let context = try context(
            configuration, peer: IPAddress(ipv4: 0x7F00_0001), fields.joined(separator: "\r\n"))
        #expect(context.isLocal == isLocal)
        #expect(context.clientAddress == IPAddress("127.0.0.1"))
    }

    /// The name that the browser knows decides which pages are the server's own.
    @Test func theForwardedHostIsTheOwnOne() throws {
        let harness = HubHarness {
            $0.dialectAccess = .everyone
            $0.trustedProxies = [IPBlock("10.0.0.1")].compactMap { $0 }
        }
        for (peer, status) in [(Self.proxy, 101), (Self.stranger, 403)] {
            let client = harness.connect(peer: peer)
            try client.sendUpgrade(
                "/ws", host: "internal:8080",
                headers: [("Origin", "https://chat.example"), ("X-Forwarded-Host", "chat.example")])
            harness.run()
            #expect(client.takeResponses().map(\.status) == [status])
        }
    }

    // MARK: The PROXY protocol

    private func harness(_ trusted: String = "10.0.0.0/8") -> HubHarness {
        HubHarness {
            $0.trustedProxies = [IPBlock(trusted)].compactMap { $0 }
            $0.expectsProxyProtocol = true
        }
    }

    private static let binaryHead: [UInt8] =
        [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 12]
        + [192, 0, 2, 9, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]

    static let heads: [([UInt8], String)] = [
        (Array("PROXY TCP4 192.0.2.9 198.51.100.1 56324 443\r\n".utf8), "192.0.2.9"),
        (Array("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n".utf8), "2001:db8::1"),
        (Array("PROXY UNKNOWN\r\n".utf8), "10.0.0.1"), (binaryHead, "192.0.2.9"),
        (Array(binaryHead[..<12]) + [0x20, 0, 0, 0], "10.0.0.1"),
    ]

    @Test(arguments: heads, [1, 7, 65_536])
    func aHeadNamesTheClient(head: ([UInt8], String), readBytesMax: Int) throws {
        let harness = harness()
        harness.readBytesMax = readBytesMax
        let client = harness.connect(peer: Self.proxy)
        client.sendRaw(head.0)
        client.sendRequest("GET", "/health")
        client.sendRequest("GET", "/health")
        harness.run()
        #expect(harness.connection(of: client)?.source == IPAddress(head.1))
        #expect(client.takeResponses().map(\.status) == [200, 200])
    }

    /// From the field of the head to the cookie and the socket's address.
    @Test(arguments: [(nil, false), (0, false), (1, true)] as [(UInt8?, Bool)])
    func aHeadTellsOfTLS(bits: UInt8?, isSecure: Bool) throws {
        let harness = HubHarness {
            $0.trustedProxies = [IPBlock("10.0.0.0/8")].compactMap { $0 }
            $0.expectsProxyProtocol = true
            $0.proxyFields = .nothing
            $0.dialectAccess = .everyone
            $0.registration = .open
        }
        let client = harness.connect(peer: Self.proxy)
        var head = Self.binaryHead
        if let bits {
            head[15] += 8
            head += [0x20, 0, 5, bits, 0, 0, 0, 0]
        }
        client.sendRaw(head)
        let fields = [("Host", "chat.example"), ("X-Forwarded-Proto", isSecure ? "http" : "https")]
        client.sendRequest("POST", "/register", headers: fields, body: #"{"user_id":1}"#)
        let origin = [("Origin", isSecure ? "https://chat.example" : "http://chat.example")]
        client.sendRequest(
            "POST", "/v1/auth/register", headers: fields + origin,
            body: #"{"username":"ada","password":"correct horse"}"#)
        harness.run()
        let responses = client.takeResponses()
        try #require(responses.map(\.status) == [200, 201])
        let url = try #require(responses[0].json?["url"]?.string)
        #expect(url.hasPrefix(isSecure ? "wss://chat.example/ws/" : "ws://chat.example/ws/"))
        #expect(responses[1]["set-cookie"]?.contains("; Secure") == isSecure)
    }

    /// A peer that must send a head and does not is cut off without a word.
    @Test(arguments: ["GET /health HTTP/1.1\r\n", "PROXY TCP4 1\r\n", "P\n", "\r\n\r\nX", "proxy TCP4 "])
    func anotherBeginningEndsTheConnection(bytes: String) {
        let harness = harness()
        let client = harness.connect(peer: Self.proxy)
        client.sendRaw(bytes)
        harness.run()
        #expect(client.isGone)
        #expect(client.bytesReceived == 0)
    }

    @Test func aHeadThatDoesNotEndIsGivenUp() {
        let harness = harness()
        let slow = harness.connect(peer: Self.proxy)
        slow.sendRaw("PROXY TCP4 192.0.2.9 ")
        let endless = harness.connect(peer: Self.proxy)
        endless.sendRaw("PROXY UNKNOWN" + String(repeating: " ", count: 100_000))
        let ended = harness.connect(peer: Self.proxy)
        ended.sendRaw("PROXY")
        ended.end()
        harness.run()
        #expect(!slow.isGone)
        #expect(endless.isGone)
        #expect(ended.isGone)
        harness.advance(byMs: 10_500)
        #expect(slow.isGone)
        #expect(slow.bytesReceived == 0)
    }

    /// The head's time counts to that of the first request's head.
    @Test func theFirstHeadHasOneTimeWithIt() {
        let harness = harness()
        let client = harness.connect(peer: Self.proxy)
        client.sendRaw("PROXY UNKN")
        harness.advance(byMs: 8_000)
        client.sendRaw("OWN\r\nGET / HTTP/1.1\r\n")
        client.expectResponse(to: "GET")
        harness.advance(byMs: 3_000)
        #expect(client.takeResponses().map(\.status) == [408])
    }

    /// Whoever is not trusted is heard as anybody is, and a head of theirs refused.
    @Test(arguments: heads)
    func othersMayNotSendOne(head: ([UInt8], String)) {
        let harness = harness()
        let client = harness.connect(peer: Self.stranger)
        client.expectResponse(to: "GET")
        client.sendRaw(head.0)
        harness.run()
        #expect(client.takeResponses().map { $0.status / 100 }.allSatisfy { $0 == 4 || $0 == 5 })
        #expect(client.bytesReceived > 0)
        let honest = harness.connect(peer: Self.stranger)
        honest.sendRequest("GET", "/health")
        harness.run()
        #expect(honest.takeResponses().map(\.status) == [200])
    }

    @Test func whatAProxyBringsIsNeverLocal() {
        let harness = harness("127.0.0.1")
        let client = harness.connect()
        client.sendRaw("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n")
        client.sendRequest("GET", "/users", headers: [("Host", "localhost")])
        harness.run()
        #expect(client.takeResponses().map(\.status) == [404])
    }
}
