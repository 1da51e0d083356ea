import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// One feed's machine, and the source at the other end, on virtual time.
final class FeedScene {
    let machine: FeedMachine
    private(set) var now = Instant(milliseconds: 1_000)
    private(set) var link: FeedLink?
    /// Where the connections were to go, in order.
    private(set) var opened: [FeedURL] = []
    /// What the machine has sent on the connection that is there.
    private(set) var sent: [UInt8] = []
    private(set) var closed: [FeedLink] = []

    static let wallTime: Int64 = 1_800_000_000_000

    init(_ json: String, limits: HubLimits = HubLimits(), seed: UInt64 = 1) throws {
        let configuration = try FeedConfigurationTests.feed(json)
        guard case .url(let url, let format) = configuration.source else { throw FeedProblem("no URL") }
        machine = FeedMachine(
            configuration, url, format, number: 3, limits: limits, random: SplitMix64(seed: seed), at: now)
        machine.start(at: now)
        perform()
    }

    var wallTime: WallTime { WallTime(milliseconds: Self.wallTime + now.milliseconds) }
    var request: String { String(decoding: sent, as: UTF8.self) }
    var state: FeedStatus.State { machine.status.state }

    private func perform() {
        for action in machine.takeActions() {
            switch action {
            case .open(let link, let url):
                self.link = link
                opened.append(url)
                sent = []
            case .send(let link, let bytes): if link == self.link { sent += bytes }
            case .close(let link):
                closed.append(link)
                if link == self.link { self.link = nil }
            }
        }
    }

    /// The connection that is to be opened is there.
    func connect() throws {
        let link = try #require(link)
        machine.opened(link, at: now, wallTime: wallTime)
        perform()
    }

    func fail(_ reason: String?) throws {
        let link = try #require(link)
        self.link = nil
        machine.ended(link, reason: reason, at: now, wallTime: wallTime)
        perform()
    }

    func say(_ text: String) throws { try say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) throws {
        let link = try #require(link)
        var bytes = bytes
        var span = bytes.mutableSpan
        machine.received(link, &span, at: now, wallTime: wallTime)
        perform()
    }

    func wait(_ milliseconds: Int64) {
        let end = now.advanced(byMs: milliseconds)
        while let deadline = machine.deadline, deadline <= end {
            now = max(now, deadline)
            machine.advance(at: now, wallTime: wallTime)
            perform()
        }
        now = end
    }

    /// To the next attempt.
    func waitForAttempt() throws {
        let before = opened.count
        for _ in 0..<100 where opened.count == before {
            let deadline = try #require(machine.deadline)
            wait(deadline.milliseconds(since: now))
        }
        try #require(opened.count > before)
    }

    func takeTexts() -> [String] { machine.takeItems().map(\.text) }

    /// Answers the handshake that the machine has sent.
    ///
    /// - Parameter more: lines of the answer besides.
    func acceptWebSocket(more: String = "") throws {
        let line = try #require(request.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") })
        let accept = ServerHandshake.acceptKey(for: String(line.dropFirst("Sec-WebSocket-Key: ".count)))
        sent = []
        try say(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\(more)\r\n")
    }

    /// What the machine has sent as frames.
    func takeFrames() throws -> [WSEvent] {
        var decoder = WebSocketDecoder(role: .server)
        decoder.append(sent)
        sent = []
        var events: [WSEvent] = []
        while let event = try decoder.next() { events.append(event) }
        return events
    }
}
