/// A user, inside the server. Unique for ever, never reused, positive.
public struct UserID: Hashable, Comparable, Sendable, Codable {
    public let rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    public static func < (a: UserID, b: UserID) -> Bool { a.rawValue < b.rawValue }
}

/// A room, inside the server. Unique for ever, never reused, positive.
public struct RoomID: Hashable, Comparable, Sendable, Codable {
    public let rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    public static func < (a: RoomID, b: RoomID) -> Bool { a.rawValue < b.rawValue }
}

/// One connection: a number that is unique in the process (below 2^39, so that it survives JavaScript) and the slot
/// in which its event loop keeps it. A stale identifier therefore never names the connection that took its slot.
public struct ConnectionID: Hashable, Sendable, Codable {
    /// `number << 24 | slot`: fits the 64 bits that epoll hands back with an event.
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// - Parameters:
    ///   - number: from 1, below 2^39.
    ///   - slot: from 0, below 2^24; the descriptor, in the server.
    public init(number: UInt64, slot: Int) { rawValue = number << 24 | UInt64(truncatingIfNeeded: slot & 0xFF_FFFF) }

    public var number: UInt64 { rawValue >> 24 }
    public var slot: Int { Int(rawValue & 0xFF_FFFF) }
}

/// An invitation, inside the server. Unique for ever, never reused, positive. Not what lets somebody in: that is its
/// token.
public struct InviteID: Hashable, Comparable, Sendable {
    public let rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    public static func < (a: InviteID, b: InviteID) -> Bool { a.rawValue < b.rawValue }
}

/// One sign-in of an account on one device. Unique for ever, never reused, positive. Not a secret.
public struct SessionID: Hashable, Comparable, Sendable {
    public let rawValue: Int64

    public init(_ rawValue: Int64) { self.rawValue = rawValue }

    public static func < (a: SessionID, b: SessionID) -> Bool { a.rawValue < b.rawValue }
}
