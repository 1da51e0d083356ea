import CEpoll
import ChatDomain
import ChatHub
import Glibc

/// One event loop: an epoll instance, listening sockets, its connections and a hub, all of one thread.
///
/// A turn: wait; read each ready socket into the ONE receive buffer and give the bytes to the hub; give it its mail;
/// then do what it wants done, with one hand-over to the store and one write for each connection that has something,
/// however many frames.
@safe final class EventLoop {
    let hub: Hub
    let epoll: Epoll
    private let mailbox: LoopMailbox
    private let peers: LoopPeers
    private let log: Log
    private let feedSockets: FeedSockets?
    private let loopIndex: Int
    private let loopCount: Int
    private let connectionsMax: Int
    private let drainMs: Int

    private var listeners: ListeningSockets
    /// How many connections this loop has ever had.
    private var acceptedCount: UInt64 = 0
    /// What each descriptor is watched for; 0 for none of ours.
    var interests: [UInt32] = []
    /// TLS, by descriptor; nil for plain connections.
    var transports: [TLSTransport?] = []
    /// nil where no door has TLS.
    let handshakes: Handshakes?
    let buffer: UnsafeMutableBufferPointer<UInt8>
    /// Where chunks are gathered for one write.
    var scratch: [UInt8] = []
    private var writeQueue = WriteQueue()
    private var drainDeadline: Instant?
    private var settleReport: SettleReport?

    /// For a connection with nothing to write. Being told once saves the kernel a look at each of them in every turn.
    private static let reading = Epoll.readable | Epoll.ended | Epoll.onArrival
    private static let receiveBytesMax = 65_536
    static let writeBytesMax = 262_144
    private static let acceptsPerTurnMax = 128
    private static let writesPerTurnMax = 128
    /// From how many waiting bytes on a connection is written to before anything more is read.
    private static let waitingBytesMax = 16_384
    /// Tokens below any connection's.
    private static let mailboxToken: UInt64 = 1
    private static let feedsToken: UInt64 = 2
    /// Of the first listening socket; the others follow.
    private static let listenersToken: UInt64 = 16

    init(
        _ hub: Hub, listeners: [LoopListener], mailbox: LoopMailbox, peers: LoopPeers, log: Log, settings: LoopSettings
    )
        throws(StartError)
    {
        self.hub = hub
        self.mailbox = mailbox
        self.peers = peers
        self.log = log
        loopIndex = settings.loopIndex
        loopCount = settings.loopCount
        connectionsMax = settings.connectionsMax
        drainMs = settings.drainMs
        epoll = try Epoll()
        handshakes = peers.certificates.map { Handshakes($0, limits: settings.handshakes) }
        if let feeds = peers.feeds {
            feedSockets = try FeedSockets(feeds, loopIndex: settings.loopIndex)
        } else {
            feedSockets = nil
        }
        self.listeners = ListeningSockets(all: listeners)
        // Freed in deinit; all of it is initialised.
        unsafe buffer = .allocate(capacity: Self.receiveBytesMax)
        unsafe buffer.initialize(repeating: 0)
        _ = epoll.add(mailbox.descriptor, Epoll.readable, token: Self.mailboxToken)
        if let feedSockets { _ = epoll.add(feedSockets.descriptor, Epoll.readable, token: Self.feedsToken) }
        listen()
    }

    deinit {
        unsafe buffer.deallocate()
        for listener in listeners.all { close(listener.raw) }
    }

    private func listen() {
        for (index, listener) in listeners.all.enumerated() {
            let interest = Epoll.readable | (listener.isShared ? Epoll.exclusive : 0)
            _ = epoll.add(listener.raw, interest, token: Self.listenersToken + UInt64(index))
        }
    }

    /// Turns until told to drain, and everything has ended.
    func run() {
        while true {
            let count = wait()
            let mail = mailbox.wakeAndTake()
            let (now, wallTime) = Clock.turn()
            hub.beginTurn(at: now, wallTime: wallTime)
            for index in 0..<count { handle(epoll.event(at: index)) }
            if let handshakes { advance(handshakes) }
            for mail in mail {
                switch mail {
                case .hub(let mail, let sender): hub.handle(mail, from: sender)
                case .feedAddresses(let link, let host): feedSockets?.resolved(link, host, hub: hub)
                case .drain(let settleMs): beginDraining(settleMs: settleMs)
                case .pulse(let pulse): pulse.beat()
                case .end: drainDeadline = hub.now
                case .close: hub.closeConnections()
                }
            }
            perform(hub.endTurn())
            resumeAccepting()
            // Behind the batch of the turn.
            if let report = hub.settleReport, report != settleReport {
                settleReport = report
                peers.writer.mailbox.post(.settled(report))
            }
            if let drainDeadline, hub.isDrained || drainDeadline <= hub.now { break }
        }
        endHandshakes()
        hub.forEachConnectionID { close(Int32($0.slot)) }
    }

    private func wait() -> Int {
        guard !hub.hasWork, writeQueue.count == 0, !(handshakes?.hasWork ?? false), mailbox.prepareToSleep() else {
            return epoll.wait(timeoutMs: 0)
        }
        var deadline = hub.nextDeadline
        for other in [listeners.resumeAt, drainDeadline, handshakes?.nextDeadline] {
            guard let other else { continue }
            deadline = deadline.map { min($0, other) } ?? other
        }
        guard let deadline else { return epoll.wait(timeoutMs: -1) }
        let waitMs = deadline.milliseconds(since: Clock.turn().0)
        return epoll.wait(timeoutMs: Int32(clamping: max(0, waitMs)))
    }

    private func handle(_ event: (interest: UInt32, token: UInt64)) {
        switch event.token {
        case Self.mailboxToken: mailbox.drainDescriptor()
        case Self.feedsToken: feedSockets?.serve(hub: hub)
        case Self.listenersToken..<Self.listenersToken + UInt64(listeners.all.count):
            acceptConnections(listeners.all[Int(event.token - Self.listenersToken)])
        default:
            // A stale event names a connection that is no more; one that the hub does not know may be shaking hands.
            guard let connection = hub.connection(ConnectionID(rawValue: event.token)) else {
                handshakes?.isReady(event.token)
                return
            }
            let hasBytes = event.interest & (Epoll.readable | Epoll.ended) != 0
            if hasBytes, connection.wantsBytes {
                read(connection, hasEnded: event.interest & (Epoll.ended | Epoll.failed) != 0)
            } else if event.interest & Epoll.failed != 0 {
                drop(connection)
            } else if hasBytes {
                // Reported once, and not taken: it has to be watched for anew once it is wanted again.
                interests[connection.id.slot] = 0
            }
            if event.interest & Epoll.writable != 0 { tend(connection, isWritable: true) }
        }
    }

    // MARK: Accepting

    private func acceptConnections(_ listener: LoopListener) {
        for _ in 0..<Self.acceptsPerTurnMax {
            guard hub.connectionCount + (handshakes?.count ?? 0) < connectionsMax else {
                pauseAccepting("the limit of connections is reached")
                return
            }
            let (raw, peer) = SocketAddress.accept(listener.raw)
            guard raw >= 0 else {
                switch errno {
                case EAGAIN, EINTR, ECONNABORTED: break
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: pauseAccepting(systemMessage(errno))
                default: log.warning("accepting failed: \(systemMessage(errno))")
                }
                return
            }
            acceptedCount += 1
            let number = (acceptedCount - 1) * UInt64(loopCount) + UInt64(loopIndex) + 1
            let id = ConnectionID(number: number, slot: Int(raw))
            var one: Int32 = 1
            // The number lives for the call.
            _ = unsafe setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            if Int(raw) >= interests.count {
                interests.append(contentsOf: repeatElement(0, count: Int(raw) + 1 - interests.count))
                transports.append(contentsOf: repeatElement(nil, count: Int(raw) + 1 - transports.count))
            }
            if listener.door == .tls {
                beginHandshake(id, peer: peer.address ?? listener.peer)
                continue
            }
            guard epoll.add(raw, Self.reading, token: id.rawValue) == 0 else {
                close(raw)
                continue
            }
            interests[Int(raw)] = Self.reading
            hub.accept(id, peer: peer.address ?? listener.peer, door: listener.door)
        }
    }

    /// Nothing more can be taken in: waits for a moment, instead of being told over and over that somebody knocks.
    private func pauseAccepting(_ reason: String) {
        guard listeners.resumeAt == nil else { return }
        if listeners.lastWarning.map({ hub.now.milliseconds(since: $0) >= 1_000 }) ?? true {
            log.warning("not accepting connections for a moment: \(reason)")
            listeners.lastWarning = hub.now
        }
        listeners.resumeAt = hub.now.advanced(byMs: 100)
        for listener in listeners.all { epoll.remove(listener.raw) }
    }

    private func resumeAccepting() {
        guard let resumeAt = listeners.resumeAt, resumeAt <= hub.now else { return }
        listeners.resumeAt = nil
        listen()
    }

    private func beginDraining(settleMs: Int64?) {
        for listener in listeners.all { close(listener.raw) }
        listeners = ListeningSockets(all: [])
        endHandshakes()
        drainDeadline = hub.now.advanced(byMs: Int64(drainMs))
        hub.drain(settleMs: settleMs)
    }

    // MARK: Reading and writing

    /// - Parameter hasEnded: the end lies behind the bytes that are there.
    private func read(_ connection: Connection, hasEnded: Bool) {
        if let transport = transports[connection.id.slot] { return read(connection, by: transport) }
        // The buffer is this loop's alone; the kernel writes at most its capacity.
        let count = unsafe recv(Int32(connection.id.slot), buffer.baseAddress, buffer.count, 0)
        if count > 0 {
            // The first `count` bytes are the ones just received, lent to the hub for this call.
            let received = unsafe UnsafeMutableBufferPointer(start: buffer.baseAddress, count: count)
            var bytes = unsafe received.mutableSpan
            hub.receive(&bytes, from: connection)
            // Less than asked for is all there is, and what comes next is reported again. More than that is not.
            if hasEnded || count == Self.receiveBytesMax { rearm(connection) }
        } else if count == 0 {
            hub.endOfInput(connection.id)
        } else if errno != EAGAIN && errno != EINTR {
            drop(connection)
        }
    }

    private func post(_ work: [(Ticket, Work)]) {
        if let workers = peers.workers {
            workers.post(work, from: loopIndex)
        } else {
            mailbox.post(work.map { .hub(.service(.worked($0.0, .unavailable))) })
        }
    }

    private func perform(_ turn: Turn) {
        if !turn.submissions.isEmpty {
            peers.writer.mailbox.post(.batch(loop: loopIndex, turn.submissions))
        }
        if !turn.queries.isEmpty { peers.readers.post(turn.queries, from: loopIndex) }
        if !turn.work.isEmpty { post(turn.work) }
        for event in turn.events { log.event(event.logEvent) }
        for action in turn.feedActions { feedSockets?.perform(action, hub: hub) }
        for (destination, mail) in turn.mail {
            switch destination {
            case .loop(let index): peers.loops[index].post(.hub(.post(mail), from: .loop(loopIndex)))
            case .others:
                for (index, loop) in peers.loops.enumerated() where index != loopIndex {
                    loop.post(.hub(.post(mail), from: .loop(loopIndex)))
                }
            }
        }
        let isSmall = turn.connections.count + writeQueue.count <= Self.writesPerTurnMax
        for connection in turn.connections {
            if isSmall || connection.hasSpoken { tend(connection) } else { writeQueue.append(connection) }
        }
        writeSlice()
    }

    /// Writes to the next of those who wait; and to as many as wait for much, so that what is read in between cannot
    /// pile up.
    private func writeSlice() {
        var left = Self.writesPerTurnMax
        while left > 0 || writeQueue.first.map({ $0.outbox.byteCount > Self.waitingBytesMax }) ?? false {
            guard let connection = writeQueue.popFirst() else { return }
            tend(connection)
            left -= 1
        }
    }

    private func tend(_ connection: Connection) {
        // One whose last write was short has to wait until it is writable.
        let interest = interests[connection.id.slot]
        tend(connection, isWritable: interest & Epoll.writable == 0)
    }

    /// Writes what waits, once, and makes the end that is due.
    private func tend(_ connection: Connection, isWritable: Bool) {
        // It may have been closed since it was listed.
        guard !connection.isGone else { return }
        if case .cut = connection.ending {
            drop(connection)
            return
        }
        let transport = transports[connection.id.slot]
        if isWritable, let transport, transport.hasPending, !transport.flushPending() {
            drop(connection)
            return
        }
        if isWritable, !connection.outbox.isEmpty {
            let written = write(connection)
            guard written >= 0 else {
                drop(connection)
                return
            }
            hub.wrote(written, on: connection)
        }
        if connection.outbox.isEmpty, !(transport?.hasPending ?? false) {
            switch connection.ending {
            case .none, .cut: break
            case .close:
                drop(connection)
                return
            case .linger:
                transport?.sayGoodbye()
                shutdown(Int32(connection.id.slot), Int32(SHUT_WR))
            }
        }
        watch(connection)
    }

    /// - Returns: how many bytes were written, 0 if none can be just now, -1 if none ever will.
    private func write(_ connection: Connection) -> Int {
        let raw = Int32(connection.id.slot)
        if let transport = transports[connection.id.slot] { return write(connection, by: transport) }
        let count: Int
        if connection.outbox.isContiguous {
            count = connection.outbox.withContiguous { send($0, to: raw) }
        } else {
            connection.outbox.gather(into: &scratch, bytesMax: Self.writeBytesMax)
            let gathered = scratch
            count = send(gathered.span, to: raw)
        }
        if count < 0 { return errno == EAGAIN || errno == EINTR ? 0 : -1 }
        return count
    }

    private func send(_ bytes: borrowing Span<UInt8>, to raw: Int32) -> Int {
        // The bytes are lent to the call.
        unsafe bytes.withUnsafeBufferPointer {
            unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// Tells the kernel what to wait for, if that has changed.
    func watch(_ connection: Connection) {
        let slot = connection.id.slot
        var interest: UInt32 = 0
        if let transport = transports[slot] {
            interest = Self.interest(of: connection, by: transport)
        } else {
            if connection.wantsBytes { interest = connection.outbox.isEmpty ? Self.reading : Epoll.readable }
            if !connection.outbox.isEmpty { interest |= Epoll.writable }
        }
        guard interests[slot] != interest else { return }
        interests[slot] = interest
        epoll.modify(Int32(slot), interest, token: connection.id.rawValue)
    }

    /// Has what is there already reported once more.
    private func rearm(_ connection: Connection) {
        let slot = connection.id.slot
        guard !connection.isGone, interests[slot] & Epoll.onArrival != 0 else { return }
        epoll.modify(Int32(slot), interests[slot], token: connection.id.rawValue)
    }

    /// Closes a connection; nothing of it is left.
    func drop(_ connection: Connection) {
        let raw = Int32(connection.id.slot)
        hub.hangUp(connection.id)
        interests[Int(raw)] = 0
        if let transport = transports[Int(raw)] {
            transport.sayGoodbye()
            transports[Int(raw)] = nil
        }
        close(raw)
    }
}

/// A loop's listening sockets, and when they are listened to again after a pause.
private struct ListeningSockets {
    /// Empty once closed.
    var all: [LoopListener]
    var resumeAt: Instant?
    var lastWarning: Instant?
}

/// What a loop is told of the process's settings.
struct LoopSettings: Sendable {
    var loopIndex: Int
    var loopCount: Int
    /// Of this loop.
    var connectionsMax: Int
    var drainMs: Int
    var handshakes = Handshakes.Limits(countMax: 10_000, timeMs: 10_000)
}

/// Whom a loop hands things to.
struct LoopPeers: Sendable {
    let loops: [LoopMailbox]
    let writer: StoreWriter
    let readers: StoreReaders
    /// nil: feeds reach nothing.
    var feeds: FeedServices?
    /// nil: no door has TLS.
    var certificates: TLSCertificates?
    /// nil: passwords can be neither stored nor checked.
    var workers: PasswordWorkers?
}
