public import ChatDomain

/// What somebody looks for: all of some phrases, each a row of whole words, caselessly.
///
/// What stands between two quotation marks is a phrase; so is each piece between white space, of which most are one word.
/// A piece that ends with a word and a `*` finds what begins so. Everything else is literal: there are no operators.
public struct SearchQuery: Sendable, Equatable {
    /// How many phrases are looked for at most; a run of characters of scripts that are written without spaces is one.
    public static let phrasesMax = 32
    /// How many of them may end with a `*`, and how many characters must stand before it at least: all words that begin
    /// so have to be gone through.
    public static let beginningsMax = 4
    public static let beginningCharactersMin = 2
    /// How many bytes of text a query has at most.
    public static let bytesMax = 512

    /// Only in this room.
    public var room: RoomID?
    /// Only by this author.
    public var from: UserID?
    /// Only what was said before, or after, this time.
    public var before: WallTime?
    public var after: WallTime?
    /// Only what holds a link.
    public var hasLink: Bool
    /// Each not empty; nor is the list, unless links are looked for.
    let phrases: [Phrase]

    /// A row of words.
    struct Phrase: Equatable {
        var words: [String]
        /// Whether the last one is the beginning of a word.
        var isBeginning = false
    }

    /// Nil where `text` holds no word at all, or too many.
    public init?(
        _ text: String, room: RoomID? = nil, from: UserID? = nil, before: WallTime? = nil, after: WallTime? = nil,
        hasLink: Bool = false
    ) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        var phrases: [Phrase] = []
        for piece in Self.pieces(of: text) {
            guard let phrase = Self.phrase(piece.text, isQuoted: piece.isQuoted), !phrases.contains(phrase) else {
                continue
            }
            phrases.append(phrase)
        }
        let beginnings = phrases.filter(\.isBeginning)
        guard (hasLink ? 0 : 1)...Self.phrasesMax ~= phrases.count, beginnings.count <= Self.beginningsMax,
            beginnings.allSatisfy({ $0.words.last?.unicodeScalars.count ?? 0 >= Self.beginningCharactersMin })
        else { return nil }
        self.phrases = phrases
        self.room = room
        self.from = from
        self.before = before
        self.after = after
        self.hasLink = hasLink
    }

    /// Whether a message said at that time may be among what is looked for.
    func includes(_ time: WallTime) -> Bool {
        (before.map { time < $0 } ?? true) && (after.map { $0 < time } ?? true)
    }

    // MARK: Reading

    private static func phrase(_ text: String, isQuoted: Bool) -> Phrase? {
        let words = Array(SearchWords(text))
        guard let last = words.last else { return nil }
        // A word of a script that is written without spaces is one character: nothing else begins so.
        let isStarred = !isQuoted && text.utf8.last == UInt8(ascii: "*") && last.end == text.utf8.count - 1
        return Phrase(words: words.map(\.text), isBeginning: isStarred && !last.isSingle)
    }

    /// The insides of quotation marks, and what stands between white space outside of them. A mark that has no other is
    /// nothing.
    private static func pieces(of text: String) -> [(text: String, isQuoted: Bool)] {
        let parts = text.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
        var pieces: [(text: String, isQuoted: Bool)] = []
        for (number, part) in parts.enumerated() {
            // Every other part is quoted, but the last can have no mark behind it.
            if number % 2 == 1 && number < parts.count - 1 {
                pieces.append((String(part), true))
            } else {
                pieces += part.split { $0.properties.isWhitespace }.map { (String($0), false) }
            }
        }
        return pieces
    }

    // MARK: Comparing

    /// Where in the text the first of the phrases stands that comes first in it, as offsets in UTF-8; nil where not all
    /// of them are there. Where only links are looked for, the first of these.
    func match(in text: String) -> Range<Int>? {
        let link = hasLink ? SearchLinks.first(in: text) : nil
        if hasLink, link == nil { return nil }
        let words = Array(SearchWords(text))
        var first: Range<Int>?
        for phrase in phrases {
            guard let start = Self.firstIndex(of: phrase, in: words) else { return nil }
            let range = words[start].start..<words[start + phrase.words.count - 1].end
            if first.map({ range.lowerBound < $0.lowerBound }) ?? true { first = range }
        }
        return first ?? link
    }

    private static func firstIndex(of phrase: Phrase, in words: [SearchWords.Word]) -> Int? {
        let wanted = phrase.words
        guard words.count >= wanted.count else { return nil }
        return (0...words.count - wanted.count).first { start in
            wanted.indices.allSatisfy { index in
                let found = words[start + index].text
                return phrase.isBeginning && index == wanted.count - 1
                    ? found.utf8.starts(with: wanted[index].utf8) : ExactText(found) == ExactText(wanted[index])
            }
        }
    }
}
