/// A pull parser for one JSON document (RFC 8259), strict, over bytes that lie in memory as a whole.
///
/// ```swift
/// var reader = JSONReader()
/// while let token = try reader.next(in: bytes) { … }
/// ```
///
/// It holds a position, never the bytes: pass the same bytes to every call. It allocates nothing, and a document costs
/// it a few words whatever its size. Beyond the grammar it refuses more than `depthMax` levels, anything but UTF-8,
/// unpaired surrogates and the character U+0000. It does not look for members that are named twice; `JSONValue` does.
///
/// After an error the same call throws the same error.
public struct JSONReader: Sendable {
    /// How many arrays and objects may be open at once.
    public static let depthMax = 64

    /// How many bytes of the document are read: behind a value, where it ends.
    public private(set) var position = 0
    private var depth = 0
    /// A stack of bits, the innermost container lowest: 1 for an object, 0 for an array. Its width is `depthMax`.
    private var objects: UInt64 = 0
    private var expected = Expectation.value

    private enum Expectation {
        /// At the start, after a name, after a comma in an array.
        case value
        /// After `[`.
        case valueOrEnd
        /// After a comma in an object.
        case key
        /// After `{`.
        case keyOrEnd
        /// After a value in an array or an object.
        case commaOrEnd
        /// After the outermost value.
        case nothing
    }

    public init() {}

    /// The next token; nil once the document is complete and nothing but white space follows it.
    public mutating func next(in bytes: Span<UInt8>) throws(JSONError) -> JSONToken? {
        var at = endOfWhiteSpace(from: position, in: bytes)
        if expected == .nothing {
            guard at == bytes.count else { throw .trailingBytes(at: at) }
            return nil
        }
        guard at < bytes.count else { throw .unexpectedEnd }
        var expected = expected
        if expected == .commaOrEnd && bytes[at] == UInt8(ascii: ",") {
            at = endOfWhiteSpace(from: at + 1, in: bytes)
            guard at < bytes.count else { throw .unexpectedEnd }
            expected = isInObject ? .key : .value
        }
        let byte = bytes[at]
        switch expected {
        case .keyOrEnd, .commaOrEnd:
            if byte == UInt8(ascii: "}") && isInObject { return close(.endObject, at: at) }
            if byte == UInt8(ascii: "]") && !isInObject { return close(.endArray, at: at) }
            guard expected == .keyOrEnd else { throw .unexpectedByte(at: at) }
            return try readKey(at: at, in: bytes)
        case .valueOrEnd:
            if byte == UInt8(ascii: "]") { return close(.endArray, at: at) }
            return try readValue(at: at, in: bytes)
        case .key: return try readKey(at: at, in: bytes)
        case .value, .nothing: return try readValue(at: at, in: bytes)
        }
    }

    /// Skips the next value, with all that is in it; where a name comes next, the name and its value.
    ///
    /// Where no value comes next it throws what `next(in:)` would, or that the closing bracket is unexpected.
    public mutating func skipValue(in bytes: Span<UInt8>) throws(JSONError) {
        let before = self
        switch try next(in: bytes) {
        case .beginObject, .beginArray: try skipToEnd(in: bytes)
        case .key: try skipValue(in: bytes)
        case .string, .number, .bool, .null: break
        case .endObject, .endArray:
            let at = position - 1
            self = before
            throw .unexpectedByte(at: at)
        case nil: throw .unexpectedEnd
        }
    }

    /// Skips what is left of the innermost open array or object, and its closing bracket.
    public mutating func skipToEnd(in bytes: Span<UInt8>) throws(JSONError) {
        let depthAfter = depth - 1
        while depth > depthAfter, try next(in: bytes) != nil {}
    }

    /// The integer that a number token stands for; nil where it has a fraction or an exponent, or does not fit.
    public static func integer(_ range: Range<Int>, in bytes: Span<UInt8>) -> Int64? {
        var at = range.lowerBound
        guard at < range.upperBound else { return nil }
        let isNegative = bytes[at] == UInt8(ascii: "-")
        if isNegative { at += 1 }
        guard at < range.upperBound else { return nil }
        // Counts downwards, because the lowest number has no positive twin.
        var negated: Int64 = 0
        while at < range.upperBound {
            guard isDigit(bytes[at]) else { return nil }
            let (shifted, overflowed) = negated.multipliedReportingOverflow(by: 10)
            let (next, overflowedToo) = shifted.subtractingReportingOverflow(Int64(bytes[at] - UInt8(ascii: "0")))
            guard !overflowed && !overflowedToo else { return nil }
            negated = next
            at += 1
        }
        if isNegative { return negated }
        return negated == .min ? nil : -negated
    }

    // MARK: - Structure

    private var isInObject: Bool { objects & 1 == 1 }

    private mutating func open(_ token: JSONToken, at: Int) throws(JSONError) -> JSONToken {
        guard depth < Self.depthMax else { throw .tooDeep(at: at) }
        let isObject = token == .beginObject
        depth += 1
        objects = objects << 1 | (isObject ? 1 : 0)
        expected = isObject ? .keyOrEnd : .valueOrEnd
        position = at + 1
        return token
    }

    private mutating func close(_ token: JSONToken, at: Int) -> JSONToken {
        depth -= 1
        objects >>= 1
        return finish(token, at: at + 1)
    }

    private mutating func finish(_ token: JSONToken, at end: Int) -> JSONToken {
        position = end
        expected = depth == 0 ? .nothing : .commaOrEnd
        return token
    }

    private mutating func readKey(at: Int, in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        guard bytes[at] == UInt8(ascii: "\"") else { throw .unexpectedByte(at: at) }
        let text = try checkText(afterQuote: at + 1, in: bytes)
        let colon = endOfWhiteSpace(from: text.range.upperBound + 1, in: bytes)
        guard colon < bytes.count else { throw .unexpectedEnd }
        guard bytes[colon] == UInt8(ascii: ":") else { throw .unexpectedByte(at: colon) }
        position = colon + 1
        expected = .value
        return .key(text)
    }

    private mutating func readValue(at: Int, in bytes: Span<UInt8>) throws(JSONError) -> JSONToken {
        switch bytes[at] {
        case UInt8(ascii: "\""):
            let text = try checkText(afterQuote: at + 1, in: bytes)
            return finish(.string(text), at: text.range.upperBound + 1)
        case UInt8(ascii: "{"): return try open(.beginObject, at: at)
        case UInt8(ascii: "["): return try open(.beginArray, at: at)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let end = try endOfNumber(at: at, in: bytes)
            return finish(.number(at..<end), at: end)
        case UInt8(ascii: "t"): return finish(.bool(true), at: try endOfLiteral("true", at: at, in: bytes))
        case UInt8(ascii: "f"): return finish(.bool(false), at: try endOfLiteral("false", at: at, in: bytes))
        case UInt8(ascii: "n"): return finish(.null, at: try endOfLiteral("null", at: at, in: bytes))
        default: throw .unexpectedByte(at: at)
        }
    }
}

// MARK: - Scanning: positions in, positions out

private func endOfWhiteSpace(from start: Int, in bytes: Span<UInt8>) -> Int {
    var at = start
    while at < bytes.count {
        switch bytes[at] {
        case 0x20, 0x0A, 0x0D, 0x09: at += 1
        default: return at
        }
    }
    return at
}

/// Checks the string whose opening quote has just been passed.
private func checkText(afterQuote start: Int, in bytes: Span<UInt8>) throws(JSONError) -> JSONText {
    var at = start
    var hasEscapes = false
    while at < bytes.count {
        switch bytes[at] {
        case UInt8(ascii: "\""): return JSONText(range: start..<at, hasEscapes: hasEscapes)
        case UInt8(ascii: "\\"):
            hasEscapes = true
            at = try readEscape(at: at, in: bytes).end
        case 0x20..<0x80: at += 1
        case 0x00..<0x20: throw .controlCharacter(at: at)
        default:
            guard let end = endOfUTF8Sequence(at: at, in: bytes) else { throw .invalidUTF8(at: at) }
            at = end
        }
    }
    throw .unexpectedEnd
}

/// RFC 8259 §6: `-`, then `0` or digits that do not begin with it, then a fraction and an exponent where there is one.
private func endOfNumber(at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
    var at = start
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    if at < bytes.count && bytes[at] == UInt8(ascii: "0") {
        at += 1
    } else {
        at = try endOfDigits(from: at, in: bytes)
    }
    if at < bytes.count && bytes[at] == UInt8(ascii: ".") { at = try endOfDigits(from: at + 1, in: bytes) }
    if at < bytes.count && bytes[at] | 0x20 == UInt8(ascii: "e") {
        at += 1
        if at < bytes.count && (bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-")) { at += 1 }
        at = try endOfDigits(from: at, in: bytes)
    }
    return at
}

/// At least one digit.
private func endOfDigits(from start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
    var at = start
    while at < bytes.count && isDigit(bytes[at]) { at += 1 }
    guard at > start else { throw at < bytes.count ? .unexpectedByte(at: at) : .unexpectedEnd }
    return at
}

private func endOfLiteral(_ literal: StaticString, at start: Int, in bytes: Span<UInt8>) throws(JSONError) -> Int {
    for index in 0..<literal.utf8CodeUnitCount {
        guard start + index < bytes.count else { throw .unexpectedEnd }
        // Safe: within the literal's own count.
        let wanted = unsafe literal.utf8Start[index]
        guard bytes[start + index] == wanted else { throw .unexpectedByte(at: start + index) }
    }
    return start + literal.utf8CodeUnitCount
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
