/// A text that equals another only byte for byte. `String` itself compares by canonical equivalence, which would make
/// two handles one that the database, and the wire, hold apart.
struct ExactText: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    /// With the capital letters of ASCII made small: equal to every text that differs in nothing else.
    init(caseless text: String) {
        self.text = NameWords.foldedLogin(text)
    }

    static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    /// By bytes, as the database sorts.
    static func < (a: ExactText, b: ExactText) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0xFF as UInt8)
    }
}
