import Testing
import WSProtocol

@Suite struct FrameEncoderTests {
    /// The examples of §5.7, and each form of the length.
    @Test func examples() {
        var bytes: [UInt8] = []
        FrameEncoder.append(.text, Array("Hello".utf8), to: &bytes)
        #expect(bytes == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        bytes = []
        FrameEncoder.append(.text, Array("Hello".utf8), mask: 0x37FA_213D, to: &bytes)
        #expect(bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        for count in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = [UInt8](repeating: 9, count: count)
            var encoded: [UInt8] = []
            FrameEncoder.append(.binary, payload, to: &encoded)
            #expect(encoded == frame(2, payload, mask: nil))
            var header: [UInt8] = []
            FrameEncoder.appendHeader(.binary, payloadBytes: count, to: &header)
            #expect(header + payload == encoded)
        }
    }

    @Test func controlFramesStayLegal() {
        var bytes: [UInt8] = []
        FrameEncoder.append(.ping, [UInt8](repeating: 1, count: 200), fin: false, to: &bytes)
        #expect(bytes == frame(9, [UInt8](repeating: 1, count: 125), mask: nil))
    }

    @Test func close() {
        func encoded(_ code: CloseCode?, _ reason: String) -> [UInt8] {
            var bytes: [UInt8] = []
            FrameEncoder.appendClose(code, reason: reason, to: &bytes)
            return bytes
        }
        #expect(encoded(nil, "ignored") == [0x88, 0])
        #expect(encoded(.noStatus, "ignored") == [0x88, 0])
        #expect(encoded(.normal, "") == [0x88, 2, 3, 0xE8])
        #expect(encoded(.goingAway, "bye") == frame(8, [3, 0xE9] + Array("bye".utf8), mask: nil))
        let long = String(repeating: "a", count: 122) + "€"
        #expect(encoded(.normal, long) == frame(8, [3, 0xE8] + [UInt8](repeating: 97, count: 122), mask: nil))
        let exact = String(repeating: "a", count: 120) + "€"
        #expect(encoded(.normal, exact + "b") == frame(8, [3, 0xE8] + Array(exact.utf8), mask: nil))
    }

    /// What one side encodes the other decodes, wherever the stream is cut.
    @Test(arguments: [Role.server, .client])
    func roundTrip(sender: Role) {
        let mask: UInt32? = sender == .client ? 0xA1B2_C3D4 : nil
        let long = (0..<400).map { UInt8(truncatingIfNeeded: $0) }
        var bytes: [UInt8] = []
        FrameEncoder.append(.text, Array("grüß 😀".utf8), mask: mask, to: &bytes)
        FrameEncoder.append(.ping, [1, 2, 3], mask: mask, to: &bytes)
        FrameEncoder.append(.binary, Array(long[..<150]), fin: false, mask: mask, to: &bytes)
        FrameEncoder.append(.pong, [], mask: mask, to: &bytes)
        FrameEncoder.append(.continuation, Array(long[150...]), mask: mask, to: &bytes)
        FrameEncoder.appendClose(CloseCode(4000), reason: "größer", mask: mask, to: &bytes)
        let expected = Outcome(events: [
            .message(.text, Array("grüß 😀".utf8)), .ping([1, 2, 3]), .pong([]), .message(.binary, long),
            .close(CloseCode(4000), reason: "größer"),
        ])
        let receiver = WebSocketDecoder(role: sender == .client ? .server : .client)
        for form in Form.allCases {
            for cut in 0...bytes.count {
                let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
                #expect(decode(pieces, form: form, with: receiver) == expected)
            }
        }
    }
}
