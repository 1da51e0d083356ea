import ChatDomain
import Testing

@testable import ChatStore

@Suite("Words of a search")
struct SearchWordsTests {
    @Test(
        "Texts are cut into words",
        arguments: [
            ("", []), (" \n\t.,;-!", []), ("Hello, World", ["hello", "world"]), ("don't", ["don", "t"]),
            ("a_b c-d e.f", ["a", "b", "c", "d", "e", "f"]), ("C++ #tag @ada 100%", ["c", "tag", "ada", "100"]),
            ("ÄÖÜ straße", ["äöü", "strasse"]), ("ΟΔΟΣ οδός", ["οδοσ", "οδόσ"]), ("Привет МИР", ["привет", "мир"]),
            ("e\u{301}te\u{301}", ["\u{E9}t\u{E9}"]), ("ﬁn ﬀ", ["fin", "ff"]),
            ("İIıi", ["iiii"]), ("I\u{307}x", ["ix"]), ("كتـــاب كِتَابٌ", ["كتاب", "كتاب"]),
            ("№ ㎏", ["no", "kg"]),
            ("a\u{301}\u{323} a\u{323}\u{301}", ["\u{1EA1}\u{301}", "\u{1EA1}\u{301}"]),
            ("\u{1112}\u{1161}\u{11AB}", ["한"]),
            ("カ\u{3099} ｶﾞ ガ", ["ガ", "ガ", "ガ"]), ("日本語", ["日", "本", "語"]),
            ("iPhone手机15号", ["iphone", "手", "机", "15", "号"]), ("カラオケ、ラーメン", "カラオケラーメン".map { String($0) }),
            ("안녕 하세요", ["안", "녕", "하", "세", "요"]), ("สวัสดี", "สวัสดี".unicodeScalars.map { String($0) }),
            ("👍🏽ok❤️", ["👍", "ok", "❤"]), ("🇩🇪", ["🇩", "🇪"]), ("हिन्दी", ["हिन्दी"]), ("می‌خواهم", ["میخواهم"]),
            ("１２ ｶﾅ ＡＢ", ["12", "カ", "ナ", "ab"]), ("\u{301}x", ["x"]), ("x\u{E000}r1", ["x", "r1"]), ("٣٤", ["٣٤"]),
        ] as [(String, [String])])
    func cutting(_ text: String, _ words: [String]) {
        let found = Array(SearchWords(text))
        #expect(found.map(\.text).map { Array($0.utf8) } == words.map { Array($0.utf8) })
        // Each word is where it says it is: cut alone, it is the same word.
        let bytes = Array(text.utf8)
        for word in found {
            let alone = String(decoding: bytes[word.start..<word.end], as: UTF8.self)
            #expect(SearchWords(alone).map(\.text) == [word.text])
        }
        #expect(SearchWords.joined(text) == found.map(\.text).joined(separator: " "))
        // What was cut is cut no further: an index that parts words at spaces sees the same.
        #expect(SearchWords(SearchWords.joined(text)).map(\.text) == found.map(\.text))
    }

    @Test(
        "Queries are phrases of words",
        arguments: [
            ("one two", [["one"], ["two"]]), ("\"one two\" three", [["one", "two"], ["three"]]),
            ("foo-bar", [["foo", "bar"]]), ("日本語", [["日", "本", "語"]]), ("\"a\"\"b\"", [["a"], ["b"]]),
            ("x AND y OR NOT z *", [["x"], ["and"], ["y"], ["or"], ["not"], ["z"]]), ("a\"b c", [["a"], ["b"], ["c"]]),
            ("one \"two three", [["one"], ["two"], ["three"]]), ("one one ONE", [["one"]]),
            ("col:word ^x (y) {z} + - ~", [["col", "word"], ["x"], ["y"], ["z"]]),
        ] as [(String, [[String]])])
    func queries(_ text: String, _ phrases: [[String]]) {
        #expect(SearchQuery(text)?.phrases.map(\.words) == phrases)
    }

    @Test("A query without words, or with too many, is none", arguments: ["", "  ", "\"\"", "...", "\" - \""])
    func noQuery(_ text: String) {
        #expect(SearchQuery(text) == nil)
    }

    @Test(
        "A star right behind a word asks for what begins so",
        arguments: [
            ("ab*", [true]), ("ab *", [false]), ("ab.*", [false]), ("*ab", [false]), ("a*b", [false]),
            ("ab**", [false]),
            ("foo-ba*", [true]), ("\"foo ba*\"", [false]), ("ab* ab", [true, false]), ("日本*", [false]), ("né*", [true]),
        ] as [(String, [Bool])])
    func beginnings(_ text: String, _ expected: [Bool]) {
        #expect(SearchQuery(text)?.phrases.map(\.isBeginning) == expected)
    }

    @Test(
        "Links are found by their scheme",
        arguments: [
            ("see https://example.org/x?y, now", 4..<28), ("HTTP://a", 0..<8), ("xhttp://a", nil),
            ("(http://a b", 1..<9), ("http://", nil), ("http:// a", nil), ("http:/a", nil), ("ftp://a", nil),
            ("a: b: <https://é>", 7..<17), ("https:https://a", 6..<15), ("", nil), (":", nil),
        ] as [(String, Range<Int>?)])
    func links(_ text: String, _ range: Range<Int>?) throws {
        #expect(SearchLinks.first(in: text) == range)
        #expect(try #require(SearchQuery("", hasLink: true)).match(in: text) == range)
    }

    @Test func boundsOfQueries() {
        #expect(SearchQuery("a*") == nil)
        #expect(SearchQuery("aa* bb* cc* dd*") != nil)
        #expect(SearchQuery("aa* bb* cc* dd* ee*") == nil)
        let words = (1...32).map { "w\($0)" }.joined(separator: " ")
        #expect(SearchQuery(words)?.phrases.count == 32)
        #expect(SearchQuery(words + " more") == nil)
        // A run of characters without spaces is one.
        #expect(SearchQuery(String(repeating: "漢", count: 170))?.phrases.count == 1)
        #expect(SearchQuery("a" + String(repeating: " ", count: 511)) != nil)
        #expect(SearchQuery("a" + String(repeating: " ", count: 512)) == nil)
    }

    @Test(
        "A text matches if it holds every phrase",
        arguments: [
            ("hello", "Say HELLO!", 4..<9), ("hell", "Say hello", nil), ("b a", "a b", 0..<1),
            ("\"a b\"", "a b", 0..<3), ("he*", "Say hello", 4..<9), ("foo-ba*", "foo, bars", 0..<9),
            ("el*", "hello", nil), ("Łu*", "łucja", 0..<6),
            ("\"a b\"", "b a", nil), ("\"a b\"", "a, b", 0..<4), ("\"a b\"", "a x b a b", 6..<9),
            ("本", "日本語", 3..<6), ("日語", "日本語", nil), ("x y", "x", nil), ("é", "caf\u{E9} \u{E9}", 6..<8),
        ] as [(String, String, Range<Int>?)])
    func matching(_ query: String, _ text: String, _ range: Range<Int>?) throws {
        #expect(try #require(SearchQuery(query)).match(in: text) == range)
    }

    @Test("What is shown stands around what was found")
    func snippets() {
        #expect(Snippet.make("short  text\nof two lines", around: 7..<11) == "short text of two lines")
        let long = String(repeating: "a ", count: 200) + "found" + String(repeating: " b", count: 200)
        let snippet = Snippet.make(long, around: 400..<405)
        #expect(snippet.hasPrefix("…a a ") && snippet.hasSuffix(" b…"))
        #expect(snippet.contains("found"))
        #expect(snippet.count <= Snippet.charactersMax + 2)
        // One character of many code points does not make it long.
        let heavy = "x" + String(repeating: "\u{301}", count: 8_000) + " found"
        #expect(Snippet.make(heavy, around: heavy.utf8.count - 5..<heavy.utf8.count).utf8.count < 20_000)
        #expect(Snippet.make("abc", around: 9..<10) == "")
    }
}
