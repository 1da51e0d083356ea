/// A UUID (RFC 9562): 128 bits that name a message before the server has numbered it.
public struct MessageKey: Hashable, Sendable, CustomStringConvertible, Codable {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A version 7 UUID (RFC 9562 §5.7): the time first, so that keys made one after another lie side by side in an
    /// index.
    public init(at time: WallTime, using random: inout some RandomNumberGenerator) {
        high = UInt64(truncatingIfNeeded: time.milliseconds) << 16 | 0x7000 | (random.next() & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random.next() & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads the 36-character form, in either case; nil for anything else.
    public init?(_ text: String) { self.init(utf8: text.utf8.span) }

    /// Reads the 36-character form, in either case; nil for anything else.
    public init?(utf8 text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for position in 0..<36 {
            let byte = text[position]
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let value = hexValue(byte) else { return nil }
                if digits < 16 { high = high << 4 | UInt64(value) } else { low = low << 4 | UInt64(value) }
                digits += 1
            }
        }
        self.init(high: high, low: low)
    }

    /// The 36-character form, in lower case.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `description` reads.
    public func append(to bytes: inout [UInt8]) {
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { bytes.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            bytes.append(lowerHexDigit(UInt8(truncatingIfNeeded: word >> UInt64((15 - index % 16) * 4))))
        }
    }
}
