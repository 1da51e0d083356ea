import ChatDomain

// `#expect` cannot hold a span: these take the array that the span is of.

extension JSONReader {
    mutating func next(in bytes: [UInt8]) throws(JSONError) -> JSONToken? { try next(in: bytes.span) }
    mutating func skipValue(in bytes: [UInt8]) throws(JSONError) { try skipValue(in: bytes.span) }
    mutating func skipToEnd(in bytes: [UInt8]) throws(JSONError) { try skipToEnd(in: bytes.span) }

    static func integer(_ range: Range<Int>, in bytes: [UInt8]) -> Int64? { integer(range, in: bytes.span) }
}

extension JSONText {
    func equals(_ literal: StaticString, in bytes: [UInt8]) -> Bool { equals(literal, in: bytes.span) }
    func string(in bytes: [UInt8]) -> String { string(in: bytes.span) }
    func append(to decoded: inout [UInt8], from bytes: [UInt8]) { append(to: &decoded, from: bytes.span) }
}
