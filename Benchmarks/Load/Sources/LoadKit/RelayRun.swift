import WSProtocol

/// Publishes by POST to clients of the relay dialect, or to those of a native topic, and counts what they get.
enum RelayRun {
    static func run(_ options: Options) throws(LoadError) -> Report {
        let load = try RelayLoad(options)
        load.run(untilUs: Clock.microseconds() + options.warmupUs)
        let before = (load.published, load.received)
        let usage = Usage(of: options.process)
        load.isMeasuring = true
        load.run(untilUs: Clock.microseconds() + options.durationUs)
        let (published, received) = (load.published - before.0, load.received - before.1)
        load.isMeasuring = false

        var report = Report()
        let seconds = Double(usage.elapsedUs) / 1_000_000
        report.add("publications_per_s", Double(published) / seconds)
        report.add("deliveries_per_s", Double(received) / seconds)
        report.add("latency", load.latencies)
        report.add(usage, per: "delivery", count: received)
        if let server = usage.serverCPUMicroseconds(), published > 0 {
            report.add("server_cpu_us_per_publication", Double(server) / Double(published))
        }

        load.stop()
        load.run(untilUs: Clock.microseconds() + 5_000_000) { load.isComplete }
        report.add("published_total", load.published)
        report.add("received_total", load.received)
        if load.received == 0 { report.addFault("nothing was delivered") }
        let lost = load.published * options.receivers - load.received
        if lost != 0 { report.addFault("\(lost) deliveries were lost") }
        if load.disordered > 0 { report.addFault("\(load.disordered) deliveries were doubled or out of order") }
        if let failure = load.failure { report.addFault(failure) }
        return report
    }
}

/// The connections of one run: receivers on sockets, publishers with one request outstanding each.
final class RelayLoad {
    private(set) var published = 0
    private(set) var received = 0
    private(set) var disordered = 0
    private(set) var failure: String?
    private(set) var latencies = Histogram()
    var isMeasuring = false

    private let receivers: [RelayReceiver]
    private let publishers: [RelayPublisher]
    private var poller: Poller
    private var buffer = [UInt8](repeating: 0, count: 262_144)
    private var isStopped = false
    private var random = SystemRandomNumberGenerator()

    init(_ options: Options) throws(LoadError) {
        let target = try Target(options.url)
        poller = try Poller()
        let door = try RelayDoor(options, target)
        var receivers: [RelayReceiver] = []
        for _ in 0..<options.receivers {
            let receiver = try door.enter(publishers: options.connections, &random)
            poller.add(receiver.socket, number: receivers.count, writing: false)
            receivers.append(receiver)
        }
        self.receivers = receivers
        let run = Int.random(in: 0..<1 << 16)
        var publishers: [RelayPublisher] = []
        for number in 0..<options.connections {
            let publisher = try RelayPublisher(
                target, number: number, run: run, payloadBytes: options.payloadBytes, key: options.key)
            poller.add(publisher.socket, number: receivers.count + number, writing: false)
            publishers.append(publisher)
        }
        self.publishers = publishers
        for publisher in publishers { publisher.publish() }
    }

    /// Nothing more is published; what is under way still comes.
    func stop() { isStopped = true }

    var isComplete: Bool {
        publishers.allSatisfy { !$0.isWaiting } && received >= published * receivers.count
    }

    func run(untilUs deadline: Int, isDone: () -> Bool = { false }) {
        while failure == nil, !isDone() {
            let left = deadline - Clock.microseconds()
            guard left > 0 else { return }
            for index in 0..<poller.wait(timeoutMs: (left + 999) / 1_000) {
                let number = poller.event(index).number
                if number < receivers.count {
                    read(receivers[number])
                } else {
                    read(publishers[number - receivers.count])
                }
            }
        }
    }

    private func read(_ publisher: RelayPublisher) {
        switch Socket.receive(publisher.socket, into: &buffer) {
        case .bytes(let count):
            guard publisher.take(buffer[..<count]) else { return }
            published += 1
            if !isStopped { publisher.publish() }
            if publisher.hasFailed { failure = "a publication was not answered with 200" }
        case .wouldBlock: break
        case .ended: failure = "the server closed a publisher's connection"
        }
    }

    private func read(_ receiver: RelayReceiver) {
        do throws(LoadError) {
            try receiver.read(into: &buffer) { message, now in tally(message, receiver, now) }
        } catch {
            failure = error.description
        }
    }

    private func tally(_ message: Span<UInt8>, _ receiver: RelayReceiver, _ now: Int) {
        guard let offset = Marker.offset(in: message, from: 0), let marker = Marker(in: message, at: offset),
            marker.sender < receiver.checks.count
        else { return }
        received += 1
        if receiver.checks[marker.sender].receive(marker.sequence) != .next { disordered += 1 }
        if isMeasuring { latencies.add(now - marker.sentAtUs) }
    }
}

/// Where receivers come in.
struct RelayDoor {
    private let target: Target
    /// Registers clients of the relay; nil where the receivers are those of a native topic.
    private let registrar: HTTPClient?
    private let token: String

    init(_ options: Options, _ target: Target) throws(LoadError) {
        self.target = target
        guard options.key != nil else {
            (registrar, token) = (try HTTPClient(target), "")
            return
        }
        guard let file = options.tokensFile, let token = try Files.lines(of: file).first else {
            throw .usage("--key needs --tokens-file")
        }
        (registrar, self.token) = (nil, token)
    }

    /// One receiver more.
    func enter(
        publishers: Int, _ random: inout SystemRandomNumberGenerator
    ) throws(LoadError) -> RelayReceiver {
        guard let registrar else {
            let receiver = try RelayReceiver(target, path: "/v1/ws", publishers: publishers, &random)
            receiver.say(#"{"type":"hello","id":"h","token":"\#(token)"}"#, mask: random.next())
            receiver.say(#"{"type":"topic.subscribe","id":"s","topics":["load"]}"#, mask: random.next())
            try receiver.awaitMessage(with: #""id":"s""#)
            return receiver
        }
        let path = try Self.register(#"{"user_id":1,"topic":"load"}"#, registrar)
        return try RelayReceiver(target, path: path, publishers: publishers, &random)
    }

    /// The path of the socket of a new client of the relay.
    static func register(_ body: String, _ registrar: HTTPClient) throws(LoadError) -> String {
        let answer = try registrar.post("/register", body)
        guard let id = answer.split(separator: "/").last?.prefix(36), id.utf8.count == 36 else {
            throw .failed("the server's answer has no URL: \(answer.prefix(200))")
        }
        return "/ws/\(id)"
    }
}
