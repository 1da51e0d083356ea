import ChatDomain
import ChatHub
import Testing

/// What tracked phrases match.
struct PhraseMatcherTests {
    @Test(arguments: [
        ("cats", "I like cats.", true),
        ("cats", "CATS", true),
        ("Cats", "cats", true),
        ("cat", "cats", false),
        ("cats", "cat", false),
        ("cats", "concats", false),
        ("cats", "#cats", true),
        ("cats", "@cats: hello", true),
        ("#cats", "cats", true),
        ("cats", "(cats)", true),
        ("cats", "black-cats!", true),
        ("cats", "cats_and_dogs", false),
        ("cats_and_dogs", "#cats_and_dogs", true),
        ("cats", "", false),
        ("cats dogs", "dogs and cats", true),
        ("dogs cats", "cats, dogs", true),
        ("cats dogs", "only cats", false),
        ("cats cats", "cats", true),
        ("  cats\t dogs ", "dogs cats", true),
        ("don't", "I don't", true),
        ("don't", "don't you", true),
        ("swift 6", "Swift 6 is out", true),
        ("swift 6", "Swift 6.3", true),
        ("swift 6", "swift 60", false),
        // Case is folded as Unicode has it, accents are not.
        ("café", "CAFÉ", true),
        ("cafe", "café", false),
        ("café", "cafe\u{301}", true),
        ("cafe\u{301}", "Café", true),
        ("straße", "STRASSE", true),
        ("STRASSE", "straße", true),
        ("STRA\u{1E9E}E", "strasse", true),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ", true),
        ("москва", "МОСКВА!", true),
        ("\u{FB01}sh", "FISH", true),
        ("\u{212A}elvin", "kelvin", true),
        ("ı", "I", false),
        ("i\u{307}stanbul", "İstanbul", true),
        ("mi\u{AD}ce", "mice", true),
        ("می\u{200C}خواهم", "من می\u{200C}خواهم", true),
        // Han, Kana and Hangul match wherever they stand.
        ("日本", "今日は日本語を話す", true),
        ("日本語", "日本", false),
        ("語", "日本語", true),
        ("ネコ", "かわいいネコです", true),
        ("서울", "서울에서", true),
        ("日本 cats", "cats in 日本に", true),
        ("日本 cats", "cats", false),
        ("iPhone日本", "日本のIPHONE", true),
        ("iphone", "新しいiPhone発売", true),
        ("本日", "日本", false),
        ("ab", "a\u{FFFD}b", false),
    ])
    func phraseAndText(phrase: String, text: String, isMatch: Bool) throws {
        let matcher = PhraseMatcher()
        try matcher.add(phrase: phrase, id: 7)
        #expect(matcher.match(text) == (isMatch ? [7] : []))
        #expect(matcher.match("… " + text + " …") == (isMatch ? [7] : []))
        matcher.remove(id: 7)
        #expect(matcher.match(text) == [])
        #expect(matcher.count == 0)
    }

    @Test(arguments: [
        ("", PhraseMatcher.Problem.noWords), (" !?… ", .noWords), ("\u{AD}", .noWords),
        (String(repeating: "x", count: 1_025), .tooLong),
        (String(repeating: "日", count: 33), .tooLong),
        ((0...32).map { "w\($0)" }.joined(separator: " "), .tooManyWords),
    ])
    func refused(phrase: String, why: PhraseMatcher.Problem) {
        let matcher = PhraseMatcher()
        #expect(throws: why) { try matcher.add(phrase: phrase, id: 1) }
        #expect(matcher.count == 0)
    }

    @Test func longestAllowed() throws {
        let matcher = PhraseMatcher()
        let word = String(repeating: "x", count: 1_024)
        let run = String(repeating: "日", count: 32)
        let many = (0..<32).map { "w\($0)" }.joined(separator: " ")
        for (id, phrase) in [word, run, many].enumerated() { try matcher.add(phrase: phrase, id: id) }
        for (id, text) in [word, run, many].enumerated() { #expect(matcher.match(text) == [id]) }
        #expect(matcher.match(word + "x") == [])
        #expect(matcher.match(word + word) == [])
    }

    @Test func noMoreThanAllowed() throws {
        let matcher = PhraseMatcher(phrasesMax: 2)
        try matcher.add(phrase: "a", id: 1)
        try matcher.add(phrase: "b", id: 2)
        #expect(throws: PhraseMatcher.Problem.tooMany) { try matcher.add(phrase: "c", id: 3) }
        try matcher.add(phrase: "c", id: 2)
        #expect(matcher.match("a b c").sorted() == [1, 2])
        #expect(matcher.match("b") == [])
    }

    @Test func bytesThatAreNoText() throws {
        let matcher = PhraseMatcher()
        try matcher.add(phrase: "cats", id: 1)
        let bytes: [UInt8] = [0xFF, 0xC3] + Array("cats".utf8) + [0xE6, 0x97]
        #expect(matcher.match(bytes.span) == [1])
        let split: [UInt8] = Array("ca".utf8) + [0x80] + Array("ts".utf8)
        #expect(matcher.match(split.span) == [])
    }

    @Test func looksAtTheBeginningOnly() throws {
        let matcher = PhraseMatcher()
        try matcher.add(phrase: "cats", id: 1)
        let padding = String(repeating: ".", count: PhraseMatcher.textBytesMax - 4)
        #expect(matcher.match(padding + "cats") == [1])
        #expect(matcher.match(padding + ".cats") == [])
    }

    /// Against a twin that looks at every phrase, through many changes.
    @Test(arguments: 0..<8)
    func likeTheNaiveOne(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let vocabulary = ["a", "b", "Cats", "dogs", "é", "Straße", "日", "本", "日本", "本日日", "x1", "москва"]
        func phrase(_ count: Int) -> String {
            (0..<count).map { _ in vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)] }
                .joined(separator: " ")
        }
        let matcher = PhraseMatcher()
        var naive: [Int: String] = [:]
        for _ in 0..<400 {
            let id = Int.random(in: 0..<40, using: &random)
            if Bool.random(using: &random) {
                let text = phrase(Int.random(in: 1...3, using: &random))
                try matcher.add(phrase: text, id: id)
                naive[id] = text
            } else {
                matcher.remove(id: id)
                naive[id] = nil
            }
            let item = phrase(Int.random(in: 0...6, using: &random)).uppercased()
            let expected = naive.filter { matches($0.value, item) }.keys.sorted()
            #expect(matcher.match(item).sorted() == expected, "seed \(seed)")
            #expect(matcher.count == naive.count)
        }
    }

    private func matches(_ phrase: String, _ item: String) -> Bool {
        let words = Set(item.lowercased().replacing("ß", with: "ss").split(separator: " "))
        return phrase.lowercased().replacing("ß", with: "ss").split(separator: " ").allSatisfy { word in
            guard word.unicodeScalars.allSatisfy({ (0x4E00...0x9FFF).contains($0.value) }) else {
                return words.contains(word)
            }
            return words.contains { $0.contains(word) }
        }
    }
}
