/// Cuts text into words and runs, folded: what `PhraseMatcher` compares.
///
/// A word is the longest stretch of letters, digits, marks and connectors such as `_`, so that `#word` and `word's` hold
/// `word`. A run is the same of the scripts that do not part words (Han, Kana, Hangul). Bytes that are not UTF-8 part
/// words.
struct WordScanner {
    private var scalars = FoldedScalars()
    /// The word being read, folded, in UTF-8; or the scalars of a run.
    private var word: [UInt8] = []
    private var run: [UInt32] = []
    private let wordBytesMax: Int

    /// - Parameter wordBytesMax: a longer word is left out.
    init(wordBytesMax: Int) {
        self.wordBytesMax = wordBytesMax
        word.reserveCapacity(wordBytesMax + 16)
    }

    /// Calls one of the two closures for each word and each run of the text, in order.
    mutating func scan(
        _ text: Span<UInt8>, word onWord: (_ folded: String) -> Void, run onRun: (_ folded: [UInt32]) -> Void
    ) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                index += 1
                let folded = asciiFolding[Int(byte)]
                if folded == 0 {
                    endWord(onWord)
                    endRun(onRun)
                } else {
                    endRun(onRun)
                    // One byte too many says that the word is too long.
                    if word.count <= wordBytesMax { word.append(folded) }
                }
                continue
            }
            let (value, length) = decode(text, at: index)
            index += length
            take(value, onWord, onRun)
        }
        endWord(onWord)
        endRun(onRun)
    }

    /// - Parameter value: nil for bytes that are no character.
    private mutating func take(_ value: UInt32?, _ onWord: (String) -> Void, _ onRun: ([UInt32]) -> Void) {
        guard let value else {
            endWord(onWord)
            endRun(onRun)
            return
        }
        let entry = scalars.entry(of: value)
        switch entry.role {
        case .separator:
            endWord(onWord)
            endRun(onRun)
        case .word:
            endRun(onRun)
            appendToWord(entry, value)
        case .run:
            endWord(onWord)
            run.append(entry.value)
        case .mark where !run.isEmpty: run.append(entry.value)
        case .mark: appendToWord(entry, value)
        case .ignored: break
        }
    }

    private mutating func appendToWord(_ entry: FoldedScalars.Entry, _ value: UInt32) {
        guard word.count <= wordBytesMax else { return }
        if entry.isLong, let scalar = Unicode.Scalar(value) {
            for folded in FoldedScalars.folding(of: scalar) { word.append(contentsOf: folded.utf8) }
        } else if let scalar = Unicode.Scalar(entry.value) {
            word.append(contentsOf: scalar.utf8)
        }
    }

    private mutating func endWord(_ onWord: (String) -> Void) {
        guard !word.isEmpty else { return }
        if word.count <= wordBytesMax { onWord(String(decoding: word, as: UTF8.self)) }
        word.removeAll(keepingCapacity: true)
    }

    private mutating func endRun(_ onRun: ([UInt32]) -> Void) {
        guard !run.isEmpty else { return }
        onRun(run)
        run.removeAll(keepingCapacity: true)
    }
}

/// The folded byte of each ASCII character that can be in a word; 0 for the others.
private let asciiFolding: [UInt8] = (0..<128).map { (byte: UInt8) -> UInt8 in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
    default: 0
    }
}

/// The character at `index`, where a byte of 0x80 or more is, and its length; nil and 1 where there is none (table 3-7
/// of the Unicode Standard).
private func decode(_ text: Span<UInt8>, at index: Int) -> (value: UInt32?, length: Int) {
    let lead = text[index]
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return (nil, 1)
    }
    guard length <= text.count - index, second.contains(text[index + 1]) else { return (nil, 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
        let byte = text[index + offset]
        guard byte & 0xC0 == 0x80 else { return (nil, 1) }
        value = value << 6 | UInt32(byte & 0x3F)
    }
    return (value, length)
}
