import FuzzSupport
import WSProtocol

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes at all, in either role, with and without compression: events or an error, the same however they are cut.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let flags = input.byte()
    let cut = Int(input.byte())
    let limits = flags & 4 == 0 ? WSLimits() : WSLimits(frameBytesMax: 100, messageBytesMax: 150, fragmentsMax: 3)
    let decoder = WebSocketDecoder(
        role: flags & 1 == 0 ? .server : .client, limits: limits,
        deflate: flags & 2 == 0 ? nil : agreement(windowBits: 15, forgets: flags & 8 != 0))
    let outcome = decodeEveryWay(input.rest, cut: cut, with: decoder)
    for case .message(let kind, let payload) in outcome.events {
        require(payload.count <= limits.messageBytesMax, "a message above the limit")
        require(kind == .binary || String(validating: payload, as: UTF8.self) != nil, "a text that is no UTF-8")
    }
    if let error = outcome.error { require(error.closeCode.mayBeSent, "an error without a close code") }
    return 0
}
