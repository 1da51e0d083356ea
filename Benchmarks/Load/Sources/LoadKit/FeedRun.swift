import Glibc
import WSProtocol

/// Is the source of a feed, and the clients that follow it: readers, and one that does not read.
///
/// Items come at a fixed rate, whatever the server does: an item's age counts from when it was due, not from when it
/// could be written. Item n has the word `g(n mod R)`, which reader n mod R follows, and the word `all`, which one more
/// reader follows, and the client that does not read. That one sends a pong every two seconds, so that it is not given
/// up as dead. A socket of the broadcast dialect sends itself one message after another meanwhile.
enum FeedRun {
    static func run(_ options: Options) throws(LoadError) -> Report {
        let load = try FeedLoad(options)
        load.run(untilUs: Clock.microseconds() + options.warmupUs)
        let sentBefore = load.source.sent
        let usage = Usage(of: options.process)
        load.isMeasuring = true
        var resident: [Int] = []
        let steps = max(1, options.durationUs / 1_000_000)
        for _ in 0..<steps {
            if let bytes = options.process?.residentBytes() { resident.append(bytes) }
            load.run(untilUs: Clock.microseconds() + options.durationUs / steps)
        }
        if let bytes = options.process?.residentBytes() { resident.append(bytes) }
        load.isMeasuring = false

        var report = Report()
        let items = load.source.sent - sentBefore
        report.add("items_per_s", Double(items) * 1_000_000 / Double(usage.elapsedUs))
        report.add("latency", load.latencies)
        report.add("other_latency", load.otherLatencies)
        report.add(usage, per: "item", count: items)
        for (second, bytes) in resident.enumerated() { report.add("server_rss_kib_at_\(second)", bytes / 1_024) }
        if let first = resident.first, let last = resident.last {
            report.add("server_rss_growth_kib", (last - first) / 1_024)
        }

        load.source.stop()
        load.run(untilUs: Clock.microseconds() + 2_000_000)
        try load.end(&report)
        return report
    }
}

/// The source, its readers, and who else is there.
final class FeedLoad {
    let source: FeedSource
    private(set) var latencies = Histogram()
    private(set) var otherLatencies = Histogram()
    var isMeasuring = false

    private let admin: HTTPClient
    private let name: String
    /// The last but one follows all; the last is a socket of another dialect, which sends to itself.
    private var receivers: [RelayReceiver] = []
    private let stuck: RelayReceiver
    private var poller: Poller
    private var buffer = [UInt8](repeating: 0, count: 262_144)
    private var received = 0
    private var disordered = 0
    private var failure: String?
    private var random = SystemRandomNumberGenerator()
    private var nextPongUs = 0

    init(_ options: Options) throws(LoadError) {
        let target = try Target(options.url)
        poller = try Poller()
        admin = try HTTPClient(target)
        let count = options.receivers
        for topic in (0..<count).map({ "g\($0)" }) + ["all"] {
            let path = try RelayDoor.register(#"{"user_id":1,"topic":"\#(topic)"}"#, admin)
            receivers.append(try RelayReceiver(target, path: path, publishers: count, &random))
        }
        receivers.append(try RelayReceiver(target, path: "/broadcast/feed-load", publishers: count, &random))
        for (number, receiver) in receivers.enumerated() { poller.add(receiver.socket, number: number, writing: false) }
        let path = try RelayDoor.register(#"{"user_id":1,"topic":"all"}"#, admin)
        stuck = try RelayReceiver(target, path: path, publishers: 0, receiveBytes: 4_096, &random)

        let listener = try Socket.listen()
        defer { Socket.close(listener.socket) }
        name = "load-\(Int.random(in: 0..<1 << 30))"
        _ = try admin.post(
            "/v1/feeds",
            #"{"name":"\#(name)","url":"http://127.0.0.1:\#(listener.port)/","format":"ndjson"}"#)
        source = FeedSource(
            try Socket.accept(on: listener.socket), groups: count, itemsPerSecond: options.rate ?? 20_000,
            textBytes: options.payloadBytes)
        receivers[count + 1].sayMarker(at: Clock.microseconds(), mask: random.next())
    }

    func run(untilUs deadline: Int) {
        while failure == nil {
            let now = Clock.microseconds()
            guard now < deadline else { return }
            if !source.advance(at: now) { failure = "the server closed the feed's connection" }
            if now >= nextPongUs {
                nextPongUs = now + 2_000_000
                stuck.pong(mask: random.next())
            }
            for index in 0..<poller.wait(timeoutMs: 1) { read(poller.event(index).number) }
        }
    }

    private func read(_ number: Int) {
        do throws(LoadError) {
            try receivers[number].read(into: &buffer) { message, now in take(message, number, now) }
        } catch {
            failure = error.description
        }
    }

    private func take(_ message: Span<UInt8>, _ number: Int, _ now: Int) {
        guard let offset = Marker.offset(in: message, from: 0), let marker = Marker(in: message, at: offset) else {
            return
        }
        let receiver = receivers[number]
        if number == receivers.count - 1 {
            if isMeasuring { otherLatencies.add(now - marker.sentAtUs) }
            receiver.sayMarker(at: now, mask: random.next())
            return
        }
        received += 1
        if isMeasuring { latencies.add(now - marker.sentAtUs) }
        switch receiver.checks[marker.sender].receive(marker.sequence) {
        case .next, .ahead: break
        case .late, .double: disordered += 1
        }
    }

    /// Takes the feed away, and reports what the server has counted.
    func end(_ report: inout Report) throws(LoadError) {
        // Each item goes to the reader of its group and to that of all.
        report.add("missed_by_readers", source.sent * 2 - received)
        if received == 0 { report.addFault("nothing was delivered") }
        if disordered > 0 { report.addFault("\(disordered) items were doubled or out of order") }
        if let failure { report.addFault(failure) }
        _ = try admin.send("DELETE", "/v1/feeds/\(name)", "")
    }
}

extension RelayReceiver {
    fileprivate func sayMarker(at now: Int, mask: UInt32) {
        var payload = [UInt8](repeating: 0, count: Marker.length)
        Marker(sequence: 1, sentAtUs: now, sender: 0, run: 0).write(into: &payload, at: 0)
        var frame: [UInt8] = []
        FrameEncoder.append(.text, payload, mask: mask, to: &frame)
        _ = Socket.send(socket, frame[...])
    }
}

/// The far end of a feed: NDJSON in a response that goes on and on, at a fixed rate.
final class FeedSource {
    private(set) var sent = 0
    private let socket: Int32
    private let groups: Int
    private let itemsPerSecond: Int
    private let filler: String
    private var startUs = 0
    private var isStopped = false
    private var output: [UInt8] = []
    private var outputOffset = 0
    /// Nothing more is made while as much waits to be written: the items' age says it.
    private static let outputBytesMax = 1_048_576

    init(_ socket: Int32, groups: Int, itemsPerSecond: Int, textBytes: Int) {
        (self.socket, self.groups, self.itemsPerSecond) = (socket, groups, itemsPerSecond)
        let words = "the quick brown fox jumps over a lazy dog and goes on "
        filler = String(String(repeating: words, count: textBytes / words.utf8.count + 1).prefix(textBytes))
        output = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    }

    deinit { Socket.close(socket) }

    func stop() { isStopped = true }

    /// Makes what is due, and writes what the connection takes.
    ///
    /// - Returns: false where the connection has ended.
    func advance(at now: Int) -> Bool {
        if startUs == 0 { startUs = now }
        let due = (now - startUs) * itemsPerSecond / 1_000_000
        if !isStopped, sent < due, output.count - outputOffset < Self.outputBytesMax {
            var chunk: [UInt8] = []
            for _ in 0..<min(due - sent, 1_000) { appendItem(to: &chunk) }
            output += Array((String(chunk.count, radix: 16) + "\r\n").utf8) + chunk + [13, 10]
        }
        while outputOffset < output.count {
            switch Socket.send(socket, output[outputOffset...]) {
            case .bytes(let count): outputOffset += count
            case .wouldBlock:
                if outputOffset > Self.outputBytesMax {
                    output.removeFirst(outputOffset)
                    outputOffset = 0
                }
                return true
            case .ended: return false
            }
        }
        output.removeAll(keepingCapacity: true)
        outputOffset = 0
        return true
    }

    private func appendItem(to bytes: inout [UInt8]) {
        let group = sent % groups
        bytes += Array(#"{"data":{"id":"\#(sent)","author_id":"7","text":""#.utf8)
        let offset = bytes.count
        bytes += [UInt8](repeating: 0, count: Marker.length)
        let dueUs = startUs + sent * 1_000_000 / itemsPerSecond
        Marker(sequence: sent / groups + 1, sentAtUs: dueUs, sender: group, run: 0).write(into: &bytes, at: offset)
        bytes += Array(#" g\#(group) all \#(filler)"}}"#.utf8)
        bytes += [10]
        sent += 1
    }
}
