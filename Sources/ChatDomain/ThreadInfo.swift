/// What a message that was answered in a thread shows of the answers that are not deleted.
public struct ThreadInfo: Hashable, Sendable {
    /// At least 1.
    public var count: Int
    /// The `seq` of the newest answer.
    public var lastSeq: Int64
    public var lastAt: WallTime

    public init(count: Int, lastSeq: Int64, lastAt: WallTime) {
        self.count = count
        self.lastSeq = lastSeq
        self.lastAt = lastAt
    }
}
