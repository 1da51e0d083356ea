import Testing

@testable import WSProtocol

private func agreement(
    server: Int = 15, client: Int = 15, serverForgets: Bool = false, clientForgets: Bool = false
) -> DeflateAgreement {
    DeflateAgreement(
        serverNoContextTakeover: serverForgets, clientNoContextTakeover: clientForgets, serverMaxWindowBits: server,
        clientMaxWindowBits: client, level: 6)
}

private let helloDeflated: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
private let hello = WSEvent.message(.text, Array("Hello".utf8))

private func outcomes(
    _ frames: [[UInt8]], _ agreement: DeflateAgreement = agreement(), limits: WSLimits = WSLimits()
) -> [Outcome] {
    let bytes = frames.flatMap { $0 }
    return Form.allCases.flatMap { form in
        splittings(of: bytes).map {
            decode($0, form: form, with: WebSocketDecoder(role: .server, limits: limits, deflate: agreement))
        }
    }
}

/// Text without much repetition, so that compressed frames have some length.
private func prose(_ count: Int) -> [UInt8] {
    var state: UInt32 = 12_345
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return UInt8(truncatingIfNeeded: 97 + state >> 24 % 26)
    }
}

@Suite struct DeflateTests {
    /// The examples of RFC 7692 §7.2.3.
    @Test func examples() {
        for outcome in outcomes([frame(1, helloDeflated, rsv: 4)]) { #expect(outcome == Outcome(events: [hello])) }
        let fragments = [
            frame(1, Array(helloDeflated[..<3]), fin: false, rsv: 4), frame(0, Array(helloDeflated[3...])),
        ]
        for outcome in outcomes(fragments) { #expect(outcome == Outcome(events: [hello])) }
        // The second refers to the first.
        let twice = [frame(1, helloDeflated, rsv: 4), frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4)]
        for outcome in outcomes(twice) { #expect(outcome == Outcome(events: [hello, hello])) }
        for outcome in outcomes(twice, agreement(clientForgets: true)) {
            #expect(outcome == Outcome(events: [hello], error: .invalidCompressedData))
        }
        // A stored block, a final block, and two blocks.
        let stored: [UInt8] = [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00]
        let final: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]
        let blocks: [UInt8] = [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00]
        for payload in [stored, final, blocks] {
            for outcome in outcomes([frame(1, payload, rsv: 4), frame(1, helloDeflated, rsv: 4)]) {
                #expect(outcome == Outcome(events: [hello, hello]))
            }
        }
        // An empty message (§7.2.3.6), and one that is not compressed.
        for outcome in outcomes([frame(1, [0], rsv: 4), frame(1, Array("Hello".utf8))]) {
            #expect(outcome == Outcome(events: [.message(.text, []), hello]))
        }
    }

    @Test(arguments: [
        ([frame(0, helloDeflated, rsv: 4)], WSError.reservedBits(4)),
        ([frame(1, [0xF2], fin: false, rsv: 4), frame(0, [0x48], rsv: 4)], .reservedBits(4)),
        ([frame(9, rsv: 4)], .reservedBits(4)), ([frame(1, rsv: 6)], .reservedBits(6)),
        ([frame(1, [0xFF, 0xFF], rsv: 4)], .invalidCompressedData),
        // Cut in the middle of a block: the bytes are legal, the end is not.
        ([frame(1, [0xF2, 0x48, 0xCD], rsv: 4)], .invalidCompressedData),
        ([frame(2, [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48], rsv: 4)], .invalidCompressedData),
        // A distance beyond what was sent.
        ([frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4)], .invalidCompressedData),
        // Stored bytes that are no UTF-8; in the middle of a text, and at its end.
        ([frame(1, [0x00, 0x02, 0x00, 0xFD, 0xFF, 0xC0, 0xAF, 0x00], rsv: 4)], .invalidUTF8),
        ([frame(1, [0x00, 0x02, 0x00, 0xFD, 0xFF, 0xE2, 0x82, 0x00], rsv: 4)], .invalidUTF8),
    ])
    func violations(_ frames: [[UInt8]], _ error: WSError) {
        for outcome in outcomes(frames) { #expect(outcome == Outcome(error: error)) }
    }

    /// What one side encodes the other decodes, for windows of every size, with and without context.
    @Test(arguments: [8, 9, 12, 15], [true, false])
    func roundTrip(_ windowBits: Int, _ forgets: Bool) {
        let agreement = agreement(
            server: windowBits, client: windowBits, serverForgets: forgets, clientForgets: forgets)
        let payloads = [
            Array("grüß 😀 ".utf8), [], prose(600), prose(600), [UInt8](repeating: 97, count: 3_000),
            Array(String(repeating: "日本語 ", count: 30).utf8),
        ]
        for role in [Role.server, .client] {
            var encoder = WebSocketEncoder(role: role, deflate: agreement, compressBytesMin: 0)
            var bytes: [UInt8] = []
            for payload in payloads {
                encoder.encode(.text, payload, mask: role == .client ? 0x1234_5678 : nil, to: &bytes)
            }
            let peer = WebSocketDecoder(role: role == .server ? .client : .server, deflate: agreement)
            let expected = Outcome(events: payloads.map { .message(.text, $0) })
            for form in Form.allCases {
                for pieces in splittings(of: bytes) where pieces.count < 100 || form == .inPlace {
                    #expect(decode(pieces, form: form, with: peer) == expected)
                }
            }
            if windowBits > 8 { #expect(bytes.count < 1_500) }
        }
    }

    /// Context takeover pays: the second copy of a message is a reference to the first.
    @Test func contextIsUsed() {
        let text = prose(1_000)
        func lengths(_ agreement: DeflateAgreement) -> [Int] {
            var encoder = WebSocketEncoder(role: .server, deflate: agreement)
            return (0..<2).map { _ in
                var bytes: [UInt8] = []
                encoder.encode(.text, text, to: &bytes)
                return bytes.count
            }
        }
        let kept = lengths(agreement())
        #expect(kept[1] < kept[0] / 10)
        let forgotten = lengths(agreement(serverForgets: true))
        #expect(forgotten[1] == forgotten[0])
    }

    /// One frame for all who agreed to no context on the server's side, whatever they got before.
    @Test func sharedFrames() {
        let text = prose(2_000) + prose(2_000)
        var shared: [UInt8] = []
        FrameEncoder.appendCompressed(.text, text.span, windowBits: 12, to: &shared)
        #expect(shared.count < text.count)
        let agreement = agreement(server: 12, serverForgets: true)
        #expect(agreement.allowsSharedFrames(windowBits: 12))
        #expect(!agreement.allowsSharedFrames(windowBits: 13))
        #expect(!DeflateTests.keeping.allowsSharedFrames(windowBits: 9))
        let message = WSEvent.message(.text, text)
        let decoder = WebSocketDecoder(role: .client, deflate: agreement)
        #expect(
            decode([shared, shared + shared], form: .people, with: decoder)
                == Outcome(events: [message, message, message]))
        // What does not get shorter goes out as it is.
        var short: [UInt8] = []
        FrameEncoder.appendCompressed(.binary, [1, 2, 3].span, to: &short)
        #expect(short == [0x82, 3, 1, 2, 3])
    }

    private static let keeping = agreement()

    /// The limit counts what comes out, and not one byte more does.
    @Test(arguments: [1, 100, 5_000])
    func messageLimitAfterInflation(_ limit: Int) {
        let limits = WSLimits(messageBytesMax: limit)
        for (count, fits) in [(limit, true), (limit + 1, false), (limit * 50, false)] {
            let payload = [UInt8](repeating: 120, count: count)
            var encoder = WebSocketEncoder(role: .client, deflate: agreement(), compressBytesMin: 0)
            var bytes: [UInt8] = []
            encoder.encode(.binary, payload, mask: 7, to: &bytes)
            let expected = fits ? Outcome(events: [.message(.binary, payload)]) : Outcome(error: .messageTooBig)
            // Below a handful of bytes the compressed form is the longer one, and its own length decides.
            guard limit > 10 else { continue }
            for outcome in outcomes([bytes], limits: limits) { #expect(outcome == expected) }
        }
    }

    /// What does not compress may take more bytes on the wire than the limits say for what it is.
    @Test func incompressibleMessageOfTheLongestLength() {
        let limits = WSLimits(frameBytesMax: 300, messageBytesMax: 300)
        let payload = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 37 &+ $0 >> 3) }
        // A stored block of all of it, and the beginning of the empty one (RFC 1951 §3.2.4).
        let stored: [UInt8] = [0x00, 0x2C, 0x01, 0xD3, 0xFE] + payload + [0x00]
        for outcome in outcomes([frame(2, stored, rsv: 4)], limits: limits) {
            #expect(outcome == Outcome(events: [.message(.binary, payload)]))
        }
        for outcome in outcomes([frame(2, rsv: 4, announced: 300 + 300 / 64 + 65)], limits: limits) {
            #expect(outcome == Outcome(error: .frameTooBig))
        }
        for outcome in outcomes([frame(2, stored)], limits: limits) { #expect(outcome == Outcome(error: .frameTooBig)) }
    }

    @Test func ratioLimit() {
        let payload = [UInt8](repeating: 0, count: 1_000_000)
        var encoder = WebSocketEncoder(role: .client, deflate: agreement())
        var bytes: [UInt8] = []
        encoder.encode(.binary, payload, mask: 7, to: &bytes)
        let generous = WSLimits(messageBytesMax: 2_000_000, inflateRatioMax: 1_100)
        let strict = WSLimits(messageBytesMax: 2_000_000, inflateRatioMax: 500)
        let decoder = { WebSocketDecoder(role: .server, limits: $0, deflate: agreement()) }
        #expect(
            decode([bytes], form: .people, with: decoder(generous)) == Outcome(events: [.message(.binary, payload)]))
        #expect(decode([bytes], form: .people, with: decoder(strict)) == Outcome(error: .compressionRatioTooHigh))
    }

    /// A copy is a value of its own, its history included.
    @Test func copiesAreIndependent() throws {
        var encoder = WebSocketEncoder(role: .client, deflate: agreement())
        let texts = [prose(500), prose(400), prose(300)]
        var frames: [[UInt8]] = []
        for text in texts {
            var bytes: [UInt8] = []
            encoder.encode(.text, text, mask: 1, to: &bytes)
            frames.append(bytes)
        }
        var first = WebSocketDecoder(role: .server, deflate: agreement())
        first.append(frames[0])
        #expect(try first.next() == .message(.text, texts[0]))
        var second = first
        second.append(frames[1])
        #expect(try second.next() == .message(.text, texts[1]))
        first.append(frames[1])
        #expect(try first.next() == .message(.text, texts[1]))
        second.append(frames[2])
        #expect(try second.next() == .message(.text, texts[2]))
        var copy = encoder
        var one: [UInt8] = []
        var other: [UInt8] = []
        encoder.encode(.text, texts[2], mask: 1, to: &one)
        copy.encode(.text, texts[2], mask: 1, to: &other)
        #expect(one == other)
    }

    /// Without an agreement RSV1 means nothing.
    @Test func notAgreedOn() {
        let outcome = decode([frame(1, helloDeflated, rsv: 4)], form: .people, with: WebSocketDecoder(role: .server))
        #expect(outcome == Outcome(error: .reservedBits(4)))
    }
}
