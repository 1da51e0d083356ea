/// Percent-coding (RFC 3986 §2.1).
///
/// Decode once, and after the text has been cut at its separators: then an encoded separator is data, and what was
/// encoded twice stays encoded once.
public enum PercentCoding {
    /// The decoded text; nil if a "%" is not followed by two hexadecimal digits, if the result is not UTF-8, or if it
    /// has a NUL in it, which ends a string for the operating system.
    public static func decode(_ text: String) -> String? {
        let bytes = text.utf8.span
        return decode(bytes, 0..<bytes.count)
    }

    /// Everything that is not unreserved (RFC 3986 §2.3) as "%XX": fit for a path segment or a query value.
    public static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if ASCII.isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(ASCII.percent)
                encoded.append(hexDigit(byte >> 4))
                encoded.append(hexDigit(byte & 15))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool = false) -> String? {
        guard let decoded = decodedBytes(bytes, range, plusIsSpace: plusIsSpace) else { return nil }
        return String(validating: decoded, as: UTF8.self)
    }

    /// - Parameter plusIsSpace: as in forms; elsewhere "+" is itself.
    static func decodedBytes(_ bytes: Span<UInt8>, _ range: Range<Int>, plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            var byte = bytes[index]
            if byte == ASCII.percent {
                guard range.upperBound - index >= 3, let high = ASCII.hexValue(bytes[index + 1]),
                    let low = ASCII.hexValue(bytes[index + 2])
                else { return nil }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == ASCII.plus {
                byte = ASCII.space
            }
            guard byte != 0 else { return nil }
            decoded.append(byte)
            index += 1
        }
        return decoded
    }

    static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? ASCII.zero &+ value : 0x41 &+ (value &- 10) }
}
