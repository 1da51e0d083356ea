/// One element of `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
struct ExtensionOffer: Equatable {
    var name: String
    var parameters: [Parameter] = []

    struct Parameter: Equatable {
        var name: String
        /// nil: none given. A quoted value is without its quotes.
        var value: String?
    }

    /// All elements of a header; nil where it is not of the grammar. One pass, in time linear in the length.
    static func parse(_ header: String) -> [ExtensionOffer]? {
        var scanner = Scanner(header)
        var offers: [ExtensionOffer] = []
        while true {
            scanner.skipSpace()
            // An empty element: RFC 9110 §5.6.1.2 asks to ignore it.
            if scanner.take(HeaderSyntax.comma) { continue }
            if scanner.isAtEnd { return offers }
            guard let name = scanner.takeToken() else { return nil }
            var offer = ExtensionOffer(name: name)
            scanner.skipSpace()
            while scanner.take(UInt8(ascii: ";")) {
                guard let parameter = parseParameter(&scanner) else { return nil }
                offer.parameters.append(parameter)
                scanner.skipSpace()
            }
            offers.append(offer)
            guard scanner.isAtEnd || scanner.take(HeaderSyntax.comma) else { return nil }
        }
    }

    private static func parseParameter(_ scanner: inout Scanner) -> Parameter? {
        scanner.skipSpace()
        guard let name = scanner.takeToken() else { return nil }
        scanner.skipSpace()
        guard scanner.take(UInt8(ascii: "=")) else { return Parameter(name: name, value: nil) }
        scanner.skipSpace()
        guard let value = scanner.take(UInt8(ascii: "\"")) ? scanner.takeQuotedToken() : scanner.takeToken() else {
            return nil
        }
        return Parameter(name: name, value: value)
    }
}

private struct Scanner {
    private let text: [UInt8]
    private var offset = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    var isAtEnd: Bool { offset >= text.count }

    mutating func skipSpace() {
        while offset < text.count, text[offset] == HeaderSyntax.space || text[offset] == HeaderSyntax.tab {
            offset += 1
        }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard offset < text.count, text[offset] == byte else { return false }
        offset += 1
        return true
    }

    mutating func takeToken() -> String? {
        let start = offset
        while offset < text.count, HeaderSyntax.isTokenByte(text[offset]) { offset += 1 }
        return offset > start ? String(decoding: text[start..<offset], as: UTF8.self) : nil
    }

    /// What follows an opening quote. Without quotes and backslashes it must be a token (RFC 6455 §9.1).
    mutating func takeQuotedToken() -> String? {
        var value: [UInt8] = []
        while offset < text.count {
            var byte = text[offset]
            offset += 1
            if byte == UInt8(ascii: "\"") { return value.isEmpty ? nil : String(decoding: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                guard offset < text.count else { return nil }
                byte = text[offset]
                offset += 1
            }
            guard HeaderSyntax.isTokenByte(byte) else { return nil }
            value.append(byte)
        }
        return nil
    }
}
