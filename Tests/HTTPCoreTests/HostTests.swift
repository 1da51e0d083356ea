import HTTPCore
import Testing

@Suite struct HostTests {
    @Test(arguments: [
        ("localhost", true), ("LocalHost:8080", true), ("127.0.0.1", true), ("127.0.0.1:80", true),
        ("127.255.0.9", true),
        ("[::1]", true), ("[::1]:8080", true), ("localhost:", true),
        ("localhost.", false), ("localhost.evil.example", false), ("127.0.0.1.evil.example", false),
        ("127.0.0.1.", false), ("127.0.0.256", false), ("127.0.0", false), ("127.1", false), ("127.0.0.01", false),
        ("0127.0.0.1", false), ("2130706433", false), ("0x7f.0.0.1", false), ("128.0.0.1", false), ("0.0.0.0", false),
        ("::1", false), ("[::1", false), ("[::2]", false), ("[::1].evil.example", false), ("localhost:80@evil", false),
        ("localhost:99999", false), ("evil@localhost", false), ("", false), (":80", false), ("127..0.1", false),
    ])
    func knowsThisVeryMachine(_ host: String, _ isLoopback: Bool) {
        #expect(Loopback.isLoopbackHost(host) == isLoopback)
    }

    @Test func securityHeadersAllowNothingInline() {
        var response = Response(status: .ok)
        SecurityHeaders(connectSources: ["wss://x.example"], strictTransportSeconds: 60).add(to: &response)
        let policy = response.headers["Content-Security-Policy"] ?? ""
        #expect(policy.hasPrefix("default-src 'self'; connect-src 'self' wss://x.example; "))
        #expect(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(response.headers["X-Content-Type-Options"] == "nosniff")
        #expect(response.headers["Strict-Transport-Security"] == "max-age=60")
    }
}
