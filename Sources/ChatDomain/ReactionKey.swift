/// What somebody reacts to a message with: one emoji, or the name of one between colons.
public struct ReactionKey: Hashable, Sendable {
    /// How many bytes a key has at most.
    public static let bytesMax = 64
    /// How many characters a name has at most.
    public static let nameBytesMax = 32

    /// As it is shown and kept, where nobody chose another form of it before.
    public let text: String
    /// What two forms of one reaction share: an emoji without variation selectors, a name in small letters.
    public let folded: String

    /// Nil for what is no reaction.
    ///
    /// - Parameter text: an emoji, which is one extended grapheme cluster (Unicode Technical Standard #51), or `:name:`
    ///   with 1 to 32 of `a-z`, in either case, `0-9`, `_`, `+` and `-`.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax else { return nil }
        if let name = Self.name(text) {
            self.text = name
            folded = name
        } else if Self.isEmoji(text) {
            self.text = text
            folded = Self.folded(text)
        } else {
            return nil
        }
    }

    /// What a text shares with the other forms of it, a reaction or not.
    public static func folded(_ text: String) -> String {
        if let name = name(text) { return name }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != variationSelector { scalars.append(scalar) }
        return String(scalars)
    }

    private static func name(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard (3...nameBytesMax + 2).contains(bytes.count), bytes.first == colon, bytes.last == colon else {
            return nil
        }
        var name: [UInt8] = [colon]
        for byte in bytes.dropFirst().dropLast() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "+"), UInt8(ascii: "-"):
                name.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): name.append(byte | 0x20)
            default: return nil
            }
        }
        name.append(colon)
        return String(decoding: name, as: UTF8.self)
    }

    // MARK: Emoji

    private static let colon = UInt8(ascii: ":")
    private static let variationSelector: Unicode.Scalar = "\u{FE0F}"

    /// An emoji sequence: elements with joiners between them.
    private static func isEmoji(_ text: String) -> Bool {
        guard text.count == 1 else { return false }
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while let end = endOfElement(scalars, from: index) {
            if end == scalars.count { return true }
            guard scalars[end].value == 0x200D else { return false }
            index = end + 1
        }
        return false
    }

    /// Where the element ends that begins at `index`; nil where none does.
    private static func endOfElement(_ scalars: [Unicode.Scalar], from index: Int) -> Int? {
        guard index < scalars.count else { return nil }
        let first = scalars[index]
        var next = index + 1
        func skip(_ range: ClosedRange<UInt32>) -> Bool {
            guard next < scalars.count, range.contains(scalars[next].value) else { return false }
            next += 1
            return true
        }
        switch first.value {
        // A flag is two letters.
        case 0x1F1E6...0x1F1FF: return skip(0x1F1E6...0x1F1FF) ? next : nil
        // A digit is one only in a keycap.
        case ..<0x80:
            guard first.properties.isEmoji else { return nil }
            _ = skip(0xFE0F...0xFE0F)
            return skip(0x20E3...0x20E3) ? next : nil
        // By itself a modifier is a patch of colour, and an emoji all the same.
        default:
            guard first.properties.isEmoji else { return nil }
            if first.properties.isEmojiModifierBase, skip(0x1F3FB...0x1F3FF) { return next }
            _ = skip(0xFE0F...0xFE0F)
            // A flag of a part of a country: its letters as tags behind a black flag.
            if first.value == 0x1F3F4, skip(0xE0020...0xE007E) {
                while skip(0xE0020...0xE007E) {}
                return skip(0xE007F...0xE007F) ? next : nil
            }
            return next
        }
    }
}
