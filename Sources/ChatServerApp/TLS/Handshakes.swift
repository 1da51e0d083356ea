import ChatDomain
import ChatHub
import HTTPCore

/// Connections of a loop whose TLS handshake is not done. They are bounded in number and in time, and what they cost a turn
/// is too: whoever only begins handshakes holds nobody up.
///
/// The hub hears of a connection once it can be spoken to.
final class Handshakes {
    struct Limits {
        var countMax: Int
        /// For the whole handshake, however it trickles.
        var timeMs: Int64
    }

    /// What is to be done with a connection.
    enum Outcome {
        case done(ConnectionID, peer: IPAddress?, TLSTransport)
        /// It can go on when the socket is writable, or readable.
        case waits(ConnectionID, forWrite: Bool)
        case over(ConnectionID)
    }

    private final class Unfinished {
        let id: ConnectionID
        let peer: IPAddress?
        let deadline: Instant
        /// nil until the first bytes have come: who says nothing costs nothing.
        var transport: TLSTransport?
        var isQueued = false
        var wantsWrite = false

        init(id: ConnectionID, peer: IPAddress?, deadline: Instant) {
            self.id = id
            self.peer = peer
            self.deadline = deadline
        }
    }

    private let limits: Limits
    private let certificates: TLSCertificates
    private var unfinished: [UInt64: Unfinished] = [:]
    /// In the order of their deadlines; some may be over already.
    private var line: [Unfinished] = []
    private var lineStart = 0
    /// Those whose socket is ready.
    private var ready: [Unfinished] = []

    /// How long a turn may be at handshakes. One more step may go beyond it.
    private static let turnMs: Int64 = 2
    private static let stepsMax = 64

    init(_ certificates: TLSCertificates, limits: Limits) {
        self.certificates = certificates
        self.limits = limits
    }

    var count: Int { unfinished.count }
    var isFull: Bool { unfinished.count >= limits.countMax }
    /// Whether there is more to do without waiting.
    var hasWork: Bool { !ready.isEmpty }

    /// When the next must be done.
    var nextDeadline: Instant? {
        dropDone()
        return lineStart < line.count ? line[lineStart].deadline : nil
    }

    func begin(_ id: ConnectionID, peer: IPAddress?, at now: Instant) {
        let one = Unfinished(id: id, peer: peer, deadline: now.advanced(byMs: limits.timeMs))
        unfinished[id.rawValue] = one
        line.append(one)
    }

    /// A socket is readable or writable, or has failed.
    func isReady(_ token: UInt64) {
        guard let one = unfinished[token], !one.isQueued else { return }
        one.isQueued = true
        ready.append(one)
    }

    /// Goes on with those that can, as far as a turn allows, and gives up those whose time is over.
    func advance(at now: Instant) -> [Outcome] {
        var outcomes: [Outcome] = []
        while let deadline = nextDeadline, deadline <= now {
            let one = line[lineStart]
            unfinished[one.id.rawValue] = nil
            outcomes.append(.over(one.id))
        }
        let end = Clock.now().advanced(byMs: Self.turnMs)
        var steps = 0
        while steps < ready.count, steps < Self.stepsMax, steps == 0 || Clock.now() < end {
            let one = ready[steps]
            steps += 1
            one.isQueued = false
            guard unfinished[one.id.rawValue] === one else { continue }
            outcomes.append(advance(one))
        }
        ready.removeFirst(steps)
        return outcomes
    }

    private func advance(_ one: Unfinished) -> Outcome {
        let transport = one.transport ?? certificates.current.makeTransport(socket: Int32(one.id.slot))
        one.transport = transport
        switch transport?.handshake() {
        case .done:
            unfinished[one.id.rawValue] = nil
            if let transport { return .done(one.id, peer: one.peer, transport) }
            return .over(one.id)
        case .wantsRead: return .waits(one.id, forWrite: false)
        case .wantsWrite: return .waits(one.id, forWrite: true)
        case .closed, .failed, nil:
            unfinished[one.id.rawValue] = nil
            return .over(one.id)
        }
    }

    /// Gives all of them up.
    ///
    /// - Returns: which there were.
    func end() -> [ConnectionID] {
        defer {
            unfinished = [:]
            ready = []
            line = []
            lineStart = 0
        }
        return unfinished.values.map(\.id)
    }

    private func dropDone() {
        while lineStart < line.count, unfinished[line[lineStart].id.rawValue] !== line[lineStart] { lineStart += 1 }
        guard lineStart > 1_024, lineStart * 2 >= line.count else { return }
        line.removeFirst(lineStart)
        lineStart = 0
    }
}
