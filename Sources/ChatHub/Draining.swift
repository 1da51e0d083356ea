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
    /// Begins to end: no request or message is taken any more. The shell stops accepting before it calls this, hands
    /// each new `settleReport` to the writer, which knows by them (`Settling`) when all loops have come to rest, and
    /// then calls `closeConnections`.
    ///
    /// - Parameter settleMs: how long settling may take; half of `drain_ms` where nobody says.
    public func drain(settleMs: Int64? = nil) {
        guard case .no = draining else { return }
        draining = .settling(until: now.advanced(byMs: settleMs ?? Int64(limits.drainMs) / 2))
        feeds.stop(hub: self)
        native.drain(hub: self)
    }

    var isDraining: Bool {
        if case .no = draining { return false }
        return true
    }

    /// What this loop says at the end of a turn in which everything that it has taken is stored and told to whom it
    /// concerns, or has taken too long; nil where something is under way.
    public var settleReport: SettleReport? {
        guard case .settling(let until) = draining else { return nil }
        if until <= now { return settleReport(isOutOfTime: true) }
        return isSettled ? settleReport(isOutOfTime: false) : nil
    }

    /// Ends every connection: sockets with a Close frame that says 1012, or 1001 to dialects.
    public func closeConnections() {
        draining = .closing
        flushAudiences()
        forEachConnection { connection in
            switch connection.phase {
            case .proxyHead: end(connection, .close)
            case .http(let exchange):
                // One whose answer is on the way gets it, and is closed behind it.
                if exchange.streamed != nil {
                    breakStream(on: connection)
                } else if exchange.awaiting == nil {
                    end(connection, .close)
                }
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
