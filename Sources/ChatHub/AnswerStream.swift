import ChatDomain
import HTTPCore

/// An answer that is made piece by piece, as fast as the client takes it: what waits to be written stays short, however
/// long the answer is.
protocol AnswerStream: AnyObject {
    /// The client has taken most of what was written: more, or the end, is to follow in this turn or a later one, by
    /// `Hub.write`, `finishStream` or `breakStream`.
    func hasRoom(_ connection: Connection, hub: Hub)

    /// The connection has gone, or the client takes nothing any more.
    func left(hub: Hub)
}

/// A streamed answer on its way.
struct StreamedAnswer {
    let stream: any AnswerStream
    let encoder: ResponseStream
    /// The stream has been asked for more, and has not given any yet.
    var isAsked = false
}

extension Hub {
    /// What waits to be written of a streamed answer before more is asked for.
    private static let streamedBytesMax = 65_536

    /// Begins an answer that `stream` makes.
    ///
    /// - Returns: whether there is anybody to answer.
    func begin(
        _ stream: any AnswerStream, _ response: Response, for request: Request, to connection: Connection
    ) -> Bool {
        guard case .http(let exchange) = connection.phase, let context = exchange.awaiting else { return false }
        var response = response
        site.finish(&response, for: context)
        counters.count(response.status)
        let encoder = ResponseStream(response, for: request, keepAlive: context.keepsAlive && !isDraining)
        exchange.streamed = StreamedAnswer(stream: stream, encoder: encoder)
        connection.isReplaying = true
        connection.outbox.append { encoder.encodeHead(into: &$0, date: date) }
        list(connection)
        return true
    }

    /// Writes a piece of the answer, and asks for more when the client has taken enough.
    func write(_ piece: [UInt8], to connection: Connection) {
        guard case .http(let exchange) = connection.phase, let streamed = exchange.streamed else { return }
        exchange.streamed?.isAsked = false
        connection.outbox.append { streamed.encoder.encode(piece.span, into: &$0) }
        list(connection)
        askForMore(of: exchange, on: connection)
    }

    /// The answer is whole.
    func finishStream(on connection: Connection) {
        guard case .http(let exchange) = connection.phase, let streamed = exchange.streamed else { return }
        let keepsAlive = streamed.encoder.keepsAlive && exchange.awaiting?.keepsAlive == true && !isDraining
        exchange.streamed = nil
        exchange.awaiting = nil
        connection.isReplaying = false
        connection.outbox.append { streamed.encoder.encodeEnd(into: &$0) }
        list(connection)
        guard keepsAlive else { return end(connection, .linger) }
        answered(exchange, connection)
        resumeReading(connection)
    }

    /// The answer cannot be finished: the client sees that it is not whole.
    func breakStream(on connection: Connection) {
        guard case .http(let exchange) = connection.phase, exchange.streamed != nil else { return }
        end(connection, .cut)
    }

    /// A client that takes nothing for so long gets no more.
    func streamDeadlineCame(_ exchange: HTTPExchange, on connection: Connection) {
        guard exchange.streamed?.isAsked == true || connection.takesItsTime else { return breakStream(on: connection) }
        connection.takesItsTime = false
        setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.bodyMsMax)))
    }

    /// The client has taken something, or there was nothing to take.
    func askForMore(of exchange: HTTPExchange, on connection: Connection) {
        guard let streamed = exchange.streamed, !streamed.isAsked else { return }
        setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.bodyMsMax)))
        guard connection.outbox.byteCount < Self.streamedBytesMax else { return }
        // Whoever takes its time would hold up the end.
        guard !isDraining else { return breakStream(on: connection) }
        exchange.streamed?.isAsked = true
        streamed.stream.hasRoom(connection, hub: self)
    }
}
