public import ChatDomain
public import HTTPCore

/// The life of a connection, whatever it speaks: bytes in, bytes taken, its time, its end.
extension Hub {
    public var connectionCount: Int { connections.count }

    /// Takes in a new connection. The identifier's slot must be free.
    ///
    /// - Parameter peer: who is at the other end; nil where that is no address.
    public func accept(_ id: ConnectionID, peer: IPAddress?, door: Door = .plain) {
        let connection = Connection(id: id, peer: peer, door: door, phase: site.firstPhase(peer: peer), at: now)
        connections.add(connection)
        counters.accepted += 1
        expectHead(on: connection)
    }

    /// The connection of that name; nil once it has gone, whoever has its slot now.
    public func connection(_ id: ConnectionID) -> Connection? { connections[id] }

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
        connections.remove(connection)
    }

    // MARK: Endings

    /// Ends what the connection takes part in; nothing more is published to it, and nothing it says is looked at.
    func retire(_ connection: Connection) {
        if case .over = connection.phase { return }
        let phase = connection.phase
        connection.phase = .over
        switch phase {
        case .webSocket(let socket): socket.endpoint.left(connection, hub: self)
        case .http(let exchange):
            exchange.streamed?.stream.left(hub: self)
            exchange.streamed = nil
        case .proxyHead, .over: break
        }
        leaveAll(connection)
        // Whatever the connection speaks.
        topicHub.left(connection)
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
        connections.setDeadline(of: connection, at: instant)
    }

    func deadlineCame(for connection: Connection) {
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
        if connection.isReplaying { hasTaken(connection) }
        guard connection.isChoked, connection.outbox.byteCount <= limits.queueBytesMax / 4 else { return }
        connection.isChoked = false
        resumeReading(connection)
    }

    /// What comes piece by piece goes on.
    private func hasTaken(_ connection: Connection) {
        if case .http(let exchange) = connection.phase {
            askForMore(of: exchange, on: connection)
        } else {
            connection.endpoint?.hasTaken(connection, hub: self)
        }
    }

    // MARK: Choking

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

    // MARK: All of them

    /// Calls `body` for every connection that is left.
    public func forEachConnectionID(_ body: (ConnectionID) -> Void) {
        forEachConnection { body($0.id) }
    }

    func forEachConnection(_ body: (Connection) -> Void) {
        // As a copy: what is done to one may change the table.
        let connections = connections
        connections.forEach(body)
    }
}
