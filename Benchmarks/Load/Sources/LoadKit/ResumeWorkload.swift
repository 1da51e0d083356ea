import WSProtocol

/// Connections that come back, each to a room in which it has missed some events: every one must come, once and in
/// order.
final class ResumeWorkload: Workload {
    var dirty: [Client] = []
    /// From connecting to the last missed event.
    private(set) var latencies = Histogram()
    private(set) var caughtUp = 0
    private(set) var received = 0
    private(set) var outOfOrder = 0
    private(set) var lostConnections = 0

    private let missed: Int
    private let greeting: Greeting
    private var counts: [Int]
    private var offsets: [Int]
    private var random = SystemRandomNumberGenerator()

    init(_ options: Options) throws(LoadError) {
        missed = options.missed
        greeting = try Greeting(options)
        counts = Array(repeating: 0, count: options.connections)
        offsets = Array(repeating: -1, count: options.connections)
    }

    var isComplete: Bool { caughtUp == counts.count }

    func opened(_ client: Client, atUs now: Int) {
        if greeting.queue(on: client, using: &random) { touch(client) }
    }

    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int) {
        guard Self.find("\"event\":\"message.created\"", in: message) != nil, let offset = Self.offset(in: message)
        else { return }
        received += 1
        let before = offsets[client.number]
        if before >= 0, offset != before + 1 { outOfOrder += 1 }
        offsets[client.number] = offset
        counts[client.number] += 1
        guard counts[client.number] == missed else { return }
        caughtUp += 1
        latencies.add(now - client.startedAtUs)
    }

    func finishTurn(atUs now: Int) {}

    func ended(_ client: Client, isClean: Bool) { lostConnections += 1 }

    private static func offset(in message: Span<UInt8>) -> Int? {
        guard var at = find("\"offset\":", in: message) else { return nil }
        var value = 0
        while at < message.count, message[at] >= 0x30, message[at] <= 0x39, value < 1 << 48 {
            value = value * 10 + Int(message[at] - 0x30)
            at += 1
        }
        return value
    }

    /// Where the word ends.
    private static func find(_ word: String, in message: Span<UInt8>) -> Int? {
        let word = Array(word.utf8)
        guard message.count >= word.count else { return nil }
        for start in 0...message.count - word.count {
            var count = 0
            while count < word.count, message[start + count] == word[count] { count += 1 }
            if count == word.count { return start + count }
        }
        return nil
    }
}
