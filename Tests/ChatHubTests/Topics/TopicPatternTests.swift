import ChatDomain
import Testing

@testable import ChatHub

@Suite struct TopicPatternTests {
    @Test(arguments: [
        ("a", true), ("news.sport", true), ("A-Z_0:9/x", true), (".", true), ("a..b", true), ("", false),
        ("a b", false),
        ("a*", false), ("*", false), (">", false), ("ä", false), ("a\u{0}", false), ("a\n", false),
    ])
    func namesAreOfPlainLetters(text: String, isName: Bool) {
        #expect((TopicName(text) != nil) == isName)
    }

    @Test func namesAreNotTooLong() {
        let longest = String(repeating: "x", count: 255)
        #expect(TopicName(longest) != nil)
        #expect(TopicName(longest + "x") == nil)
        #expect(TopicPattern(longest + "x") == nil)
        #expect(TopicPattern(String(repeating: "*.", count: 31) + "*") != nil)
        #expect(TopicPattern(String(repeating: "*.", count: 32) + "*") == nil)
    }

    @Test(arguments: ["*", ">", "a.*", "a.>", "*.a", "*.*.>", "a.*.b", "*..>"])
    func patternsHaveTheirWildcardsAlone(text: String) {
        #expect(TopicPattern(text)?.description == text)
        #expect(TopicPattern(text)?.name == nil)
    }

    @Test(arguments: ["a*", "*a", "a.b*", ">.a", "a>", "a.>.b", "**", "a b.*", ""])
    func whatIsNoPatternIsRefused(text: String) { #expect(TopicPattern(text) == nil) }

    @Test(arguments: [
        ("news.*", "news.sport", true), ("news.*", "news", false), ("news.*", "news.sport.chess", false),
        ("news.*", "news.", true), ("news.>", "news.sport", true), ("news.>", "news.sport.chess", true),
        ("news.>", "news", false), ("*", "news", true), ("*", "news.sport", false), (">", "news.sport", true),
        ("*.sport", "news.sport", true), ("*.sport", "news.chess", false), ("a.*.c", "a.b.c", true),
        ("a.*.c", "a.b.d", false), ("news", "news", true), ("news", "News", false), ("news", "news.x", false),
        ("a.*.>", "a.b", false), ("a.*.>", "a.b.c.d", true),
    ])
    func matchBySegment(pattern: String, topic: String, isMatch: Bool) throws {
        let pattern = try #require(TopicPattern(pattern))
        let topic = try #require(TopicName(topic))
        #expect(pattern.matches(topic) == isMatch)
        #expect(pattern.covers(TopicPattern(topic)) == isMatch)
    }

    @Test(arguments: [
        (">", "*", true), (">", "a.>", true), (">", ">", true), ("*", ">", false), ("a.*", "a.>", false),
        ("a.>", "a.*", true), ("a.>", "a.*.>", true), ("*.b", "a.*", false), ("*.*", "a.*", true),
        ("a.*", "*.*", false),
        ("a.*", "a.*", true), ("a", "*", false), ("a.*", "b.*", false), ("a.>", "a.*.c", true), ("*.>", "a.b.>", true),
    ])
    func coverWhatMatchesLess(a: String, b: String, covers: Bool) throws {
        #expect(try #require(TopicPattern(a)).covers(try #require(TopicPattern(b))) == covers)
    }

    /// The tree finds what going through all patterns would find.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func theTreeFindsWhatMatches(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let words = ["a", "b", "c", "*", ">"]
        func segments(_ count: Int, of words: [String]) -> String {
            (0..<count).map { _ in words[Int(random.next() % UInt64(words.count))] }.joined(separator: ".")
        }
        var tree = SubscriptionTree()
        var kept: Set<TopicPattern> = []
        for _ in 0..<300 {
            let text = segments(1 + Int(random.next() % 4), of: words)
            guard let pattern = TopicPattern(text), pattern.name == nil else { continue }
            if random.next() % 3 == 0 {
                tree.remove(pattern)
                kept.remove(pattern)
            } else {
                #expect(tree.subscribers(of: pattern).pattern == pattern)
                kept.insert(pattern)
            }
            let topic = try #require(TopicName(segments(1 + Int(random.next() % 5), of: ["a", "b", "c"])))
            var found: [TopicPattern] = []
            tree.forEachMatch(topic) { found.append($0.pattern) }
            #expect(found.count == Set(found).count)
            #expect(Set(found) == kept.filter { $0.matches(topic) }, "seed \(seed) \(topic)")
        }
        #expect(tree.count == kept.count)
        for pattern in kept { tree.remove(pattern) }
        #expect(tree.count == 0)
    }

    @Test(
        arguments: [
            ("news.*=10", "news.*", 10, nil), ("a=1,30s", "a", 1, 30_000),
            (">=10000,31536000s", ">", 10_000, 31_536_000_000),
        ] as [(String, String, Int, Int64?)])
    func historyIsSaidInShort(text: String, pattern: String, items: Int, ageMs: Int64?) throws {
        let rule = try #require(TopicHistoryRule(text))
        #expect(rule.pattern.description == pattern && rule.itemsMax == items && rule.ageMsMax == ageMs)
    }

    @Test(arguments: [
        "", "a", "a=", "a=0", "a=-1", "a=10001", "a=1,", "a=1,30", "a=1,0s", "a=1,s", "a=1,1s,1s", "a*=1", "a=1=2",
        "=1",
    ])
    func whatIsNoHistoryIsRefused(text: String) { #expect(TopicHistoryRule(text) == nil) }

    @Test(arguments: [
        (">", true), ("news.*", true), ("user.1.inbox", true), ("user.1.>", true), ("user.2.inbox", false),
        ("user.2.*", false), ("user.*.inbox", true), ("user.1", true), ("user.12.x", false),
    ])
    func topicsOfAUserAreTheirs(pattern: String, isGranted: Bool) throws {
        let grants = TopicGrants(publish: [try #require(TopicPattern(">"))])
        let pattern = try #require(TopicPattern(pattern))
        #expect(grants.maySubscribe(to: pattern, UserID(1)) == isGranted)
        if let name = pattern.name { #expect(grants.mayPublish(to: name, UserID(1)) == isGranted) }
    }

    @Test func grantsAreWhatIsConfigured() throws {
        let grants = TopicGrants(
            subscribe: [try #require(TopicPattern("news.>"))], publish: [try #require(TopicPattern("chat.*"))])
        for (text, isGranted) in [
            ("news.a", true), ("news.*", true), (">", false), ("chat.a", false), ("user.1.x", true),
        ] {
            #expect(grants.maySubscribe(to: try #require(TopicPattern(text)), UserID(1)) == isGranted, "\(text)")
        }
        for (text, isGranted) in [("chat.a", true), ("news.a", false), ("user.1.x", true), ("user.2.x", false)] {
            #expect(grants.mayPublish(to: try #require(TopicName(text)), UserID(1)) == isGranted, "\(text)")
        }
    }
}
