import HTTPCore
import Testing

@testable import ChatHub

/// Addresses of feeds: which there are, where a redirection leads, and which are refused once they are looked up.
struct FeedURLTests {
    @Test(arguments: [
        ("http://example.org", "example.org", 80, "/", "example.org"),
        ("HTTPS://Example.ORG/", "example.org", 443, "/", "example.org"),
        ("http://example.org:8080/a/b?c=d#e", "example.org", 8080, "/a/b?c=d", "example.org:8080"),
        ("http://example.org:80?x", "example.org", 80, "/?x", "example.org"),
        ("ws://127.0.0.1:1/s", "127.0.0.1", 1, "/s", "127.0.0.1:1"),
        ("wss://[::1]:9/s", "::1", 9, "/s", "[::1]:9"),
        ("wss://[2001:DB8::1]", "2001:db8::1", 443, "/", "[2001:db8::1]"),
        ("http://a_b-c.d:/", "a_b-c.d", 80, "/", "a_b-c.d"),
    ])
    func isRead(text: String, host: String, port: UInt16, target: String, authority: String) throws {
        let url = try FeedURL(text)
        #expect((url.host, url.port, url.target, url.authority) == (host, port, target, authority))
    }

    @Test(arguments: [
        "", "example.org", "/x", "ftp://example.org/", "file:///etc/passwd", "gopher://a/", "javascript:alert(1)",
        "http:/example.org", "http:example.org", "http://", "http:///x", "http://user@example.org/",
        "http://user:pass@example.org/", "http://example.org:0/", "http://example.org:65536/",
        "http://example.org:99999999999999999999/", "http://example.org:x/", "http://example.org:-1/",
        "http://exa mple.org/", "http://example.org/a b", "http://example.org/\r\nX: y", "http://example.org/ü",
        "http://exämple.org/", "http://[::1/", "http://[1.2.3.4]/", "http://[fe80::1%25eth0]/", "http://a]b/",
        "http://[::1]x/", "http://example.org\\@evil/", "http://\(String(repeating: "a", count: 254))/",
        "http://example.org/" + String(repeating: "a", count: 2_048), "http:// example.org/", "http://a|b/",
    ])
    func isRefused(text: String) { #expect(throws: FeedProblem.self) { try FeedURL(text) } }

    @Test(arguments: [
        ("http://other.org/x", "http://other.org/x"), ("//other.org/x", "https://other.org/x"),
        ("/x", "https://a.org:9/x"), ("x", "https://a.org:9/b/x"), ("?y=1", "https://a.org:9/b/c?y=1"),
        ("../x", "https://a.org:9/x"), ("../../../x", "https://a.org:9/x"), ("./x/./y/..", "https://a.org:9/b/x/"),
        ("", "https://a.org:9/b/c?q"), ("#f", "https://a.org:9/b/c?q"), ("/x?a:b/../c", "https://a.org:9/x?a:b/../c"),
        ("x?y#z", "https://a.org:9/b/x?y"), ("ftp://a.org/", nil), ("javascript:alert(1)", nil), ("a b", nil),
        ("//user@b/", nil), ("/a\r\nb", nil),
    ])
    func leads(reference: String, to expected: String?) throws {
        let url = try FeedURL("https://a.org:9/b/c?q")
        let next = url.resolving(reference)
        #expect(next == expected.flatMap { try? FeedURL($0) })
        #expect((next == nil) == (expected == nil))
    }

    @Test func theQueryIsNotShown() throws {
        #expect(try FeedURL("https://a.org/b?key=secret").shown == "https://a.org/b?…")
        #expect(try FeedURL("https://a.org:9/b").shown == "https://a.org:9/b")
    }

    @Test(arguments: [
        ("http://a/x", "http://a/x?since=1%262"), ("http://a/x?", "http://a/x?since=1%262"),
        ("http://a/x?y=1", "http://a/x?y=1&since=1%262"),
    ])
    func takesAParameter(text: String, expected: String) throws {
        #expect(try FeedURL(text).adding(parameter: "since", "1&2") == FeedURL(expected))
    }

    @Test(arguments: [
        ("93.184.216.34", true), ("8.8.8.8", true), ("100.63.255.255", true), ("100.128.0.0", true),
        ("172.15.255.255", true), ("172.32.0.0", true), ("2606:2800:220:1::1", true), ("2a00:1450::1", true),
        ("0.0.0.0", false), ("0.1.2.3", false), ("10.0.0.1", false), ("100.64.0.1", false), ("100.127.255.255", false),
        ("127.0.0.1", false), ("127.255.255.254", false), ("169.254.169.254", false), ("172.16.0.1", false),
        ("172.31.255.255", false), ("192.0.0.1", false), ("192.0.2.1", false), ("192.88.99.1", false),
        ("192.168.1.1", false), ("198.18.0.1", false), ("198.51.100.1", false), ("203.0.113.1", false),
        ("224.0.0.1", false), ("239.255.255.255", false), ("240.0.0.1", false), ("255.255.255.255", false),
        ("::", false), ("::1", false), ("::ffff:127.0.0.1", false), ("::ffff:10.0.0.1", false),
        ("::ffff:8.8.8.8", true), ("::127.0.0.1", false), ("64:ff9b::7f00:1", false), ("64:ff9b:1::1", false),
        ("100::1", false), ("2001::1", false), ("2001:db8::1", false), ("2002:7f00:1::", false), ("3fff::1", false),
        ("5f00::1", false), ("fc00::1", false), ("fd12::1", false), ("fe80::1", false), ("fec0::1", false),
        ("ff02::1", false),
    ])
    func publicAddresses(text: String, isPublic: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(FeedAddresses.isPublic(address) == isPublic)
    }
}
