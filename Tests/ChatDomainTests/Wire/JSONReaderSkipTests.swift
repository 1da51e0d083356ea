import ChatDomain
import Testing

@Suite struct JSONReaderSkipTests {
    @Test(arguments: validDocuments) func skipsAnyValue(_ document: ValidDocument) throws {
        let bytes = Array("[\(document.json),7]".utf8)
        var reader = JSONReader()
        #expect(try reader.next(in: bytes) == .beginArray)
        try reader.skipValue(in: bytes)
        #expect(try reader.next(in: bytes) == .number(bytes.count - 2..<bytes.count - 1))
        #expect(try reader.next(in: bytes) == .endArray)
        #expect(try reader.next(in: bytes) == nil)
    }

    @Test func skipsTheValueOfAMember() throws {
        let bytes = Array(#"{"skip":{"wanted":[1,{}]},"wanted":true}"#.utf8)
        var reader = JSONReader()
        var found: [JSONToken?] = []
        #expect(try reader.next(in: bytes) == .beginObject)
        while case .key(let key)? = try reader.next(in: bytes) {
            if key.equals("wanted", in: bytes) {
                found.append(try reader.next(in: bytes))
            } else {
                try reader.skipValue(in: bytes)
            }
        }
        #expect(found == [.bool(true)])
        #expect(try reader.next(in: bytes) == nil)
    }

    @Test func skipsAWholeMemberWhereANameComesNext() throws {
        let bytes = Array(#"{"a":[1],"b":2}"#.utf8)
        var reader = JSONReader()
        _ = try reader.next(in: bytes)
        try reader.skipValue(in: bytes)
        guard case .key(let key) = try reader.next(in: bytes) else { throw JSONError.unexpectedEnd }
        #expect(key.equals("b", in: bytes))
    }

    @Test func skipsTheRestOfAContainer() throws {
        let bytes = Array(#"[[1,[2],{"a":[3]}],4]"#.utf8)
        for tokensBefore in 2...5 {
            var reader = JSONReader()
            var depth = 0
            for _ in 0..<tokensBefore {
                let token = try reader.next(in: bytes)
                if token == .beginArray { depth += 1 }
                if token == .endArray { depth -= 1 }
            }
            for _ in 1..<depth { try reader.skipToEnd(in: bytes) }
            guard case .number(let range) = try reader.next(in: bytes) else { throw JSONError.unexpectedEnd }
            #expect(JSONReader.integer(range, in: bytes) == 4)
        }
    }

    @Test func hasNothingToSkipAtAnEnd() throws {
        let bytes = Array("[ ]".utf8)
        var reader = JSONReader()
        _ = try reader.next(in: bytes)
        for _ in 0..<2 {
            #expect(throws: JSONError.unexpectedByte(at: 2)) { try reader.skipValue(in: bytes) }
        }
        #expect(try reader.next(in: bytes) == .endArray)
        #expect(throws: JSONError.unexpectedEnd) { try reader.skipValue(in: bytes) }
    }

    @Test(arguments: ["[", "[1", #"{"a":"#, "tru", ""]) func findsErrorsInWhatItSkips(_ json: String) {
        let bytes = Array(json.utf8)
        var reader = JSONReader()
        #expect(throws: JSONError.unexpectedEnd) { try reader.skipValue(in: bytes) }
    }
}
