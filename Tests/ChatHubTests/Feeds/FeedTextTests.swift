import Testing

@testable import ChatHub

/// Lines, events and compressed bodies, however they come in pieces.
struct FeedTextTests {
    private static func lines(_ pieces: [[UInt8]], max: Int = 8) -> [String] {
        var splitter = LineSplitter(lineBytesMax: max)
        var lines: [String] = []
        for piece in pieces {
            var offset = 0
            while let line = splitter.next(in: piece.span, at: &offset) {
                switch line {
                case .inBuffer(let range): lines.append(String(decoding: piece[range], as: UTF8.self))
                case .owned(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
                case .tooLong: lines.append("<long>")
                }
            }
            #expect(offset == piece.count)
        }
        if let rest = splitter.takeRest() { lines.append("rest:" + String(decoding: rest, as: UTF8.self)) }
        return lines
    }

    /// In one piece, cut in two at every place, and byte by byte.
    static func cuts(_ bytes: [UInt8]) -> [[[UInt8]]] {
        let inTwo = bytes.indices.map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
        return [[bytes]] + inTwo + [bytes.map { [$0] }]
    }

    @Test(arguments: [
        ("", []), ("a\n", ["a"]), ("a\r\nb\n", ["a", "b"]), ("\n\r\n", ["", ""]), ("a", ["rest:a"]),
        ("a\nb\r", ["a", "rest:b"]), ("a\rb\n", ["a\rb"]),
        ("12345678\n", ["12345678"]), ("12345678\r\n", ["12345678"]), ("123456789\nx\n", ["<long>", "x"]),
        ("123456789\r\nx\n", ["<long>", "x"]), ("1234567890123456789012345\ny\n", ["<long>", "y"]),
        ("1234567890123456789012345", ["<long>"]), ("ok\n1234567890123456789\n\nz\n", ["ok", "<long>", "", "z"]),
    ])
    func linesInPieces(text: String, expected: [String]) {
        for pieces in Self.cuts(Array(text.utf8)) { #expect(Self.lines(pieces) == expected, "\(pieces)") }
    }

    @Test func aLineWithoutEndIsNotKept() {
        var splitter = LineSplitter(lineBytesMax: 1_000)
        let chunk = [UInt8](repeating: 120, count: 4_096)
        var tooLong = 0
        for _ in 0..<1_000 {
            var offset = 0
            while let line = splitter.next(in: chunk.span, at: &offset) { if line == .tooLong { tooLong += 1 } }
        }
        #expect(tooLong == 1)
        #expect(splitter.takeRest() == nil)
    }

    private static func steps(_ pieces: [[UInt8]], max: Int) -> (steps: [String], id: String?) {
        var parser = EventStreamParser(eventBytesMax: max, lastEventID: "before")
        var steps: [String] = []
        for piece in pieces {
            var offset = 0
            while let step = parser.next(in: piece.span, at: &offset) {
                switch step {
                case .event(let data): steps.append(String(decoding: data, as: UTF8.self))
                case .tooLong: steps.append("<long>")
                case .retry(let milliseconds): steps.append("<retry \(milliseconds)>")
                }
            }
        }
        return (steps, parser.lastEventID)
    }

    @Test(
        arguments: [
            ("data: a\n\n", ["a"], "before"),
            ("data:a\r\n\r\n", ["a"], "before"),
            ("data: a\r\rdata: b\r\r", ["a", "b"], "before"),
            ("data:  a\ndata\ndata:b\n\n", [" a\n\nb"], "before"),
            ("\u{FEFF}data: a\n\n", ["a"], "before"),
            (": hello\n\ndata: a\n\n", ["a"], "before"),
            ("event: x\nid: 7\ndata: a\n\n", ["a"], "7"),
            ("id: 7\n\n", [], "7"),
            ("id: 7\ndata: a", [], "before"),
            ("id: 7\n\nid\n\n", [], nil),
            ("id: a\u{0}b\n\n", [], "before"),
            ("id: \(String(repeating: "x", count: 1_025))\n\n", [], "before"),
            ("retry: 250\n\n", ["<retry 250>"], "before"),
            ("retry: 99999999999999999999\n\n", ["<retry 9223372036854775807>"], "before"),
            ("retry: -1\nretry: 1x\nretry:\n\n", [], "before"),
            ("nonsense\nfoo: bar\ndata: ü日本\n\n", ["ü日本"], "before"),
            ("data: \(String(repeating: "x", count: 70))\n\ndata: b\n\n", ["<long>", "b"], "before"),
            (
                "data: \(String(repeating: "x", count: 40))\ndata: \(String(repeating: "y", count: 40))\n\ndata: b\n\n",
                ["<long>", "b"], "before"
            ),
            ("data: a\n", [], "before"),
        ] as [(String, [String], String?)])
    func eventsInPieces(text: String, expected: [String], id: String?) {
        for pieces in Self.cuts(Array(text.utf8)) {
            let (steps, lastID) = Self.steps(pieces, max: text.contains("id: xxxx") ? 2_000 : 64)
            #expect(steps == expected, "\(pieces)")
            #expect(lastID == id, "\(pieces)")
        }
    }

    static let text = #"{"text":"one"}"# + "\n" + #"{"text":"two"}"# + "\n"
    /// The text above, by gzip and in zlib's wrapper.
    static let gzipped: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0x2A, 0x49, 0xAD, 0x28, 0x51, 0xB2,
        0x52, 0xCA, 0xCF, 0x4B, 0x55, 0xAA, 0xE5, 0xAA, 0x86, 0x71, 0x4B, 0xCA, 0xF3, 0x81, 0x5C, 0x00, 0xFB, 0x0E,
        0x50, 0xCB, 0x1E, 0x00, 0x00, 0x00,
    ]
    static let zlibbed: [UInt8] = [
        0x78, 0x9C, 0xAB, 0x56, 0x2A, 0x49, 0xAD, 0x28, 0x51, 0xB2, 0x52, 0xCA, 0xCF, 0x4B, 0x55, 0xAA, 0xE5, 0xAA,
        0x86, 0x71, 0x4B, 0xCA, 0xF3, 0x81, 0x5C, 0x00, 0x9A, 0x94, 0x09, 0xAF,
    ]
    /// 5,000 times the letter x.
    private static let bomb: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2,
        0xA0, 0xDA, 0x8B, 0x6F, 0x0A, 0x3F, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x80, 0xB7, 0x01, 0x26, 0xF0, 0xDB, 0x00,
        0x88, 0x13, 0x00, 0x00,
    ]

    @Test(arguments: [gzipped, zlibbed])
    func decompressesInPieces(bytes: [UInt8]) throws {
        for pieces in Self.cuts(bytes) {
            let inflater = try #require(GzipInflater())
            var text: [UInt8] = []
            for piece in pieces { text += try inflater.inflate(piece.span, bytesMax: 1_000) }
            #expect(String(decoding: text, as: UTF8.self) == Self.text)
        }
    }

    @Test func decompressesMembersBehindEachOther() throws {
        for pieces in Self.cuts(Self.gzipped + Self.gzipped) {
            let inflater = try #require(GzipInflater())
            var text: [UInt8] = []
            for piece in pieces { text += try inflater.inflate(piece.span, bytesMax: 1_000) }
            #expect(String(decoding: text, as: UTF8.self) == Self.text + Self.text)
        }
    }

    @Test func decompressesNoMoreThanAllowed() throws {
        let enough = try #require(GzipInflater())
        #expect(try enough.inflate(Self.bomb.span, bytesMax: 5_000).count == 5_000)
        let little = try #require(GzipInflater())
        #expect(throws: GzipInflater.Failure.tooLarge) { try little.inflate(Self.bomb.span, bytesMax: 4_999) }
    }

    @Test(arguments: [
        Array("hello, this is no gzip".utf8), [0x1F, 0x8B, 0xFF, 0xFF, 0xFF],
        Array(gzipped.dropLast(8)) + [UInt8](repeating: 0, count: 8),
        gzipped + Array("garbage".utf8),
    ])
    func refusesWhatIsNotCompressed(bytes: [UInt8]) throws {
        let inflater = try #require(GzipInflater())
        #expect(throws: GzipInflater.Failure.invalid) { try inflater.inflate(bytes.span, bytesMax: 1_000) }
    }
}
