/// Base64 (RFC 4648 §4) of the two lengths the handshake knows: a key of 16 bytes and a digest of 20.
enum Base64 {
    static func append(_ source: Span<UInt8>, to text: inout [UInt8]) {
        var offset = 0
        while offset < source.count {
            let left = source.count &- offset
            let second = left > 1 ? source[offset &+ 1] : 0
            let third = left > 2 ? source[offset &+ 2] : 0
            let group = UInt32(source[offset]) << 16 | UInt32(second) << 8 | UInt32(third)
            text.append(digit(group >> 18))
            text.append(digit(group >> 12))
            text.append(left > 1 ? digit(group >> 6) : padding)
            text.append(left > 2 ? digit(group) : padding)
            offset &+= 3
        }
    }

    /// Whether the text stands for 16 bytes: 22 digits and two padding characters. The last digit's low 4 bits stand
    /// for nothing and may be anything, as in the key that RFC 6455 §11.3.1 shows: nothing is decoded here.
    static func isKey(_ text: String) -> Bool {
        var position = 0
        for byte in text.utf8 {
            switch position {
            case 0..<22: guard isDigit(byte) else { return false }
            case 22, 23: guard byte == padding else { return false }
            default: return false
            }
            position += 1
        }
        return position == 24
    }

    private static let padding = UInt8(ascii: "=")

    private static func digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value & 63)
        return switch value {
        case 0..<26: UInt8(ascii: "A") &+ value
        case 26..<52: UInt8(ascii: "a") &+ (value &- 26)
        case 52..<62: UInt8(ascii: "0") &+ (value &- 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}
