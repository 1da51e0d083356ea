import ChatDomain
import Testing

@Suite struct NamesTests {
    @Test(arguments: [
        ("Ada", "Ada"), ("  Ada Lovelace\n", "Ada Lovelace"), ("\u{3000}太郎\u{A0}", "太郎"), ("é", "é"), ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("عائشة", "عائشة"), ("O'Brien <b>&\"\\", "O'Brien <b>&\"\\"), ("नमस्ते", "नमस्ते"), ("a", "a"),
        (String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
        (String(repeating: "🇸🇪", count: 64), String(repeating: "🇸🇪", count: 64)),
    ])
    func acceptsNames(_ text: String, _ expected: String) throws {
        #expect(try Names.userName(text) == expected)
        #expect(try Names.roomName(text) == expected)
    }

    @Test(arguments: ["", " ", "\t\n\u{A0}\u{3000}", "\u{200B}", "\u{200D}\u{2060}", "\u{3164}"])
    func refusesEmptyNames(_ text: String) {
        #expect(throws: NameError.empty(.userName)) { try Names.userName(text) }
        #expect(throws: NameError.empty(.roomName)) { try Names.roomName(text) }
    }

    @Test(arguments: [
        String(repeating: "x", count: 65), String(repeating: "é", count: 65),
        "e" + String(repeating: "\u{301}", count: 600),
        String(repeating: " ", count: 1_025), String(repeating: "x", count: 1_000_000),
    ])
    func refusesLongNames(_ text: String) {
        #expect(throws: NameError.tooLong(.userName)) { try Names.userName(text) }
        #expect(throws: NameError.tooLong(.roomName)) { try Names.roomName(text) }
    }

    @Test(arguments: [
        "a\0b", "a\nb", "a\u{1B}[31mb", "a\u{7F}b", "a\u{85}b", "a\u{2028}b", "a\u{2029}b", "a\u{202E}b", "\u{2066}a",
    ])
    func refusesControlsInNames(_ text: String) {
        #expect(throws: NameError.notAllowed(.userName)) { try Names.userName(text) }
        #expect(throws: NameError.notAllowed(.roomName)) { try Names.roomName(text) }
    }

    @Test(arguments: [
        ("123", "123"), (" +46 (0)70-123.45.67 ", "+46 (0)70-123.45.67"), ("0", "0"),
        (String(repeating: "1", count: 32), String(repeating: "1", count: 32)),
    ])
    func acceptsPhoneNumbers(_ text: String, _ expected: String) throws {
        #expect(try Names.phone(text) == expected)
    }

    @Test(arguments: [
        ("", NameError.empty(.phone)), ("   ", .empty(.phone)), (String(repeating: "1", count: 33), .tooLong(.phone)),
        ("12a", .notAllowed(.phone)), ("+()", .notAllowed(.phone)), ("1\n2", .notAllowed(.phone)),
        ("１２３", .notAllowed(.phone)), ("1/2", .notAllowed(.phone)), ("1\u{301}", .notAllowed(.phone)),
        (String(repeating: "1", count: 5_000), .tooLong(.phone)),
    ])
    func refusesOtherPhoneNumbers(_ text: String, _ error: NameError) {
        #expect(throws: error) { try Names.phone(text) }
    }

    @Test(arguments: ["a", " ", "\n a \n", String(repeating: "é", count: 8_192)])
    func acceptsTextsAsTheyAre(_ text: String) throws {
        #expect(try Array(Names.text(text).utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        ("", NameError.empty(.text)), (String(repeating: "x", count: 16_385), .tooLong(.text)),
        (String(repeating: "é", count: 8_193), .tooLong(.text)), ("a\0", .notAllowed(.text)),
    ])
    func refusesOtherTexts(_ text: String, _ error: NameError) {
        #expect(throws: error) { try Names.text(text) }
    }

    /// Each says something of its own, as a sentence.
    @Test func explainsItself() {
        let fields: [NameError.Field] = [.userName, .roomName, .phone, .text]
        let errors: [NameError] = fields.flatMap { [.empty($0), .tooLong($0), .notAllowed($0)] }
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors.allSatisfy { $0.description.hasSuffix(".") })
        #expect(errors.map(\.field) == fields.flatMap { [$0, $0, $0] })
    }
}
