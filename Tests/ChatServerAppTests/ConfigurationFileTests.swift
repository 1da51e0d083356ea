import Testing

@testable import ChatServerApp

@Suite struct ConfigurationFileTests {
    private func values(_ text: String) throws -> [String] {
        let file = ConfigurationFile(text)
        #expect(file.problems.isEmpty)
        return try #require(file.entries.first).values
    }

    @Test(arguments: [
        ("a = 1", ["1"]), ("a=1_000", ["1000"]), ("  a\t=\ttrue # so", ["true"]), (#"a = "b # c""#, ["b # c"]),
        (#"a = 'b\n'"#, [#"b\n"#]), (#"a = "\"\\\n\t\u00e9\U0001F600""#, ["\"\\\n\té😀"]), ("a = []", []),
        ("a = [1, 2]", ["1", "2"]), ("a = [\n 'x', # one\n\n 'y',\n]\n", ["x", "y"]), ("\u{FEFF}a = 1\r\n", ["1"]),
        ("a = \"\"", [""]),
    ]) func valuesAreRead(text: String, expected: [String]) throws {
        #expect(try values(text) == expected)
    }

    @Test func theTableIsApart() {
        let file = ConfigurationFile("a = 1\n[set] # limits\na = 2\nb = 3\n")
        #expect(file.entries == [.init(name: "a", values: ["1"], isList: false, line: 1)])
        #expect(file.limits.map(\.name) == ["a", "b"] && file.limits.map(\.line) == [3, 4])
        #expect(file.problems.isEmpty)
    }

    @Test(arguments: [
        "a", "a =", "= 1", "a = b", "a = 1 2", "a = [1 2]", "a = [1", "a = \"x", "a = 'x", "a = \"\\q\"",
        "a = \"\\u12\"",
        "a = \"\\uD800\"", "[a]", "[set", "[[set]]", "a.b = 1", "\"a\" = 1", "a = 1.5", "a = -1", "a = 2026-01-01",
        "a = _1",
        "a = {}", "a = \"\"\"x\"\"\"", "a = [[1]]", "a = 1\na = 2",
    ]) func whatIsNotPlainIsRefused(text: String) {
        let file = ConfigurationFile("x = 1\n" + text + "\nz = 9\n")
        #expect(file.problems.count >= 1)
        #expect(file.problems.allSatisfy { $0.line >= 2 && !$0.sentence.isEmpty })
        #expect(file.entries.first?.name == "x")
    }

    @Test func noPrefixOfAFileTraps() {
        let text = "a = [\"b\\u00e9\", 'c'] # d\n[set]\ne = 1_0\n"
        let scalars = Array(text.unicodeScalars)
        for count in 0...scalars.count {
            _ = ConfigurationFile(String(String.UnicodeScalarView(scalars[..<count])))
            _ = ConfigurationFile(String(String.UnicodeScalarView(scalars[count...])))
        }
    }
}
