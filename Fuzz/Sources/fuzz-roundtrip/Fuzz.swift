import FuzzSupport
import WSProtocol

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any conversation: what one side encodes the other decodes, in both roles, compressed or not, however it is cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let flags = input.byte()
    let cut = Int(input.byte()) * 4
    let role = flags & 1 == 0 ? Role.server : .client
    let mask: UInt32? = role == .client ? 0x9E37_79B9 : nil
    let deflate = flags & 2 == 0 ? nil : agreement(windowBits: 8 + Int(flags >> 2 & 7), forgets: flags & 32 != 0)
    var encoder = WebSocketEncoder(role: role, deflate: deflate, compressBytesMin: flags & 64 == 0 ? 0 : 64)
    var bytes: [UInt8] = []
    var expected: [WSEvent] = []
    while !input.rest.isEmpty {
        let kind = input.byte()
        let payload = input.bytes(Int(input.byte()))
        switch kind % 6 {
        case 0:
            encoder.encode(.binary, payload, mask: mask, to: &bytes)
            expected.append(.message(.binary, payload))
        case 1:
            let text = Array(String(decoding: payload, as: UTF8.self).utf8)
            encoder.encode(.text, text, mask: mask, to: &bytes)
            expected.append(.message(.text, text))
        case 2:
            FrameEncoder.append(.ping, payload, mask: mask, to: &bytes)
            expected.append(.ping(Array(payload.prefix(125))))
        case 3:
            FrameEncoder.append(.pong, payload, mask: mask, to: &bytes)
            expected.append(.pong(Array(payload.prefix(125))))
        case 4:
            let half = payload.count / 2
            FrameEncoder.append(.binary, Array(payload[..<half]), fin: false, mask: mask, to: &bytes)
            FrameEncoder.append(.ping, [], mask: mask, to: &bytes)
            FrameEncoder.append(.continuation, Array(payload[half...]), mask: mask, to: &bytes)
            expected += [.ping([]), .message(.binary, payload)]
        default:
            let code = CloseCode(3_000 + UInt16(kind))
            let reason = String(decoding: payload.prefix(40), as: UTF8.self)
            FrameEncoder.appendClose(code, reason: reason, mask: mask, to: &bytes)
            expected.append(.close(code, reason: reason))
            // Nothing follows a close frame.
            input = unsafe Input(start, 0)
        }
    }
    let decoder = WebSocketDecoder(role: role == .server ? .client : .server, deflate: deflate)
    let outcome = decodeEveryWay(bytes, cut: cut, with: decoder)
    require(outcome == Outcome(events: expected), "decoded \(outcome), encoded \(expected)")
    return 0
}
