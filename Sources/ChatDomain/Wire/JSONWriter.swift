/// Writes JSON (RFC 8259) to the end of an array of bytes, compactly, and puts the commas itself.
///
/// ```swift
/// var writer = JSONWriter(reserving: 128)
/// writer.beginObject()
/// writer.member("id", 7)
/// writer.endObject()
/// send(writer.takeBytes())
/// ```
///
/// Whoever calls it sees to it that what is begun is ended, that each value in an object has a key before it, and that
/// `raw` is given JSON. Strings are escaped where RFC 8259 §7 demands it and nowhere else.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8]
    /// Whether the next key or value follows another one in the same array or object.
    private var needsComma = false

    /// - Parameter capacity: how many bytes to make room for at once.
    public init(reserving capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Goes on behind what is in `bytes`, which it does not look at.
    public init(appendingTo bytes: [UInt8]) { self.bytes = bytes }

    /// What was written; the writer is empty again.
    public mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        self = JSONWriter()
        return taken
    }

    // MARK: - Structure

    public mutating func beginObject() { begin(UInt8(ascii: "{")) }
    public mutating func endObject() { end(UInt8(ascii: "}")) }
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    public mutating func key(_ name: StaticString) {
        separate()
        needsComma = false
        // Safe: the pointer does not leave the closure.
        name.withUTF8Buffer { unsafe appendQuoted($0.span) }
        bytes.append(UInt8(ascii: ":"))
    }

    /// For names that are not known before.
    public mutating func key(text name: String) {
        separate()
        needsComma = false
        appendQuoted(name.utf8.span)
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: - Values

    public mutating func value(_ text: String) {
        separate()
        appendQuoted(text.utf8.span)
    }

    /// - Parameter text: well-formed UTF-8; it is not checked here.
    public mutating func value(utf8 text: Span<UInt8>) {
        separate()
        appendQuoted(text)
    }

    /// The time as a string, in the form of RFC 3339.
    public mutating func value(_ time: WallTime) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        time.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func value(_ number: Int) { value(Int64(number)) }

    public mutating func value(_ number: Int64) {
        separate()
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDecimal(number.magnitude)
    }

    public mutating func value(_ number: UInt64) {
        separate()
        appendDecimal(number)
    }

    /// A string of what `write` appends, which must need no escapes and be UTF-8.
    public mutating func value(quoting write: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        write(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number as a string: what does not fit into a double is written so.
    public mutating func value(decimalString number: Int64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDecimal(number.magnitude)
        bytes.append(UInt8(ascii: "\""))
    }

    public mutating func value(_ flag: Bool) {
        if flag { appendLiteral("true") } else { appendLiteral("false") }
    }

    public mutating func null() { appendLiteral("null") }

    /// - Parameter json: a ready-made JSON value; it is not checked here.
    public mutating func raw(_ json: Span<UInt8>) {
        separate()
        bytes.append(copying: json)
    }

    /// - Parameter json: a ready-made JSON value; it is not checked here.
    public mutating func raw(_ json: [UInt8]) { raw(json.span) }

    // MARK: - Bytes

    private mutating func begin(_ bracket: UInt8) {
        separate()
        needsComma = false
        bytes.append(bracket)
    }

    private mutating func end(_ bracket: UInt8) {
        needsComma = true
        bytes.append(bracket)
    }

    /// Comes before every key and value, and leaves the state as after a value.
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func appendLiteral(_ literal: StaticString) {
        separate()
        // Safe: the pointer does not leave the closure.
        literal.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Plain bytes go in runs, each with one copy.
    private mutating func appendQuoted(_ text: Span<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var plainStart = 0
        for at in text.indices where mustBeEscaped(text[at]) {
            bytes.append(copying: text.extracting(plainStart..<at))
            appendEscape(for: text[at])
            plainStart = at + 1
        }
        bytes.append(copying: text.extracting(plainStart..<text.count))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(for byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(UInt8(ascii: "u"))
            bytes.append(UInt8(ascii: "0"))
            bytes.append(UInt8(ascii: "0"))
            bytes.append(lowerHexDigit(byte >> 4))
            bytes.append(lowerHexDigit(byte))
        }
    }

    private mutating func appendDecimal(_ number: UInt64) {
        // The highest 64-bit number has 20 digits.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = number
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        bytes.append(copying: digits.span.extracting(start..<20))
    }
}

/// RFC 8259 §7: the quote, the backslash, and what lies below the space.
private func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}
