import FuzzSupport
import WSProtocol

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes as the head of a request and of a response: the same however they are cut, and an answer that is legal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Input(start, count).rest
    let whole = read([bytes])
    require(read(bytes.map { [$0] }) == whole, "byte by byte differs")
    guard case .success(let head) = whole, let head else { return 0 }
    if let fields = HandshakeFields(head) {
        var answer: [UInt8] = []
        do throws(HandshakeRefusal) {
            let acceptance = try ServerHandshake.accept(fields, deflate: DeflateOptions())
            ServerHandshake.appendResponse(acceptance, subprotocol: acceptance.protocols.first, to: &answer)
        } catch {
            error.appendResponse(to: &answer)
        }
        guard case .success(.some) = read([answer]) else { fatalError("an answer that is no legal head") }
    } else {
        let key = HandshakeKey(high: 0x7468_6520_7361_6D70, low: 0x6C65_206E_6F6E_6365)
        _ = try? ClientHandshake.check(head, key: key, protocols: ["chat"], deflate: DeflateOptions())
    }
    return 0
}

private func read(_ pieces: [[UInt8]]) -> Result<HandshakeHead?, HandshakeHead.Flaw> {
    var reader = HandshakeHeadReader()
    do throws(HandshakeHead.Flaw) {
        for piece in pieces {
            reader.append(piece)
            if let head = try reader.next() { return .success(head) }
        }
        return .success(nil)
    } catch {
        return .failure(error)
    }
}
