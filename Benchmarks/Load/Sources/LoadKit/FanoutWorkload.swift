import WSProtocol

/// Publishers keep some messages outstanding; every message goes to all of the room, and each receiver checks that it
/// gets each of them, once and in order.
///
/// Connection i is in room i mod R, and the first P members of a room publish: so the publishers are the connections
/// below P × R, and a publisher's number is its index.
final class FanoutWorkload: Workload {
    /// What has happened since the start.
    struct Counts {
        var published = 0
        /// Copies that have to come, a publisher's own included where the server sends it.
        var expected = 0
        /// Without doubles.
        var received = 0
        var completed = 0
        var doubled = 0
        var outOfOrder = 0
        /// Of another room than the receiver's.
        var misrouted = 0
        var lostConnections = 0
    }

    private struct Publisher {
        var text: [UInt8]
        var markerOffset: Int
        var uuidOffset: Int?
        var sequence = 0
        var outstanding = 0
        var isWaiting = false
    }

    var dirty: [Client] = []
    private(set) var counts = Counts()
    private(set) var latencies = Histogram()
    /// Whether latencies are kept.
    var isMeasuring = false

    private let options: Options
    private let publisherCount: Int
    private let greeting: Greeting
    private let run: Int
    private var publishers: [Publisher] = []
    private var clients: [Client] = []
    private var membersByRoom: [Int] = []
    private var checks: [SequenceCheck]
    private var waiting: [Int] = []
    private var isPublishing = false
    private var startedAtUs = 0
    /// Where the last message had its marker: the next one most likely has it there too.
    private var markerOffset = 0
    private var random = SystemRandomNumberGenerator()

    init(_ options: Options) throws(LoadError) {
        self.options = options
        publisherCount = options.publishers * options.rooms
        greeting = try Greeting(options)
        run = Int.random(in: 0...0xFFFF)
        checks = Array(repeating: SequenceCheck(), count: options.connections * options.publishers)
    }

    /// Whether every message has come to everybody.
    var isComplete: Bool { counts.received >= counts.expected }

    /// Lets all publishers begin.
    func start(_ clients: [Client]) {
        self.clients = clients
        membersByRoom = Array(repeating: 0, count: options.rooms)
        for client in clients where client.state == .open { membersByRoom[client.room] += 1 }
        let send = Template(options.send)
        publishers = (0..<publisherCount).map { number in
            var values = greeting.values(of: clients[number])
            values.payload = (0..<options.payloadBytes).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            return Publisher(
                text: send.render(values), markerOffset: send.payloadOffset(values) ?? 0,
                uuidOffset: send.uuidOffset(values))
        }
        isPublishing = true
        startedAtUs = Clock.microseconds()
        waiting = Array(0..<publisherCount)
        for number in waiting { publishers[number].isWaiting = true }
    }

    func stop() { isPublishing = false }

    func opened(_ client: Client, atUs now: Int) {
        if greeting.queue(on: client, using: &random) { touch(client) }
    }

    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int) {
        guard let marker = marker(in: message), marker.run == run else { return }
        let sender = marker.sender
        guard sender < publisherCount, sender % options.rooms == client.room else {
            counts.misrouted += 1
            return
        }
        switch checks[client.number * options.publishers + sender / options.rooms].receive(marker.sequence) {
        case .next, .ahead: break
        case .late: counts.outOfOrder += 1
        case .double:
            counts.doubled += 1
            return
        }
        counts.received += 1
        if isMeasuring { latencies.add(now - marker.sentAtUs) }
        let completes =
            switch options.completion {
            case .ownCopy: client.number == sender
            case .otherCopy: client.number / options.rooms == options.publishers
            }
        if completes { complete(sender) }
    }

    var turnMsMax: Int { isPublishing && options.rate != nil && !waiting.isEmpty ? 1 : .max }

    func finishTurn(atUs now: Int) {
        guard isPublishing else { return }
        if let rate = options.rate { return publishPaced(rate, atUs: now) }
        for number in waiting {
            publishers[number].isWaiting = false
            let client = clients[number]
            guard client.state == .open else { continue }
            while publishers[number].outstanding < options.inflight { publish(client, atUs: now) }
            touch(client)
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// Publishes as many as are due, the publisher that has waited longest first.
    private func publishPaced(_ rate: Int, atUs now: Int) {
        var due = (now - startedAtUs) * rate / 1_000_000 - counts.published
        var served = 0
        while due > 0, served < waiting.count {
            let number = waiting[served]
            served += 1
            let client = clients[number]
            guard client.state == .open else { continue }
            publish(client, atUs: now)
            touch(client)
            due -= 1
            if publishers[number].outstanding < options.inflight {
                waiting.append(number)
            } else {
                publishers[number].isWaiting = false
            }
        }
        waiting.removeFirst(served)
    }

    func ended(_ client: Client, isClean: Bool) { counts.lostConnections += 1 }

    private func marker(in message: Span<UInt8>) -> Marker? {
        if let marker = Marker(in: message, at: markerOffset) { return marker }
        guard let offset = Marker.offset(in: message, from: 0) else { return nil }
        markerOffset = offset
        return Marker(in: message, at: offset)
    }

    private func publish(_ client: Client, atUs now: Int) {
        let number = client.number
        publishers[number].sequence += 1
        publishers[number].outstanding += 1
        let marker = Marker(sequence: publishers[number].sequence, sentAtUs: now, sender: number, run: run)
        marker.write(into: &publishers[number].text, at: publishers[number].markerOffset)
        if let offset = publishers[number].uuidOffset { writeUUID(at: offset, of: number) }
        client.queue(.text, publishers[number].text, mask: random.next())
        counts.published += 1
        counts.expected += membersByRoom[client.room] - (options.completion == .ownCopy ? 0 : 1)
    }

    private func complete(_ number: Int) {
        counts.completed += 1
        publishers[number].outstanding -= 1
        guard !publishers[number].isWaiting else { return }
        publishers[number].isWaiting = true
        waiting.append(number)
    }

    /// Digits of the run, the sender and the message, so that no two are the same.
    private func writeUUID(at offset: Int, of number: Int) {
        func write(_ value: Int, at place: Int, digits: Int) {
            for index in 0..<digits {
                let digit = UInt8(truncatingIfNeeded: value >> ((digits - 1 - index) * 4) & 15)
                publishers[number].text[offset + place + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
        }
        write(uuidSeries, at: 0, digits: 8)
        write(number, at: 19, digits: 4)
        write(publishers[number].sequence, at: 24, digits: 12)
    }

    /// Of this run, so that another against the same server is no repeat.
    private let uuidSeries = Int.random(in: 0..<1 << 32)
}
