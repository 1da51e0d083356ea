/// Reads what `PostEncoder` has written. Any bytes get an answer: a value, or an error. No more memory is taken than
/// bytes are there, whatever they say of themselves.
struct PostDecoder: Decoder {
    /// The bytes are not what such a value is written as.
    struct Malformed: Error {}

    private final class Input {
        let bytes: [UInt8]
        var position = 0
        var depth = 0

        init(bytes: [UInt8]) { self.bytes = bytes }
    }

    private let input: Input
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Nothing that is posted has parts within parts beyond this.
    private static let depthMax = 32

    static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws(Malformed) -> T {
        let decoder = PostDecoder(input: Input(bytes: bytes))
        let value: T
        do {
            value = try decoder.read(type)
        } catch {
            // What the declarations themselves find wrong, such as a case that there is not, is the same to the caller.
            throw Malformed()
        }
        guard decoder.input.position == bytes.count else { throw Malformed() }
        return value
    }

    func read<T: Decodable>(_ type: T.Type) throws -> T {
        input.depth += 1
        defer { input.depth -= 1 }
        guard input.depth <= Self.depthMax else { throw Malformed() }
        let value: Any
        switch type {
        case let type as any PostCollection.Type: value = try type.init(from: self)
        case is Bool.Type: value = try byte(max: 1) == 1
        case is UInt8.Type: value = try byte(max: 255)
        case let type as any FixedWidthInteger.Type: value = try integer(type)
        case is String.Type: value = try string()
        default: return try T(from: self)
        }
        guard let value = value as? T else { throw Malformed() }
        return value
    }

    private func byte(max: UInt8) throws -> UInt8 {
        guard input.position < input.bytes.count, input.bytes[input.position] <= max else { throw Malformed() }
        defer { input.position += 1 }
        return input.bytes[input.position]
    }

    private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        let bits = try number()
        let signed = Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
        guard let value = T.isSigned ? T(exactly: signed) : T(exactly: bits) else { throw Malformed() }
        return value
    }

    private func number() throws -> UInt64 {
        var bits: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            let next = try byte(max: shift == 63 ? 1 : 255)
            bits |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return bits }
        }
        throw Malformed()
    }

    /// Of what follows; each of it takes a byte at least, but for what is empty, of which no collection is posted.
    func count() throws -> Int {
        let count = try number()
        guard count <= UInt64(input.bytes.count - input.position) else { throw Malformed() }
        return Int(count)
    }

    /// The next bytes, if that is what is wanted.
    func bytes<T>(_ count: Int, as type: T.Type) throws -> T? {
        guard type == [UInt8].self else { return nil }
        guard count <= input.bytes.count - input.position else { throw Malformed() }
        defer { input.position += count }
        return Array(input.bytes[input.position..<input.position + count]) as? T
    }

    private func string() throws -> String {
        guard let utf8 = try bytes(try count(), as: [UInt8].self), let text = String(validating: utf8, as: UTF8.self)
        else { throw Malformed() }
        return text
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(Fields(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Malformed() }
    func singleValueContainer() -> any SingleValueDecodingContainer { Value(decoder: self) }

    private struct Fields<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let decoder: PostDecoder
        var codingPath: [any CodingKey] { [] }

        /// Of an enum: the case that is there.
        var allKeys: [Key] { (try? decoder.string()).flatMap { Key(stringValue: $0) }.map { [$0] } ?? [] }

        func contains(_ key: Key) -> Bool { true }
        /// What may be missing has a byte before it that says whether it is.
        func decodeNil(forKey key: Key) throws -> Bool { try decoder.count() == 0 }
        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try decoder.read(type) }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Nested> {
            KeyedDecodingContainer(Fields<Nested>(decoder: decoder))
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw Malformed() }
        func superDecoder() -> any Decoder { decoder }
        func superDecoder(forKey key: Key) -> any Decoder { decoder }
    }

    private struct Value: SingleValueDecodingContainer {
        let decoder: PostDecoder
        var codingPath: [any CodingKey] { [] }

        func decodeNil() -> Bool { false }
        func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.read(type) }
    }
}
