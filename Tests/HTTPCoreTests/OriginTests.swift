import HTTPCore
import Testing

@Suite struct OriginTests {
    @Test(arguments: [
        ("https://chat.example", "https://chat.example"), ("HTTPS://Chat.Example", "https://chat.example"),
        ("https://chat.example:443", "https://chat.example"), ("https://chat.example:0443", "https://chat.example"),
        ("https://chat.example:", "https://chat.example"), ("https://chat.example.", "https://chat.example"),
        ("https://chat.example.:443", "https://chat.example"), ("http://chat.example:80", "http://chat.example"),
        ("http://chat.example:443", "http://chat.example:443"), ("https://chat.example:80", "https://chat.example:80"),
        ("https://[2001:DB8::0:1]:8443", "https://[2001:db8::1]:8443"), ("http://[::1]:80", "http://[::1]"),
        ("http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]"), ("app://x", "app://x"), ("file://", "file://"),
        ("chrome-extension://abc", "chrome-extension://abc"), ("app://x:443", "app://x:443"), ("null", "null"),
    ])
    func reads(_ text: String, _ normal: String) throws {
        let origin = try #require(Origin(text))
        #expect(origin.description == normal)
        #expect(Origin(normal) == origin)
    }

    @Test(arguments: [
        "", "NULL", "chat.example", "https:", "https:/", "https://", "https://:443", "https:///", "https://a/",
        "https://a/b", "https://a?b", "https://a#b", "https://u@a", "https://a:65536", "https://a:b", "https://a b",
        "https://a, https://a", "://a", "1a://b", "https://[::1", "https://a:1:2", "*", "https://é",
    ])
    func refuses(_ text: String) { #expect(Origin(text) == nil) }

    @Test(arguments: [
        ("https://a.example/b?c=https://d", "https://a.example"), ("https://a.example", "https://a.example"),
        ("http://a.example:80?x", "http://a.example"), ("http://A.example:81/", "http://a.example:81"),
        ("null", nil), ("a.example/b", nil), ("https://u:p@a.example/", nil), ("https:///b", nil), ("nonsense", nil),
    ])
    func ofAURL(_ url: String, _ origin: String?) { #expect(Origin(ofURL: url)?.description == origin) }

    /// Where the scheme is known it is compared; where it is not, only the ports tell.
    @Test(
        arguments: [
            ("https://chat.example", "chat.example", [nil, "https"]),
            ("http://chat.example", "chat.example", [nil, "http"]),
            ("https://chat.example", "chat.example:443", [nil, "https"]),
            ("https://chat.example:443", "chat.example", [nil, "https"]),
            ("http://chat.example:80", "chat.example", [nil, "http"]),
            ("http://chat.example", "chat.example:80", [nil, "http"]),
            ("https://CHAT.example", "Chat.Example.", [nil, "https"]),
            ("https://chat.example.", "chat.example", [nil, "https"]),
            ("http://chat.example:8080", "chat.example:8080", [nil, "http"]),
            ("https://chat.example:8080", "chat.example:8080", [nil, "https"]),
            ("https://chat.example", "chat.example:80", []), ("http://chat.example", "chat.example:443", []),
            // A Host without a port means each scheme's own, and nothing else.
            ("https://chat.example:80", "chat.example", []), ("http://chat.example:443", "chat.example", []),
            ("http://chat.example:8080", "chat.example", []), ("http://chat.example", "chat.example:8080", []),
            ("ws://chat.example", "chat.example", []), ("app://chat.example", "chat.example", []),
            ("null", "null", []), ("null", "", []), ("https://evil.example", "chat.example", []),
            ("https://chat.example.evil", "chat.example", []), ("http://[::1]:8080", "[0:0::1]:8080", [nil, "http"]),
        ] as [(String, String, [String?])])
    func isOfAHost(_ text: String, _ authority: String, _ schemes: [String?]) throws {
        let origin = try #require(Origin(text))
        for scheme in [nil, "http", "https"] {
            #expect(origin.isOf(authority: authority, scheme: scheme) == schemes.contains(scheme), "\(scheme ?? "nil")")
        }
    }
}
