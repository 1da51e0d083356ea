/// How texts are cut into words for the search, in every store the same: what this yields is what an index holds, what a
/// query asks for, and what a found message is checked against.
///
/// A word is a run of letters, digits and the marks on them, folded (`FoldedText`). Characters of scripts that are written
/// without spaces are words of their own, as are emoji; whoever looks for several of them in a row looks for a phrase.
/// Everything else parts words, and can be looked for by nobody.
struct SearchWords: Sequence, IteratorProtocol {
    /// One word, and where it stands: an offset in UTF-8, and the one behind it.
    struct Word: Equatable {
        var text: String
        var start: Int
        var end: Int

        /// Of a script that is written without spaces, or an emoji: one character.
        var isSingle: Bool { text.unicodeScalars.first.map { Part($0) == .single } ?? false }
    }

    /// Changes whenever words are cut or folded in another way: an index of another version is made anew.
    static let version: Int64 = 2

    private let units: [FoldedText.Unit]
    private var index = 0

    init(_ text: String) { units = FoldedText(text).units }

    mutating func next() -> Word? {
        var word: [UInt8] = []
        var start = 0
        var end = 0
        while index < units.count {
            let unit = units[index]
            let part = Part(unit.scalar)
            switch part {
            case .letter, .single:
                // What stands alone waits until the word before it was handed out.
                if part == .single && !word.isEmpty { return Self.word(word, start, end) }
                if word.isEmpty { start = unit.start }
                word.append(contentsOf: unit.scalar.utf8)
                end = unit.end
            case .mark:
                if !word.isEmpty {
                    word.append(contentsOf: unit.scalar.utf8)
                    end = Swift.max(end, unit.end)
                }
            case .space:
                if !word.isEmpty { return Self.word(word, start, end) }
            }
            index += 1
            if part == .single { return Self.word(word, start, end) }
        }
        return word.isEmpty ? nil : Self.word(word, start, end)
    }

    private static func word(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Word {
        Word(text: String(decoding: bytes, as: UTF8.self), start: start, end: end)
    }

    /// The words with a space between each two.
    static func joined(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for word in SearchWords(text) {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            bytes.append(contentsOf: word.text.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What a character is to a word.
private enum Part {
    case letter
    /// A word of its own.
    case single
    /// Belongs to the letter before it.
    case mark
    case space

    init(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            self = scalar.isASCIIWordCharacter ? .letter : .space
            return
        }
        self = Self.byCategory(scalar)
    }

    private static func byCategory(_ scalar: Unicode.Scalar) -> Part {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            scalar.isWrittenWithoutSpaces ? .single : .letter
        case .otherSymbol: .single
        case .nonspacingMark, .spacingMark, .enclosingMark: scalar.isWrittenWithoutSpaces ? .single : .mark
        default: .space
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isASCIIWordCharacter: Bool {
        switch value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// Chinese, Japanese, Korean; Thai, Lao, Burmese, Khmer.
    fileprivate var isWrittenWithoutSpaces: Bool {
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1100...0x11FF, 0x1780...0x17FF, 0x2E80...0x2FDF, 0x3000...0x31FF,
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC,
            0x1_AFF0...0x1_B16F, 0x2_0000...0x3_FFFF:
            true
        default: false
        }
    }

    fileprivate var utf8: [UInt8] { Array(UTF8.encode(self) ?? UTF8.encodedReplacementCharacter) }
}
