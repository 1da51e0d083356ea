/// How names of users and rooms are found: by the beginning of any of their words, caselessly.
enum NameWords {
    /// How many scalars of a text are looked at.
    static let scalarsMax = 64

    /// The text as it is compared.
    static func folded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars.prefix(scalarsMax) { scalars.append(scalar) }
        return String(scalars)
    }

    /// The folded name from each of its words on: it is found by every beginning of these. A word begins where a letter
    /// or digit follows none.
    static func entries(for name: String) -> [String] {
        var entries: [String] = []
        var isInWord = false
        let scalars = name.unicodeScalars
        for index in scalars.indices.prefix(scalarsMax) {
            let properties = scalars[index].properties
            let belongs = properties.isAlphabetic || properties.numericType != nil
            if belongs && !isInWord { entries.append(folded(String(scalars[index...]))) }
            isInWord = belongs
        }
        return entries
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
