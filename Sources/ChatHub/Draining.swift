import ChatDomain
import WSProtocol

/// How far a hub has come with ending.
enum Draining {
    case no
    /// Nothing new is taken; what was taken is on its way to the store.
    case settling(until: Instant)
    /// Every connection was told to go.
    case closing
}

/// The end of a hub, in two steps, because what one loop has taken another may still have to deliver: first all loops
/// settle, then all close.
extension Hub {
    /// Begins to end: no request or message is taken any more. The shell stops accepting before it calls this, waits
    /// until every loop `hasSettled` and the writer has told all loops of its last commit, and then calls
    /// `closeConnections`.
    public func drain() {
        guard case .no = draining else { return }
        draining = .settling(until: now.advanced(byMs: Int64(limits.drainMs) / 2))
        feeds.stop(hub: self)
        native.drain(hub: self)
    }

    var isDraining: Bool {
        if case .no = draining { return false }
        return true
    }

    /// Everything this loop has taken is stored, or has taken too long.
    public var hasSettled: Bool {
        switch draining {
        case .no: false
        case .settling(let until): isSettled || until <= now
        case .closing: true
        }
    }

    /// Ends every connection: sockets with a Close frame that says 1012, or 1001 to dialects.
    public func closeConnections() {
        draining = .closing
        flushTopics()
        forEachConnection { connection in
            switch connection.phase {
            case .proxyHead: end(connection, .close)
            case .http(let exchange):
                // One whose answer is on the way gets it, and is closed behind it.
                if exchange.awaiting == nil { end(connection, .close) }
            case .webSocket(let socket): socket.endpoint.dismiss(connection, hub: self)
            case .over: break
            }
        }
    }

    /// Every connection has ended.
    public var isDrained: Bool {
        if case .closing = draining { return connectionCount == 0 }
        return false
    }
}
