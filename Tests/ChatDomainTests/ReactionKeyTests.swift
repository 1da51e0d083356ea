import ChatDomain
import Testing

@Suite("What a reaction may be")
struct ReactionKeyTests {
    @Test(arguments: [
        "👍", "👍🏽", "❤", "❤️", "☺️", "©", "1️⃣", "#⃣", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👩🏾‍❤️‍💋‍👨🏻", "🫶", "🧑‍🚀", "🏽", ":a:",
        ":+1:", ":e-mail:", ":under_score:", ":\(String(repeating: "x", count: 32)):",
    ])
    func isOne(_ text: String) { #expect(ReactionKey(text)?.text == text) }

    @Test(arguments: [
        "", " ", "a", "+", "ok", "1", "#", "👍👍", "👍 ", " 👍", "👍\u{200D}", "\u{200D}👍", "\u{FE0F}", "🇩", "🏴\u{E0067}",
        "👍\u{20E3}", "❤\u{FE0E}", "e\u{FE0F}", "👍\u{301}", "::", ":", ":a", "a:", ":a b:", ":ä:", ":a::b:", ":👍:",
        ":\(String(repeating: "x", count: 33)):", "\u{200B}", "日",
        Array(repeating: "👩", count: 12).joined(separator: "\u{200D}"),
    ])
    func isNone(_ text: String) { #expect(ReactionKey(text) == nil) }

    @Test("Case and variation selectors make no other reaction")
    func forms() {
        #expect(ReactionKey(":Party_1:")?.text == ":party_1:")
        let pairs = [("❤", "❤️"), ("1⃣", "1️⃣"), ("🏳️‍🌈", "🏳‍🌈"), (":Party:", ":pARTY:")]
        for (one, other) in pairs {
            #expect(ReactionKey(one)?.folded == ReactionKey(other)?.folded, "\(one)")
            #expect(ReactionKey(one) != nil)
        }
        for (one, other) in [("👍", "👍🏽"), ("🇩🇪", "🇫🇷"), (":a:", ":b:"), ("👨‍👩‍👧", "👨‍👩‍👦")] {
            #expect(ReactionKey(one)?.folded != ReactionKey(other)?.folded)
        }
    }
}
