/// What a peer may make us hold. Each limit is checked before the memory it bounds is taken.
public struct WSLimits: Hashable, Sendable {
    /// The longest payload of one data frame, as it is on the wire.
    public var frameBytesMax: Int
    /// The longest message, over all its frames, and after inflation where it was compressed.
    public var messageBytesMax: Int
    /// The most frames of one message, empty ones included.
    public var fragmentsMax: Int

    public init(frameBytesMax: Int = 65_536, messageBytesMax: Int = 65_536, fragmentsMax: Int = 1_024) {
        self.frameBytesMax = frameBytesMax
        self.messageBytesMax = messageBytesMax
        self.fragmentsMax = fragmentsMax
    }
}
