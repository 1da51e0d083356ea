/// A whole JSON document as a tree: for bodies of requests, which are small and few. The hot path uses `JSONReader`.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As it is written in the document.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the document; no two members have the same key.
    case object([JSONMember])

    /// Reads a document; whatever `JSONReader` refuses is an error, and so is an object that names a member twice.
    ///
    /// - Parameter valuesMax: the most values, members' included, that are kept; each takes some tens of bytes.
    public init(parsing bytes: Span<UInt8>, valuesMax: Int = 100_000) throws(JSONError) {
        var parser = TreeParser(valuesMax: valuesMax)
        self = try parser.parse(bytes)
    }

    public init(parsing bytes: [UInt8], valuesMax: Int = 100_000) throws(JSONError) {
        try self.init(parsing: bytes.span, valuesMax: valuesMax)
    }

    /// The member of that name, compared byte for byte; nil where there is none, and where this is no object.
    public subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        for member in members where member.key.utf8.elementsEqual(key.utf8) { return member.value }
        return nil
    }

    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// nil for a number with a fraction or an exponent, and for one that does not fit.
    public var integer: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }

    public var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }

    public var array: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    public var object: [JSONMember]? { if case .object(let members) = self { members } else { nil } }

    public var isNull: Bool { self == .null }
}

/// A name and its value in a JSON object.
public struct JSONMember: Equatable, Sendable {
    public let key: String
    public let value: JSONValue

    public init(key: String, value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// Builds the tree. The recursion is as deep as `JSONReader.depthMax` at most.
private struct TreeParser {
    private let valuesMax: Int
    private var valuesCount = 0
    private var reader = JSONReader()

    init(valuesMax: Int) { self.valuesMax = valuesMax }

    mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard let token = try reader.next(in: bytes) else { throw .unexpectedEnd }
        let value = try parse(token, in: bytes)
        // Throws where anything but white space follows.
        _ = try reader.next(in: bytes)
        return value
    }

    private mutating func parse(_ token: JSONToken, in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard valuesCount < valuesMax else { throw .tooManyValues(valuesMax: valuesMax) }
        valuesCount += 1
        switch token {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .number(let range):
            return .number(JSONText(range: range, hasEscapes: false).string(in: bytes))
        case .string(let text): return .string(text.string(in: bytes))
        case .beginArray: return .array(try parseElements(in: bytes))
        case .beginObject: return .object(try parseMembers(in: bytes))
        // The reader never hands out one of these where a value is due.
        case .endArray, .endObject, .key: throw .unexpectedEnd
        }
    }

    private mutating func parseElements(in bytes: Span<UInt8>) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        while let token = try reader.next(in: bytes), token != .endArray {
            elements.append(try parse(token, in: bytes))
        }
        return elements
    }

    private mutating func parseMembers(in bytes: Span<UInt8>) throws(JSONError) -> [JSONMember] {
        var members: [JSONMember] = []
        var keys = KeySet()
        while case .key(let text)? = try reader.next(in: bytes) {
            var key: [UInt8] = []
            text.append(to: &key, from: bytes)
            let name = String(decoding: key, as: UTF8.self)
            guard keys.insert(key) else { throw .duplicateKey(at: text.range.lowerBound - 1) }
            guard let token = try reader.next(in: bytes) else { throw .unexpectedEnd }
            members.append(JSONMember(key: name, value: try parse(token, in: bytes)))
        }
        return members
    }
}

/// The names that one object has used so far, compared byte for byte (RFC 8259 §8.3), while `String` would compare by
/// canonical equivalence. Linear for the few that most objects have; hashed, with the process's seed, beyond that.
private struct KeySet {
    private var few: [[UInt8]] = []
    private var many: Set<[UInt8]> = []
    private static let fewMax = 8

    /// Whether `key` was not there yet.
    mutating func insert(_ key: [UInt8]) -> Bool {
        if few.contains(key) { return false }
        if few.count < Self.fewMax {
            few.append(key)
            return true
        }
        return many.insert(key).inserted
    }
}
