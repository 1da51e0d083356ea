import ChatDomain
import HTTPCore
import WSProtocol

/// An echo: what a socket of `/echo` needs to be answered in kind.
final class EchoEndpoint: Endpoint {
    static let kind = "echo"
    static let route = Route.open(.get, "/echo") { call in
        call.upgrade(deflate: DeflateOptions()) { EchoEndpoint(deflate: $0) }
    }

    private var encoder: WebSocketEncoder

    init(deflate: DeflateAgreement?) { encoder = WebSocketEncoder(role: .server, deflate: deflate) }

    func receive(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, _ connection: Connection, hub: Hub
    ) {
        socket.decoder.advance(toMs: hub.now.milliseconds)
        do throws(WSError) {
            while let event = try answerMessages(in: &bytes, at: &offset, socket, connection, hub: hub) {
                switch event {
                case .ping(let payload): hub.pong(payload, in: bytes.span, connection)
                case .message, .pong: break
                case .close(let code, _):
                    hub.closeSocket(connection, code, ending: offset < bytes.count ? .linger : .close)
                }
                guard case .webSocket = connection.phase else { return }
            }
        } catch {
            hub.closeSocket(connection, error.closeCode, reason: error.description)
        }
    }

    /// Messages never come here: what they say is answered where they are read.
    func received(_ kind: MessageKind, _ message: Span<UInt8>, _ connection: Connection, hub: Hub) {}

    /// Answers messages, until something else comes, no more is there, or more waits than may.
    ///
    /// All of a read is dealt with in one go, so that what belongs to the socket is looked up once, not for each message.
    ///
    /// - Returns: what has come and is not answered.
    private func answerMessages(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ socket: Socket, _ connection: Connection, hub: Hub
    ) throws(WSError) -> InPlaceEvent? {
        // While the server ends, messages count for nothing.
        if hub.isDraining { return try socket.decoder.next(in: &bytes, at: &offset) }
        let event = try Self.answer(
            in: &bytes, at: &offset, &socket.decoder, &encoder, to: &connection.outbox,
            bytesMax: hub.limits.queueBytesMax)
        guard connection.outbox.byteCount <= hub.limits.queueBytesMax else {
            hub.cutSlowConsumer(connection)
            return nil
        }
        if !connection.outbox.isEmpty { hub.list(connection) }
        hub.chokeIfFull(connection)
        return event
    }

    private static func answer(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ decoder: inout WebSocketDecoder,
        _ encoder: inout WebSocketEncoder, to outbox: inout Outbox, bytesMax: Int
    ) throws(WSError) -> InPlaceEvent? {
        while outbox.byteCount <= bytesMax, let event = try decoder.next(in: &bytes, at: &offset) {
            guard case .message(let kind, let payload) = event else { return event }
            switch payload {
            case .inBuffer(let range):
                // The answers to all of the read will take about as much as is left of it.
                if outbox.isEmpty { outbox.reserve(bytes.count - range.lowerBound) }
                let message = bytes.span.extracting(range)
                outbox.append { encoder.encode(kind, message, to: &$0) }
            case .owned(let message): outbox.append { encoder.encode(kind, message.span, to: &$0) }
            }
        }
        return nil
    }
}
