import HTTPCore
import Testing

/// Bytes that a peer may send, the section they stand for, and what must come of them.
struct RequestCase: Sendable, CustomTestStringConvertible {
    enum Outcome: Sendable, Equatable {
        /// One request: its method and path.
        case request(String, String, body: String = "")
        case error(HTTPError)
        case incomplete
    }

    let section: String
    let text: String
    let outcome: Outcome

    init(_ section: String, _ text: String, _ outcome: Outcome) {
        self.section = section
        self.text = text
        self.outcome = outcome
    }

    var bytes: [UInt8] { [UInt8](text: text) }
    var testDescription: String { "§\(section) \(text.debugDescription)" }

    static let all: [RequestCase] = requestLines + targets + fields + hosts + lengths + codings + chunks + versions

    static let requestLines: [RequestCase] = [
        .init("9112 3", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 3", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET /  HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", " GET / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET /\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3", "GET\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.2", "GET / HTTP/1.1\nHost: x\n\n", .error(.malformedRequestLine)),
        .init("9112 2.2", "GET / HTTP/1.1\rHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.2", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 2.2", "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.2", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.2", "\rGET / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9110 9.1", "get / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.methodNotImplemented)),
        .init("9110 9.1", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.methodNotImplemented)),
        .init("9110 9.1", "GETT / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.methodNotImplemented)),
        .init(
            "9112 3", String(repeating: "M", count: 40) + " / HTTP/1.1\r\nHost: x\r\n\r\n",
            .error(.methodNotImplemented)),
        .init("9110 5.6.2", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9110 5.6.2", "G\0T / HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9110 9.3.2", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", .request("HEAD", "/")),
        .init("9110 9.3.3", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", .request("POST", "/")),
        .init("9110 9.3.4", "PUT / HTTP/1.1\r\nHost: x\r\n\r\n", .request("PUT", "/")),
        .init("5789 2", "PATCH / HTTP/1.1\r\nHost: x\r\n\r\n", .request("PATCH", "/")),
        .init("9110 9.3.5", "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", .request("DELETE", "/")),
        .init("9110 9.3.8", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", .request("TRACE", "/")),
        .init("9112 3", "GET / HTTP/1.1\r\nHost: x\r\n", .incomplete),
        .init("9112 3", "GET / HTT", .incomplete),
        .init("9112 2.2", "\u{16}\u{3}\u{1}", .error(.malformedRequestLine)),
    ]

    static let targets: [RequestCase] = [
        .init("9112 3.2.1", "GET /a/b?c=d HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/a/b")),
        .init("9112 3.2.1", "GET /a%2Fb%20?%zz HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/a%2Fb%20")),
        .init("9112 3.2.1", "GET /?a|b^c{d} HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2.1", "GET //evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "//evil.example/")),
        .init("9112 3.2", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3.2", "GET /ä HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3.2", "GET /\u{7F} HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3.2", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 3.2", "GET a/b HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2", "GET ?a HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.2", "GET http://y/p?q HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/p")),
        .init("9112 3.2.2", "GET HTTP://y:8080 HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2.2", "GET https://[::1]/ HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2.2", "GET http://y?q HTTP/1.1\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2.2", "GET http:///p HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9110 4.2.4", "GET http://u@y/p HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.2", "GET http://y:99999/ HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.2", "GET ftp://y/p HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.2", "GET http://y/p HTTP/1.1\r\n\r\n", .error(.hostMissing)),
        .init("9112 3.2.3", "CONNECT y:443 HTTP/1.1\r\nHost: y:443\r\n\r\n", .request("CONNECT", "")),
        .init("9112 3.2.3", "CONNECT y HTTP/1.1\r\nHost: y\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.3", "CONNECT y: HTTP/1.1\r\nHost: y\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.3", "CONNECT /p HTTP/1.1\r\nHost: y\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.3", "GET y:443 HTTP/1.1\r\nHost: y\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.4", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", .request("OPTIONS", "*")),
        .init("9112 3.2.4", "OPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n", .request("OPTIONS", "*")),
        .init("9112 3.2.4", "OPTIONS /p HTTP/1.1\r\nHost: x\r\n\r\n", .request("OPTIONS", "/p")),
        .init("9112 3.2.4", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
        .init("9112 3.2.4", "OPTIONS ** HTTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedTarget)),
    ]

    static let fields: [RequestCase] = [
        .init("9112 5", "GET / HTTP/1.1\r\nHost: x\r\nA:b\r\nC:\td \r\nE:\r\n\r\n", .request("GET", "/")),
        .init("9112 5.1", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", .error(.malformedHeader)),
        .init("9112 5.1", "GET / HTTP/1.1\r\nHost: x\r\nA\t: b\r\n\r\n", .error(.malformedHeader)),
        .init("9112 5", "GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", .error(.malformedHeader)),
        .init("9112 5", "GET / HTTP/1.1\r\nHost: x\r\n: c\r\n\r\n", .error(.malformedHeader)),
        .init("9112 5", "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", .error(.malformedHeader)),
        .init("9110 5.1", "GET / HTTP/1.1\r\nHost: x\r\nA(b): c\r\n\r\n", .error(.malformedHeader)),
        .init("9110 5.1", "GET / HTTP/1.1\r\nHost: x\r\nÄ: c\r\n\r\n", .error(.malformedHeader)),
        .init("9112 5.2", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", .error(.foldedHeader)),
        .init("9112 5.2", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n", .error(.foldedHeader)),
        .init("9112 2.2", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", .error(.foldedHeader)),
        .init("9110 5.5", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", .error(.malformedHeader)),
        .init("9110 5.5", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{7F}c\r\n\r\n", .error(.malformedHeader)),
        .init("9110 5.5", "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{1B}c\r\n\r\n", .error(.malformedHeader)),
        .init("9110 5.5", "GET / HTTP/1.1\r\nHost: x\r\nA: b\tc\tä\r\n\r\n", .request("GET", "/")),
        .init("9112 2.2", "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", .error(.malformedHeader)),
        .init("9112 2.2", "GET / HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n", .error(.malformedHeader)),
        .init("9112 2.2", "GET / HTTP/1.1\r\nHost: x\r\n\n", .error(.malformedHeader)),
        .init("9112 2.2", "GET / HTTP/1.1\r\nHost: x\n\r\n", .error(.malformedHeader)),
        .init("9112 2.2", "GET / HTTP/1.1\r\nHost: x\r\n\rA: b\r\n\r\n", .error(.malformedHeader)),
        .init("9110 10.1.1", "GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", .error(.expectationUnknown)),
        .init(
            "9110 10.1.1", "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\na",
            .request("POST", "/", body: "a")),
    ]

    static let hosts: [RequestCase] = [
        .init("9112 3.2", "GET / HTTP/1.1\r\n\r\n", .error(.hostMissing)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", .error(.hostRepeated)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x\r\nhOST: y\r\n\r\n", .error(.hostRepeated)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:80\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:65536\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:99999999999999999999999\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:8a\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x:-1\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x y\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x/p\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: x?p\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: http://x\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: []\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", .error(.malformedHost)),
        .init("9112 3.2", "GET / HTTP/1.0\r\n\r\n", .request("GET", "/")),
        .init("9112 3.2", "GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", .error(.hostRepeated)),
    ]

    static let lengths: [RequestCase] = [
        length("Content-Length: 3", "abc", .request("POST", "/", body: "abc")),
        length("content-length:3", "abc", .request("POST", "/", body: "abc")),
        length("Content-Length: 0", "", .request("POST", "/")),
        length("Content-Length: 003", "abc", .request("POST", "/", body: "abc")),
        length("Content-Length: 3", "ab", .incomplete),
        length("Content-Length: +3", "abc", .error(.malformedContentLength)),
        length("Content-Length: -3", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3 3", "abc", .error(.malformedContentLength)),
        length("Content-Length: 0x3", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3.0", "abc", .error(.malformedContentLength)),
        length("Content-Length: ٣", "abc", .error(.malformedContentLength)),
        length("Content-Length:", "", .error(.malformedContentLength)),
        length("Content-Length: 3, 3", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3, 4", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3\r\nContent-Length: 4", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3\r\nContent-Length: 3", "abc", .error(.malformedContentLength)),
        length("Content-Length: 3\r\nContent-Length:", "abc", .error(.malformedContentLength)),
        length("Content-Length : 3", "abc", .error(.malformedHeader)),
        length("Content-Length: 65537", "", .error(.bodyTooLarge)),
        length("Content-Length: 18446744073709551615", "", .error(.bodyTooLarge)),
        length("Content-Length: 18446744073709551616", "", .error(.bodyTooLarge)),
        length("Content-Length: 999999999999999999999999999999", "", .error(.bodyTooLarge)),
    ]

    static let codings: [RequestCase] = [
        coding("Transfer-Encoding: chunked", .request("POST", "/", body: "abc")),
        coding("transfer-encoding:CHUNKED", .request("POST", "/", body: "abc")),
        coding("Transfer-Encoding: chunked\r\nContent-Length: 3", .error(.framingConflict)),
        coding("Content-Length: 3\r\nTransfer-Encoding: chunked", .error(.framingConflict)),
        coding("Content-Length: 0\r\nTransfer-Encoding: chunked", .error(.framingConflict)),
        coding("Transfer-Encoding: gzip, chunked", .error(.transferCodingNotImplemented)),
        coding("Transfer-Encoding: gzip", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: identity", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked, gzip", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked, chunked", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked, identity", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: xchunked", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunkedx", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: chunked;a=b", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: \"chunked\"", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: , chunked", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding:", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding: \u{B}chunked", .error(.malformedHeader)),
        coding("Transfer-Encoding:\r\n chunked", .error(.malformedTransferEncoding)),
        coding("Transfer-Encoding : chunked", .error(.malformedHeader)),
        coding("X: y\r\n Transfer-Encoding: chunked", .error(.foldedHeader)),
    ]

    static let chunks: [RequestCase] = [
        chunked("0\r\n\r\n", .request("POST", "/")),
        chunked("3\r\nabc\r\n0\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("A\r\n0123456789\r\n00\r\n\r\n", .request("POST", "/", body: "0123456789")),
        chunked("a\r\n0123456789\r\n0\r\n\r\n", .request("POST", "/", body: "0123456789")),
        chunked("0000000000000003\r\nabc\r\n0\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("00000000000000003\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a\r\nabc\r\n0\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("3;a=b;c=\"d;\\\"e\"\r\nabc\r\n0;f\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("3 ; a = b\r\nabc\r\n0\r\n\r\n", .request("POST", "/", body: "abc")),
        chunked("3 \r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked(" 3\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a=\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a=\"b\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a\rb\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3;a=\"\0\"\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("g\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("0x3\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("+3\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("-3\r\nabc\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3\nabc\n0\n\n", .error(.malformedChunk)),
        chunked("3\r\nabcd\r\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3\r\nabc0\r\n\r\n", .error(.malformedChunk)),
        chunked("3\r\nabc\n0\r\n\r\n", .error(.malformedChunk)),
        chunked("3\r\nab", .incomplete),
        chunked("3\r\nabc\r\n0\r\n", .incomplete),
        chunked("FFFFFFFFFFFFFFFF\r\n", .error(.bodyTooLarge)),
        chunked("10001\r\n", .error(.bodyTooLarge)),
        chunked("3\r\nabc\r\nFFFFFFFFFFFFFFFE\r\n", .error(.bodyTooLarge)),
        chunked("0\r\nA: b\r\nContent-Length: 9\r\n\r\n", .request("POST", "/")),
        chunked("0\r\nA : b\r\n\r\n", .error(.malformedHeader)),
        chunked("0\r\n A: b\r\n\r\n", .error(.foldedHeader)),
        chunked("0\r\nA: b\r\n c\r\n\r\n", .error(.foldedHeader)),
        chunked("0\r\nA: b\n\r\n", .error(.malformedHeader)),
        chunked("0\r\nA: \0\r\n\r\n", .error(.malformedHeader)),
        chunked("0\r\nA\r\n\r\n", .error(.malformedHeader)),
        chunked("0\r\n\rx", .error(.malformedHeader)),
    ]

    static let versions: [RequestCase] = [
        .init("9112 2.3", "GET / HTTP/1.0\r\n\r\n", .request("GET", "/")),
        .init("9110 2.5", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", .request("GET", "/")),
        .init("9110 2.5", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", .error(.versionNotSupported)),
        .init("9110 2.5", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", .error(.versionNotSupported)),
        .init("9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .error(.versionNotSupported)),
        .init("9112 2.3", "GET / http/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.3", "GET / HTTP/1.10\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.3", "GET / HTTP/1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.3", "GET / HTTP/a.b\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init("9112 2.3", "GET / FTP/1.1\r\nHost: x\r\n\r\n", .error(.malformedRequestLine)),
        .init(
            "9112 6.1", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .error(.framingConflict)),
    ]

    private static func length(_ fields: String, _ body: String, _ outcome: Outcome) -> RequestCase {
        RequestCase("9112 6.2, 6.3", "POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n\(body)", outcome)
    }

    private static func coding(_ fields: String, _ outcome: Outcome) -> RequestCase {
        RequestCase("9112 6.1, 6.3", "POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n3\r\nabc\r\n0\r\n\r\n", outcome)
    }

    private static func chunked(_ body: String, _ outcome: Outcome) -> RequestCase {
        RequestCase("9112 7.1", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", outcome)
    }
}
