import Glibc
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

/// A client that receives.
final class RelayReceiver {
    let socket: Int32
    var decoder = WebSocketDecoder(role: .client)
    /// By publisher.
    var checks: [SequenceCheck]

    /// - Parameter receiveBytes: how much the kernel keeps for it while it does not read; nil: as it likes.
    init(
        _ target: Target, path: String, publishers: Int, receiveBytes: Int32? = nil,
        _ random: inout SystemRandomNumberGenerator
    ) throws(LoadError) {
        checks = Array(repeating: SequenceCheck(), count: publishers)
        socket = try Socket.connect(to: target, source: nil, receiveBytes: receiveBytes)
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

    /// Reads once, hands over each message with the time of the reading, in microseconds, and answers pings.
    ///
    /// - Throws: where the server has closed the connection, or broken the protocol.
    func read(into buffer: inout [UInt8], take: (Span<UInt8>, Int) -> Void) throws(LoadError) {
        guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
            throw .failed("the server closed a receiver's connection")
        }
        let now = Clock.microseconds()
        var span = buffer.mutableSpan
        var part = span._mutatingExtracting(0..<count)
        var offset = 0
        var isClosed = false
        do throws(WSError) {
            while let event = try decoder.next(in: &part, at: &offset) {
                switch event {
                case .message(_, .inBuffer(let range)): take(part.span.extracting(range), now)
                case .message(_, .owned(let message)): take(message.span, now)
                case .ping: pong(mask: .random(in: .min ... .max))
                case .pong: break
                case .close: isClosed = true
                }
            }
        } catch {
            throw .failed("the server broke the protocol: \(error.description)")
        }
        if isClosed { throw .failed("the server closed a receiver's socket") }
    }

    /// Sends a text, which is short.
    func say(_ text: String, mask: UInt32) {
        var frame: [UInt8] = []
        FrameEncoder.append(.text, Array(text.utf8), mask: mask, to: &frame)
        _ = Socket.send(socket, frame[...])
    }

    /// Waits for a message that has `text` in it.
    func awaitMessage(with text: String) throws(LoadError) {
        _ = fcntl(socket, F_SETFL, 0)
        defer { _ = fcntl(socket, F_SETFL, O_NONBLOCK) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            do throws(WSError) {
                while let event = try decoder.next() {
                    guard case .message(_, let message) = event else { continue }
                    if message.firstRange(of: Array(text.utf8)) != nil { return }
                }
            } catch {
                throw .failed("the server broke the protocol: \(error.description)")
            }
            guard case .bytes(let count) = Socket.receive(socket, into: &buffer) else {
                throw .failed("the server did not answer on a socket")
            }
            decoder.append(buffer.span.extracting(0..<count))
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

    /// - Parameter key: of a native topic; nil: publishes by the relay dialect.
    init(_ target: Target, number: Int, run: Int, payloadBytes: Int, key: String?) throws(LoadError) {
        let beginning = key == nil ? #"{"topic":"load","message":""# : #"{"data":""#
        let path = key == nil ? "/publish" : "/v1/topics/load/publications"
        let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let bodyBytes = beginning.utf8.count + payloadBytes + 2
        let head = "POST \(path) HTTP/1.1\r\nHost: \(target.authority)\r\nContent-Type: application/json\r\n"
        request = Array((head + authorization + "Content-Length: \(bodyBytes)\r\n\r\n" + beginning).utf8)
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

    /// Gives whether the answer has come whole.
    func take(_ bytes: ArraySlice<UInt8>) -> Bool {
        answer += bytes
        guard let length = HTTPAnswer.length(of: answer), answer.count >= length else { return false }
        if !answer.starts(with: Self.good) || answer.count > length { hasFailed = true }
        answer.removeAll(keepingCapacity: true)
        isWaiting = false
        return true
    }

    private static let good = Array("HTTP/1.1 200".utf8)
}

/// The answer to a request, as far as a load generator looks at it.
enum HTTPAnswer {
    /// How long the answer is that `bytes` begin with, head and body; nil while its head is not whole.
    static func length(of bytes: [UInt8]) -> Int? {
        var line = 0
        var bodyLength = 0
        var index = 0
        while index + 1 < bytes.count {
            guard bytes[index] == 13, bytes[index + 1] == 10 else {
                index += 1
                continue
            }
            if index == line { return index + 2 + bodyLength }
            if let length = contentLength(bytes[line..<index]) { bodyLength = length }
            index += 2
            line = index
        }
        return nil
    }

    private static func contentLength(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.count > name.count, line.first.map({ $0 | 0x20 }) == name[0] else { return nil }
        for (index, byte) in name.enumerated() where line[line.startIndex + index] | 0x20 != byte { return nil }
        var value = 0
        for byte in line.dropFirst(name.count) where (0x30...0x39).contains(byte) {
            value = min(value * 10 + Int(byte - 0x30), 1 << 30)
        }
        return value
    }

    /// A colon and a hyphen have the bit of lower case already.
    private static let name = Array("content-length:".utf8)
}
