import ChatDomain
import ChatStore
import WSProtocol

/// WebSocket: from frames to what an endpoint makes of them.
extension Hub {
    func receiveFrames(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, on connection: Connection
    ) {
        socket.decoder.advance(toMs: now.milliseconds)
        do throws(WSError) {
            while let event = try nextEvent(in: &bytes, at: &offset, socket, on: connection) {
                switch event {
                case .message(let kind, let payload):
                    guard !isDraining else { continue }
                    switch payload {
                    case .inBuffer(let range):
                        received(kind, bytes.span.extracting(range), socket, connection)
                    case .owned(let message): received(kind, message.span, socket, connection)
                    }
                case .ping(let payload): pong(payload, in: bytes.span, connection)
                case .pong: break
                case .close(let code, _):
                    closeSocket(connection, code, ending: offset < bytes.count ? .linger : .close)
                    return
                }
                // An endpoint may have ended its connection.
                guard case .webSocket = connection.phase else { return }
            }
        } catch {
            closeSocket(connection, error.closeCode, reason: error.description)
        }
    }

    /// What has to be dealt with next; an echo deals with its messages by itself.
    private func nextEvent(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, on connection: Connection
    ) throws(WSError) -> InPlaceEvent? {
        if case .echo(let session) = socket.endpoint, !isDraining {
            return try echo(&bytes, at: &offset, session, socket, on: connection)
        }
        return try socket.decoder.next(in: &bytes, at: &offset)
    }

    private func received(_ kind: MessageKind, _ message: Span<UInt8>, _ socket: Socket, _ connection: Connection) {
        switch socket.endpoint {
        case .broadcast(let topic):
            publish(to: topic) { FrameEncoder.append(kind.opcode, message, to: &$0) }
        case .chatApp(let session):
            if kind == .text { chatApp.received(message, session, connection, hub: self) }
        case .relay(let session):
            if kind == .text { relay.received(message, session, connection, hub: self) }
        case .native(let session): native.received(kind, message, session, connection, hub: self)
        case .echo: break
        }
    }

    private func pong(_ payload: Payload, in bytes: Span<UInt8>, _ connection: Connection) {
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

    /// A socket's time has come: to be pinged, to go on after a pause, or to be given up.
    func socketDeadlineCame(_ socket: Socket, on connection: Connection) {
        if case .native(let session) = socket.endpoint {
            native.deadlineCame(session, socket, connection, hub: self)
            return
        }
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
        if case .chatApp(let session) = socket.endpoint { chatApp.timeCame(for: session, connection, hub: self) }
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
