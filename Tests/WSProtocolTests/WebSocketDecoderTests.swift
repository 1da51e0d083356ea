import Testing

@testable import WSProtocol

/// One row of the table: bytes, and what they mean.
struct DecoderCase: CustomTestStringConvertible, Sendable {
    let name: String
    /// The section of RFC 6455 that decides.
    let section: String
    let bytes: [UInt8]
    var role = Role.server
    let events: [WSEvent]
    var error: WSError?

    var testDescription: String { "\(name) (§\(section))" }

    init(
        _ name: String, _ section: String, _ frames: [[UInt8]], _ role: Role = .server, gives events: [WSEvent] = [],
        then error: WSError? = nil
    ) {
        self.name = name
        self.section = section
        self.bytes = frames.flatMap { $0 }
        self.role = role
        self.events = events
        self.error = error
    }
}

private func text(_ string: String) -> [UInt8] { Array(string.utf8) }
private let hello = WSEvent.message(.text, text("Hello"))
private func filler(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 % 95 + 32) } }

private let legalCases: [DecoderCase] = [
    DecoderCase(
        "the masked Hello of the examples", "5.7",
        [[0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]], gives: [hello]),
    DecoderCase(
        "the unmasked Hello of the examples", "5.7", [[0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]], .client,
        gives: [hello]),
    DecoderCase(
        "the fragmented Hello of the examples", "5.7",
        [[0x01, 0x03, 0x48, 0x65, 0x6C], [0x80, 0x02, 0x6C, 0x6F]], .client, gives: [hello]),
    DecoderCase("the ping of the examples", "5.7", [frame(9, text("Hello"))], gives: [.ping(text("Hello"))]),
    DecoderCase("the pong of the examples", "5.7", [frame(10, text("Hello"))], gives: [.pong(text("Hello"))]),
    DecoderCase("an empty text", "5.6", [frame(1)], gives: [.message(.text, [])]),
    DecoderCase("an empty binary message", "5.6", [frame(2)], gives: [.message(.binary, [])]),
    DecoderCase("an empty ping and an empty pong", "5.5.2", [frame(9), frame(10)], gives: [.ping([]), .pong([])]),
    DecoderCase("the longest 7-bit length", "5.2", [frame(2, filler(125))], gives: [.message(.binary, filler(125))]),
    DecoderCase("the shortest 16-bit length", "5.2", [frame(1, filler(126))], gives: [.message(.text, filler(126))]),
    DecoderCase("a 16-bit length", "5.2", [frame(2, filler(300))], gives: [.message(.binary, filler(300))]),
    DecoderCase(
        "the longest 16-bit length", "5.2", [frame(2, filler(65_535))], gives: [.message(.binary, filler(65_535))]),
    DecoderCase(
        "the shortest 64-bit length", "5.2", [frame(2, filler(65_536))], gives: [.message(.binary, filler(65_536))]),
    DecoderCase("the longest ping", "5.5", [frame(9, filler(125))], gives: [.ping(filler(125))]),
    DecoderCase(
        "binary that is no UTF-8", "5.6", [frame(2, [0xFF, 0xC0, 0x80])],
        gives: [.message(.binary, [0xFF, 0xC0, 0x80])]),
    DecoderCase(
        "two messages in one read", "5.6", [frame(1, text("Hello")), frame(2, [1, 2, 3])],
        gives: [hello, .message(.binary, [1, 2, 3])]),
    DecoderCase(
        "three fragments", "5.4",
        [frame(1, text("He"), fin: false), frame(0, text("ll"), fin: false), frame(0, text("o"))],
        gives: [hello]),
    DecoderCase(
        "control frames between fragments", "5.4",
        [
            frame(1, text("Hel"), fin: false), frame(9, text("a")), frame(10, text("b")), frame(0, fin: false),
            frame(9), frame(0, text("lo")),
        ], gives: [.ping(text("a")), .pong(text("b")), .ping([]), hello]),
    DecoderCase(
        "empty fragments only", "5.4", [frame(1, fin: false), frame(0, fin: false), frame(0)],
        gives: [.message(.text, [])]),
    DecoderCase(
        "a character over two fragments", "5.6",
        [frame(1, [0xE2, 0x82], fin: false), frame(9, [0xFF]), frame(0, [0xAC])],
        gives: [.ping([0xFF]), .message(.text, text("€"))]),
    DecoderCase(
        "a binary message in two parts, then a text", "5.4",
        [frame(2, [1], fin: false), frame(0, [2]), frame(1, text("Hello"))],
        gives: [.message(.binary, [1, 2]), hello]),
    DecoderCase("a mask of zeros", "5.3", [frame(1, text("Hello"), mask: [0, 0, 0, 0])], gives: [hello]),
    DecoderCase("a close without a code", "5.5.1", [frame(8)], gives: [.close(nil, reason: "")]),
    DecoderCase("a close with a code", "5.5.1", [frame(8, [3, 0xE8])], gives: [.close(.normal, reason: "")]),
    DecoderCase(
        "a close with a code and a reason", "5.5.1", [frame(8, [3, 0xE9] + text("bye ☂"))],
        gives: [.close(.goingAway, reason: "bye ☂")]),
    DecoderCase(
        "the longest close", "5.5", [frame(8, [3, 0xE8] + filler(123))],
        gives: [.close(.normal, reason: String(decoding: filler(123), as: UTF8.self))]),
    DecoderCase(
        "a close between fragments", "5.5.1", [frame(1, text("Hel"), fin: false), frame(8, [3, 0xE8])],
        gives: [.close(.normal, reason: "")]),
    DecoderCase(
        "frames behind a close are dropped", "1.4", [frame(8, [3, 0xE8]), frame(1, text("Hello")), [0xFF, 0xFF]],
        gives: [.close(.normal, reason: "")]),
]

private let illegalFrames: [DecoderCase] = [
    DecoderCase("RSV1 without an extension", "5.2", [frame(1, rsv: 4)], then: .reservedBits(4)),
    DecoderCase("RSV2", "5.2", [frame(1, rsv: 2)], then: .reservedBits(2)),
    DecoderCase("RSV3", "5.2", [frame(2, rsv: 1)], then: .reservedBits(1)),
    DecoderCase("all RSV bits on a close", "5.2", [frame(8, rsv: 7)], then: .reservedBits(7)),
    DecoderCase(
        "RSV after a good message", "5.2", [frame(1, text("Hello")), frame(9, rsv: 3)], gives: [hello],
        then: .reservedBits(3)),
    DecoderCase("opcode 3", "5.2", [frame(3)], then: .unknownOpcode(3)),
    DecoderCase("opcode 7 with a payload", "5.2", [frame(7, [1, 2, 3])], then: .unknownOpcode(7)),
    DecoderCase("opcode 11", "5.2", [frame(11)], then: .unknownOpcode(11)),
    DecoderCase("opcode 15 without FIN", "5.2", [frame(15, fin: false)], then: .unknownOpcode(15)),
    DecoderCase("a client without a mask", "5.1", [frame(1, text("Hello"), mask: nil)], then: .unmaskedFrame),
    DecoderCase("a client's close without a mask", "5.1", [frame(8, mask: nil)], then: .unmaskedFrame),
    DecoderCase("a server with a mask", "5.1", [frame(1, text("Hello"))], .client, then: .maskedFrame),
    DecoderCase("0 in 16 bits", "5.2", [frame(2, lengthBytes: 2)], then: .nonMinimalLength),
    DecoderCase("125 in 16 bits", "5.2", [frame(2, filler(125), lengthBytes: 2)], then: .nonMinimalLength),
    DecoderCase("5 in 64 bits", "5.2", [frame(1, text("Hello"), lengthBytes: 8)], then: .nonMinimalLength),
    DecoderCase("65,535 in 64 bits", "5.2", [frame(2, lengthBytes: 8, announced: 65_535)], then: .nonMinimalLength),
    DecoderCase("2^63", "5.2", [frame(2, lengthBytes: 8, announced: 1 << 63)], then: .lengthTopBit),
    DecoderCase("2^64 - 1", "5.2", [frame(2, lengthBytes: 8, announced: .max)], then: .lengthTopBit),
    DecoderCase("2^63 - 1", "5.2", [frame(2, lengthBytes: 8, announced: .max >> 1)], then: .frameTooBig),
    DecoderCase("a ping without FIN", "5.5", [frame(9, fin: false)], then: .fragmentedControlFrame),
    DecoderCase("a close without FIN", "5.5", [frame(8, fin: false)], then: .fragmentedControlFrame),
    DecoderCase("a ping of 126 bytes", "5.5", [frame(9, filler(126))], then: .controlFrameTooLong),
    DecoderCase(
        "a pong with a 64-bit length", "5.5", [frame(10, lengthBytes: 8, announced: 1)], then: .controlFrameTooLong),
    DecoderCase("a close of 126 bytes", "5.5", [frame(8, [3, 0xE8] + filler(124))], then: .controlFrameTooLong),
    DecoderCase("a continuation first", "5.4", [frame(0, text("x"))], then: .unexpectedContinuation),
    DecoderCase(
        "a continuation without FIN first", "5.4", [frame(0, text("x"), fin: false)], then: .unexpectedContinuation),
    DecoderCase(
        "a continuation after a whole message", "5.4", [frame(1, text("Hello")), frame(0)], gives: [hello],
        then: .unexpectedContinuation),
    DecoderCase(
        "a text within a text", "5.4", [frame(1, text("a"), fin: false), frame(1, text("b"))], then: .interleavedMessage
    ),
    DecoderCase(
        "a binary within a text", "5.4", [frame(1, text("a"), fin: false), frame(2, fin: false)],
        then: .interleavedMessage),
]

private let illegalContents: [DecoderCase] = [
    DecoderCase("an overlong slash", "8.1", [frame(1, [0xC0, 0xAF])], then: .invalidUTF8),
    DecoderCase("a surrogate", "8.1", [frame(1, text("κ") + [0xED, 0xA0, 0x80] + text("x"))], then: .invalidUTF8),
    DecoderCase("above U+10FFFF", "8.1", [frame(1, [0xF4, 0x90, 0x80, 0x80])], then: .invalidUTF8),
    DecoderCase("a lone continuation byte", "8.1", [frame(1, filler(100) + [0x80])], then: .invalidUTF8),
    DecoderCase("a text that ends in a character", "8.1", [frame(1, filler(40) + [0xE2, 0x82])], then: .invalidUTF8),
    DecoderCase(
        "a fragmented text that ends in a character", "8.1", [frame(1, [0xE2], fin: false), frame(0, [0x82])],
        then: .invalidUTF8),
    DecoderCase(
        "a wrong byte in the second fragment", "8.1", [frame(1, [0xE2], fin: false), frame(0, [0x28, 0xA1])],
        then: .invalidUTF8),
    DecoderCase("a close of one byte", "5.5.1", [frame(8, [3])], then: .truncatedCloseCode),
    DecoderCase("close code 0", "7.4.2", [frame(8, [0, 0])], then: .invalidCloseCode(0)),
    DecoderCase("close code 999", "7.4.2", [frame(8, [3, 0xE7] + text("x"))], then: .invalidCloseCode(999)),
    DecoderCase("close code 1005", "7.4.1", [frame(8, [3, 0xED])], then: .invalidCloseCode(1005)),
    DecoderCase("close code 1006", "7.4.1", [frame(8, [3, 0xEE])], then: .invalidCloseCode(1006)),
    DecoderCase("close code 1015", "7.4.1", [frame(8, [3, 0xF7])], then: .invalidCloseCode(1015)),
    DecoderCase("close code 5000", "7.4.2", [frame(8, [0x13, 0x88])], then: .invalidCloseCode(5000)),
    DecoderCase(
        "a reason that is no UTF-8", "5.5.1", [frame(8, [3, 0xE8, 0xCE, 0xBA, 0xED, 0xA0, 0x80])],
        then: .invalidCloseReason),
    DecoderCase(
        "a reason that ends in a character", "5.5.1", [frame(8, [3, 0xE8, 0xE2, 0x82])], then: .invalidCloseReason),
]

@Suite struct WebSocketDecoderTests {
    @Test(arguments: legalCases + illegalFrames + illegalContents)
    func tableRow(_ row: DecoderCase) {
        let decoder = WebSocketDecoder(role: row.role)
        let expected = Outcome(events: row.events, error: row.error)
        // A close or an error ends the stream, so whatever follows must change nothing there; else it is a message.
        let ends = row.error != nil || row.events.contains { if case .close = $0 { true } else { false } }
        let mask: [UInt8]? = row.role == .server ? [1, 2, 3, 4] : nil
        let trailing = frame(1, text("Hello"), mask: mask)
        let expectedWithTrailing = Outcome(events: row.events + (ends ? [] : [hello]), error: row.error)
        for form in Form.allCases {
            for pieces in splittings(of: row.bytes) {
                #expect(decode(pieces, form: form, with: decoder) == expected)
            }
            for pieces in [[row.bytes + trailing], [row.bytes, trailing]] {
                #expect(decode(pieces, form: form, with: decoder) == expectedWithTrailing)
            }
        }
    }

    /// §7.4: whatever two bytes a close frame carries, the answer is the code or an error.
    @Test func everyCloseCode() {
        let valid = Set<UInt16>([1000, 1001, 1002, 1003] + Array(1007...1014) + Array(3000...4999))
        for code in UInt16.min...UInt16.max {
            let bytes = frame(8, [UInt8(code >> 8), UInt8(code & 255)])
            let expected =
                valid.contains(code)
                ? Outcome(events: [.close(CloseCode(code), reason: "")]) : Outcome(error: .invalidCloseCode(code))
            let outcome = decode([bytes], form: .inPlace, with: WebSocketDecoder(role: .server))
            if outcome != expected { Issue.record("code \(code): \(outcome)") }
        }
    }

    /// §8.1: the error comes with the first byte that makes it certain, in the middle of a frame.
    @Test(arguments: Form.allCases)
    func textFailsAtItsFirstImpossibleByte(_ form: Form) {
        let payload = text("κόσμε") + [0xF4, 0x90]
        let bytes = frame(1, payload + filler(1_000))
        let header = bytes.count - payload.count - 1_000
        for count in header...(header + payload.count) {
            let outcome = decode(bytes[..<count].map { [$0] }, form: form, with: WebSocketDecoder(role: .server))
            #expect(outcome == Outcome(error: count == header + payload.count ? .invalidUTF8 : nil))
        }
    }

    /// What lies whole in the buffer stays there.
    @Test func wholeFramesAreNotCopied() throws {
        var buffer = frame(1, text("Hello")) + frame(9, text("p")) + frame(2, filler(300))
        var span = buffer.mutableSpan
        var offset = 0
        var decoder = WebSocketDecoder(role: .server)
        #expect(try decoder.next(in: &span, at: &offset) == .message(.text, .inBuffer(6..<11)))
        #expect(offset == 11)
        #expect(try decoder.next(in: &span, at: &offset) == .ping(.inBuffer(17..<18)))
        #expect(try decoder.next(in: &span, at: &offset) == .message(.binary, .inBuffer(26..<326)))
        #expect(try decoder.next(in: &span, at: &offset) == nil)
        #expect(offset == 326)
    }

    /// Bytes appended first come first, whichever form asks.
    @Test func formsShareTheirState() throws {
        let bytes = frame(1, text("Hello")) + frame(9, text("p")) + frame(2, [1, 2])
        for point in 0...bytes.count {
            var decoder = WebSocketDecoder(role: .server)
            let first = Array(bytes[..<point])
            decoder.append(first)
            var rest = Array(bytes[point...])
            var span = rest.mutableSpan
            var offset = 0
            var events: [WSEvent] = []
            while let event = try decoder.next(in: &span, at: &offset) { events.append(event.owned(from: span.span)) }
            #expect(events == [hello, .ping(text("p")), .message(.binary, [1, 2])])
            #expect(offset == rest.count)
        }
    }

    /// A caller may append again before it has asked for everything.
    @Test func appendingEarlyLosesNothing() throws {
        var decoder = WebSocketDecoder(role: .server)
        let bytes = frame(1, text("Hello"))
        let more = bytes + bytes + bytes[..<3]
        decoder.append(more)
        #expect(try decoder.next() == hello)
        let rest = Array(bytes[3...])
        decoder.append(rest)
        #expect(try decoder.next() == hello)
        #expect(try decoder.next() == hello)
        #expect(try decoder.next() == nil)
    }

    @Test func anEndedDecoderStaysSilent() throws {
        var decoder = WebSocketDecoder(role: .server)
        let wrong: [UInt8] = [0xFF, 0x80]
        decoder.append(wrong)
        #expect(throws: WSError.reservedBits(7)) { try decoder.next() }
        #expect(decoder.isEnded)
        var buffer = frame(1, text("Hello"))
        decoder.append(buffer)
        #expect(try decoder.next() == nil)
        var span = buffer.mutableSpan
        var offset = 0
        #expect(try decoder.next(in: &span, at: &offset) == nil)
        #expect(offset == span.count)
    }

    /// An idle connection costs this and no heap.
    @Test func stateIsSmall() {
        #expect(MemoryLayout<WebSocketDecoder>.stride + MemoryLayout<WebSocketEncoder>.stride <= 200)
    }
}
