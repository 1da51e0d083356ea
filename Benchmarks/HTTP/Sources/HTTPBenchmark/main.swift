// What HTTPCore costs, a case a line.
//
// Method: one thread; a case runs 20 rounds of as many repetitions as take about 20 ms, after one round to warm up. The
// figure is the best round, in nanoseconds of wall time a repetition: what others on the machine take away only adds.
// "allocs" counts calls of malloc a repetition. Each result goes into a sum that is printed, so that nothing is
// optimised away. Run it alone: swift run -c release
import CAllocationCount
import HTTPCore

/// 12 fields, 700 bytes: what Chromium sends for a page.
let browserHead = [UInt8](
    """
    GET /rooms/general?before=1712345678&limit=50 HTTP/1.1\r
    Host: chat.example.com:8080\r
    Connection: keep-alive\r
    sec-ch-ua: "Chromium";v="126", "Not/A)Brand";v="24"\r
    sec-ch-ua-platform: "Linux"\r
    User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r
    Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r
    Sec-Fetch-Site: same-origin\r
    Sec-Fetch-Mode: navigate\r
    Referer: http://chat.example.com:8080/rooms\r
    Accept-Encoding: gzip, deflate, br, zstd\r
    Accept-Language: en-GB,en;q=0.9,de;q=0.8\r
    Cookie: __Host-session=0f8fad5b-d9cb-469f-a165-70867728950e; theme=dark; sidebar=open; lastRoom=general-chat\r
    \r

    """.utf8)

let smallHead = [UInt8]("GET /health HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".utf8)
let pipelined = [UInt8](repeatElement(smallHead, count: 16).joined())

nonisolated(unsafe) var sum = 0

/// With one digit behind the point.
func tenths(_ value: Double) -> String {
    let tenths = Int(value * 10 + 0.5)
    return "\(tenths / 10).\(tenths % 10)"
}

/// With an argument, only the cases whose names begin with it run: for a profiler.
func measure(_ name: String, _ work: (_ repetitions: Int) -> Void) {
    if CommandLine.arguments.count > 1, !name.hasPrefix(CommandLine.arguments[1]) { return }
    let clock = ContinuousClock()
    var repetitions = 1
    while clock.measure({ work(repetitions) }) < .milliseconds(20) { repetitions *= 2 }
    var best = Double.infinity
    for _ in 0..<20 {
        let (_, attoseconds) = clock.measure { work(repetitions) }.components
        best = min(best, Double(attoseconds) / 1e9 / Double(repetitions))
    }
    let before = allocation_count()
    work(repetitions)
    let allocations = Double(allocation_count() - before) / Double(repetitions)
    let padded = name + String(repeating: " ", count: max(46 - name.count, 1))
    print("\(padded)\(tenths(best)) ns  \(tenths(allocations)) allocs")
}

func parse(_ pieces: [[UInt8]], _ repetitions: Int) {
    var parser = RequestParser()
    for _ in 0..<repetitions {
        for piece in pieces { parse(piece.span, with: &parser) }
    }
}

func parse(_ bytes: Span<UInt8>, with parser: inout RequestParser) {
    var offset = 0
    do {
        while let request = try parser.next(in: bytes, at: &offset) { sum += request.headers.count }
    } catch {
        fatalError("\(error)")
    }
}

print("browser head: \(browserHead.count) bytes")
measure("parse a browser's head") { parse([browserHead], $0) }
measure("parse it in two pieces") { parse([Array(browserHead[..<400]), Array(browserHead[400...])], $0) }
measure("parse a small head") { parse([smallHead], $0) }
measure("parse 16 small heads, pipelined") { parse([pipelined], $0) }

var router = Router<Int>()
for (index, pattern) in ["/health", "/rooms", "/rooms/{id}", "/rooms/{id}/messages", "/{rest…}"].enumerated() {
    router.add(.get, pattern, index)
}
var parser = RequestParser()
parser.append(browserHead.span)
guard let request = try parser.next() else { fatalError("no request") }
measure("route it, one parameter") { repetitions in
    for _ in 0..<repetitions {
        if case .found(let route, let parameters) = router.match(request) { sum += route + parameters.count }
    }
}
measure("look up a field that is there") { repetitions in
    for _ in 0..<repetitions { sum += request.headers["Accept-Language"]?.utf8.count ?? 0 }
}
measure("ask for a token that is not there") { repetitions in
    for _ in 0..<repetitions { sum += request.headers.hasToken("upgrade", in: "Connection") ? 1 : 0 }
}

let date = [UInt8]("Sun, 06 Nov 1994 08:49:37 GMT".utf8)
let security = SecurityHeaders()
measure("make and write a small response") { repetitions in
    var out: [UInt8] = []
    out.reserveCapacity(1024)
    for _ in 0..<repetitions {
        out.removeAll(keepingCapacity: true)
        let response = Response(status: .ok, contentType: "application/json", body: smallHead)
        response.encode(into: &out, for: .get, date: date)
        sum += out.count
    }
}
measure("the same with security headers") { repetitions in
    var out: [UInt8] = []
    out.reserveCapacity(2048)
    for _ in 0..<repetitions {
        out.removeAll(keepingCapacity: true)
        var response = Response(status: .ok, contentType: "application/json", body: smallHead)
        security.add(to: &response)
        response.encode(into: &out, for: .get, date: date)
        sum += out.count
    }
}
print("(\(sum))")
