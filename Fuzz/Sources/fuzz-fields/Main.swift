import FuzzSupport
import HTTPCore

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes as the values of fields that have a grammar of their own: ranges, conditions, cookies, forwarding, forms,
/// and the PROXY protocol's head. Each has an answer, and what is answered is legal.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe Input(start, count)
    let name = names[Int(input.byte()) % names.count]
    let value = input.rest.filter { $0 >= 32 && $0 != 127 }
    if let head = try? ProxyProtocol.parse(input.rest.span) {
        require(head.end <= input.rest.count, "a head that ends behind its bytes")
    }
    var parser = RequestParser()
    parser.append((Array("GET /file HTTP/1.1\r\nHost: a\r\n\(name): ".utf8) + value + Array("\r\n\r\n".utf8)).span)
    guard let request = try? parser.next() else { return 0 }

    let response = file.response(for: request)
    require([200, 206, 304, 412, 416].contains(response.status.code), "an answer of another kind")
    require(response.body.count <= 64 * file.content.count + 65_536, "an answer beyond all measure")
    require(Cookies(request.headers).pairs.count <= Cookies.countMax, "more cookies than allowed")
    _ = forwarding.client(peer: proxy, headers: request.headers)
    let text = String(decoding: value, as: UTF8.self)
    _ = Query(text).pairs
    _ = Query(form: value).pairs
    if let decoded = PercentCoding.decode(text) { require(!decoded.utf8.contains(0), "a NUL came through") }
    _ = Loopback.isLoopbackHost(text)
    _ = HTTPDate.parse(text)
    return 0
}

private let names = [
    "Range", "If-Range", "If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "Cookie", "Forwarded",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Accept-Encoding", "Connection",
]
private let file = StaticFile(
    content: Array(repeating: 65, count: 1_000), contentType: "text/plain", lastModified: 784_111_777)
private let proxy = IPAddress(ipv4: 0x0A00_0001)
private let forwarding = Forwarding(trusted: [IPBlock("10.0.0.0/8")].compactMap { $0 })
