/// The character that the escape at `position`, which holds a backslash, stands for, and where the escape ends
/// (RFC 8259 §7). A surrogate pair is one escape of twelve bytes.
func readEscape(at position: Int, in bytes: Span<UInt8>) throws(JSONError) -> (scalar: Unicode.Scalar, end: Int) {
    guard position + 1 < bytes.count else { throw .unexpectedEnd }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""): return ("\"", position + 2)
    case UInt8(ascii: "\\"): return ("\\", position + 2)
    case UInt8(ascii: "/"): return ("/", position + 2)
    case UInt8(ascii: "b"): return ("\u{8}", position + 2)
    case UInt8(ascii: "f"): return ("\u{C}", position + 2)
    case UInt8(ascii: "n"): return ("\n", position + 2)
    case UInt8(ascii: "r"): return ("\r", position + 2)
    case UInt8(ascii: "t"): return ("\t", position + 2)
    case UInt8(ascii: "u"): return try readUnicodeEscape(at: position, in: bytes)
    default: throw .badEscape(at: position)
    }
}

/// `\u` with four digits, or two of them that make a surrogate pair.
private func readUnicodeEscape(
    at position: Int, in bytes: Span<UInt8>
) throws(JSONError) -> (scalar: Unicode.Scalar, end: Int) {
    let unit = try readCodeUnit(at: position, in: bytes)
    if unit == 0 { throw .nulCharacter(at: position) }
    if let scalar = Unicode.Scalar(unit) { return (scalar, position + 6) }
    let next = position + 6
    guard UTF16.isLeadSurrogate(unit) else { throw .unpairedSurrogate(at: position) }
    guard next < bytes.count else { throw .unexpectedEnd }
    guard bytes[next] == UInt8(ascii: "\\") else { throw .unpairedSurrogate(at: position) }
    guard next + 1 < bytes.count else { throw .unexpectedEnd }
    guard bytes[next + 1] == UInt8(ascii: "u") else { throw .unpairedSurrogate(at: position) }
    let trail = try readCodeUnit(at: next, in: bytes)
    let value = 0x1_0000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(trail) & 0x3FF
    guard UTF16.isTrailSurrogate(trail), let scalar = Unicode.Scalar(value) else {
        throw .unpairedSurrogate(at: position)
    }
    return (scalar, next + 6)
}

/// The four digits of the `\u` at `position`.
private func readCodeUnit(at position: Int, in bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for index in position + 2..<position + 6 {
        guard index < bytes.count else { throw .unexpectedEnd }
        guard let digit = hexValue(bytes[index]) else { throw .badEscape(at: position) }
        unit = unit << 4 | UInt16(digit)
    }
    return unit
}

/// Where the UTF-8 sequence ends that begins at `position` with a byte of 0x80 or more; nil where it is not well-formed
/// (RFC 3629 §4: no overlong form, no surrogate, nothing above U+10FFFF).
func endOfUTF8Sequence(at position: Int, in bytes: Span<UInt8>) -> Int? {
    let secondAllowed: ClosedRange<UInt8>
    let length: Int
    switch bytes[position] {
    case 0xC2...0xDF: (secondAllowed, length) = (0x80...0xBF, 2)
    case 0xE0: (secondAllowed, length) = (0xA0...0xBF, 3)
    case 0xED: (secondAllowed, length) = (0x80...0x9F, 3)
    case 0xE1...0xEF: (secondAllowed, length) = (0x80...0xBF, 3)
    case 0xF0: (secondAllowed, length) = (0x90...0xBF, 4)
    case 0xF1...0xF3: (secondAllowed, length) = (0x80...0xBF, 4)
    case 0xF4: (secondAllowed, length) = (0x80...0x8F, 4)
    default: return nil
    }
    guard length <= bytes.count - position, secondAllowed.contains(bytes[position + 1]) else { return nil }
    for index in position + 2..<position + length where bytes[index] & 0xC0 != 0x80 { return nil }
    return position + length
}

extension [UInt8] {
    /// Appends all of `span` at once.
    mutating func append(copying span: Span<UInt8>) {
        // Safe: the pointer does not leave the closure. There is no append of a span that is as fast.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
