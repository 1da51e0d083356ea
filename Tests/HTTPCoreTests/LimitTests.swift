import HTTPCore
import Testing

/// Each limit exactly at its bound, and one byte or line beyond it, however the bytes come (RFC 9112 §3, RFC 6585 §5).
@Suite struct LimitTests {
    private static func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        change(&limits)
        return limits
    }

    private func readings(_ text: String, _ limits: HTTPLimits) -> [Reading] {
        let bytes = [UInt8](text: text)
        let pieces = [[bytes], bytes.singles, bytes.cut(at: 1), bytes.cut(at: bytes.count - 1)]
        return pieces.flatMap { [Reading.plain($0, limits: limits), Reading.inPlace($0, limits: limits)] }
    }

    private func expect(_ text: String, _ limits: HTTPLimits, _ error: HTTPError?, status: Status? = nil) {
        for reading in readings(text, limits) {
            #expect(reading.error == error)
            #expect(reading.requests.count == (error == nil ? 1 : 0))
        }
        #expect(error?.status == status)
    }

    @Test(arguments: [(32, nil), (33, HTTPError.requestLineTooLong)] as [(Int, HTTPError?)])
    func requestLine(_ bytes: Int, _ error: HTTPError?) {
        let path = "/" + String(repeating: "a", count: bytes - 14)
        let text = "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n"
        expect(text, Self.limits { $0.requestLineBytesMax = 32 }, error, status: error.map { _ in .uriTooLong })
    }

    @Test func requestLineWithoutAnEnd() {
        let text = "GET /" + String(repeating: "a", count: 40)
        expect(text, Self.limits { $0.requestLineBytesMax = 32 }, .requestLineTooLong, status: .uriTooLong)
    }

    @Test func aLineLimitAboveTheHeadsIsTheHeads() {
        let text = "GET /" + String(repeating: "a", count: 40)
        expect(text, Self.limits { $0.headBytesMax = 32 }, .requestLineTooLong, status: .uriTooLong)
    }

    @Test(arguments: [(64, nil), (65, HTTPError.headTooLarge)] as [(Int, HTTPError?)])
    func head(_ bytes: Int, _ error: HTTPError?) {
        let start = "GET / HTTP/1.1\r\nHost: x\r\nA: "
        let text = start + String(repeating: "b", count: bytes - start.utf8.count - 4) + "\r\n\r\n"
        #expect(text.utf8.count == bytes)
        expect(text, Self.limits { $0.headBytesMax = 64 }, error, status: error.map { _ in .headersTooLarge })
    }

    @Test func headWithoutAnEnd() {
        let text = "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 80)
        expect(text, Self.limits { $0.headBytesMax = 64 }, .headTooLarge, status: .headersTooLarge)
    }

    @Test(arguments: [(9, nil), (10, HTTPError.tooManyHeaders)] as [(Int, HTTPError?)])
    func headerCount(_ more: Int, _ error: HTTPError?) {
        let text = "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A:\r\n", count: more) + "\r\n"
        expect(text, Self.limits { $0.headerCountMax = 10 }, error, status: error.map { _ in .headersTooLarge })
    }

    @Test(arguments: [(8, nil), (9, HTTPError.bodyTooLarge)] as [(Int, HTTPError?)])
    func body(_ bytes: Int, _ error: HTTPError?) {
        let limits = HTTPLimits(bodyBytesMax: 8)
        let content = String(repeating: "a", count: bytes)
        let head = "POST / HTTP/1.1\r\nHost: x\r\n"
        let status: Status? = error == nil ? nil : .contentTooLarge
        expect(head + "Content-Length: \(bytes)\r\n\r\n" + content, limits, error, status: status)
        expect(
            head + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n\(bytes - 1)\r\n\(content.dropLast())\r\n0\r\n\r\n",
            limits, error, status: status)
    }

    @Test(arguments: [(8, nil), (9, HTTPError.chunkExtensionsTooLarge)] as [(Int, HTTPError?)])
    func chunkExtensions(_ bytes: Int, _ error: HTTPError?) {
        // Behind the ";" each byte counts, the carriage return too; over all chunks.
        let names = String(repeating: "e", count: bytes - 5)
        let text =
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;abc\r\na\r\n1;\(names)\r\na\r\n0\r\n\r\n"
        let limits = Self.limits { $0.chunkExtensionBytesMax = 8 }
        expect(text, limits, error, status: error.map { _ in .contentTooLarge })
    }

    @Test(arguments: [(2, nil), (3, HTTPError.tooManyHeaders)] as [(Int, HTTPError?)])
    func trailerCount(_ count: Int, _ error: HTTPError?) {
        let text =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n0\r\n"
            + String(repeating: "A: b\r\n", count: count) + "\r\n"
        expect(text, Self.limits { $0.headerCountMax = 2 }, error, status: error.map { _ in .headersTooLarge })
    }

    @Test func trailerBytes() {
        let text =
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\n0\r\nA: "
            + String(repeating: "b", count: 99)
        expect(text, Self.limits { $0.headBytesMax = 80 }, .headTooLarge, status: .headersTooLarge)
    }

    @Test func anAnnouncedLengthAllocatesNothing() throws {
        var parser = RequestParser(limits: HTTPLimits(bodyBytesMax: .max))
        parser.append([UInt8](text: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\nab").span)
        #expect(try parser.next() == nil)
        #expect(parser.isReadingBody)
    }

    @Test func absurdLimitsDoNotTrap() {
        let text = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        let most = Self.limits {
            ($0.requestLineBytesMax, $0.headBytesMax, $0.headerCountMax, $0.bodyBytesMax) = (.max, .max, .max, .max)
        }
        expect(text, most, nil)
        let least = Self.limits {
            ($0.requestLineBytesMax, $0.headBytesMax, $0.headerCountMax, $0.bodyBytesMax) = (.min, .min, .min, .min)
        }
        expect(text, least, .requestLineTooLong, status: .uriTooLong)
    }
}
