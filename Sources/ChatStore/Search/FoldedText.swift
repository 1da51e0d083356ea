/// A text as it is compared in every search, of messages, people and rooms alike: two that fold to the same are the same.
///
/// That is NFKC with full case folding, and a little more: İ, I, ı and i are one letter; Arabic vowel marks, and the
/// stroke that only makes a word longer, are left out, as is what is not seen. Accents count.
struct FoldedText {
    /// A folded character, and where in the text stands what it was made of: an offset in UTF-8, and the one behind it.
    struct Unit: Equatable {
        var scalar: Unicode.Scalar
        var start: Int
        var end: Int
    }

    /// How many marks on one letter count: nothing that is written has so many, and each is compared with the others.
    private static let marksMax = 30

    private(set) var units: [Unit] = []
    /// Where composing goes on: what stands before is as it stays.
    private var composed = 0

    init(_ text: String) {
        units.reserveCapacity(text.utf8.count)
        var offset = 0
        for scalar in text.unicodeScalars {
            let end = offset + UTF8.width(scalar)
            if scalar.isASCII {
                compose()
                units.append(Unit(scalar: scalar.lowercasedASCII, start: offset, end: end))
            } else if !scalar.isLeftOut {
                Normalization.decompose(scalar) { append(folding: $0, offset, end) }
            }
            offset = end
        }
        compose()
    }

    /// The folded characters alone.
    static func scalars(of text: String) -> [Unicode.Scalar] { FoldedText(text).units.map(\.scalar) }

    // MARK: Parts

    private mutating func append(folding scalar: Unicode.Scalar, _ start: Int, _ end: Int) {
        let properties = scalar.properties
        guard properties.changesWhenUppercased || properties.changesWhenLowercased || properties.changesWhenCaseFolded
        else { return append(scalar, start, end) }
        // Down, up and down again: so every letter that is written small or large in the same way is the same.
        for small in properties.lowercaseMapping.unicodeScalars {
            for large in small.properties.uppercaseMapping.unicodeScalars {
                for folded in large.properties.lowercaseMapping.unicodeScalars {
                    Normalization.decompose(folded) { append($0, start, end) }
                }
            }
        }
    }

    /// Marks are put in their order (Unicode Standard Annex #15, 1.2).
    private mutating func append(_ scalar: Unicode.Scalar, _ start: Int, _ end: Int) {
        guard !scalar.isLeftOut else { return }
        let order = scalar.properties.canonicalCombiningClass
        if order == .notReordered {
            compose()
        } else if units.count - composed > Self.marksMax {
            return
        } else if scalar.value == 0x0307, baseOfMarks == "i" {
            // The dot that is on it already.
            return
        }
        var index = units.count
        if order != .notReordered {
            while index > composed, units[index - 1].scalar.properties.canonicalCombiningClass > order { index -= 1 }
        }
        units.insert(Unit(scalar: scalar, start: start, end: end), at: index)
    }

    /// What the marks at the end stand on.
    private var baseOfMarks: Unicode.Scalar? {
        units.last { $0.scalar.properties.canonicalCombiningClass == .notReordered }?.scalar
    }

    /// Composes the last character with the marks behind it, and with the one before it (Annex #15, 1.3).
    private mutating func compose() {
        while composed < units.count {
            // Nothing joins what stands before such a letter.
            if units[composed].scalar.isASCII, composed + 1 == units.count {
                composed += 1
                return
            }
            // A vowel of Hangul, and some signs of Indic scripts, join what stands right before them.
            if composed > 0, let made = Normalization.composite(units[composed - 1].scalar, units[composed].scalar) {
                merge(composed, into: composed - 1, as: made)
                continue
            }
            var index = composed + 1
            var lastOrder = Unicode.CanonicalCombiningClass.notReordered
            while index < units.count {
                let order = units[index].scalar.properties.canonicalCombiningClass
                let isBlocked = lastOrder != .notReordered && lastOrder >= order
                if !isBlocked, let made = Normalization.composite(units[composed].scalar, units[index].scalar) {
                    merge(index, into: composed, as: made)
                } else {
                    lastOrder = order
                    index += 1
                }
            }
            composed = units.count
        }
    }

    private mutating func merge(_ index: Int, into target: Int, as scalar: Unicode.Scalar) {
        units[target].scalar = scalar
        units[target].end = max(units[target].end, units[index].end)
        units.remove(at: index)
    }
}

extension Unicode.Scalar {
    fileprivate var lowercasedASCII: Unicode.Scalar {
        0x41...0x5A ~= value ? Unicode.Scalar(UInt8(truncatingIfNeeded: value) | 0x20) : self
    }

    /// What counts for nothing: joiners and variation selectors; tatweel; the marks of Arabic vowels.
    fileprivate var isLeftOut: Bool {
        switch value {
        case ..<0xAD: false
        case 0x0640, 0x064B...0x0652, 0x0656...0x065F, 0x0670, 0x0610...0x061A, 0x06D6...0x06DC, 0x06DF...0x06E4,
            0x06E7, 0x06E8, 0x06EA...0x06ED, 0xFE00...0xFE0F, 0xE0100...0xE01EF:
            true
        default: properties.generalCategory == .format
        }
    }
}
