import ChatDomain
import Testing

@Suite struct JSONNumberTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
        ("9223372036854775806", Int64.max - 1), ("-9223372036854775807", Int64.min + 1),
    ])
    func readsIntegers(_ json: String, _ expected: Int64) throws {
        #expect(try integer(json) == expected)
        #expect(try JSONValue(parsing: Array(json.utf8)).integer == expected)
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "9223372036854775810", "92233720368547758070",
        "-92233720368547758080", "1.0", "1e0", "1E2", "-0.0", "0.5", "123456789012345678901234567890",
    ])
    func hasNoIntegerForOthers(_ json: String) throws {
        #expect(try integer(json) == nil)
        #expect(try JSONValue(parsing: Array(json.utf8)).integer == nil)
    }

    @Test(arguments: ["", "-", "x", "1x", "--1", "+1"]) func hasNoIntegerForWhatIsNoNumber(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(JSONReader.integer(0..<bytes.count, in: bytes) == nil)
    }

    private func integer(_ json: String) throws -> Int64? {
        let bytes = Array(" [\(json)] ".utf8)
        var reader = JSONReader()
        #expect(try reader.next(in: bytes) == .beginArray)
        guard case .number(let range) = try reader.next(in: bytes) else { throw JSONError.unexpectedEnd }
        return JSONReader.integer(range, in: bytes)
    }
}
