/// A moment on a clock that only goes forward, in milliseconds since some start. Never read here: always passed in.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment `milliseconds` later (earlier where negative).
    public func advanced(byMs milliseconds: Int64) -> Instant {
        Instant(milliseconds: self.milliseconds &+ milliseconds)
    }

    /// How many milliseconds lie between `other` and this moment; negative where `other` is later.
    public func milliseconds(since other: Instant) -> Int64 { milliseconds &- other.milliseconds }
}
