/// How names of users and rooms are found: by the beginning of any of their words, folded as in every search.
enum NameWords {
    /// How many characters of a folded text are looked at.
    static let scalarsMax = 64
    /// How many bytes of a text are folded at all: a name has no more.
    private static let bytesMax = 1_024

    /// The text as it is compared.
    static func folded(_ text: String) -> String { string(scalars(of: text).prefix(scalarsMax)) }

    /// The folded name from each of its words on: it is found by every beginning of these. A word begins where a letter
    /// or digit follows none.
    static func entries(for name: String) -> [String] {
        var entries: [String] = []
        var isInWord = false
        let scalars = scalars(of: name)
        for index in scalars.indices.prefix(scalarsMax) {
            let properties = scalars[index].properties
            let isMark = properties.canonicalCombiningClass != .notReordered
            let belongs = properties.isAlphabetic || properties.numericType != nil || (isMark && isInWord)
            if belongs && !isInWord { entries.append(string(scalars[index...].prefix(scalarsMax))) }
            isInWord = belongs
        }
        return entries
    }

    private static func scalars(of text: String) -> [Unicode.Scalar] {
        guard text.utf8.count > bytesMax else { return FoldedText.scalars(of: text) }
        return FoldedText.scalars(of: String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self))
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Whether `name` is found by `text`; an empty text finds everything.
    static func matches(_ name: String, text: String) -> Bool {
        let wanted = folded(text)
        return wanted.isEmpty || entries(for: name).contains { $0.utf8.starts(with: wanted.utf8) }
    }

    /// A login as it is compared and sorted: ASCII only.
    static func foldedLogin(_ login: String) -> String {
        String(decoding: login.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension NameWords {
    /// The end, itself excluded, of what begins with a folded text, in the order of bytes.
    static func end(of folded: String) -> String { folded + "\u{10FFFF}" }
}
