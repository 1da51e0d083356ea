import HTTPCore
import Testing

@Suite struct ProxyProtocolTests {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    private static func binary(_ command: UInt8, _ family: UInt8, _ content: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }

    private static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 16)
        + [0xDC, 0x04, 0x01, 0xBB]

    static let heads: [(bytes: [UInt8], source: String?, port: UInt16)] = [
        ([UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n"), "192.0.2.1", 56324),
        ([UInt8](text: "PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n"), "2001:db8::1", 56324),
        ([UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 0 65535\r\n"), "192.0.2.1", 0),
        ([UInt8](text: "PROXY UNKNOWN\r\n"), nil, 0),
        ([UInt8](text: "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), nil, 0),
        (binary(0x21, 0x11, ipv4), "192.0.2.1", 56324),
        (binary(0x21, 0x11, ipv4 + [3, 0, 2, 9, 9]), "192.0.2.1", 56324),
        (binary(0x21, 0x21, ipv6), "2001:db8::1", 56324),
        (binary(0x20, 0x00, []), nil, 0),
        (binary(0x20, 0x11, ipv4), nil, 0),
        (binary(0x21, 0x00, [1, 2, 3]), nil, 0),
        (binary(0x21, 0x31, [UInt8](repeating: 0, count: 216)), nil, 0),
    ]

    /// PP2_TYPE_SSL as haproxy writes it: bits, the result of a check, and fields of its own.
    private static func tls(_ bits: UInt8, _ content: [UInt8] = []) -> [UInt8] {
        [0x20, 0, UInt8(5 + content.count), bits, 0, 0, 0, 0] + content
    }

    private static let version: [UInt8] = [0x21, 0, 7] + [UInt8](text: "TLSv1.3")

    @Test(
        arguments: [
            ([], nil), (tls(1), true), (tls(1, version), true), (tls(0), false), (tls(7), true), (tls(6), false),
            // What is inside, or beside it, is something else.
            (tls(0, [0x20, 0, 1, 1]), false), ([4, 0, 2, 0, 0] + tls(1, version), true), ([1, 0, 2, 0x68, 0x32], nil),
            (tls(1) + [4, 0, 0], true),
        ] as [([UInt8], Bool?)])
    func tellsWhetherTheClientCameByTLS(_ fields: [UInt8], _ isTLS: Bool?) throws {
        let unix = [UInt8](repeating: 0, count: 216)
        for (family, addresses) in [(0x11, Self.ipv4), (0x21, Self.ipv6), (0x31, unix)] as [(UInt8, [UInt8])] {
            let head = try #require(try ProxyProtocol.parse(Self.binary(0x21, family, addresses + fields).span))
            #expect(head.isTLS == isTLS)
        }
        // Of the proxy's own connections nothing is known.
        #expect(try ProxyProtocol.parse(Self.binary(0x20, 0x11, Self.ipv4 + fields).span)?.isTLS == nil)
    }

    @Test(arguments: heads)
    func reads(_ head: (bytes: [UInt8], source: String?, port: UInt16)) throws {
        for length in 0..<head.bytes.count {
            let read = try ProxyProtocol.parse(Array(head.bytes[..<length]).span)
            #expect(read == nil, "of \(length)")
        }
        for trailing in [[], [UInt8](text: "GET / HTTP/1.1\r\n")] {
            let read = try #require(try ProxyProtocol.parse((head.bytes + trailing).span))
            #expect(read.source?.description == head.source)
            #expect(read.sourcePort == head.port)
            #expect(read.end == head.bytes.count)
        }
    }

    @Test(arguments: [
        [UInt8](text: "GET / HTTP/1.1\r\n"), [UInt8](text: "PROXY\r\n"), [UInt8](text: "proxy TCP4"),
        [UInt8](text: "PROXY \r\n"), [UInt8](text: "PROXY TCP4\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 1\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 1 65536\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 01 2\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 +1 2\r\n"),
        [UInt8](text: "PROXY TCP4  192.0.2.1 198.51.100.1 1 2\r\n"),
        [UInt8](text: "PROXY TCP4 2001:db8::1 198.51.100.1 1 2\r\n"),
        [UInt8](text: "PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n"),
        [UInt8](text: "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\n"),
        [UInt8](text: "PROXY UNKNOWN" + String(repeating: " ", count: 100)),
        binary(0x11, 0x11, ipv4), binary(0x22, 0x11, ipv4), binary(0x21, 0x11, Array(ipv4.dropLast())),
        binary(0x21, 0x21, ipv4), binary(0x21, 0x12, ipv4), signature + [0x21, 0x11, 0x08, 0x01],
        [0x0D, 0x0A, 0x0D, 0x0B], binary(0x21, 0x11, ipv4 + [0x20]), binary(0x21, 0x11, ipv4 + [0x20, 0]),
        binary(0x21, 0x11, ipv4 + [0x20, 0, 4, 1, 0, 0, 0]), binary(0x21, 0x11, ipv4 + [0x20, 0, 6, 1, 0, 0, 0, 0]),
        binary(0x21, 0x11, ipv4 + [4, 255, 255, 0]), binary(0x21, 0x31, [UInt8](repeating: 0, count: 215)),
    ])
    func refuses(_ bytes: [UInt8]) {
        #expect(throws: HTTPError.malformedProxyHead) { try ProxyProtocol.parse(bytes.span) }
    }
}
