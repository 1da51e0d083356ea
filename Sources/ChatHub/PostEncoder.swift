/// Writes a value as bytes: the fields in their order, without names, and of an enum with payloads the name of its case.
/// `PostDecoder` reads them, by the same declarations.
///
/// Integers are written seven bits a byte, the low ones first, signed ones with the sign in the lowest bit; strings and
/// collections with their count before them; what may be missing with a byte that says whether it is there.
struct PostEncoder: Encoder {
    fileprivate final class Output {
        var bytes: [UInt8] = []
    }

    fileprivate let output: Output
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = PostEncoder(output: Output())
        try encoder.write(value)
        return encoder.output.bytes
    }

    fileprivate func write(_ value: some Encodable) throws {
        switch value {
        case let value as any PostCollection: try value.write(to: self)
        case let value as Bool: output.bytes.append(value ? 1 : 0)
        case let value as UInt8: output.bytes.append(value)
        case let value as any FixedWidthInteger: write(integer: value)
        case let value as String: try Array(value.utf8).write(to: self)
        default: try value.encode(to: self)
        }
    }

    private func write(integer value: some FixedWidthInteger) {
        guard type(of: value).isSigned else { return write(count: UInt64(truncatingIfNeeded: value)) }
        let number = Int64(truncatingIfNeeded: value)
        write(count: UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    fileprivate func write(count: UInt64) {
        var rest = count
        while rest > 0x7F {
            output.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        output.bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Fields(encoder: self))
    }

    /// Nothing that is posted is a list of things of several kinds.
    func unkeyedContainer() -> any UnkeyedEncodingContainer { preconditionFailure("no post has unkeyed parts") }

    func singleValueContainer() -> any SingleValueEncodingContainer { Value(encoder: self) }

    private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: PostEncoder
        var codingPath: [any CodingKey] { [] }

        func encodeNil(forKey key: Key) {}
        func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try encoder.write(value) }
        func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try writeIfPresent(value) }
        // Each of these would otherwise be written only if it is there, without saying so.
        func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: String?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try writeIfPresent(value) }
        func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try writeIfPresent(value) }

        private func writeIfPresent(_ value: (some Encodable)?) throws {
            encoder.write(count: value == nil ? 0 : 1)
            if let value { try encoder.write(value) }
        }

        /// The payload of an enum's case of that name.
        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            let name = Array(key.stringValue.utf8)
            encoder.write(count: UInt64(name.count))
            encoder.output.bytes += name
            return KeyedEncodingContainer(Fields<Nested>(encoder: encoder))
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder.unkeyedContainer() }
        func superEncoder() -> any Encoder { encoder }
        func superEncoder(forKey key: Key) -> any Encoder { encoder }
    }

    private struct Value: SingleValueEncodingContainer {
        let encoder: PostEncoder
        var codingPath: [any CodingKey] { [] }

        func encodeNil() {}
        func encode<T: Encodable>(_ value: T) throws { try encoder.write(value) }
    }
}

/// What holds any number of values, and is written as that number and the values.
protocol PostCollection {
    func write(to encoder: PostEncoder) throws
    init(from decoder: PostDecoder) throws
}

extension Optional: PostCollection where Wrapped: Codable {
    func write(to encoder: PostEncoder) throws {
        encoder.write(count: self == nil ? 0 : 1)
        if let self { try encoder.write(self) }
    }

    init(from decoder: PostDecoder) throws { self = try decoder.count() == 0 ? nil : decoder.read(Wrapped.self) }
}

extension Array: PostCollection where Element: Codable {
    func write(to encoder: PostEncoder) throws {
        encoder.write(count: UInt64(count))
        if let bytes = self as? [UInt8] {
            encoder.output.bytes += bytes
        } else {
            for element in self { try encoder.write(element) }
        }
    }

    init(from decoder: PostDecoder) throws {
        let count = try decoder.count()
        if let bytes = try decoder.bytes(count, as: Self.self) {
            self = bytes
        } else {
            self = []
            for _ in 0..<count { append(try decoder.read(Element.self)) }
        }
    }
}

extension Set: PostCollection where Element: Codable {
    func write(to encoder: PostEncoder) throws { try Array(self).write(to: encoder) }
    init(from decoder: PostDecoder) throws { self = Set(try [Element](from: decoder)) }
}

extension Dictionary: PostCollection where Key: Codable, Value: Codable {
    func write(to encoder: PostEncoder) throws {
        encoder.write(count: UInt64(count))
        for (key, value) in self {
            try encoder.write(key)
            try encoder.write(value)
        }
    }

    init(from decoder: PostDecoder) throws {
        self = [:]
        for _ in 0..<(try decoder.count()) {
            let key = try decoder.read(Key.self)
            self[key] = try decoder.read(Value.self)
        }
    }
}
