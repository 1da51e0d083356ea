import ChatDomain
import WSProtocol

/// What serves a socket from its upgrade on, in the protocol or dialect that it speaks: one for each socket.
///
/// A read costs one call by way of this protocol, however many messages it brings: `receive` is made for each endpoint,
/// and calls its `received` directly.
protocol Endpoint: AnyObject, SendableMetatype {
    /// What it speaks, as figures name it.
    static var kind: String { get }

    /// The socket is open.
    func entered(_ connection: Connection, hub: Hub)

    /// Bytes have come. They may be changed in place, and are not kept.
    func receive(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, _ connection: Connection, hub: Hub)

    /// A message has come.
    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub)

    /// The socket's time has come. What is due next is scheduled anew.
    func deadlineCame(_ socket: Socket, _ connection: Connection, hub: Hub)

    /// A connection that is being sent what it has missed has taken some of it.
    func hasTaken(_ connection: Connection, hub: Hub)

    /// The server ends: closes the socket.
    func dismiss(_ connection: Connection, hub: Hub)

    /// The socket has gone: ends what it takes part in. It is out of all audiences afterwards, whatever this does.
    func left(_ connection: Connection, hub: Hub)
}

extension Endpoint {
    func entered(_ connection: Connection, hub: Hub) {}

    func receive(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, _ connection: Connection, hub: Hub
    ) {
        socket.decoder.advance(toMs: hub.now.milliseconds)
        do throws(WSError) {
            while let event = try socket.decoder.next(in: &bytes, at: &offset) {
                switch event {
                case .message(let kind, let payload):
                    guard !hub.isDraining else { continue }
                    switch payload {
                    case .inBuffer(let range): received(kind, bytes.span.extracting(range), connection, hub: hub)
                    case .owned(let message): received(kind, message.span, connection, hub: hub)
                    }
                case .ping(let payload): hub.pong(payload, in: bytes.span, connection)
                case .pong: break
                case .close(let code, _):
                    hub.closeSocket(connection, code, ending: offset < bytes.count ? .linger : .close)
                }
                // An endpoint may have ended its connection.
                guard case .webSocket = connection.phase else { return }
            }
        } catch {
            hub.closeSocket(connection, error.closeCode, reason: error.description)
        }
    }

    func deadlineCame(_ socket: Socket, _ connection: Connection, hub: Hub) { hub.keepAlive(socket, connection) }

    func hasTaken(_ connection: Connection, hub: Hub) {}

    func dismiss(_ connection: Connection, hub: Hub) { hub.closeSocket(connection, .goingAway) }

    func left(_ connection: Connection, hub: Hub) {}
}

/// All that a socket can speak: a new dialect has a folder of its own, and its line here.
enum Endpoints {
    static let all: [any Endpoint.Type] = [
        EchoEndpoint.self,
        BroadcastEndpoint.self,
        ChatAppSession.self,
        RelaySession.self,
        NativeSession.self,
    ]
}

extension Connection {
    /// What serves the socket; nil where there is none, or none any more.
    var endpoint: (any Endpoint)? {
        guard case .webSocket(let socket) = phase else { return nil }
        return socket.endpoint
    }
}
