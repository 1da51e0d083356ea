/// Why some bytes are no JSON document that this module accepts. `description` is a sentence for whoever sent them.
///
/// Positions are byte offsets from the start of the document.
public enum JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A byte that the grammar does not allow in its place (RFC 8259 §2).
    case unexpectedByte(at: Int)
    /// The document stops before it is complete.
    case unexpectedEnd
    /// Something other than white space follows the document.
    case trailingBytes(at: Int)
    /// More arrays and objects inside each other than `JSONReader.depthMax`.
    case tooDeep(at: Int)
    /// More values than the reader of the whole tree was told to accept.
    case tooManyValues(valuesMax: Int)
    /// A string with bytes that are not UTF-8 (RFC 8259 §8.1, RFC 3629 §4).
    case invalidUTF8(at: Int)
    /// A byte below 0x20 that stands in a string unescaped (RFC 8259 §7).
    case controlCharacter(at: Int)
    /// A backslash with something other than an escape after it (RFC 8259 §7).
    case badEscape(at: Int)
    /// Half of a surrogate pair without the other half (RFC 8259 §8.2).
    case unpairedSurrogate(at: Int)
    /// U+0000, which the grammar allows and databases and C libraries do not.
    case nulCharacter(at: Int)
    /// An object that names a member twice; `at` is where the second name begins (RFC 8259 §4).
    case duplicateKey(at: Int)

    public var description: String {
        switch self {
        case .unexpectedByte(let at): "The JSON has a character at byte \(at) that does not belong there."
        case .unexpectedEnd: "The JSON ends before it is complete."
        case .trailingBytes(let at): "Something follows the JSON document, at byte \(at)."
        case .tooDeep(let at): "The JSON is nested deeper than \(JSONReader.depthMax) levels at byte \(at)."
        case .tooManyValues(let valuesMax): "The JSON holds more than \(valuesMax) values."
        case .invalidUTF8(let at): "The JSON is not valid UTF-8 at byte \(at)."
        case .controlCharacter(let at): "A JSON string holds an unescaped control character at byte \(at)."
        case .badEscape(let at): "A JSON string holds an invalid escape at byte \(at)."
        case .unpairedSurrogate(let at): "A JSON string holds half of a surrogate pair at byte \(at)."
        case .nulCharacter(let at): "A JSON string holds the character NUL at byte \(at)."
        case .duplicateKey(let at): "A JSON object names a member twice; the second one is at byte \(at)."
        }
    }
}
