/// What a peer may make us hold. Each limit is checked before the memory it bounds is taken.
public struct WSLimits: Hashable, Sendable {
    /// The longest payload of one data frame, as it is on the wire; with compression a 64th and 64 bytes more, for what
    /// does not get shorter by it.
    public var frameBytesMax: Int
    /// The longest message, over all its frames, and after inflation where it was compressed.
    public var messageBytesMax: Int
    /// The most frames of one message, empty ones included. At most 2^31 - 1, as are the two that follow.
    public var fragmentsMax: Int {
        get { Int(fragments) }
        set { fragments = Int32(clamping: newValue) }
    }
    /// How many times its length on the wire a compressed message may have. Counts only above 64 KiB: below, nothing
    /// is to be gained by a bomb.
    public var inflateRatioMax: Int {
        get { Int(inflateRatio) }
        set { inflateRatio = Int32(clamping: newValue) }
    }
    /// The most control frames within one second of the time told to `WebSocketDecoder.advance(toMs:)`.
    public var controlFramesPerSecondMax: Int {
        get { Int(controlFramesPerSecond) }
        set { controlFramesPerSecond = Int32(clamping: newValue) }
    }

    // Each connection has its limits with it, so they are kept small.
    private var fragments: Int32
    private var inflateRatio: Int32
    private var controlFramesPerSecond: Int32

    public init(
        frameBytesMax: Int = 65_536, messageBytesMax: Int = 65_536, fragmentsMax: Int = 1_024,
        inflateRatioMax: Int = 100, controlFramesPerSecondMax: Int = 100
    ) {
        self.frameBytesMax = frameBytesMax
        self.messageBytesMax = messageBytesMax
        fragments = Int32(clamping: fragmentsMax)
        inflateRatio = Int32(clamping: inflateRatioMax)
        controlFramesPerSecond = Int32(clamping: controlFramesPerSecondMax)
    }
}
