/// The little of HTTP's grammar that the handshake needs (RFC 9110 §5.6).
enum HeaderSyntax {
    /// Whether a comma-separated value holds `token`, which is in lower case; letters compare without regard to case.
    static func list(_ value: String, contains token: StaticString) -> Bool {
        // A static string's pointer is valid for ever, and of the length it says.
        let wanted = unsafe Span(
            _unsafeStart: token.utf8Start, count: token.utf8CodeUnitCount)
        var matched = 0
        var state = Element.before
        for byte in value.utf8 {
            switch (byte, state) {
            case (comma, _):
                if state != .differs, matched == wanted.count { return true }
                (matched, state) = (0, .before)
            case (space, .before), (tab, .before), (space, .after), (tab, .after): break
            case (space, .inside), (tab, .inside): state = .after
            case (_, .after): state = .differs
            case (_, .before), (_, .inside):
                if matched < wanted.count, lowercased(byte) == wanted[matched] {
                    (matched, state) = (matched + 1, .inside)
                } else {
                    state = .differs
                }
            case (_, .differs): break
            }
        }
        return state != .differs && matched == wanted.count
    }

    private enum Element { case before, inside, after, differs }

    /// The elements of a list of tokens; nil where one is no token. Empty elements between commas are
    /// ignored, as RFC 9110 §5.6.1.2 asks for.
    static func tokens(_ value: String) -> [String]? {
        var tokens: [String] = []
        for part in value.utf8.split(separator: comma) {
            let trimmed = trimmed(part)
            if trimmed.isEmpty { continue }
            guard trimmed.allSatisfy(isTokenByte), let token = String(trimmed) else { return nil }
            tokens.append(token)
        }
        return tokens
    }

    /// The one element of a list; nil for none, be the field absent or empty.
    static func onlyToken(_ value: String?) throws(HandshakeFailure) -> String? {
        guard let value else { return nil }
        guard let tokens = tokens(value), tokens.count <= 1 else { throw .unexpectedProtocol }
        return tokens.first
    }

    static func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(isTokenByte) }

    /// RFC 9110 §5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// What may stand in a field value: no control character but the tab (RFC 9110 §5.5).
    static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == tab }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text
        while let first = text.first, first == space || first == tab { text.removeFirst() }
        while let last = text.last, last == space || last == tab { text.removeLast() }
        return text
    }

    static let comma = UInt8(ascii: ",")
    static let space = UInt8(ascii: " ")
    static let tab = UInt8(ascii: "\t")
}
