public import ChatDomain

/// A message that was pinned.
public struct Pin: Sendable, Equatable {
    public var seq: Int64
    public var by: UserID
    public var at: WallTime

    public init(seq: Int64, by: UserID, at: WallTime) {
        self.seq = seq
        self.by = by
        self.at = at
    }
}

/// A pinned message as somebody sees it.
public struct PinListing: Sendable, Equatable {
    public var pin: Pin
    public var message: Message

    public init(pin: Pin, message: Message) {
        self.pin = pin
        self.message = message
    }
}
