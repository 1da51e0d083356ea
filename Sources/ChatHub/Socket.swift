import ChatDomain
import WSProtocol

/// A connection after its upgrade to WebSocket.
final class Socket {
    var decoder: WebSocketDecoder
    /// What serves it.
    let endpoint: any Endpoint
    var nextPing: Instant

    init(endpoint: any Endpoint, limits: WSLimits, deflate: DeflateAgreement?, nextPing: Instant) {
        self.nextPing = nextPing
        decoder = WebSocketDecoder(role: .server, limits: limits, deflate: deflate)
        self.endpoint = endpoint
    }
}
