import HTTPCore
import Testing

@Suite struct QueryTests {
    @Test(
        arguments: [
            ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%C3%A4", "ä"), ("%c3%a4", "ä"), ("a+b", "a+b"),
            ("%2541", "%41"),
            ("%", nil), ("%4", nil), ("%4g", nil), ("%g4", nil), ("a%", nil), ("%00", nil), ("\0", nil), ("%FF", nil),
            ("%C3", nil), ("%ED%A0%80", nil), ("%C0%AF", nil), ("%+1", nil),
        ] as [(String, String?)])
    func percentDecodes(_ text: String, _ decoded: String?) {
        #expect(PercentCoding.decode(text) == decoded)
    }

    @Test func percentEncodes() {
        #expect(PercentCoding.encode("aZ09-._~ /?#[]@ä%") == "aZ09-._~%20%2F%3F%23%5B%5D%40%C3%A4%25")
        #expect(PercentCoding.decode(PercentCoding.encode("a b/ä&=+")) == "a b/ä&=+")
    }

    @Test func readsPairs() {
        let query = Query("a=1&b=two+words&a=%33&c&=d&e=f=g&&h=%26")
        #expect(query["a"] == "1" && query.values(of: "a") == ["1", "3"])
        #expect(query["b"] == "two words" && query["c"] == "" && query[""] == "d")
        #expect(query["e"] == "f=g" && query["h"] == "&")
        #expect(query["x"] == nil && query.contains("c") && !query.contains("x"))
        #expect(!query.isMalformed && query.pairs.count == 7)
        #expect(Query(nil).pairs.isEmpty && Query("").pairs.isEmpty)
    }

    @Test func leavesOutWhatIsMalformed() {
        let query = Query("a=%zz&b=1&%FF=2")
        #expect(query["a"] == nil && query["b"] == "1" && query.isMalformed && query.pairs.count == 1)
        let long = Query(String(repeating: "a&", count: Query.pairsMax + 1))
        #expect(long.pairs.count == Query.pairsMax && long.isMalformed)
    }

    @Test(
        arguments: [
            ("0", 0), ("42", 42), ("-7", -7), ("9223372036854775807", Int.max), ("9223372036854775808", nil),
            ("+1", nil),
            ("%2B1", nil), ("1.5", nil), ("", nil), ("1e3", nil), ("%201", nil), ("0x1", nil),
        ] as [(String, Int?)])
    func readsNumbers(_ text: String, _ number: Int?) {
        #expect(Query("n=\(text)").int("n") == number)
        #expect(Query("n=\(text)").int("m") == nil)
    }

    @Test func readsNumbersWithinBounds() {
        let query = Query("n=5")
        #expect(query.int("n", in: 1...5) == 5 && query.int("n", in: 6...9) == nil)
    }
}
