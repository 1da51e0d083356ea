import ChatDomain
import Testing

/// A document that RFC 8259 allows, the section it stands for, and what is in it.
struct ValidDocument: Sendable, CustomTestStringConvertible {
    let section: String
    let json: String
    let tokens: [String]

    init(_ section: String, _ json: String, _ tokens: [String]) {
        (self.section, self.json, self.tokens) = (section, json, tokens)
    }

    var testDescription: String { "§\(section) \(json.debugDescription)" }
    var levels: Int { tokens.count { $0 == "{" || $0 == "[" } }
}

let validDocuments: [ValidDocument] = [
    ValidDocument("2", "null", ["null"]),
    ValidDocument("2", " \t\r\n null \t\r\n ", ["null"]),
    ValidDocument("3", "true", ["true"]),
    ValidDocument("3", "[true,false,null]", ["[", "true", "false", "null", "]"]),
    ValidDocument("3", "\"\"", ["string "]),
    ValidDocument("4", "{}", ["{", "}"]),
    ValidDocument("4", "{ }", ["{", "}"]),
    ValidDocument("4", #"{"a":1}"#, ["{", "key a", "number 1", "}"]),
    ValidDocument(
        "4", " { \"a\" : 1 , \"b\" : [ ] } ", ["{", "key a", "number 1", "key b", "[", "]", "}"]),
    ValidDocument("4", #"{"":0}"#, ["{", "key ", "number 0", "}"]),
    ValidDocument("4", #"{"a":{"b":{}}}"#, ["{", "key a", "{", "key b", "{", "}", "}", "}"]),
    ValidDocument("4", #"{"\u0061":1}"#, ["{", "key a", "number 1", "}"]),
    ValidDocument("5", "[]", ["[", "]"]),
    ValidDocument("5", "[\n]", ["[", "]"]),
    ValidDocument("5", "[[],[[]],{}]", ["[", "[", "]", "[", "[", "]", "]", "{", "}", "]"]),
    ValidDocument("5", "[1,\"a\"]", ["[", "number 1", "string a", "]"]),
    ValidDocument("6", "0", ["number 0"]),
    ValidDocument("6", "-0", ["number -0"]),
    ValidDocument("6", "10", ["number 10"]),
    ValidDocument("6", "-1.50e+09", ["number -1.50e+09"]),
    ValidDocument("6", "0.5", ["number 0.5"]),
    ValidDocument("6", "1E5", ["number 1E5"]),
    ValidDocument("6", "1e-5", ["number 1e-5"]),
    ValidDocument("6", "0e0", ["number 0e0"]),
    ValidDocument("6", "[0]", ["[", "number 0", "]"]),
    ValidDocument("6", "1e999", ["number 1e999"]),
    ValidDocument("6", "123456789012345678901234567890", ["number 123456789012345678901234567890"]),
    ValidDocument("7", #""\"\\\/\b\f\n\r\t""#, ["string \"\\/\u{8}\u{C}\n\r\t"]),
    ValidDocument("7", #""\u0041\u00e9\u20AC""#, ["string Aé€"]),
    ValidDocument("7", #""\u0001\u001f""#, ["string \u{1}\u{1F}"]),
    ValidDocument("7", #""\ud834\udd1E""#, ["string 𝄞"]),
    ValidDocument("7", #""\uD800\uDC00\uDBFF\uDFFF""#, ["string \u{10000}\u{10FFFF}"]),
    ValidDocument("7", #""\uD7FF\uE000\uFFFF""#, ["string \u{D7FF}\u{E000}\u{FFFF}"]),
    ValidDocument("7", #""a\\u0041""#, [#"string a\u0041"#]),
    ValidDocument("7", "\"\u{7F}\"", ["string \u{7F}"]),
    ValidDocument("7", "\"/'<>&\u{2028}\u{2029}\"", ["string /'<>&\u{2028}\u{2029}"]),
    ValidDocument(
        "8.1", "\"é€𝄞\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"",
        ["string é€𝄞\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}"]),
    ValidDocument("8.1", "\"\u{FEFF}\"", ["string \u{FEFF}"]),
]

/// A document that is refused, and why.
struct InvalidDocument: Sendable, CustomTestStringConvertible {
    let section: String
    let bytes: [UInt8]
    let error: JSONError

    init(_ section: String, _ json: String, _ error: JSONError) {
        self.init(section, Array(json.utf8), error)
    }

    init(_ section: String, _ bytes: [UInt8], _ error: JSONError) {
        (self.section, self.bytes, self.error) = (section, bytes, error)
    }

    /// A string of these bytes.
    static func text(_ section: String, _ inside: [UInt8], _ error: JSONError) -> InvalidDocument {
        InvalidDocument(section, [0x22] + inside + [0x22], error)
    }

    var testDescription: String { "§\(section) \(String(decoding: bytes, as: UTF8.self).debugDescription)" }
}

let invalidDocuments: [InvalidDocument] = [
    InvalidDocument("2", "", .unexpectedEnd),
    InvalidDocument("2", " \n", .unexpectedEnd),
    InvalidDocument("2", "\u{B}null", .unexpectedByte(at: 0)),
    InvalidDocument("2", "\u{A0}null", .unexpectedByte(at: 0)),
    InvalidDocument("2", "null null", .trailingBytes(at: 5)),
    InvalidDocument("2", "{}}", .trailingBytes(at: 2)),
    InvalidDocument("2", "[],", .trailingBytes(at: 2)),
    InvalidDocument("2", "/* */1", .unexpectedByte(at: 0)),
    InvalidDocument("2", "]", .unexpectedByte(at: 0)),
    InvalidDocument("2", "}", .unexpectedByte(at: 0)),
    InvalidDocument("2", ",", .unexpectedByte(at: 0)),
    InvalidDocument("2", ":", .unexpectedByte(at: 0)),
    InvalidDocument("3", "nul", .unexpectedEnd),
    InvalidDocument("3", "nulL", .unexpectedByte(at: 3)),
    InvalidDocument("3", "True", .unexpectedByte(at: 0)),
    InvalidDocument("3", "truee", .trailingBytes(at: 4)),
    InvalidDocument("3", "[truee]", .unexpectedByte(at: 5)),
    InvalidDocument("3", "undefined", .unexpectedByte(at: 0)),
    InvalidDocument("3", "NaN", .unexpectedByte(at: 0)),
    InvalidDocument("4", "{", .unexpectedEnd),
    InvalidDocument("4", "{]", .unexpectedByte(at: 1)),
    InvalidDocument("4", "{1:2}", .unexpectedByte(at: 1)),
    InvalidDocument("4", "{a:2}", .unexpectedByte(at: 1)),
    InvalidDocument("4", "{'a':2}", .unexpectedByte(at: 1)),
    InvalidDocument("4", #"{"a"}"#, .unexpectedByte(at: 4)),
    InvalidDocument("4", #"{"a""b"}"#, .unexpectedByte(at: 4)),
    InvalidDocument("4", #"{"a","b"}"#, .unexpectedByte(at: 4)),
    InvalidDocument("4", #"{"a":}"#, .unexpectedByte(at: 5)),
    InvalidDocument("4", #"{"a"::1}"#, .unexpectedByte(at: 5)),
    InvalidDocument("4", #"{"a":1,}"#, .unexpectedByte(at: 7)),
    InvalidDocument("4", #"{,"a":1}"#, .unexpectedByte(at: 1)),
    InvalidDocument("4", #"{"a":1 "b":2}"#, .unexpectedByte(at: 7)),
    InvalidDocument("4", #"{"a":1]"#, .unexpectedByte(at: 6)),
    InvalidDocument("4", #"{"a":1:2}"#, .unexpectedByte(at: 6)),
    InvalidDocument("4", #"{"a":1,"#, .unexpectedEnd),
    InvalidDocument("4", #"{"a""#, .unexpectedEnd),
    InvalidDocument("4", #"{"a":"#, .unexpectedEnd),
    InvalidDocument("5", "[", .unexpectedEnd),
    InvalidDocument("5", "[1", .unexpectedEnd),
    InvalidDocument("5", "[1,", .unexpectedEnd),
    InvalidDocument("5", "[1,]", .unexpectedByte(at: 3)),
    InvalidDocument("5", "[,1]", .unexpectedByte(at: 1)),
    InvalidDocument("5", "[1,,2]", .unexpectedByte(at: 3)),
    InvalidDocument("5", "[1 2]", .unexpectedByte(at: 3)),
    InvalidDocument("5", "[1}", .unexpectedByte(at: 2)),
    InvalidDocument("5", "[}", .unexpectedByte(at: 1)),
    InvalidDocument("5", #"["a":1]"#, .unexpectedByte(at: 4)),
    InvalidDocument("6", "-", .unexpectedEnd),
    InvalidDocument("6", "[-]", .unexpectedByte(at: 2)),
    InvalidDocument("6", "+1", .unexpectedByte(at: 0)),
    InvalidDocument("6", ".5", .unexpectedByte(at: 0)),
    InvalidDocument("6", "1.", .unexpectedEnd),
    InvalidDocument("6", "[1.]", .unexpectedByte(at: 3)),
    InvalidDocument("6", "1.e5", .unexpectedByte(at: 2)),
    InvalidDocument("6", "1e", .unexpectedEnd),
    InvalidDocument("6", "1e+", .unexpectedEnd),
    InvalidDocument("6", "1e+-1", .unexpectedByte(at: 3)),
    InvalidDocument("6", "01", .trailingBytes(at: 1)),
    InvalidDocument("6", "[01]", .unexpectedByte(at: 2)),
    InvalidDocument("6", "[-01]", .unexpectedByte(at: 3)),
    InvalidDocument("6", "[0x10]", .unexpectedByte(at: 2)),
    InvalidDocument("6", "[1_000]", .unexpectedByte(at: 2)),
    InvalidDocument("6", "Infinity", .unexpectedByte(at: 0)),
    InvalidDocument("6", "-Infinity", .unexpectedByte(at: 1)),
    InvalidDocument("7", "\"", .unexpectedEnd),
    InvalidDocument("7", "\"a", .unexpectedEnd),
    InvalidDocument("7", "'a'", .unexpectedByte(at: 0)),
    InvalidDocument("7", "\"a\nb\"", .controlCharacter(at: 2)),
    InvalidDocument("7", "\"\t\"", .controlCharacter(at: 1)),
    .text("7", [0x00], .controlCharacter(at: 1)),
    .text("7", [0x1F], .controlCharacter(at: 1)),
    InvalidDocument("7", #""\""#, .unexpectedEnd),
    InvalidDocument("7", "\"\\", .unexpectedEnd),
    InvalidDocument("7", #""\x41""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\'""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\U0041""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\u004""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\u00g0""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\u+041""#, .badEscape(at: 1)),
    InvalidDocument("7", #""\u00"#, .unexpectedEnd),
    InvalidDocument("7", #""a\u0000""#, .nulCharacter(at: 2)),
    InvalidDocument("7", #"{"\u0000":1}"#, .nulCharacter(at: 2)),
    InvalidDocument("8.2", #""\uD800""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uDEAD""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uDC00\uD800""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uD800\uD800""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uD800\u0041""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uD800\n""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uD800x""#, .unpairedSurrogate(at: 1)),
    InvalidDocument("8.2", #""\uD800\uDC0""#, .badEscape(at: 7)),
    InvalidDocument("8.2", #""\uD800\uDC"#, .unexpectedEnd),
    InvalidDocument("8.2", #""\uD800\"#, .unexpectedEnd),
    InvalidDocument("8.2", #""\uD800"#, .unexpectedEnd),
    InvalidDocument("8.1", [0xEF, 0xBB, 0xBF, 0x31], .unexpectedByte(at: 0)),
    .text("8.1", [0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xBF], .invalidUTF8(at: 1)),
    .text("8.1", [0x61, 0xFF], .invalidUTF8(at: 2)),
    .text("8.1", [0xFE], .invalidUTF8(at: 1)),
    .text("8.1", [0xC3], .invalidUTF8(at: 1)),
    .text("8.1", [0xC0, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xC1, 0xBF], .invalidUTF8(at: 1)),
    .text("8.1", [0xE0, 0x80, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xE0, 0x9F, 0xBF], .invalidUTF8(at: 1)),
    .text("8.1", [0xE2, 0x82], .invalidUTF8(at: 1)),
    .text("8.1", [0xE2, 0x82, 0x41], .invalidUTF8(at: 1)),
    .text("8.1", [0xED, 0xA0, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xED, 0xBF, 0xBF], .invalidUTF8(at: 1)),
    .text("8.1", [0xF0, 0x80, 0x80, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xF0, 0x8F, 0xBF, 0xBF], .invalidUTF8(at: 1)),
    .text("8.1", [0xF4, 0x90, 0x80, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xF5, 0x80, 0x80, 0x80], .invalidUTF8(at: 1)),
    .text("8.1", [0xF0, 0x9F, 0x98], .invalidUTF8(at: 1)),
    InvalidDocument("8.1", [0x22, 0xF0, 0x9F], .invalidUTF8(at: 1)),
]

@Suite struct JSONReaderTests {
    @Test(arguments: validDocuments) func readsValidDocuments(_ document: ValidDocument) throws {
        #expect(try transcript(document.json) == document.tokens)
    }

    /// RFC 8259 §9 lets a parser limit the depth: everything up to the limit reads as it does outside.
    @Test(arguments: validDocuments) func readsThemAtEveryDepth(_ document: ValidDocument) throws {
        for depth in 1...JSONReader.depthMax - document.levels {
            let array = String(repeating: "[", count: depth) + document.json + String(repeating: "]", count: depth)
            let brackets = Array(repeating: "[", count: depth)
            #expect(try transcript(array) == brackets + document.tokens + Array(repeating: "]", count: depth))
            let object =
                String(repeating: #"{"k":"#, count: depth) + document.json + String(repeating: "}", count: depth)
            let braces = Array(repeating: ["{", "key k"], count: depth).flatMap { $0 }
            #expect(try transcript(object) == braces + document.tokens + Array(repeating: "}", count: depth))
        }
    }

    @Test(arguments: validDocuments) func refusesWhatFollowsThem(_ document: ValidDocument) throws {
        #expect(try transcript(document.json + " \n") == document.tokens)
        let bytes = Array(document.json.utf8)
        #expect(refusal(of: bytes + [UInt8(ascii: "x")]) == .trailingBytes(at: bytes.count))
        #expect(refusal(of: bytes + [0]) == .trailingBytes(at: bytes.count))
    }

    /// Inside an array no proper prefix is a document, whatever it is cut in.
    @Test(arguments: validDocuments) func refusesEveryPrefix(_ document: ValidDocument) {
        let bytes = Array("[\(document.json)]".utf8)
        for count in 0..<bytes.count {
            switch refusal(of: Array(bytes[..<count])) {
            case .unexpectedEnd: break
            case .invalidUTF8: #expect(bytes[count] & 0xC0 == 0x80)
            case let other: Issue.record("\(count) bytes: \(String(describing: other))")
            }
        }
    }

    @Test(arguments: invalidDocuments) func refusesInvalidDocuments(_ document: InvalidDocument) {
        #expect(refusal(of: document.bytes) == document.error)
        #expect(throws: document.error) { try JSONValue(parsing: document.bytes) }
    }

    @Test func throwsTheSameErrorAgain() {
        let bytes = Array("[1,]".utf8)
        var reader = JSONReader()
        for expected in [JSONToken.beginArray, .number(1..<2)] {
            #expect(throws: Never.self) {
                let token = try reader.next(in: bytes)
                #expect(token == expected)
            }
        }
        for _ in 0..<3 {
            #expect(throws: JSONError.unexpectedByte(at: 3)) { try reader.next(in: bytes) }
        }
    }

    @Test func staysAtTheEnd() throws {
        let bytes = Array("1 ".utf8)
        var reader = JSONReader()
        #expect(try reader.next(in: bytes) == .number(0..<1))
        for _ in 0..<3 { #expect(try reader.next(in: bytes) == nil) }
    }

    @Test(arguments: ["[", "{\"a\":"]) func limitsTheDepth(_ opening: String) {
        let most = String(repeating: opening, count: JSONReader.depthMax)
        #expect(refusal(of: Array(most.utf8)) == .unexpectedEnd)
        let tooMany = Array((most + opening).utf8)
        #expect(refusal(of: tooMany) == .tooDeep(at: most.utf8.count))
        #expect(throws: JSONError.tooDeep(at: most.utf8.count)) { try JSONValue(parsing: tooMany) }
        let million = Array(String(repeating: opening, count: 1_000_000).utf8)
        #expect(refusal(of: million) == .tooDeep(at: most.utf8.count))
    }

    /// Brackets of both kinds in turn, so that each bit of the stack is used both ways.
    @Test func remembersWhichBracketIsOpen() throws {
        for first in 0...1 {
            var opening = ""
            var closing = ""
            for level in 0..<JSONReader.depthMax {
                opening += (level + first) % 2 == 0 ? "[" : "{\"k\":"
                closing = ((level + first) % 2 == 0 ? "]" : "}") + closing
            }
            #expect(try transcript(opening + "0" + closing).count == 64 * 2 + 32 + 1)
            for index in closing.indices {
                var wrong = closing
                wrong.replaceSubrange(index...index, with: closing[index] == "]" ? "}" : "]")
                let at = opening.utf8.count + 1 + closing.distance(from: closing.startIndex, to: index)
                #expect(refusal(of: Array((opening + "0" + wrong).utf8)) == .unexpectedByte(at: at))
            }
        }
    }
}
