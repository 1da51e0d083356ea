import ChatDomain
import Testing

/// Random documents and random damage. A failure names its seed, which repeats it.
@Suite struct JSONPropertyTests {
    @Test(arguments: UInt64(0)..<300) func readsBackRandomTrees(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tree = randomTree(depthLeft: 6, using: &random)
        let written = encode(tree)
        let read = try JSONValue(parsing: written)
        #expect(read == tree)
        #expect(encode(read) == written)
        let spaced = insertWhiteSpace(into: written, using: &random)
        #expect(try JSONValue(parsing: spaced) == tree)
        #expect(try transcript(spaced) == transcript(written))
    }

    /// Any bytes get a value or a documented error, whose position lies in them. What is accepted is what was meant:
    /// it reads the same after it has been written again.
    @Test(arguments: UInt64(0)..<300) func survivesDamage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let original = encode(randomTree(depthLeft: 4, using: &random))
        for _ in 0..<20 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) { damage(&bytes, using: &random) }
            do throws(JSONError) {
                let value = try JSONValue(parsing: bytes)
                #expect(try transcript(bytes) == transcript(encode(value)))
            } catch {
                let at = position(of: error) ?? bytes.count
                #expect((0...bytes.count).contains(at))
                #expect(!error.description.isEmpty)
            }
        }
    }

    /// Escaping all characters, or none that need not be, gives the same text.
    @Test(arguments: UInt64(0)..<100) func decodesEscapedAndPlainAlike(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let text = randomText(charactersMax: 40, using: &random)
        var escaped = "\""
        for unit in text.utf16 {
            let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
            escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        escaped += "\""
        #expect(try transcript(escaped) == ["string " + text])
        #expect(try transcript(encode(.string(text))) == ["string " + text])
    }
}

private func position(of error: JSONError) -> Int? {
    switch error {
    case .unexpectedEnd, .tooManyValues: nil
    case .unexpectedByte(let at), .trailingBytes(let at), .tooDeep(let at), .invalidUTF8(let at),
        .controlCharacter(let at), .badEscape(let at), .unpairedSurrogate(let at),
        .nulCharacter(let at), .duplicateKey(let at):
        at
    }
}

private func randomTree(depthLeft: Int, using random: inout SplitMix64) -> JSONValue {
    switch Int.random(in: 0..<(depthLeft == 0 ? 5 : 9), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .number(String(Int64(bitPattern: random.next())))
    case 3: return .number(["0", "-0", "1.5", "1e9", "-2.5E-3", "0.0"].randomElement(using: &random) ?? "0")
    case 4: return .string(randomText(charactersMax: 12, using: &random))
    case 5, 6:
        let count = Int.random(in: 0...5, using: &random)
        return .array((0..<count).map { _ in randomTree(depthLeft: depthLeft - 1, using: &random) })
    default:
        let count = Int.random(in: 0...12, using: &random)
        return .object(
            (0..<count).map { index in
                JSONMember(
                    key: randomText(charactersMax: 4, using: &random) + "\(index)",
                    value: randomTree(depthLeft: depthLeft - 1, using: &random))
            })
    }
}

private func randomText(charactersMax: Int, using random: inout SplitMix64) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...charactersMax, using: &random) {
        let range: ClosedRange<UInt32> =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: 0x01...0x1F
            case 1: 0x22...0x22
            case 2: 0x5C...0x5C
            case 3: 0x80...0x7FF
            case 4: 0x800...0xFFFF
            case 5: 0x1_0000...0x10_FFFF
            default: 0x20...0x7F
            }
        if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.unicodeScalars.append(scalar) }
    }
    return text
}

/// Before and after each bracket, comma and colon that is not inside a string.
private func insertWhiteSpace(into json: [UInt8], using random: inout SplitMix64) -> [UInt8] {
    var spaced: [UInt8] = []
    var isInString = false
    var isEscaped = false
    for byte in json {
        let isStructure = !isInString && "[]{},:".utf8.contains(byte)
        if isStructure { spaced += randomWhiteSpace(using: &random) }
        spaced.append(byte)
        if isStructure { spaced += randomWhiteSpace(using: &random) }
        if byte == UInt8(ascii: "\"") && !isEscaped { isInString.toggle() }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return spaced
}

private func randomWhiteSpace(using random: inout SplitMix64) -> [UInt8] {
    (0..<Int.random(in: 0...2, using: &random)).map { _ in " \t\r\n".utf8.randomElement(using: &random) ?? 0x20 }
}

private func damage(_ bytes: inout [UInt8], using random: inout SplitMix64) {
    let at = Int.random(in: 0...bytes.count, using: &random)
    let likely = "\"\\{}[]:,u0-.eE \u{1F}é".utf8
    let byte =
        Bool.random(using: &random)
        ? likely.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes.insert(byte, at: at)
    case 1 where at < bytes.count: bytes[at] = byte
    case 2 where at < bytes.count: bytes.remove(at: at)
    default: bytes.removeSubrange(at...)
    }
}
