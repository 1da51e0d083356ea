/// What a frame carries (RFC 6455 §5.2). Numbers not listed here are reserved, and an error on the wire.
public enum Opcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// Control frames may come between the fragments of a message, and may not be fragmented themselves (§5.5).
    public var isControl: Bool { rawValue & 8 != 0 }
}
