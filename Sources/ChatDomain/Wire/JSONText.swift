/// A string in a JSON document that a `JSONReader` has checked: where it lies, not what it says.
///
/// The bytes passed to its methods must be those that the reader read.
public struct JSONText: Equatable, Sendable {
    /// What lies between the quotes.
    public let range: Range<Int>
    /// Whether the bytes between the quotes differ from the text.
    public let hasEscapes: Bool

    init(range: Range<Int>, hasEscapes: Bool) {
        self.range = range
        self.hasEscapes = hasEscapes
    }

    /// Whether the decoded text is `literal`, byte for byte.
    public func equals(_ literal: StaticString, in bytes: Span<UInt8>) -> Bool {
        if hasEscapes {
            var decoded: [UInt8] = []
            append(to: &decoded, from: bytes)
            return equal(literal, to: decoded.span)
        }
        return equal(literal, to: bytes.extracting(range))
    }

    /// The decoded text.
    public func string(in bytes: Span<UInt8>) -> String {
        if !hasEscapes, let text = try? UTF8Span(validating: bytes.extracting(range)) { return String(copying: text) }
        var decoded: [UInt8] = []
        append(to: &decoded, from: bytes)
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Appends the decoded text in UTF-8: never more bytes than `range` has.
    public func append(to decoded: inout [UInt8], from bytes: Span<UInt8>) {
        guard hasEscapes else { return decoded.append(copying: bytes.extracting(range)) }
        var plainStart = range.lowerBound
        var at = plainStart
        while at < range.upperBound {
            if bytes[at] != UInt8(ascii: "\\") {
                at += 1
                continue
            }
            decoded.append(copying: bytes.extracting(plainStart..<at))
            // The reader let this text pass, so that each of its escapes is valid.
            guard let escape = try? readEscape(at: at, in: bytes) else { return }
            decoded.append(contentsOf: escape.scalar.utf8)
            at = escape.end
            plainStart = at
        }
        decoded.append(copying: bytes.extracting(plainStart..<at))
    }
}

private func equal(_ literal: StaticString, to bytes: Span<UInt8>) -> Bool {
    // Safe: the pointer is read within the literal's own count, and does not leave the closure.
    literal.withUTF8Buffer { literal in
        guard literal.count == bytes.count else { return false }
        for index in bytes.indices where unsafe literal[index] != bytes[index] { return false }
        return true
    }
}
