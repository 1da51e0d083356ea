import WSProtocol

/// Opens connections, and moves bytes between them and a workload: one thread, one epoll, one receive buffer.
final class Driver<Work: Workload> {
    let clients: [Client]
    let work: Work
    private(set) var openCount = 0
    /// Connections that could not be opened, and the first reason.
    private(set) var connectFailures = 0
    private(set) var firstFailure: String?
    /// Time from connecting to the verified handshake.
    private(set) var handshakeTimes = Histogram()
    /// Whether a connection that has ended is opened anew.
    var reopens = false

    private let options: Options
    private let target: Target
    private let path: Template
    private var poller: Poller
    private var buffer = [UInt8](repeating: 0, count: 262_144)
    private var underWay = 0
    private var random = SystemRandomNumberGenerator()

    init(_ options: Options, _ work: Work, roomCount: Int) throws(LoadError) {
        self.options = options
        self.work = work
        target = try Target(options.url)
        path = Template(target.path)
        poller = try Poller()
        clients = (0..<options.connections).map { Client(number: $0, room: $0 % roomCount) }
    }

    /// A mask for a frame. Predictable ones would do here, but not in an example of how to use the library.
    func mask() -> UInt32 { random.next() }

    /// Opens the clients of a range, and returns when each is open or has failed.
    func open(_ range: Range<Int>) throws(LoadError) {
        let start = Clock.microseconds()
        let rate = options.connectsPerSecond
        let pacedUs = rate == 0 ? 0 : range.count * 1_000_000 / rate
        let deadline = start + pacedUs + 60_000_000
        var next = range.lowerBound
        while next < range.upperBound || underWay > 0 {
            let now = Clock.microseconds()
            guard now < deadline else { throw .failed("the connections could not all be opened in time") }
            let due = rate == 0 ? range.count : (now - start) * rate / 1_000_000 + 1
            while next < range.upperBound, underWay < options.connectConcurrency, next - range.lowerBound < due {
                begin(clients[next], atUs: now)
                next += 1
            }
            turn(timeoutMs: next < range.upperBound ? 1 : 100)
        }
    }

    /// Keeps going until the time is up, or until `isDone` says so, which is asked once a turn.
    func run(untilUs deadline: Int, isDone: () -> Bool = { false }) {
        while !isDone() {
            let left = deadline - Clock.microseconds()
            guard left > 0 else { return }
            turn(timeoutMs: min((left + 999) / 1_000, work.turnMsMax))
        }
    }

    /// Begins to connect.
    func begin(_ client: Client, atUs now: Int) {
        client.reset()
        client.startedAtUs = now
        do throws(LoadError) {
            let offset = client.number % options.sourceAddresses
            let source = options.sourceAddresses > 1 ? Target.loopbackSource(offset) : nil
            client.socket = try Socket.connect(to: target, source: source)
        } catch {
            fail(client, error.description)
            return
        }
        underWay += 1
        client.state = .connecting
        client.isWaitingToWrite = true
        poller.add(client.socket, number: client.number, writing: true)
    }

    /// Waits once, and deals with what has come.
    private func turn(timeoutMs: Int) {
        for index in 0..<poller.wait(timeoutMs: timeoutMs) {
            let event = poller.event(index)
            let client = clients[event.number]
            if event.isWritable { writable(client) }
            if event.isReadable, client.socket >= 0 { read(client) }
        }
        work.finishTurn(atUs: Clock.microseconds())
        flushDirty()
    }

    private func flushDirty() {
        // Taken out: a client that ends while it is written to may put others on the list.
        var dirty: [Client] = []
        swap(&dirty, &work.dirty)
        for client in dirty {
            client.isDirty = false
            if client.socket >= 0 { flush(client) }
        }
        dirty.removeAll(keepingCapacity: true)
        if work.dirty.isEmpty { swap(&dirty, &work.dirty) }
    }

    private func writable(_ client: Client) {
        if client.state == .connecting {
            guard beginHandshake(client) else { return }
        }
        if client.socket >= 0 { flush(client) }
    }

    private func beginHandshake(_ client: Client) -> Bool {
        let path = String(decoding: path.render(.init(room: client.room, user: client.number)), as: UTF8.self)
        do throws(HandshakeFailure) {
            let handshake = try Handshake(authority: target.authority, path: path, using: &random)
            client.handshake = handshake
            client.state = .shakingHands
            client.queue(handshake.request)
            return true
        } catch {
            lose(client, error.description)
            return false
        }
    }

    private func flush(_ client: Client) {
        switch client.flush() {
        case .done: setWriting(client, false)
        case .rest: setWriting(client, true)
        case .ended: lose(client, "the server closed the connection")
        }
    }

    private func setWriting(_ client: Client, _ writing: Bool) {
        guard client.isWaitingToWrite != writing else { return }
        client.isWaitingToWrite = writing
        poller.change(client.socket, number: client.number, writing: writing)
    }

    private func read(_ client: Client) {
        // Taken out, so that the bytes and the rest of the state can be used side by side.
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        defer { swap(&bytes, &buffer) }
        switch Socket.receive(client.socket, into: &bytes) {
        case .bytes(let count):
            var span = bytes.mutableSpan
            var received = span._mutatingExtracting(0..<count)
            take(&received, for: client)
        case .wouldBlock: return
        case .ended: lose(client, "the server closed the connection")
        }
    }

    private func take(_ bytes: inout MutableSpan<UInt8>, for client: Client) {
        let now = Clock.microseconds()
        var offset = 0
        if client.state == .shakingHands {
            guard shakeHands(client, bytes.span, now) else { return }
            offset = bytes.count
        }
        do throws(WSError) {
            while let event = try client.decoder.next(in: &bytes, at: &offset) {
                switch event {
                case .message(_, .inBuffer(let range)):
                    work.received(bytes.span.extracting(range), by: client, atUs: now)
                case .message(_, .owned(let message)):
                    work.received(message.span, by: client, atUs: now)
                case .ping(.inBuffer(let range)):
                    answerPing(bytes.span.extracting(range), of: client)
                case .ping(.owned(let payload)):
                    answerPing(payload.span, of: client)
                case .pong: break
                case .close(let code, _):
                    let reason = "the server closed with code \(code?.rawValue ?? 1005)"
                    lose(client, reason, isClean: client.state == .closing)
                    return
                }
            }
        } catch {
            lose(client, "the server broke the protocol: \(error)")
        }
    }

    private func answerPing(_ payload: Span<UInt8>, of client: Client) {
        client.queuePong(payload, mask: mask())
        work.touch(client)
    }

    /// Gives whether the connection is open now.
    private func shakeHands(_ client: Client, _ bytes: Span<UInt8>, _ now: Int) -> Bool {
        switch client.handshake?.take(bytes) {
        case .accepted(let rest):
            client.handshake = nil
            client.state = .open
            client.decoder.append(rest.span)
            underWay -= 1
            openCount += 1
            handshakeTimes.add(now - client.startedAtUs)
            work.opened(client, atUs: now)
            return true
        case .refused(let reason):
            lose(client, reason)
            return false
        case .needsMore, nil: return false
        }
    }

    /// Ends a connection, whatever it was doing; `isClean` if the server answered our close frame.
    private func lose(_ client: Client, _ reason: String, isClean: Bool = false) {
        Socket.close(client.socket)
        client.socket = -1
        let state = client.state
        client.state = .ended
        switch state {
        case .connecting, .shakingHands:
            underWay -= 1
            fail(client, reason)
        case .open, .closing:
            openCount -= 1
            if !isClean { firstFailure = firstFailure ?? reason }
            work.ended(client, isClean: isClean)
        case .idle, .ended: break
        }
        if reopens { begin(client, atUs: Clock.microseconds()) }
    }

    private func fail(_ client: Client, _ reason: String) {
        client.state = .ended
        connectFailures += 1
        firstFailure = firstFailure ?? reason
    }
}
