/// Stores messages by `PUT /v1/rooms/{id}/messages/{key}`: one request after another on each of some connections that
/// are kept. Each answer says which message of its room was stored: with a room to each connection it is the next.
enum PutRun {
    static func run(_ options: Options) throws(LoadError) -> Report {
        let load = try PutLoad(options)
        load.run(untilUs: Clock.microseconds() + options.warmupUs)
        let before = load.stored
        let usage = Usage(of: options.process)
        load.isMeasuring = true
        load.run(untilUs: Clock.microseconds() + options.durationUs)
        let stored = load.stored - before
        load.isMeasuring = false

        var report = Report()
        report.add("requests_per_s", Double(stored) * 1_000_000 / Double(usage.elapsedUs))
        report.add("latency", load.latencies)
        report.add(usage, per: "request", count: stored)
        if let bytes = options.process?.residentBytes() { report.add("server_rss_bytes", bytes) }

        load.stop()
        load.run(untilUs: Clock.microseconds() + 5_000_000) { load.isComplete }
        report.add("stored_total", load.stored)
        if load.stored == 0 { report.addFault("nothing was stored") }
        if load.disordered > 0 { report.addFault("\(load.disordered) messages were stored twice or out of order") }
        if let failure = load.failure { report.addFault(failure) }
        if load.failure == nil, !load.isComplete { report.addFault("a request was not answered") }
        return report
    }
}

/// The connections of one run.
final class PutLoad {
    private(set) var stored = 0
    private(set) var disordered = 0
    private(set) var failure: String?
    private(set) var latencies = Histogram()
    var isMeasuring = false

    private var connections: [PutConnection] = []
    private var poller: Poller
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var isStopped = false
    /// A room for each connection: the messages of a room come from one alone.
    private let isAlone: Bool

    init(_ options: Options) throws(LoadError) {
        guard let roomsFile = options.roomsFile, let tokensFile = options.tokensFile else {
            throw .usage("put needs --rooms-file and --tokens-file")
        }
        guard options.connections <= 1 << 16 else { throw .usage("put needs at most 65,536 connections") }
        let rooms = try Files.lines(of: roomsFile).prefix(options.rooms)
        guard let token = try Files.lines(of: tokensFile).first, rooms.count == options.rooms else {
            throw .failed("there is no token, or there are fewer than \(options.rooms) rooms")
        }
        let target = try Target(options.url)
        poller = try Poller()
        isAlone = options.connections == options.rooms
        let series = Int.random(in: 0..<1 << 32)
        for number in 0..<options.connections {
            let connection = try PutConnection(
                target, room: rooms[number % rooms.count], token: token, number: number, series: series,
                payloadBytes: options.payloadBytes)
            poller.add(connection.socket, number: number, writing: false)
            connections.append(connection)
        }
        for connection in connections { connection.put(atUs: Clock.microseconds()) }
    }

    /// Nothing more is sent; what is under way is still answered.
    func stop() { isStopped = true }

    var isComplete: Bool { connections.allSatisfy { !$0.isWaiting } }

    func run(untilUs deadline: Int, isDone: () -> Bool = { false }) {
        while failure == nil, !isDone() {
            let left = deadline - Clock.microseconds()
            guard left > 0 else { return }
            for index in 0..<poller.wait(timeoutMs: (left + 999) / 1_000) {
                read(connections[poller.event(index).number])
            }
        }
    }

    private func read(_ connection: PutConnection) {
        switch Socket.receive(connection.socket, into: &buffer) {
        case .bytes(let count):
            switch connection.take(buffer[..<count]) {
            case .needsMore: return
            case .refused(let head): failure = "a request was answered with \(head)"
            case .stored(let sequence):
                let now = Clock.microseconds()
                stored += 1
                let last = connection.sequence
                if isAlone && last > 0 ? sequence != last + 1 : sequence <= last { disordered += 1 }
                connection.sequence = sequence
                if isMeasuring { latencies.add(now - connection.sentAtUs) }
                if !isStopped { connection.put(atUs: now) }
            }
        case .wouldBlock: break
        case .ended: failure = "the server closed a connection"
        }
    }
}
