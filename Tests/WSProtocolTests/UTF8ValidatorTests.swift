import Testing

@testable import WSProtocol

@Suite struct UTF8ValidatorTests {
    /// Whether the library thinks that `bytes` are whole UTF-8, given as two pieces.
    private func isValid(_ bytes: [UInt8], offset: Int = 0, cut: Int? = nil) -> Bool {
        let padded = [UInt8](repeating: 0xFF, count: offset) + bytes + [0xFF]
        let end = offset + bytes.count
        let cut = offset + (cut ?? bytes.count)
        var validator = UTF8Validator()
        return validator.accepts(padded.span, in: offset..<cut) && validator.accepts(padded.span, in: cut..<end)
            && validator.isBetweenCharacters
    }

    /// The standard library's decoder as the judge.
    private func isValidNaively(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// Every one-, two- and three-byte sequence that can matter, and four bytes at the edges of each range.
    @Test func everyShortSequence() {
        for first in 0...255 {
            for second in 0...255 {
                let pair = [UInt8(first), UInt8(second)]
                if isValid(pair) != isValidNaively(pair) { Issue.record("\(pair)") }
            }
        }
        let edges: [UInt8] = [
            0, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF,
        ]
        let leads: [UInt8] = edges + [0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        for a in leads {
            for b in leads {
                for c in edges {
                    for d in edges where isValid([a, b, c, d]) != isValidNaively([a, b, c, d]) {
                        Issue.record("\([a, b, c, d])")
                    }
                }
            }
        }
    }

    /// The fast way equals the naive one at every length and alignment.
    @Test func everyLengthAndOffset() {
        let long = Array(String(repeating: "aé€😀 ", count: 40).utf8)
        for length in 0...300 {
            let bytes = Array(long[..<length])
            let good = isValidNaively(bytes)
            for offset in 0...15 where isValid(bytes, offset: offset) != good { Issue.record("\(length) at \(offset)") }
        }
    }

    /// Texts of every length, good and with one byte changed.
    @Test(arguments: ["a", "é", "aé", "€uro ", "😀x", "日本語 text "])
    func oneByteChanged(_ unit: String) {
        let long = Array(String(repeating: unit, count: 300).utf8)
        var random = SystemRandomNumberGenerator()
        for length in 1...300 {
            var bytes = Array(long[..<length])
            #expect(isValid(bytes) == isValidNaively(bytes))
            bytes[Int.random(in: 0..<length, using: &random)] = UInt8.random(in: 0x80...0xFF, using: &random)
            if isValid(bytes, offset: length % 16) != isValidNaively(bytes) { Issue.record("\(bytes)") }
        }
    }

    @Test func canBeCutAnywhere() {
        let bytes = Array("aé€😀 plain ascii over a word's length é".utf8)
        for cut in 0...bytes.count { #expect(isValid(bytes, cut: cut)) }
    }

    /// A byte at an edge of a range in every place of a text long enough for the block-wise check.
    @Test(arguments: ["日本語", "aé€😀"])
    func everyPlaceInALongText(_ unit: String) {
        let good = Array(String(repeating: unit, count: 200).utf8.prefix(100))
        let edges: [UInt8] = [
            0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xF5, 0xFF,
        ]
        for place in good.indices {
            for edge in edges {
                var bytes = good
                bytes[place] = edge
                if isValid(bytes) != isValidNaively(bytes) { Issue.record("\(edge) at \(place)") }
            }
        }
    }
}
