import ChatDomain
import WSProtocol

/// From what a socket of the native protocol hears to what is done about it.
extension NativeSession: Endpoint {
    static let kind = "native"

    func entered(_ connection: Connection, hub: Hub) {
        guard case .new(_, let until) = phase else { return }
        hub.setDeadline(of: connection, at: until)
    }

    /// Reads a frame, and does what it says.
    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {
        let native = hub.native
        guard kind == .text else { return native.close(connection, .binaryNotSupported, hub: hub) }
        if isArriving {
            heldFrames.append(message.copied())
            return
        }
        let pace = judgeFrame(at: hub.now)
        let frame: ClientFrame
        do throws(CommandProblem) {
            frame = try ClientFrame(parsing: message)
        } catch {
            switch pace {
            case .welcome:
                guard error.id != nil || !error.isQuiet else { return }
                native.fail(error.id, error.code, error.sentence, on: connection, hub: hub)
            case .tooMany(let waitMs):
                native.fail(error.id, .rateLimited, retryAfterMs: waitMs, on: connection, hub: hub)
            case .flood: native.close(connection, .rateLimited, hub: hub)
            }
            return
        }
        switch pace {
        case .welcome: break
        case .tooMany(let waitMs):
            guard let id = frame.id else { return }
            return native.fail(id, .rateLimited, retryAfterMs: waitMs, on: connection, hub: hub)
        case .flood: return native.close(connection, .rateLimited, hub: hub)
        }
        let call = SocketCall(id: frame.id, session: self, connection: connection, hub: hub)
        if case .new(let cookie, _) = phase {
            guard case .hello(let hello) = frame.command, let id = frame.id else {
                return native.close(connection, .noHello, hub: hub)
            }
            native.greet(hello, id, cookie: cookie, call)
        } else {
            native.perform(frame.command, call)
        }
    }

    func deadlineCame(_ socket: Socket, _ connection: Connection, hub: Hub) {
        hub.native.deadlineCame(self, socket, connection, hub: hub)
    }

    func hasTaken(_ connection: Connection, hub: Hub) { hub.native.pump(self, connection, hub: hub) }

    func dismiss(_ connection: Connection, hub: Hub) { hub.native.close(connection, .restart, hub: hub) }

    func left(_ connection: Connection, hub: Hub) { hub.native.left(self, connection, hub: hub) }
}

extension Connection {
    /// What is known of the socket, if it is one of the native protocol.
    var nativeSession: NativeSession? { endpoint as? NativeSession }
}

extension Span<UInt8> {
    fileprivate func copied() -> [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in indices { copy.append(self[index]) }
        return copy
    }
}
