import WSProtocol

/// An echo: what a socket of `/echo` needs to be answered in kind.
final class EchoSession {
    private var encoder: WebSocketEncoder

    init(deflate: DeflateAgreement?) { encoder = WebSocketEncoder(role: .server, deflate: deflate) }

    /// Answers messages, until something else comes, no more is there, or more waits than may.
    ///
    /// All of a read is dealt with in one go, so that what belongs to the socket is looked up once, not for each message.
    ///
    /// - Returns: what has come that is no message.
    func answer(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ decoder: inout WebSocketDecoder,
        to outbox: inout Outbox, bytesMax: Int
    ) throws(WSError) -> InPlaceEvent? {
        try Self.answer(in: &bytes, at: &offset, &decoder, &encoder, to: &outbox, bytesMax: bytesMax)
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

extension Hub {
    /// Lets an echo answer what has come.
    ///
    /// - Returns: what has come that is no message.
    func echo(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ session: EchoSession, _ socket: Socket,
        on connection: Connection
    ) throws(WSError) -> InPlaceEvent? {
        let event = try session.answer(
            in: &bytes, at: &offset, &socket.decoder, to: &connection.outbox, bytesMax: limits.queueBytesMax)
        guard connection.outbox.byteCount <= limits.queueBytesMax else {
            cutSlowConsumer(connection)
            return nil
        }
        if !connection.outbox.isEmpty { list(connection) }
        chokeIfFull(connection)
        return event
    }
}
