import ChatDomain

/// An answer as a client reads it.
struct TestResponse: CustomStringConvertible {
    var status: Int
    /// Names in lower case.
    var fields: [(name: String, value: String)]
    var body: [UInt8]
    /// The head as it came, with its empty line.
    var head: [UInt8]

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    func count(of name: String) -> Int { fields.filter { $0.name == name }.count }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONValue? { try? JSONValue(parsing: body) }

    /// The names of the members of the body's object, in their order.
    var keys: [String]? { json?.object?.map(\.key) }

    var description: String { "\(status) \(fields) \(text)" }
}

/// Reads answers, each to the request that was expected at its turn.
struct ResponseReader {
    private var bytes: [UInt8] = []
    private var methods: [String] = []

    mutating func expect(_ method: String) { methods.append(method) }

    mutating func append(_ more: [UInt8]) { bytes += more }

    mutating func takeRest() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// The next whole answer; nil where it is not complete.
    mutating func next() -> TestResponse? {
        guard let end = endOfHead() else { return nil }
        let head = Array(bytes[..<end])
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard !lines.isEmpty else { return nil }
        let words = lines.removeFirst().split(separator: " ")
        let fields = lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (name: parts[0].lowercased(), value: String(value))
        }
        let status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        var response = TestResponse(status: status, fields: fields, body: [], head: head)
        let isInterim = status == 100
        let isBodiless = status < 200 || status == 204 || status == 304 || methods.first == "HEAD"
        if !isBodiless, response["transfer-encoding"] == "chunked" {
            guard let (body, rest) = chunks(from: end) else { return nil }
            response.body = body
            bytes.removeFirst(rest)
        } else {
            let count = isBodiless ? 0 : Int(response["content-length"] ?? "") ?? 0
            guard bytes.count >= end + count else { return nil }
            response.body = Array(bytes[end..<end + count])
            bytes.removeFirst(end + count)
        }
        if !isInterim, !methods.isEmpty { methods.removeFirst() }
        return response
    }

    /// A body in chunks, and where what follows it begins; nil where it is not complete.
    private func chunks(from start: Int) -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var offset = start
        while let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\r")) {
            guard let count = Int(String(decoding: bytes[offset..<end], as: UTF8.self), radix: 16),
                bytes.count >= end + 2 + count + 2
            else { return nil }
            body += bytes[end + 2..<end + 2 + count]
            offset = end + 2 + count + 2
            if count == 0 { return (body, offset) }
        }
        return nil
    }

    private func endOfHead() -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }
}
