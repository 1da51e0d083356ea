import Testing
import WSProtocol

@Suite struct LimitTests {
    private func outcome(_ frames: [[UInt8]], _ limits: WSLimits) -> [Outcome] {
        let bytes = frames.flatMap { $0 }
        return Form.allCases.flatMap { form in
            splittings(of: bytes).map { decode($0, form: form, with: WebSocketDecoder(role: .server, limits: limits)) }
        }
    }

    private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    @Test(arguments: [0, 1, 125, 126, 300])
    func frameLength(_ limit: Int) {
        let limits = WSLimits(frameBytesMax: limit)
        for outcome in outcome([frame(2, bytes(limit))], limits) {
            #expect(outcome == Outcome(events: [.message(.binary, bytes(limit))]))
        }
        for outcome in outcome([frame(2, bytes(limit + 1))], limits) {
            #expect(outcome == Outcome(error: .frameTooBig))
        }
    }

    /// The limit of a message counts all of its frames.
    @Test(arguments: [1, 100, 200])
    func messageLength(_ limit: Int) {
        let limits = WSLimits(messageBytesMax: limit)
        let half = frame(2, bytes(limit / 2), fin: false)
        let rest = limit - limit / 2
        for outcome in outcome([half, frame(0, bytes(rest))], limits) {
            #expect(outcome == Outcome(events: [.message(.binary, bytes(limit))]))
        }
        for outcome in outcome([half, frame(0, bytes(rest + 1))], limits) {
            #expect(outcome == Outcome(error: .messageTooBig))
        }
    }

    /// A length is refused by the header alone: nothing of the payload has to come.
    @Test(arguments: [66_000, 1 << 31, 1 << 32, 1 << 62] as [UInt64])
    func announcedLength(_ announced: UInt64) {
        for outcome in outcome([frame(2, announced: announced)], WSLimits()) {
            #expect(outcome == Outcome(error: .frameTooBig))
        }
        let limits = WSLimits(frameBytesMax: .max)
        for outcome in outcome([frame(2, announced: announced)], limits) {
            #expect(outcome == Outcome(error: .messageTooBig))
        }
        for outcome in outcome([frame(2, [1], fin: false), frame(0, announced: announced)], limits) {
            #expect(outcome == Outcome(error: .messageTooBig))
        }
    }

    /// What is announced but does not come takes no memory: only bytes that came are kept.
    @Test func announcedBytesAreNotAllocated() throws {
        var decoder = WebSocketDecoder(
            role: .server, limits: WSLimits(frameBytesMax: .max, messageBytesMax: .max, fragmentsMax: 2))
        let bytes = frame(2, [1, 2, 3], announced: 1 << 62)
        decoder.append(bytes)
        #expect(try decoder.next() == nil)
    }

    @Test(arguments: [1, 2, 5])
    func fragments(_ limit: Int) {
        let limits = WSLimits(fragmentsMax: limit)
        let open = frame(1, fin: false)
        let middle = [[UInt8]](repeating: frame(0, fin: false), count: limit)
        let good = limit == 1 ? [frame(1)] : [open] + middle.dropLast(2) + [frame(0)]
        for outcome in outcome(good + good, limits) {
            #expect(outcome == Outcome(events: [.message(.text, []), .message(.text, [])]))
        }
        for outcome in outcome([open] + middle.dropLast() + [frame(0)], limits) {
            #expect(outcome == Outcome(error: .tooManyFragments))
        }
    }

    /// Control frames count by the second of the time told; without a clock they do not count.
    @Test func controlFrames() throws {
        var decoder = WebSocketDecoder(role: .server, limits: WSLimits(controlFramesPerSecondMax: 3))
        func pings(_ count: Int) throws(WSError) -> Int {
            let bytes = [[UInt8]](repeating: frame(9), count: count).flatMap { $0 }
            decoder.append(bytes)
            var events = 0
            while try decoder.next() != nil { events += 1 }
            return events
        }
        #expect(try pings(10) == 10)
        decoder.advance(toMs: 5_000)
        #expect(try pings(3) == 3)
        decoder.advance(toMs: 6_000)
        #expect(try pings(2) == 2)
        decoder.advance(toMs: 6_999)
        #expect(try pings(1) == 1)
        #expect(throws: WSError.tooManyControlFrames) { try pings(1) }
        #expect(decoder.isEnded)
    }
}
