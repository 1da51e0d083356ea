import HTTPCore
import Testing

/// A small generator with a seed, so that a failure comes again.
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) ^ (state << 31)
    }
}

/// The cases of the table with bytes changed, put in, taken out and doubled: whatever they have become, the parser gives
/// an answer, and the same one however they come.
@Suite struct MutationTests {
    private static let bytes = [UInt8](text: "\r\n\t :;,=/?#%*\"\\0159aAfFzZ+-\0\u{7F}") + [0x80, 0xFF]

    private func mutated(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let byte = Self.bytes.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = byte
            case 1: bytes.insert(byte, at: place)
            case 2: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
            }
        }
        // Ends every line: within an unfinished one a mistake may be seen at once, or when it is whole.
        return bytes + [UInt8](text: "\r\n\r\n")
    }

    private func pieces(_ bytes: [UInt8], _ generator: inout Generator) -> [[UInt8]] {
        var (pieces, start) = ([[UInt8]](), 0)
        while start < bytes.count {
            let end = min(start + Int.random(in: 1...40, using: &generator), bytes.count)
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func requestsGiveTheSameAnswerHoweverTheyCome(_ seed: UInt64) {
        var generator = Generator(state: seed)
        var limits = HTTPLimits(bodyBytesMax: 64)
        (limits.requestLineBytesMax, limits.headBytesMax, limits.headerCountMax) = (64, 128, 4)
        for example in RequestCase.all {
            let bytes = mutated(example.bytes, &generator)
            let whole = Reading.plain([bytes], limits: limits)
            let pieces = pieces(bytes, &generator)
            let comment = Comment(rawValue: "seed \(seed): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            #expect(Reading.inPlace([bytes], limits: limits) == whole, comment)
            #expect(Reading.plain(pieces, limits: limits) == whole, comment)
            #expect(Reading.inPlace(pieces, limits: limits) == whole, comment)
            #expect(Reading.inPlace(bytes.singles, limits: limits) == whole, comment)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func responsesGiveTheSameAnswerHoweverTheyCome(_ seed: UInt64) {
        var generator = Generator(state: seed)
        for example in ResponseParserTests.cases where !example.text.isEmpty {
            let bytes = mutated([UInt8](text: example.text), &generator)
            var answers: [String] = []
            for pieces in [[bytes], pieces(bytes, &generator), bytes.singles] {
                var parser = ResponseParser()
                var seen = ""
                do throws(HTTPError) {
                    for piece in pieces {
                        parser.append(piece.span)
                        while let response = try parser.next() { seen += "\(response.status.code) \(response.body);" }
                    }
                    parser.end()
                    while let response = try parser.next() { seen += "\(response.status.code) \(response.body);" }
                } catch {
                    seen += "\(error)"
                }
                answers.append(seen)
            }
            #expect(answers == [String](repeating: answers[0], count: 3))
        }
    }

    /// What reads values of fields never traps, whatever they are.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func valuesNeverTrap(_ seed: UInt64) {
        var generator = Generator(state: seed)
        let file = StaticFile(content: [UInt8](text: "0123456789"), contentType: "a/b", lastModified: 0)
        let samples = [
            "bytes=0-1,-5,9223372036854775807-", "gzip;q=0.5, *;q=0", "\"a\", W/\"b\", *", "a=b; c=\"d\"",
            "for=\"[::1]:1\";proto=https, for=1.1.1.1", "::ffff:1.2.3.4", "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "a=1&b=%20+&c", "10.0.0.0/8",
        ]
        let forwarding = Forwarding(trusted: [IPBlock("0.0.0.0/0")].compactMap { $0 }, field: .forwarded)
        for sample in samples {
            for _ in 0..<20 {
                let value = String(decoding: mutated([UInt8](text: sample), &generator).dropLast(4), as: UTF8.self)
                _ = (HTTPDate.parse(value), IPAddress(value), IPBlock(value), Query(value), PercentCoding.decode(value))
                var parser = RequestParser()
                let fields = ["Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since"].map {
                    "\($0): \(value)\r\n"
                }
                let others = ["Accept-Encoding", "Cookie", "Forwarded", "Origin"].map { "\($0): \(value)\r\n" }
                let lines = (fields.shuffled(using: &generator).dropLast(3) + others).joined()
                parser.append([UInt8](text: "GET / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n").span)
                guard let request = try? parser.next() else { continue }
                let response = file.response(for: request)
                #expect([200, 206, 304, 412, 416].contains(response.status.code))
                #expect(response.body.count <= 2000)
                _ = Cookies(request.headers)
                _ = forwarding.client(peer: IPAddress(ipv4: 1), headers: request.headers)
            }
        }
    }
}
