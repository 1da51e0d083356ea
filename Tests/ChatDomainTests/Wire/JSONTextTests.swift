import ChatDomain
import Testing

@Suite struct JSONTextTests {
    @Test(arguments: [
        ("\"\"", "", false), ("\"plain\"", "plain", false), ("\"é€𝄞\"", "é€𝄞", false),
        (#""\u0074ype""#, "type", true), (#""t\u0079pe""#, "type", true), (#""typ\u0065""#, "type", true),
        (#""\n\n""#, "\n\n", true), (#""a\ud834\udd1eb""#, "a𝄞b", true), (#""é\té""#, "é\té", true),
    ])
    func decodes(_ json: String, _ expected: String, _ hasEscapes: Bool) throws {
        let bytes = Array(json.utf8)
        let text = try text(in: bytes)
        #expect(text.range == 1..<bytes.count - 1)
        #expect(text.hasEscapes == hasEscapes)
        #expect(text.string(in: bytes) == expected)
        var decoded = Array("before ".utf8)
        text.append(to: &decoded, from: bytes)
        #expect(decoded == Array("before \(expected)".utf8))
    }

    @Test(arguments: ["\"type\"", #""\u0074\u0079\u0070\u0065""#, #""typ\u0065""#])
    func equalsALiteral(_ json: String) throws {
        let bytes = Array(json.utf8)
        let text = try text(in: bytes)
        #expect(text.equals("type", in: bytes))
        #expect(!text.equals("typ", in: bytes))
        #expect(!text.equals("typed", in: bytes))
        #expect(!text.equals("tYpe", in: bytes))
        #expect(!text.equals("", in: bytes))
    }

    /// `String` would say that they are equal.
    @Test func comparesByteForByte() throws {
        let bytes = Array("\"e\u{301}\"".utf8)
        #expect(try !text(in: bytes).equals("é", in: bytes))
        #expect(try text(in: bytes).equals("e\u{301}", in: bytes))
    }

    private func text(in bytes: [UInt8]) throws -> JSONText {
        var reader = JSONReader()
        guard case .string(let text) = try reader.next(in: bytes) else { throw JSONError.unexpectedEnd }
        return text
    }
}
