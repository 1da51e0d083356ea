import Glibc
import WSProtocol

/// Publishes by POST to clients of the relay dialect, and counts what they get.
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
        let registrar = try HTTPClient(target)
        var receivers: [RelayReceiver] = []
        for _ in 0..<options.receivers {
            let answer = try registrar.post("/register", #"{"user_id":1,"topic":"load"}"#)
            guard let id = answer.split(separator: "/").last?.prefix(36), id.utf8.count == 36 else {
                throw .failed("the server's answer has no URL: \(answer.prefix(200))")
            }
            let receiver = try RelayReceiver(target, path: "/ws/\(id)", publishers: options.connections, &random)
            poller.add(receiver.socket, number: receivers.count, writing: false)
            receivers.append(receiver)
        }
        self.receivers = receivers
        let run = Int.random(in: 0..<1 << 16)
        var publishers: [RelayPublisher] = []
        for number in 0..<options.connections {
            let publisher = try RelayPublisher(target, number: number, run: run, payloadBytes: options.payloadBytes)
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
        // Taken out, so that the bytes and the rest of the state can be used side by side.
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        defer { swap(&bytes, &buffer) }
        guard case .bytes(let count) = Socket.receive(receiver.socket, into: &bytes) else {
            failure = "the server closed a receiver's connection"
            return
        }
        let now = Clock.microseconds()
        var span = bytes.mutableSpan
        var part = span._mutatingExtracting(0..<count)
        var offset = 0
        do throws(WSError) {
            while let event = try receiver.decoder.next(in: &part, at: &offset) {
                switch event {
                case .message(_, .inBuffer(let range)): tally(part.span.extracting(range), receiver, now)
                case .message(_, .owned(let message)): tally(message.span, receiver, now)
                case .ping: receiver.pong(mask: random.next())
                case .pong: break
                case .close: failure = "the server closed a receiver's socket"
                }
            }
        } catch {
            failure = "the server broke the protocol"
        }
    }

    private func tally(_ message: Span<UInt8>, _ receiver: RelayReceiver, _ now: Int) {
        guard let marker = Marker(in: message, at: 0), marker.sender < receiver.checks.count else { return }
        received += 1
        if receiver.checks[marker.sender].receive(marker.sequence) != .next { disordered += 1 }
        if isMeasuring { latencies.add(now - marker.sentAtUs) }
    }
}

/// A client of the relay.
final class RelayReceiver {
    let socket: Int32
    var decoder = WebSocketDecoder(role: .client)
    /// By publisher.
    var checks: [SequenceCheck]

    init(_ target: Target, path: String, publishers: Int, _ random: inout SystemRandomNumberGenerator) throws(LoadError)
    {
        checks = Array(repeating: SequenceCheck(), count: publishers)
        socket = try Socket.connect(to: target, source: nil)
        // Waiting is right until it is open.
        _ = fcntl(socket, F_SETFL, 0)
        var handshake: Handshake
        do throws(HandshakeFailure) {
            handshake = try Handshake(authority: target.authority, path: path, using: &random)
        } catch {
            throw .failed(error.description)
        }
        _ = Socket.send(socket, handshake.request[...])
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
                throw .failed("the server closed a connection during its handshake")
            }
            switch handshake.take(buffer.span.extracting(0..<count)) {
            case .needsMore: continue
            case .refused(let reason): throw .failed(reason)
            case .accepted(let rest):
                decoder.append(rest.span)
                _ = fcntl(socket, F_SETFL, O_NONBLOCK)
                return
            }
        }
    }

    func pong(mask: UInt32) {
        var frame: [UInt8] = []
        FrameEncoder.append(.pong, [UInt8](), mask: mask, to: &frame)
        _ = Socket.send(socket, frame[...])
    }
}

/// A connection that posts one publication after another.
final class RelayPublisher {
    let socket: Int32
    private(set) var isWaiting = false
    private(set) var hasFailed = false
    private var request: [UInt8]
    private let markerOffset: Int
    private var marker: Marker
    private var answer: [UInt8] = []

    init(_ target: Target, number: Int, run: Int, payloadBytes: Int) throws(LoadError) {
        let beginning = #"{"topic":"load","message":""#
        let bodyBytes = beginning.utf8.count + payloadBytes + 2
        let head = "POST /publish HTTP/1.1\r\nHost: \(target.authority)\r\nContent-Type: application/json\r\n"
        request = Array((head + "Content-Length: \(bodyBytes)\r\n\r\n" + beginning).utf8)
        markerOffset = request.count
        request += [UInt8](repeating: UInt8(ascii: "x"), count: payloadBytes) + Array(#""}"#.utf8)
        marker = Marker(sequence: 0, sentAtUs: 0, sender: number, run: run)
        socket = try Socket.connect(to: target, source: nil)
        // A request always fits into the kernel's buffer: there is one at a time.
        _ = fcntl(socket, F_SETFL, 0)
    }

    func publish() {
        marker.sequence += 1
        marker.sentAtUs = Clock.microseconds()
        marker.write(into: &request, at: markerOffset)
        isWaiting = true
        _ = Socket.send(socket, request[...])
    }

    /// Gives whether the answer has come whole; it has no body.
    func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        answer += bytes
        guard answer.count >= 4, answer.suffix(4).elementsEqual([13, 10, 13, 10]) else { return false }
        if !answer.starts(with: Array("HTTP/1.1 200".utf8)) { hasFailed = true }
        answer.removeAll(keepingCapacity: true)
        isWaiting = false
        return true
    }
}
