import ChatDomain
import ChatStore
import WSProtocol

/// WebSocket: what all endpoints do alike.
extension Hub {
    func pong(_ payload: Payload, in bytes: Span<UInt8>, _ connection: Connection) {
        guard connection.outbox.byteCount < limits.queueBytesMax else { return }
        switch payload {
        case .inBuffer(let range):
            let ping = bytes.extracting(range)
            connection.outbox.append { FrameEncoder.append(.pong, ping, to: &$0) }
        case .owned(let ping): connection.outbox.append { FrameEncoder.append(.pong, ping, to: &$0) }
        }
        list(connection)
    }

    /// Says goodbye: a Close frame, and then the end. What was published to the socket before goes before it; nothing
    /// goes after it (RFC 6455 §5.5.1).
    func closeSocket(
        _ connection: Connection, _ code: CloseCode?, reason: String = "", ending: Connection.Ending = .linger
    ) {
        retire(connection)
        guard case .none = connection.ending else { return }
        connection.outbox.append { FrameEncoder.appendClose(code, reason: reason, to: &$0) }
        end(connection, ending)
    }

    /// The store did not take what a socket sent, and its dialect has no word for that: the client shall come back.
    func refused(_ refusal: Refusal, on connection: Connection) {
        guard refusal == .unavailable, case .webSocket = connection.phase else { return }
        closeSocket(connection, .tryAgainLater, reason: "the store cannot take more just now")
    }

    /// A socket's time has come: it is pinged, or given up where nothing was heard of it for too long.
    func keepAlive(_ socket: Socket, _ connection: Connection) {
        var deadline = connection.lastHeard.advanced(byMs: Int64(limits.silenceMsMax))
        if !connection.wantsBytes && !connection.isChoked || connection.takesItsTime {
            // The peer is not silent where nobody listens to it, nor while it takes what lies before the last ping.
            deadline = now.advanced(byMs: Int64(limits.silenceMsMax))
            connection.takesItsTime = false
        }
        guard deadline > now else {
            let reason = CloseReason.heartbeatTimeout
            closeSocket(connection, CloseCode(reason.rawValue), reason: reason.phrase)
            return
        }
        if socket.nextPing <= now {
            enqueue(Self.pingFrame, to: connection)
            // A ping too many for its queue has ended it.
            guard case .webSocket = connection.phase else { return }
            socket.nextPing = now.advanced(byMs: Int64(limits.pingIntervalMs))
        }
        setDeadline(of: connection, at: min(socket.nextPing, deadline))
    }

    static let pingFrame: [UInt8] = {
        var frame: [UInt8] = []
        FrameEncoder.append(.ping, [], to: &frame)
        return frame
    }()
}

extension MessageKind {
    var opcode: Opcode {
        switch self {
        case .text: .text
        case .binary: .binary
        }
    }
}
