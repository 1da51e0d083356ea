import ChatDomain
import WSProtocol

/// A connection after its upgrade to WebSocket.
final class Socket {
    var decoder: WebSocketDecoder
    let endpoint: Endpoint
    var nextPing: Instant

    init(endpoint: Endpoint, limits: WSLimits, deflate: DeflateAgreement?, nextPing: Instant) {
        self.nextPing = nextPing
        decoder = WebSocketDecoder(role: .server, limits: limits, deflate: deflate)
        self.endpoint = endpoint
    }

    /// What serves the socket.
    enum Endpoint {
        case echo(EchoSession)
        case broadcast(Topic)
        case chatApp(ChatAppSession)
        case relay(RelaySession)
        case native(NativeSession)
    }
}
