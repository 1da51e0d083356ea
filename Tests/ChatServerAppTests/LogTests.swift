import Testing

@testable import ChatServerApp

@Suite struct LogTests {
    @Test(arguments: [
        ("plain ünïcode ✓ 日本", "plain ünïcode ✓ 日本"), ("a\nb\r\n", #"a\u{a}b\u{d}\u{a}"#), ("\u{0}\t", #"\u{0}\u{9}"#),
        ("\u{1B}[31mred", #"\u{1b}[31mred"#), ("\u{7F}\u{85}\u{9B}", #"\u{7f}\u{85}\u{9b}"#),
        // What turns the direction of a line, ends it elsewhere, or cannot be seen.
        ("\u{202E}evil\u{2066}", #"\u{202e}evil\u{2066}"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
        ("\u{200B}\u{FEFF}", #"\u{200b}\u{feff}"#), ("", ""),
    ])
    func whatAPeerSentCannotForgeALine(text: String, expected: String) { #expect(escaped(text) == expected) }

    @Test func levelsAreOrdered() {
        #expect(LogLevel.allCases.sorted() == [.error, .warning, .info, .debug])
        #expect(LogLevel.error < .debug)
    }
}
