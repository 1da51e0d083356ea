/// What becomes of each character of a text when words are compared: its case folded, and how it takes part in words.
///
/// The standard library has the case mappings, but as strings and too slowly for every character of a stream. So what
/// they say is kept in pages of 256 characters, each made when the first of its characters is met.
struct FoldedScalars {
    /// How a character takes part in words.
    enum Role: UInt32 {
        /// It ends a word, and is in none.
        case separator
        /// It belongs to a word, which is matched as a whole.
        case word
        /// It belongs to a run of a script that does not part words, and is matched wherever it stands.
        case run
        /// It belongs to what the character before it belongs to.
        case mark
        /// It is as if it were not there.
        case ignored
    }

    /// The folded character with its role.
    struct Entry {
        private let bits: UInt32

        fileprivate init(_ scalar: Unicode.Scalar, _ role: Role, isLong: Bool) {
            bits = scalar.value | role.rawValue << 24 | (isLong ? 1 << 31 : 0)
        }

        var role: Role { Role(rawValue: bits >> 24 & 0x7F) ?? .separator }
        /// It folds to several characters: see `longFolding(of:)`.
        var isLong: Bool { bits >> 31 == 1 }
        var value: UInt32 { bits & 0x1F_FFFF }
    }

    private var pages = [[Entry]](repeating: [], count: 0x1100)

    /// The entry of the character with that number, which must be below U+110000.
    mutating func entry(of value: UInt32) -> Entry {
        let page = Int(value >> 8)
        if pages[page].isEmpty { pages[page] = Self.makePage(UInt32(page) << 8) }
        return pages[page][Int(value & 0xFF)]
    }

    /// The characters that a single one folds to.
    static func folding(of scalar: Unicode.Scalar) -> String.UnicodeScalarView {
        // The dotless i is a letter of its own. Everything else folds to the small letters of its capitals, and one
        // small letter more to begin with, for the capital sharp s.
        if scalar == "\u{131}" { return String(scalar).unicodeScalars }
        return scalar.properties.lowercaseMapping.mapped(\.uppercaseMapping).mapped(\.lowercaseMapping).unicodeScalars
    }

    private static func makePage(_ start: UInt32) -> [Entry] {
        (start..<start + 256).map { value in
            // Surrogates are no characters.
            guard let scalar = Unicode.Scalar(value) else { return Entry(" ", .separator, isLong: false) }
            let folded = folding(of: scalar)
            let isLong = folded.count != 1
            return Entry(isLong ? scalar : folded.first ?? scalar, role(of: scalar), isLong: isLong)
        }
    }

    private static func role(of scalar: Unicode.Scalar) -> Role {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return .ignored }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        case .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation: return isCJK(scalar) ? .run : .word
        default: return !properties.isAlphabetic ? .separator : isCJK(scalar) ? .run : .word
        }
    }

    /// Han, Kana, Bopomofo and Hangul.
    private static func isCJK(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x1100...0x11FF, 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x303C, 0x3041...0x30FF,
            0x3105...0x318F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F,
            0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC, 0x16FE0...0x18DFF, 0x1AFF0...0x1B16F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}

extension String {
    /// A mapping of single characters, for each of them.
    fileprivate func mapped(_ mapping: KeyPath<Unicode.Scalar.Properties, String>) -> String {
        unicodeScalars.reduce(into: "") { $0 += $1.properties[keyPath: mapping] }
    }
}
