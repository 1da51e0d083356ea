public import WSProtocol

/// What a decoder made of some bytes.
public struct Outcome: Equatable {
    public var events: [WSEvent] = []
    public var error: WSError?

    public init(events: [WSEvent] = [], error: WSError? = nil) {
        self.events = events
        self.error = error
    }
}

/// Feeds the pieces through the form for people.
public func decode(_ pieces: [[UInt8]], with decoder: WebSocketDecoder) -> Outcome {
    var decoder = decoder
    var outcome = Outcome()
    do throws(WSError) {
        for piece in pieces {
            decoder.append(piece)
            while let event = try decoder.next() { outcome.events.append(event) }
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// Feeds the pieces through the form for a server's loop.
public func decodeInPlace(_ pieces: [[UInt8]], with decoder: WebSocketDecoder) -> Outcome {
    var decoder = decoder
    var outcome = Outcome()
    do throws(WSError) {
        for piece in pieces {
            var buffer = piece
            var span = buffer.mutableSpan
            var offset = 0
            while let event = try decoder.next(in: &span, at: &offset) {
                outcome.events.append(owned(event, span.span))
            }
            require(offset == span.count, "nil before the bytes were used up")
        }
    } catch {
        outcome.error = error
    }
    return outcome
}

/// Both forms, whole, byte by byte and cut at `cut`, must say the same: that is returned.
public func decodeEveryWay(_ bytes: [UInt8], cut: Int, with decoder: WebSocketDecoder) -> Outcome {
    let whole = decode([bytes], with: decoder)
    let cut = min(cut, bytes.count)
    let ways = [[bytes], bytes.map { [$0] }, [Array(bytes[..<cut]), Array(bytes[cut...])]]
    for pieces in ways {
        let people = decode(pieces, with: decoder)
        require(people == whole, "\(pieces.count) pieces: \(people), whole: \(whole)")
        let inPlace = decodeInPlace(pieces, with: decoder)
        require(inPlace == whole, "\(pieces.count) pieces in place: \(inPlace), whole: \(whole)")
    }
    return whole
}

private func owned(_ event: InPlaceEvent, _ bytes: Span<UInt8>) -> WSEvent {
    func copy(_ payload: Payload) -> [UInt8] {
        switch payload {
        case .inBuffer(let range): range.map { bytes[$0] }
        case .owned(let own): own
        }
    }
    return switch event {
    case .message(let kind, let payload): .message(kind, copy(payload))
    case .ping(let payload): .ping(copy(payload))
    case .pong(let payload): .pong(copy(payload))
    case .close(let code, let reason): .close(code, reason: reason)
    }
}

/// The agreement that a handshake comes to where both sides want the same.
public func agreement(windowBits: Int, forgets: Bool) -> DeflateAgreement? {
    let value = forgets ? "; server_no_context_takeover; client_no_context_takeover" : ""
    let fields = HandshakeFields(
        method: "GET", isHTTP11OrLater: true, upgrade: "websocket", connection: "Upgrade",
        key: "dGhlIHNhbXBsZSBub25jZQ==", version: "13", protocols: nil,
        extensions: "permessage-deflate; server_max_window_bits=\(windowBits); client_max_window_bits=\(windowBits)"
            + value)
    let deflate = try? ServerHandshake.accept(fields, deflate: DeflateOptions()).deflate
    require(deflate != nil, "a legal offer was declined")
    return deflate
}
