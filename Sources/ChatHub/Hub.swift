public import ChatDomain
import ChatStore
public import HTTPCore
import WSProtocol

/// The broadcast hub of one event loop, as a state machine: bytes and time in, a `Turn` of things to do out.
///
/// A turn is `beginTurn`, then any number of `accept`, `receive`, `hangUp` and `handle`, then `endTurn`. Nothing here
/// reads a clock, a socket or a file, and nothing is shared with another loop: what others must know goes as `Mail`.
///
/// The parts: `RequestHandling` speaks HTTP and upgrades, `SocketHandling` speaks WebSocket, `Publishing` brings frames
/// to their audiences, and each dialect is an adapter of its own over these.
public final class Hub {
    let configuration: HubConfiguration
    let limits: HubLimits
    let site: Site
    let chatApp: ChatApp
    let relay: Relay
    let topicHub: TopicHub
    let keyRing: KeyRing
    let native: Native
    let feeds: Feeds
    var random: SplitMix64

    /// The time of this turn.
    public private(set) var now: Instant
    private(set) var wallTime: WallTime
    /// The value of the Date field for this second.
    private(set) var date: [UInt8] = []
    private(set) var dateSecond: Int64 = -1
    var readyHealth: ReadyAnswer

    /// By slot.
    private var connections: [Connection?] = []
    public private(set) var connectionCount = 0
    private var wheel: TimerWheel

    var topics: [Audience: Topic] = [:]
    var dirtyTopics: [Topic] = []
    /// The number of this turn, for marks that last one turn.
    private(set) var turnNumber: UInt64 = 1
    var turn = Turn()

    private var lastTicket: UInt64 = 0
    private var pendingOutcomes: [Ticket: (Hub, Outcome) -> Void] = [:]
    private var pendingAnswers: [Ticket: (Hub, StoreAnswer) -> Void] = [:]
    private var pendingWork: [Ticket: (Hub, WorkAnswer) -> Void] = [:]
    var counters = LoopCounters()
    let metricsGathering = MetricsGathering()
    /// Since when the writer has owed a report; nil while it owes none.
    private var unwrittenSince: Instant?
    /// How many drafts the writer has not reported on.
    private var unwrittenCount = 0

    /// Nothing is under way between this loop and the store.
    var isSettled: Bool {
        unwrittenCount == 0 && turn.submissions.isEmpty && pendingAnswers.isEmpty && pendingWork.isEmpty
            && native.identity.isSettled
    }

    var draining = Draining.no

    public init(configuration: HubConfiguration, random: SplitMix64, at now: Instant, wallTime: WallTime) {
        self.configuration = configuration
        self.limits = configuration.limits
        self.random = random
        self.now = now
        self.wallTime = wallTime
        site = Site(configuration: configuration)
        readyHealth = ReadyAnswer(site.health)
        chatApp = ChatApp(configuration: configuration)
        relay = Relay(configuration: configuration)
        topicHub = TopicHub(configuration: configuration, random: &self.random)
        keyRing = KeyRing(configuration: configuration)
        native = Native(configuration: configuration)
        feeds = Feeds(configuration: configuration)
        wheel = TimerWheel(now: now)
        feeds.subscribe { hub, items in hub.relay.deliver(items, hub: hub) }
    }

    // MARK: The turn

    /// Begins a turn: sets the time that all of it has.
    public func beginTurn(at now: Instant, wallTime: WallTime) {
        self.now = max(now, self.now)
        self.wallTime = wallTime
        let second = wallTime.milliseconds / 1_000
        if second != dateSecond {
            dateSecond = second
            date = Array(HTTPDate.format(secondsSince1970: second).utf8)
        }
    }

    /// Ends the turn: brings what was published to its audiences and returns what is to be done.
    public func endTurn() -> Turn {
        advance()
        flushTopics()
        turnNumber += 1
        defer { turn = Turn() }
        for connection in turn.connections { connection.isListed = false }
        if unwrittenCount == 0, !turn.submissions.isEmpty { unwrittenSince = now }
        unwrittenCount += turn.submissions.count
        return turn
    }

    /// When the next turn is due even if nothing happens.
    public var nextDeadline: Instant? {
        var earliest = wheel.nextDeadline
        for case let other? in [chatApp.nextDeadline, native.nextDeadline, relay.nextDeadline, feeds.nextDeadline]
        where earliest.map({ other < $0 }) ?? true {
            earliest = other
        }
        if case .settling(let until) = draining, until > now, earliest.map({ until < $0 }) ?? true { earliest = until }
        return earliest
    }

    private func advance() {
        for slot in wheel.takeDue(at: now) {
            guard slot < connections.count, let connection = connections[slot] else { continue }
            deadlineCame(for: connection)
        }
        chatApp.advance(hub: self)
        relay.advance(hub: self)
        native.advance(hub: self)
        feeds.advance(hub: self)
    }

    // MARK: Connections

    /// Takes in a new connection. The identifier's slot must be free.
    ///
    /// - Parameter peer: who is at the other end; nil where that is no address.
    public func accept(_ id: ConnectionID, peer: IPAddress?) {
        let slot = id.slot
        if slot >= connections.count {
            connections.append(contentsOf: repeatElement(nil, count: slot + 1 - connections.count))
        }
        let connection = Connection(id: id, peer: peer, phase: site.firstPhase(peer: peer), at: now)
        connections[slot] = connection
        connectionCount += 1
        counters.accepted += 1
        expectHead(on: connection)
    }

    /// The connection of that name; nil once it has gone, whoever has its slot now.
    public func connection(_ id: ConnectionID) -> Connection? {
        guard id.slot < connections.count, let connection = connections[id.slot], connection.id == id else {
            return nil
        }
        return connection
    }

    /// Takes bytes from the peer. They may be changed in place (unmasked), and are not kept.
    public func receive(_ bytes: inout MutableSpan<UInt8>, from id: ConnectionID) {
        guard let connection = connection(id) else { return }
        receive(&bytes, from: connection)
    }

    /// Takes bytes from the peer of a connection that is not gone.
    public func receive(_ bytes: inout MutableSpan<UInt8>, from connection: Connection) {
        connection.lastHeard = now
        connection.hasSpoken = true
        var offset = 0
        while offset < bytes.count {
            switch connection.phase {
            case .proxyHead(let reader): receiveProxyHead(bytes.span, at: &offset, reader, on: connection)
            case .http(let exchange): receiveHTTP(&bytes, at: &offset, exchange, on: connection)
            case .webSocket(let socket): socket.endpoint.receive(&bytes, at: &offset, socket, connection, hub: self)
            case .over: return
            }
        }
    }

    /// The peer is gone, or the shell has closed the connection: forgets it.
    public func hangUp(_ id: ConnectionID) {
        guard let connection = connection(id) else { return }
        retire(connection)
        wheel.cancel(id.slot)
        connections[id.slot] = nil
        connection.isGone = true
        connectionCount -= 1
    }

    /// Ends what the connection takes part in; nothing more is published to it, and nothing it says is looked at.
    func retire(_ connection: Connection) {
        if case .over = connection.phase { return }
        let phase = connection.phase
        connection.phase = .over
        if case .webSocket(let socket) = phase { socket.endpoint.left(connection, hub: self) }
        leaveAll(connection)
    }

    /// Ends the connection, once what it has to say is written.
    func end(_ connection: Connection, _ ending: Connection.Ending) {
        connection.ending = ending
        retire(connection)
        if case .linger = ending { connection.wantsBytes = true }
        setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.closeMs)))
        list(connection)
    }

    /// Has the end of the turn look after the connection.
    func list(_ connection: Connection) {
        guard !connection.isListed else { return }
        connection.isListed = true
        turn.connections.append(connection)
    }

    func setDeadline(of connection: Connection, at instant: Instant) {
        wheel.schedule(connection.id.slot, at: instant)
    }

    private func deadlineCame(for connection: Connection) {
        switch connection.phase {
        case .proxyHead: end(connection, .cut)
        case .http(let exchange): exchangeDeadlineCame(exchange, on: connection)
        case .webSocket(let socket): socket.endpoint.deadlineCame(socket, connection, hub: self)
        case .over:
            if connection.takesItsTime {
                connection.takesItsTime = false
                setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.closeMs)))
            } else {
                connection.ending = .cut
                list(connection)
            }
        }
    }

    /// The peer sends no more. What it has asked for is still answered.
    public func endOfInput(_ id: ConnectionID) {
        guard let connection = connection(id) else { return }
        connection.wantsBytes = false
        switch connection.phase {
        case .http(let exchange) where exchange.awaiting != nil:
            exchange.awaiting?.keepsAlive = false
            list(connection)
        case .proxyHead, .http, .webSocket: end(connection, .close)
        case .over:
            // The peer has answered our goodbye, or cares for none.
            connection.ending = connection.outbox.isEmpty ? .cut : .close
            list(connection)
        }
        connection.wantsBytes = false
    }

    /// The shell has written that many bytes of the outbox.
    public func wrote(_ count: Int, on connection: Connection) {
        connection.outbox.consume(count)
        connection.hasSpoken = false
        connection.takesItsTime = count > 0 && !connection.outbox.isEmpty
        if connection.isReplaying { connection.endpoint?.hasTaken(connection, hub: self) }
        guard connection.isChoked, connection.outbox.byteCount <= limits.queueBytesMax / 4 else { return }
        connection.isChoked = false
        resumeReading(connection)
    }

    /// The peer asks for more than it takes: no more is read until it has taken most of what waits.
    func chokeIfFull(_ connection: Connection) {
        guard !connection.isChoked, connection.outbox.byteCount > limits.queueBytesMax / 2 else { return }
        connection.isChoked = true
        pauseReading(connection)
    }

    func pauseReading(_ connection: Connection) {
        connection.wantsBytes = false
        list(connection)
    }

    /// Reads on, beginning with what was held back.
    func resumeReading(_ connection: Connection) {
        guard !connection.wantsBytes, !connection.isChoked else { return }
        connection.wantsBytes = true
        list(connection)
        guard case .http(let exchange) = connection.phase, !exchange.heldBytes.isEmpty else { return }
        var held = exchange.heldBytes
        exchange.heldBytes = []
        var bytes = held.mutableSpan
        receive(&bytes, from: connection)
    }

    /// Whether something is left to do that no event will bring about: the next turn must not wait.
    public var hasWork: Bool {
        !dirtyTopics.isEmpty || !turn.connections.isEmpty || !turn.submissions.isEmpty || !turn.queries.isEmpty
            || !turn.mail.isEmpty || !turn.work.isEmpty || !turn.feedActions.isEmpty
    }

    /// Calls `body` for every connection that is left.
    public func forEachConnectionID(_ body: (ConnectionID) -> Void) {
        for case let connection? in connections { body(connection.id) }
    }

    func forEachConnection(_ body: (Connection) -> Void) {
        for case let connection? in connections { body(connection) }
    }

    /// The figures of this loop.
    func metrics() -> LoopMetrics {
        var kinds: [String: Int] = [:]
        var queuedBytes = 0
        forEachConnection { connection in
            kinds[LoopMetrics.kind(of: connection), default: 0] += 1
            queuedBytes += connection.outbox.byteCount
        }
        return LoopMetrics(
            loop: configuration.loopIndex, counters: counters, connections: kinds, queuedBytes: queuedBytes,
            unwritten: unwrittenCount + turn.submissions.count,
            unwrittenMs: unwrittenSince.map { now.milliseconds(since: $0) } ?? 0, questions: pendingAnswers.count,
            passwords: pendingWork.count, topics: topics.count, users: native.users.count, rooms: native.rooms.count,
            feeds: feeds.statuses.values.sorted { $0.name < $1.name })
    }

    // MARK: Store

    /// Hands a draft to the writer; `completion` gets its outcome in a later turn.
    func submit(_ draft: Draft, then completion: @escaping (Hub, Outcome) -> Void) {
        let ticket = makeTicket()
        pendingOutcomes[ticket] = completion
        turn.submissions.append(Submission(draft: draft, reply: .ticket(ticket)))
    }

    /// Hands a draft to the writer; the connection hears of it only by its events, or by `refused`.
    func submit(_ draft: Draft, from connection: Connection) {
        turn.submissions.append(Submission(draft: draft, reply: .connection(connection.id)))
    }

    /// Asks the store; `completion` gets the answer in a later turn.
    func ask(_ query: StoreQuery, then completion: @escaping (Hub, StoreAnswer) -> Void) {
        let ticket = makeTicket()
        pendingAnswers[ticket] = completion
        turn.queries.append((ticket, query))
    }

    /// Asks the store whatever `body` asks the reader; `completion` gets what it returned in a later turn.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then completion: @escaping (Hub, Result<T, StoreError>) -> Void
    ) {
        let query = StoreQuery.reading { (reader: borrowing any ChatStoreReader) throws(StoreError) -> any Sendable in
            try body(reader)
        }
        ask(query) { hub, answer in
            switch answer {
            case .failed(let error): completion(hub, .failure(error))
            case .value(let value as T): completion(hub, .success(value))
            default: completion(hub, .failure(.failed("an answer of the wrong kind")))
            }
        }
    }

    /// Has a worker do something slow; `completion` gets what came of it in a later turn.
    func perform(_ work: Work, then completion: @escaping (Hub, WorkAnswer) -> Void) {
        let ticket = makeTicket()
        pendingWork[ticket] = completion
        turn.work.append((ticket, work))
    }

    /// The store is so far behind that no more may be handed to it: whoever wants to must wait.
    var isStoreBehind: Bool { unwrittenCount + turn.submissions.count >= limits.unwrittenMax }

    private func makeTicket() -> Ticket {
        lastTicket += 1
        return Ticket(rawValue: lastTicket)
    }

    // MARK: Mail

    /// Takes what came from outside the loop.
    public func handle(_ mail: Mail) {
        switch mail {
        case .committed(let events):
            for event in events {
                counters.count(event)
                chatApp.committed(event, hub: self)
                native.committed(event, hub: self)
            }
        case .noticed(let notices):
            for notice in notices { native.noticed(notice, hub: self) }
        case .written(let report):
            unwrittenCount -= report.count
            unwrittenSince = unwrittenCount > 0 ? now : nil
            chatApp.storeCaughtUp(hub: self)
            for (ticket, outcome) in report.outcomes { pendingOutcomes.removeValue(forKey: ticket)?(self, outcome) }
            for (id, refusal) in report.refusals {
                guard let connection = connection(id) else { continue }
                refused(refusal, on: connection)
            }
        case .answer(let ticket, let answer):
            pendingAnswers.removeValue(forKey: ticket)?(self, answer)
        case .worked(let ticket, let answer):
            pendingWork.removeValue(forKey: ticket)?(self, answer)
        case .feeds(let mail): feeds.handle(mail, hub: self)
        case .order(let draft, let answer): submit(draft) { _, outcome in answer(outcome) }
        case .metrics(let mail): metricsGathering.handle(mail, hub: self)
        case .identity(let mail): native.identity.handle(mail, hub: self)
        case .batch(let batch, let audience): deliver(batch, to: audience)
        case .home(let message): chatApp.handle(message, hub: self)
        case .presence(let notice): chatApp.presenceChanged(notice)
        case .userGone(let user, let handle): chatApp.userGone(user, handle: handle, hub: self)
        case .relay(let mail): relay.handle(mail, hub: self)
        case .topic(let mail): topicHub.handle(mail, hub: self)
        case .native(let mail): native.handle(mail, hub: self)
        case .nativeHome(let message): native.home.handle(message, hub: self)
        case .watched(let mail): native.watching.handle(mail, hub: self)
        case .frame(let frame, let id):
            guard let connection = connection(id) else { return }
            enqueue(frame, to: connection)
        }
    }

    /// Sends mail to one loop: to this one by handling it at once.
    func tell(loop: Int, _ mail: Mail) {
        if loop == configuration.loopIndex {
            handle(mail)
        } else {
            turn.mail.append((.loop(loop), mail))
        }
    }

    /// Sends mail to every loop, this one included.
    func tellAll(_ mail: Mail) {
        if configuration.loopCount > 1 { turn.mail.append((.others, mail)) }
        handle(mail)
    }
}
