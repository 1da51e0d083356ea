import FuzzSupport
import WSProtocol

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any text as an offer of extensions: declined, or an agreement within what was offered and allowed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let flags = input.byte()
    let options = DeflateOptions(
        serverNoContextTakeover: flags & 1 != 0, clientNoContextTakeover: flags & 2 != 0,
        serverMaxWindowBits: 8 + Int(flags >> 2 & 7), clientMaxWindowBits: 8 + Int(flags >> 5))
    let offer = String(decoding: input.rest, as: UTF8.self)
    let fields = HandshakeFields(
        method: "GET", isHTTP11OrLater: true, upgrade: "websocket", connection: "Upgrade",
        key: "dGhlIHNhbXBsZSBub25jZQ==", version: "13", protocols: nil, extensions: offer)
    guard let acceptance = try? ServerHandshake.accept(fields, deflate: options) else {
        fatalError("an offer must not refuse a connection")
    }
    guard let deflate = acceptance.deflate else { return 0 }
    require((8...options.serverMaxWindowBits).contains(deflate.serverMaxWindowBits), "the server's window")
    require((8...options.clientMaxWindowBits).contains(deflate.clientMaxWindowBits), "the client's window")
    require(deflate.serverNoContextTakeover || !options.serverNoContextTakeover, "the server's context")
    require(deflate.clientNoContextTakeover || !options.clientNoContextTakeover, "the client's context")
    return 0
}
