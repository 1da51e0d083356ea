import ChatDomain
import Testing

@Suite struct JSONWriterTests {
    @Test func putsTheCommas() {
        let written = write { writer in
            writer.beginObject()
            writer.member("a", 1)
            writer.key(text: "b")
            writer.beginArray()
            writer.value("x")
            writer.value(true)
            writer.null()
            writer.beginArray()
            writer.endArray()
            writer.beginObject()
            writer.endObject()
            writer.value(false)
            writer.endArray()
            writer.key("c")
            writer.beginObject()
            writer.endObject()
            writer.key("d")
            writer.raw(Array("[1, 2]".utf8))
            writer.member("e", WallTime(milliseconds: 0))
            writer.endObject()
        }
        #expect(
            written
                == #"{"a":1,"b":["x",true,null,[],{},false],"c":{},"d":[1, 2],"e":"1970-01-01T00:00:00.000Z"}"#)
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
        ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#), ("\u{1}\u{1F}", #""\u0001\u001f""#),
        ("\0", #""\u0000""#), ("\u{7F}", "\"\u{7F}\""), ("\u{2028}\u{2029}", "\"\u{2028}\u{2029}\""),
        ("</script>&'", #""</script>&'""#), ("é€𝄞", #""é€𝄞""#), ("\n\n", #""\n\n""#), ("end\n", #""end\n""#),
    ])
    func escapesWhatItMust(_ text: String, _ expected: String) {
        #expect(write { $0.value(text) } == expected)
        #expect(write { $0.value(utf8: Array(text.utf8).span) } == expected)
        let member = write { writer in
            writer.beginObject()
            writer.key(text: text)
            writer.null()
            writer.endObject()
        }
        #expect(member == "{\(expected):null}")
    }

    @Test func escapesStaticNamesToo() {
        let written = write { writer in
            writer.key("say \"hi\"\n")
            writer.null()
        }
        #expect(written == #""say \"hi\"\n":null"#)
    }

    /// Name and value in one are what they are one after the other, whatever the value is.
    @Test func writesMembers() {
        let key = MessageKey(high: 0x0102_0304_0506_7708, low: 0x890A_0B0C_0D0E_0F10)
        let members = write { writer in
            writer.beginObject()
            writer.member("text", "a\"b")
            writer.member("int", -1)
            writer.member("int64", Int64.min)
            writer.member("uint64", UInt64.max)
            writer.member("flag", false)
            writer.member("time", WallTime(milliseconds: 1))
            writer.member("user", UserID(2))
            writer.member("room", RoomID(3))
            writer.member("session", SessionID(4))
            writer.member("epoch", Epoch(0xA5))
            writer.member("key", key)
            writer.endObject()
        }
        let expected =
            #"{"text":"a\"b","int":-1,"int64":-9223372036854775808,"uint64":18446744073709551615,"flag":false,"#
            + #""time":"1970-01-01T00:00:00.001Z","user":"2","room":"3","session":"4","epoch":"00000000000000a5","#
            + #""key":"\#(key.description)"}"#
        #expect(members == expected)
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 99, 100, 1_234_567_890, Int64.max, Int64.min, Int64.min + 1])
    func writesIntegers(_ number: Int64) {
        #expect(write { $0.value(number) } == "\(number)")
        #expect(write { $0.value(Int(number)) } == "\(number)")
        #expect(write { $0.value(UInt64(bitPattern: number)) } == "\(UInt64(bitPattern: number))")
    }

    @Test func startsAgainAfterItsBytesWereTaken() {
        var writer = JSONWriter(reserving: 64)
        writer.value(1)
        #expect(writer.bytes == [UInt8(ascii: "1")])
        #expect(writer.takeBytes() == [UInt8(ascii: "1")])
        #expect(writer.bytes.isEmpty)
        writer.value(2)
        #expect(writer.takeBytes() == [UInt8(ascii: "2")])
    }

    @Test func goesOnBehindOtherBytes() {
        var writer = JSONWriter(appendingTo: Array("data: 1,".utf8))
        writer.beginArray()
        writer.endArray()
        #expect(writer.takeBytes() == Array("data: 1,[]".utf8))
    }

    /// All characters of the first planes' start, and samples and edges of the rest, in strings of 128.
    @Test func readsBackEveryClassOfCharacter() throws {
        let edges: [UInt32] = [0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x1_0000, 0x1_FFFF, 0x10_FFFE, 0x10_FFFF]
        let values = Array(1...0x2FFF) + stride(from: 0x3000, through: 0x10_FFFF, by: 89) + edges
        var scalars = values.compactMap(Unicode.Scalar.init)[...]
        #expect(scalars.count > 20_000)
        while !scalars.isEmpty {
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars.prefix(128))
            scalars = scalars.dropFirst(128)
            let written = Array(write { $0.value(text) }.utf8)
            let read = try JSONValue(parsing: written).string
            // Scalar by scalar: `==` would take canonically equivalent texts for the same.
            #expect(read.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        }
    }

    private func write(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }
}
