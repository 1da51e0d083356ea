public import ChatDomain

/// What somebody looks for: all of some phrases, each a row of whole words, caselessly.
///
/// What stands between two quotation marks is a phrase; so is each piece between white space, of which most are one word.
/// Everything else is literal: there are no operators.
public struct SearchQuery: Sendable, Equatable {
    /// How many phrases are looked for at most; a run of characters of scripts that are written without spaces is one.
    public static let phrasesMax = 32
    /// How many bytes of text a query has at most.
    public static let bytesMax = 512

    /// Only in this room.
    public var room: RoomID?
    /// Only by this author.
    public var from: UserID?
    /// Each not empty, nor is the list.
    let phrases: [[String]]

    /// Nil where `text` holds no word at all, or too many.
    public init?(_ text: String, room: RoomID? = nil, from: UserID? = nil) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        var phrases: [[String]] = []
        for piece in Self.pieces(of: text) {
            let words = SearchWords(String(piece)).map(\.text)
            if !words.isEmpty && !phrases.contains(words) { phrases.append(words) }
        }
        guard (1...Self.phrasesMax).contains(phrases.count) else { return nil }
        self.phrases = phrases
        self.room = room
        self.from = from
    }

    /// The insides of quotation marks, and what stands between white space outside of them. A mark that has no other is
    /// nothing.
    private static func pieces(of text: String) -> [Substring.UnicodeScalarView] {
        let parts = text.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
        var pieces: [Substring.UnicodeScalarView] = []
        for (number, part) in parts.enumerated() {
            // Every other part is quoted, but the last can have no mark behind it.
            if number % 2 == 1 && number < parts.count - 1 {
                pieces.append(part)
            } else {
                pieces += part.split { $0.properties.isWhitespace }
            }
        }
        return pieces
    }

    /// Where in the text the first of the phrases stands that comes first in it, as offsets in UTF-8; nil where not all
    /// of them are there.
    func match(in text: String) -> Range<Int>? {
        let words = Array(SearchWords(text))
        var first: Range<Int>?
        for phrase in phrases {
            guard let start = Self.firstIndex(of: phrase, in: words) else { return nil }
            let range = words[start].start..<words[start + phrase.count - 1].end
            if first.map({ range.lowerBound < $0.lowerBound }) ?? true { first = range }
        }
        return first
    }

    private static func firstIndex(of phrase: [String], in words: [SearchWords.Word]) -> Int? {
        guard words.count >= phrase.count else { return nil }
        return (0...words.count - phrase.count).first { start in
            phrase.indices.allSatisfy { ExactText(words[start + $0].text) == ExactText(phrase[$0]) }
        }
    }
}
