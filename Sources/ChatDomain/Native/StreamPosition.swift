/// A place in a stream: which history it is, and the number of the newest event that is known.
public struct StreamPosition: Hashable, Sendable, Codable {
    public var epoch: Epoch
    public var offset: Int64

    public init(epoch: Epoch, offset: Int64) {
        self.epoch = epoch
        self.offset = offset
    }
}

/// Which history of a stream its offsets belong to. On the wire a string that clients only compare.
public struct Epoch: Hashable, Sendable, CustomStringConvertible, Codable {
    public let rawValue: UInt64

    public init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Reads what `description` gives; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 16 else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            // Compared exactly: a letter in upper case is another string.
            guard let digit = hexValue(byte), lowerHexDigit(digit) == byte else { return nil }
            value = value << 4 | UInt64(digit)
        }
        rawValue = value
    }

    /// 16 hexadecimal digits, in lower case.
    public var description: String {
        var text: [UInt8] = []
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `description` reads.
    public func append(to bytes: inout [UInt8]) {
        for index in 0..<16 {
            bytes.append(lowerHexDigit(UInt8(truncatingIfNeeded: rawValue >> UInt64((15 - index) * 4)) & 0xF))
        }
    }
}

extension JSONWriter {
    /// A 64-bit identifier, as the string that it is on the wire.
    public mutating func value(id: Int64) { value(decimalString: id) }
    public mutating func value(_ id: UserID) { value(decimalString: id.rawValue) }
    public mutating func value(_ id: RoomID) { value(decimalString: id.rawValue) }
    public mutating func value(_ id: SessionID) { value(decimalString: id.rawValue) }
    public mutating func value(_ id: InviteID) { value(decimalString: id.rawValue) }

    public mutating func value(_ epoch: Epoch) {
        value(quoting: { epoch.append(to: &$0) })
    }

    public mutating func value(_ key: MessageKey) {
        value(quoting: { key.append(to: &$0) })
    }
}
