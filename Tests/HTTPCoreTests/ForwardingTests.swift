import HTTPCore
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::ffff:c000:201", "192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ("1::8", "1::8"), ("0:0:1::", "0:0:1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ])
    func reads(_ text: String, _ canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1..2.3", "a.b.c.d", ":", ":::", "1:", ":1",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%eth0", "[::1]", "1.2.3.4:80", "::1.2.3",
        "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1.2.3.4::", "-1.2.3.4", "+1.2.3.4",
        "0x7f.1.1.1",
        String(repeating: "1:", count: 40),
    ])
    func refuses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func readsBytes() {
        #expect(IPAddress(bytes: [192, 0, 2, 1].span) == IPAddress("192.0.2.1"))
        #expect(IPAddress(bytes: ([UInt8](repeating: 0, count: 15) + [1]).span) == IPAddress("::1"))
        #expect(IPAddress(bytes: [1, 2, 3].span) == nil)
        #expect(IPAddress(ipv4: 0x7F00_0001).isLoopback && IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("::ffff:127.0.0.9")?.isLoopback == true && IPAddress("::2")?.isLoopback == false)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/8", "::a00:1", false),
        ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false), ("::/0", "8.8.8.8", true),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false), ("192.0.2.4/31", "192.0.2.5", true),
        ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:0", true), ("2001:db8::/65", "2001:db8:0:0:8000::", false),
        ("::1/128", "::1", true), ("127.0.0.0/8", "::ffff:127.0.0.1", true),
    ])
    func blocksContain(_ block: String, _ address: String, _ isWithin: Bool) throws {
        #expect(try #require(IPBlock(block)).contains(try #require(IPAddress(address))) == isWithin)
    }

    @Test(arguments: ["", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "x"])
    func noBlocks(_ text: String) {
        #expect(IPBlock(text) == nil)
    }
}

@Suite struct ForwardingTests {
    private static let trusted = ["10.0.0.0/8", "2001:db8::/32"].compactMap { IPBlock($0) }

    private func client(
        _ field: Forwarding.Field, peer: String, source: String? = nil, isTLS: Bool? = nil, _ fields: String
    ) throws -> Forwarding.Client {
        var parser = RequestParser()
        parser.append([UInt8](text: "GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        let headers = try #require(try parser.next()).headers
        return Forwarding(trusted: Self.trusted, field: field).client(
            peer: try #require(IPAddress(peer)), source: source.flatMap { IPAddress($0) }, isTLS: isTLS,
            headers: headers)
    }

    private static let said = "X-Forwarded-For: 6.6.6.6, 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: a\r\n"

    /// Whose connection it is the head says; what the fields say is judged by who has written the head.
    @Test(
        arguments: [
            (.xForwarded, "1.1.1.1", nil, said, "1.1.1.1", "https", "a"),
            (.xForwarded, "1.1.1.1", false, said, "1.1.1.1", "https", "a"),
            (.xForwarded, "1.1.1.1", true, "", "1.1.1.1", "https", nil),
            (.xForwarded, "10.0.0.2", true, "X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1", "https", nil),
            (.xForwarded, nil, nil, said, "1.1.1.1", "https", "a"),
            (.nothing, "1.1.1.1", nil, said, "1.1.1.1", nil, nil),
            (.nothing, "1.1.1.1", true, said, "1.1.1.1", "https", nil),
            (.nothing, "10.0.0.2", false, said, "10.0.0.2", "http", nil),
            (.nothing, nil, nil, said, "10.0.0.1", nil, nil),
            (.forwarded, "1.1.1.1", true, "Forwarded: proto=http;host=b\r\n", "1.1.1.1", "http", "b"),
        ] as [(Forwarding.Field, String?, Bool?, String, String, String?, String?)])
    func aHeadAndFields(
        _ field: Forwarding.Field, _ source: String?, _ isTLS: Bool?, _ fields: String, _ address: String,
        _ scheme: String?, _ host: String?
    ) throws {
        let known = try client(field, peer: "10.0.0.1", source: source, isTLS: isTLS, fields)
        #expect(known.address.description == address)
        #expect(known.scheme == scheme)
        #expect(known.host == host)
        // Of somebody who is not trusted nothing is believed.
        let unknown = try client(field, peer: "9.9.9.9", source: source, isTLS: isTLS, fields)
        #expect(unknown.address.description == "9.9.9.9" && unknown.scheme == nil && unknown.host == nil)
    }

    @Test(arguments: [
        ("192.0.2.9", "X-Forwarded-For: 1.1.1.1\r\n", "192.0.2.9"), ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1"),
        ("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 1.1.1.1\r\n", "1.1.1.1"),
        ("10.0.0.1", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1"),
        ("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 1.1.1.1 , 10.0.0.2\r\n", "1.1.1.1"),
        ("10.0.0.1", "X-Forwarded-For: 10.0.0.3, 10.0.0.2\r\n", "10.0.0.3"),
        ("10.0.0.1", "X-Forwarded-For: 1.1.1.1, unknown\r\n", "10.0.0.1"),
        ("10.0.0.1", "X-Forwarded-For: 1.1.1.1, unknown, 10.0.0.2\r\n", "10.0.0.2"),
        ("10.0.0.1", "X-Forwarded-For: 1.1.1.1,\r\n", "10.0.0.1"), ("10.0.0.1", "X-Forwarded-For:\r\n", "10.0.0.1"),
        ("10.0.0.1", "X-Forwarded-For: 1.1.1.1:8080\r\n", "1.1.1.1"),
        ("10.0.0.1", "X-Forwarded-For: [2001:db9::1]:80\r\n", "2001:db9::1"),
        ("10.0.0.1", "X-Forwarded-For: 2001:db9::1\r\n", "2001:db9::1"),
        ("::ffff:10.0.0.1", "X-Forwarded-For: 1.1.1.1\r\n", "1.1.1.1"),
        ("10.0.0.1", "Forwarded: for=1.1.1.1\r\n", "10.0.0.1"),
    ])
    func followsXForwardedFor(_ peer: String, _ fields: String, _ address: String) throws {
        #expect(try client(.xForwarded, peer: peer, fields).address.description == address)
    }

    @Test func endsLongChains() throws {
        let chain = String(repeating: "10.0.0.2, ", count: 200) + "10.0.0.3"
        #expect(
            try client(.xForwarded, peer: "10.0.0.1", "X-Forwarded-For: \(chain)\r\n").address.description == "10.0.0.2"
        )
    }

    @Test func believesSchemeAndHostOfTrustedOnly() throws {
        let fields =
            "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: http, HTTPS\r\nX-Forwarded-Host: a.example:8443\r\n"
        let known = try client(.xForwarded, peer: "10.0.0.1", fields)
        #expect(known.scheme == "https" && known.host == "a.example:8443")
        let unknown = try client(.xForwarded, peer: "1.2.3.4", fields)
        #expect(unknown.scheme == nil && unknown.host == nil)
        let odd = try client(
            .xForwarded, peer: "10.0.0.1", "X-Forwarded-Proto: javascript\r\nX-Forwarded-Host: a b\r\n")
        #expect(odd.scheme == nil && odd.host == nil)
    }

    /// RFC 7239 §4 to §6.
    @Test(arguments: [
        ("for=1.1.1.1", "1.1.1.1"), ("For=\"1.1.1.1:80\"", "1.1.1.1"), ("for=\"[2001:db9::1]:4711\"", "2001:db9::1"),
        ("for=6.6.6.6, for=1.1.1.1", "1.1.1.1"), ("for=6.6.6.6,for=1.1.1.1;by=10.0.0.1, for=10.0.0.2", "1.1.1.1"),
        ("proto=https;for=1.1.1.1;by=x", "1.1.1.1"), ("for=unknown", "10.0.0.1"), ("for=_hidden", "10.0.0.1"),
        ("for=1.1.1.1:80", "1.1.1.1"), ("for=[2001:db9::1]", "2001:db9::1"), ("for=\"1.1.\\1.1\"", "1.1.1.1"),
        ("proto=https", "10.0.0.1"), ("for=1.1.1.1;for=2.2.2.2", "10.0.0.1"), ("for", "10.0.0.1"), ("for=", "10.0.0.1"),
        ("for=\"1.1.1.1", "10.0.0.1"), ("for=1.1.1.1 for=2.2.2.2", "10.0.0.1"), ("for=\"\\", "10.0.0.1"),
        ("for=6.6.6.6, \"", "10.0.0.1"), (";for=1.1.1.1", "10.0.0.1"),
    ])
    func followsForwarded(_ value: String, _ address: String) throws {
        let fields = "Forwarded: \(value)\r\nX-Forwarded-For: 6.6.6.6\r\n"
        #expect(try client(.forwarded, peer: "10.0.0.1", fields).address.description == address)
        #expect(try client(.forwarded, peer: "192.0.2.9", fields).address.description == "192.0.2.9")
    }

    @Test func believesForwardedSchemeAndHost() throws {
        let client = try client(
            .forwarded, peer: "10.0.0.1", "Forwarded: for=6.6.6.6;proto=http, for=1.1.1.1;proto=https;host=\"a:1\"\r\n")
        #expect(client.scheme == "https" && client.host == "a:1")
    }

    @Test(arguments: [
        ("", false), ("X-Other: a\r\n", false), ("Forwarded: for=x\r\n", true), ("x-forwarded-for:\r\n", true),
        ("X-Forwarded-Proto: http\r\n", true), ("X-Real-IP: 1.1.1.1\r\n", true), ("Via: 1.1 x\r\n", true),
    ])
    func knowsTheMarksOfProxies(_ fields: String, _ isMarked: Bool) throws {
        var parser = RequestParser()
        parser.append([UInt8](text: "GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        #expect(Forwarding.isMarked(try #require(try parser.next()).headers) == isMarked)
    }
}
