/// A moment on a clock that only goes forward, in milliseconds since some start. Never read here: always passed in.
public struct Instant: Hashable, Comparable, Sendable, Codable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment `milliseconds` later (earlier where negative); the last (first) one there is where that is too far.
    public func advanced(byMs milliseconds: Int64) -> Instant {
        let (sum, overflowed) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Instant(milliseconds: overflowed ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// How many milliseconds lie between `other` and this moment; negative where `other` is later.
    public func milliseconds(since other: Instant) -> Int64 {
        let (difference, overflowed) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return overflowed ? (self < other ? .min : .max) : difference
    }
}
