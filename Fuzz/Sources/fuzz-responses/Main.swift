import FuzzSupport
import HTTPCore

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes as responses to a GET, a HEAD and a POST: the same however they are cut, within the limits, and an error
/// that is one of the documented.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let ends = input.byte() & 1 == 1
    let bytes = input.rest
    let whole = read([bytes], ends: ends)
    require(read(bytes.map { [$0] }, ends: ends) == whole, "byte by byte differs")
    let cut = bytes.count / 2
    require(read([Array(bytes[..<cut]), Array(bytes[cut...])], ends: ends) == whole, "cut in two differs")
    return 0
}

private struct Seen: Equatable {
    var responses: [String] = []
    var error: HTTPError?
}

private func read(_ pieces: [[UInt8]], ends: Bool) -> Seen {
    var limits = HTTPLimits()
    limits.headBytesMax = 1_024
    limits.headerCountMax = 16
    limits.bodyBytesMax = 512
    var parser = ResponseParser(limits: limits)
    for method in [Method.get, .head, .post] { parser.expect(method) }
    var seen = Seen()
    do throws(HTTPError) {
        for piece in pieces {
            parser.append(piece.span)
            while let response = try parser.next() { seen.add(response) }
        }
        if ends {
            parser.end()
            while let response = try parser.next() { seen.add(response) }
        }
    } catch {
        seen.error = error
    }
    return seen
}

extension Seen {
    fileprivate mutating func add(_ response: ClientResponse) {
        require(response.body.count <= 512, "a body beyond the limit")
        require((100...999).contains(response.status.code), "a status of another kind")
        responses.append("\(response.status.code) \(response.reason) \(response.keepsAlive) \(response.body)")
    }
}
