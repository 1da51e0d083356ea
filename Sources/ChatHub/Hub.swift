public import ChatDomain
import ChatStore
import HTTPCore
import WSProtocol

/// The broadcast hub of one event loop, as a state machine: bytes and time in, a `Turn` of things to do out.
///
/// A turn is `beginTurn`, then any number of `accept`, `receive`, `hangUp` and `handle`, then `endTurn`. Nothing here
/// reads a clock, a socket or a file, and nothing is shared with another loop: what others must know goes as `Mail`.
///
/// The parts: a `ConnectionTable` (what happens to its connections is in `ConnectionHandling`), a `Publisher` with the
/// audiences (`Publishing` brings them what is for them), a `StoreDesk` for what is handed to the store, `Asks` for what is asked
/// (`Asking`), a `Correspondence` with the other loops (`MailHandling`). `RequestHandling`
/// speaks HTTP and upgrades, `SocketHandling` has what all sockets have in common, and each protocol or dialect is an
/// `Endpoint` over these, in a folder of its own.
public final class Hub {
    let configuration: HubConfiguration
    let limits: HubLimits
    let homes: HomeMap
    let site: Site
    let cookies: SessionCookies
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

    var connections: ConnectionTable
    var publisher = Publisher()
    var turn = Turn()

    var store = StoreDesk()
    var asks = Asks()
    var correspondence: Correspondence
    var counters = LoopCounters()
    /// What the log is told of refused origins: some lines a second at most, whoever makes them come.
    var originEvents = TokenBucket(ratePerSecond: 2, burst: 20)
    let metricsGathering = MetricsGathering()
    /// Nothing is under way between this loop and the store, the workers or other loops.
    var isSettled: Bool { asks.isEmpty && store.isSettled && !hasWork && native.isSettled }

    var draining = Draining.no

    public init(configuration: HubConfiguration, random: SplitMix64, at now: Instant, wallTime: WallTime) {
        self.configuration = configuration
        self.limits = configuration.limits
        homes = HomeMap(configuration: configuration)
        self.random = random
        self.now = now
        self.wallTime = wallTime
        correspondence = Correspondence(loopCount: configuration.loopCount)
        site = Site(configuration: configuration)
        cookies = SessionCookies(instance: configuration.instance)
        readyHealth = ReadyAnswer(site.health)
        chatApp = ChatApp(configuration: configuration)
        relay = Relay(configuration: configuration)
        topicHub = TopicHub(configuration: configuration, random: &self.random)
        keyRing = KeyRing(configuration: configuration)
        native = Native(configuration: configuration)
        feeds = Feeds(configuration: configuration)
        connections = ConnectionTable(now: now)
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
        flushAudiences()
        raiseFence()
        publisher.endTurn()
        defer { turn = Turn() }
        correspondence.note(sent: turn.mail, by: configuration.loopIndex)
        for connection in turn.connections { connection.isListed = false }
        store.handedOver(turn.submissions.count, at: now)
        return turn
    }

    /// When the next turn is due even if nothing happens.
    public var nextDeadline: Instant? {
        var earliest = connections.nextDeadline
        for case let other? in [
            native.nextDeadline, relay.nextDeadline, feeds.nextDeadline, asks.nextDeadline,
        ]
        where earliest.map({ other < $0 }) ?? true {
            earliest = other
        }
        if case .settling(let until) = draining, until > now, earliest.map({ until < $0 }) ?? true { earliest = until }
        return earliest
    }

    private func advance() {
        for connection in connections.takeDue(at: now) where !connection.isGone { deadlineCame(for: connection) }
        failOverdue()
        relay.advance(hub: self)
        native.advance(hub: self)
        feeds.advance(hub: self)
    }

    /// Whether something is left to do that no event will bring about: the next turn must not wait.
    public var hasWork: Bool {
        publisher.hasWork || correspondence.hasWork || !turn.connections.isEmpty || !turn.submissions.isEmpty
            || !turn.queries.isEmpty || !turn.mail.isEmpty || !turn.work.isEmpty || !turn.feedActions.isEmpty
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
            unwritten: store.unwrittenCount + turn.submissions.count,
            unwrittenMs: store.unwrittenSince.map { now.milliseconds(since: $0) } ?? 0, questions: asks.readerCount,
            passwords: asks.workerCount, topics: audiences.count,
            users: native.users.count, rooms: native.rooms.count,
            feeds: feeds.statuses.values.sorted { $0.name < $1.name })
    }
}
