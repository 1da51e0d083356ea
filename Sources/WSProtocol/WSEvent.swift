/// What the bytes of a message are. Text has been checked to be UTF-8.
public enum MessageKind: Sendable {
    case text
    case binary
}

/// What came from the peer.
public enum WSEvent: Sendable, Equatable {
    case message(MessageKind, [UInt8])
    /// Answer with a pong that carries the same bytes, unless a close frame was sent (RFC 6455 §5.5.2).
    case ping([UInt8])
    case pong([UInt8])
    /// The last event. Answer with a close frame of the same code unless one was sent already (§5.5.1), then end the
    /// connection. The code is nil where the frame had none.
    case close(CloseCode?, reason: String)
}

/// What came from the peer, without a copy of a payload that lies whole in the receive buffer.
public enum InPlaceEvent: Sendable, Equatable {
    case message(MessageKind, Payload)
    case ping(Payload)
    case pong(Payload)
    case close(CloseCode?, reason: String)
}

/// Where the bytes of an `InPlaceEvent` are.
public enum Payload: Sendable, Equatable {
    /// In the buffer that was passed to `next(in:at:)`, already unmasked. Valid until the buffer is written again.
    case inBuffer(Range<Int>)
    /// In an array of its own: the payload came in pieces.
    case owned([UInt8])
}
