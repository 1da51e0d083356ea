/// What one message may cost. Each limit has the status of the error that it causes, and is checked before anything is
/// allocated for what it bounds.
public struct HTTPLimits: Sendable, Hashable {
    /// The request line without its end; more is 414. (Of a response: the status line.)
    public var requestLineBytesMax = 8192
    /// The whole head: request line, field lines, and the empty line; more is 431. Also the trailers of a chunked body.
    public var headBytesMax = 16_384
    /// Field lines of a head, and of the trailers; more is 431.
    public var headerCountMax = 100
    /// The body, after its chunks are joined; more is 413.
    public var bodyBytesMax = 65_536
    /// All chunk extensions of one body together; more is 413.
    public var chunkExtensionBytesMax = 4096

    public init() {}

    /// The same, with a body limit of its own.
    public init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

    /// Positions in a head are kept as 32-bit numbers, so a head never grows near that, whatever was asked for.
    var headBytesCap: Int { min(max(headBytesMax, 0), 1 << 28) }
    var lineBytesCap: Int { min(max(requestLineBytesMax, 0), headBytesCap) }
    var bodyBytesCap: UInt64 { UInt64(clamping: bodyBytesMax) }
}
