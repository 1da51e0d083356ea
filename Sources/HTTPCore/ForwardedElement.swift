/// One element of a `Forwarded` field: what one proxy says of who asked it (RFC 7239 §4).
struct ForwardedElement: Equatable {
    var `for`: String?
    var proto: String?
    var host: String?

    /// The elements in order. A field that is malformed anywhere has none: of half a chain nothing can be believed.
    static func parse(_ field: String) -> [ForwardedElement] {
        let bytes = field.utf8.span
        var (elements, element, index) = ([ForwardedElement](), ForwardedElement(), 0)
        while index < bytes.count {
            guard let pair = readPair(bytes, from: index), element.set(pair.name, pair.value) else { return [] }
            index = pair.end
            while index < bytes.count, ASCII.isWhitespace(bytes[index]) { index += 1 }
            if index == bytes.count || bytes[index] == ASCII.comma {
                elements.append(element)
                element = ForwardedElement()
            } else if bytes[index] != ASCII.semicolon {
                return []
            }
            index += 1
        }
        return elements
    }

    /// Whether it could be: a parameter that is there twice could not.
    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch name {
        case "for":
            guard `for` == nil else { return false }
            `for` = value
        case "proto":
            guard proto == nil else { return false }
            proto = value
        case "host":
            guard host == nil else { return false }
            host = value
        default: break
        }
        return true
    }

    /// `token "=" ( token / quoted-string )`, whitespace before it skipped.
    private static func readPair(
        _ bytes: Span<UInt8>, from start: Int
    ) -> (name: String, value: String, end: Int)? {
        var index = start
        while index < bytes.count, ASCII.isWhitespace(bytes[index]) { index += 1 }
        let nameStart = index
        while index < bytes.count, ASCII.isToken(bytes[index]) { index += 1 }
        let name = bytes.string(nameStart..<index).lowercased()
        guard !name.isEmpty, index < bytes.count, bytes[index] == ASCII.equals else { return nil }
        index += 1
        guard index < bytes.count, bytes[index] == ASCII.quote else {
            let valueStart = index
            // Proxies write addresses with a port or of IPv6 without the quotes that they should have.
            while index < bytes.count, ASCII.isToken(bytes[index]) || isAddressByte(bytes[index]) { index += 1 }
            return index == valueStart ? nil : (name, bytes.string(valueStart..<index), index)
        }
        index += 1
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] != ASCII.quote {
            if bytes[index] == ASCII.backslash { index += 1 }
            guard index < bytes.count else { return nil }
            value.append(bytes[index])
            index += 1
        }
        guard index < bytes.count else { return nil }
        return (name, String(decoding: value, as: UTF8.self), index + 1)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        byte == ASCII.colon || byte == ASCII.leftBracket || byte == ASCII.rightBracket
    }
}
