/// Identifiers as they travel: decimal numbers in strings, written in one way only.
public enum WireID {
    /// The number that the text stands for; nil where it is no identifier: it is positive, fits 63 bits, and has neither
    /// sign nor leading zeros.
    public static func parse(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 1, text.count <= 19, text[0] != UInt8(ascii: "0") else { return nil }
        var value: UInt64 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            // 19 digits stay below 2^64.
            value = value &* 10 &+ UInt64(digit)
        }
        return Int64(exactly: value)
    }

    public static func parse(_ text: String) -> Int64? { parse(text.utf8.span) }

    public static func user(_ text: String) -> UserID? { parse(text).map { UserID($0) } }
    public static func room(_ text: String) -> RoomID? { parse(text).map { RoomID($0) } }
    public static func session(_ text: String) -> SessionID? { parse(text).map { SessionID($0) } }
}
