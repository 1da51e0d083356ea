import ChatDomain
import Testing

@Suite struct JSONValueTests {
    @Test func readsATree() throws {
        let value = try parse(#" {"a":[1,"x",null,true,{"b":-0.5}],"c":{}} "#)
        #expect(
            value
                == .object([
                    JSONMember(
                        key: "a",
                        value: .array([
                            .number("1"), .string("x"), .null, .bool(true),
                            .object([JSONMember(key: "b", value: .number("-0.5"))]),
                        ])),
                    JSONMember(key: "c", value: .object([])),
                ]))
        #expect(value["a"]?.array?.count == 5)
        #expect(value["a"]?.array?[0].integer == 1)
        #expect(value["a"]?.array?[1].string == "x")
        #expect(value["a"]?.array?[2].isNull == true)
        #expect(value["a"]?.array?[3].bool == true)
        #expect(value["a"]?.array?[4]["b"] == .number("-0.5"))
        #expect(value["c"]?.object?.isEmpty == true)
        #expect(value["d"] == nil)
    }

    @Test(arguments: ["null", "true", "1", "\"1\"", "[1]", #"{"1":1}"#])
    func answersForItsOwnKindOnly(_ json: String) throws {
        let value = try parse(json)
        #expect(value.isNull == (json == "null"))
        #expect((value.bool != nil) == (json == "true"))
        #expect((value.integer != nil) == (json == "1"))
        #expect((value.string != nil) == (json == "\"1\""))
        #expect((value.array != nil) == (json == "[1]"))
        #expect((value.object != nil) == json.hasPrefix("{"))
        #expect((value["1"] != nil) == json.hasPrefix("{"))
    }

    /// RFC 8259 §4: what a name that comes twice means is open, so that it is refused.
    @Test(arguments: [
        (#"{"a":1,"a":1}"#, 7), (#"{"a":1,"b":2,"a":3}"#, 13), (#"{"a":1,"\u0061":2}"#, 7), (#"{"":1,"":1}"#, 6),
        (#"[{"k":{"x":1,"x":2}}]"#, 13),
    ])
    func refusesANameTwice(_ json: String, _ at: Int) {
        #expect(throws: JSONError.duplicateKey(at: at)) { try parse(json) }
    }

    /// RFC 8259 §8.3: names are the same when their characters are; canonical equivalence does not count.
    @Test func comparesNamesByteForByte() throws {
        let value = try parse("{\"é\":1,\"e\u{301}\":2,\"K\":3,\"\u{212A}\":4}")
        #expect(value["é"]?.integer == 1)
        #expect(value["e\u{301}"]?.integer == 2)
        #expect(value["K"]?.integer == 3)
        #expect(value["\u{212A}"]?.integer == 4)
    }

    @Test func allowsTheSameNameInDifferentObjects() throws {
        #expect(try parse(#"{"a":{"a":{"a":1}}}"#)["a"]?["a"]?["a"]?.integer == 1)
    }

    /// Each of many names is found again, the first ones and those that are hashed.
    @Test func refusesANameTwiceAmongMany() throws {
        let names = (0..<200).map { "\"n\($0)\":0" }
        #expect(try parse("{" + names.joined(separator: ",") + "}").object?.count == 200)
        for again in 0..<200 {
            let json = "{" + names.joined(separator: ",") + ",\"n\(again)\":1}"
            #expect(throws: JSONError.duplicateKey(at: json.utf8.count - "\"n\(again)\":1}".utf8.count)) {
                try parse(json)
            }
        }
    }

    @Test func limitsTheValues() throws {
        let bytes = Array(#"[1,{"a":2},[]]"#.utf8)
        #expect(try JSONValue(parsing: bytes, valuesMax: 5).array?.count == 3)
        #expect(throws: JSONError.tooManyValues(valuesMax: 4)) { try JSONValue(parsing: bytes, valuesMax: 4) }
        #expect(throws: JSONError.tooManyValues(valuesMax: 0)) { try JSONValue(parsing: bytes, valuesMax: 0) }
    }

    @Test(arguments: validDocuments) func readsBackWhatWasWritten(_ document: ValidDocument) throws {
        let value = try parse(document.json)
        let written = encode(value)
        #expect(try JSONValue(parsing: written) == value)
        #expect(encode(try JSONValue(parsing: written)) == written)
        #expect(try transcript(written) == document.tokens)
    }

    private func parse(_ json: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: Array(json.utf8)) }
}
