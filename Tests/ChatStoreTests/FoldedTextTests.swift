import Foundation
import Testing

@testable import ChatStore

@Suite("Texts as they are compared")
struct FoldedTextTests {
    private func folded(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: FoldedText.scalars(of: text))
        return String(view)
    }

    @Test(
        "What is compatible is the same",
        arguments: [
            ("ﬁ", "fi"), ("ß", "SS"), ("ẞ", "ss"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ＦＵＬＬ　１２", "full 12"), ("ｶﾞｷﾞ", "ガギ"),
            ("\u{1112}\u{1161}\u{11AB}\u{1100}\u{1173}\u{11AF}", "한글"), ("İSTANBUL", "ıstanbul"), ("Iİıi", "iiii"),
            ("e\u{301}", "\u{C9}"), ("a\u{323}\u{302}", "\u{1EAC}"), ("a\u{302}\u{323}", "\u{1EAC}"),
            ("\u{212B}", "\u{E5}"), ("Ⅷ", "viii"), ("x²", "X2"), ("ǅ", "dž"), ("ꮜ", "Ꮜ"), ("كِتَـــابٌ", "كتاب"),
            ("\u{FEFB}", "\u{0644}\u{0627}"), ("so\u{AD}ft", "soft"), ("❤️", "❤"), ("\u{1FB3}", "\u{3B1}\u{3B9}"),
            ("½", "1\u{2044}2"),
        ])
    func same(_ one: String, _ other: String) {
        #expect(Array(folded(one).utf8) == Array(folded(other).utf8))
    }

    @Test(
        "Accents count", arguments: [("cafe", "café"), ("o", "ø"), ("и", "й"), ("か", "が"), ("ا", "أ"), ("n", "ñ")])
    func different(_ one: String, _ other: String) { #expect(folded(one) != folded(other)) }

    /// By the tables of another library, as far as it knows the same version of Unicode.
    @Test("Whatever form a character is in, it folds to the same, and no further")
    func allForms() {
        var compared = 0
        for value in UInt32(0xA0)...0x2FA1D {
            guard let scalar = Unicode.Scalar(value), (scalar.properties.age?.major ?? .max) <= 14 else { continue }
            // Syllables are computed: some of them stand for all.
            if 0xAC00...0xD7A3 ~= value, value % 61 != 0 { continue }
            let text = String(scalar)
            let decomposed = text.decomposedStringWithCompatibilityMapping
            guard !decomposed.unicodeScalars.elementsEqual(text.unicodeScalars) else { continue }
            compared += 1
            let expected = Array(folded(text).utf8)
            let forms = [
                decomposed, text.precomposedStringWithCompatibilityMapping, text.decomposedStringWithCanonicalMapping,
                folded(text),
            ]
            for form in forms where Array(folded(form).utf8) != expected {
                Issue.record("U+\(String(value, radix: 16)): \(folded(form)), not \(folded(text))")
            }
        }
        #expect(compared > 5_000)
    }

    @Test("Every folded character says where it was")
    func places() {
        let text = "aﬁ e\u{301}한\u{200D}x"
        let units = FoldedText(text).units
        #expect(units.map(\.scalar) == ["a", "f", "i", " ", "\u{E9}", "한", "x"])
        #expect(units.map(\.start) == [0, 1, 1, 4, 5, 8, 14])
        #expect(units.map(\.end) == [1, 4, 4, 5, 8, 11, 15])
    }

    /// However many marks stand on a letter, they are no work of hours; on many letters they all count.
    @Test func manyMarks() {
        let text = "i" + String(repeating: "\u{323}\u{307}\u{301}", count: 5_000)
        #expect(FoldedText(text).units.count < 50)
        let long = String(repeating: "e\u{301}", count: 5_000)
        #expect(FoldedText(long).units.map(\.scalar) == Array(repeating: "\u{E9}", count: 5_000))
    }
}
