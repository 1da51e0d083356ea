/// Cuts what is shown of a found text.
enum Snippet {
    /// How many characters stand before what was found, at most.
    static let charactersBefore = 40
    static let charactersMax = 160
    /// How many bytes are looked at on either side: a character can be made of any number of code points.
    private static let bytesMax = 1_024

    /// The part of `text` around `match` (offsets in UTF-8): whole characters, white space as single spaces.
    static func make(_ text: String, around match: Range<Int>) -> String {
        let utf8 = text.utf8
        guard let found = utf8.index(utf8.startIndex, offsetBy: match.lowerBound, limitedBy: utf8.endIndex) else {
            return ""
        }
        var start = found
        var budget = charactersBefore
        while budget > 0, start > text.startIndex, utf8.distance(from: start, to: found) < bytesMax {
            start = text.index(before: start)
            budget -= 1
        }
        var end = found
        budget = charactersMax - charactersBefore
        while budget > 0, end < text.endIndex, utf8.distance(from: found, to: end) < bytesMax {
            end = text.index(after: end)
            budget -= 1
        }
        let words = text[start..<end].split(whereSeparator: \.isWhitespace)
        let middle = words.joined(separator: " ")
        return (start > text.startIndex ? "…" : "") + middle + (end < text.endIndex ? "…" : "")
    }
}
