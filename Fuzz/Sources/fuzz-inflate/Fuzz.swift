import FuzzSupport
import WSProtocol

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes as the payloads of compressed messages: a message within the limit, or an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let flags = input.byte()
    let cut = Int(input.byte())
    let limits = WSLimits(messageBytesMax: flags & 16 == 0 ? 1_000 : 100_000)
    let deflate = agreement(windowBits: 8 + Int(flags & 7), forgets: flags & 8 != 0)
    var frames: [UInt8] = []
    while !input.rest.isEmpty {
        let payload = input.bytes(Int(input.byte()))
        var frame: [UInt8] = []
        FrameEncoder.append(flags & 32 == 0 ? .binary : .text, payload, to: &frame)
        // RSV1, which says that the message is compressed.
        frame[0] |= 0x40
        frames += frame
    }
    let decoder = WebSocketDecoder(role: .client, limits: limits, deflate: deflate)
    for case .message(_, let payload) in decodeEveryWay(frames, cut: cut, with: decoder).events {
        require(payload.count <= limits.messageBytesMax, "a message above the limit")
    }
    return 0
}
