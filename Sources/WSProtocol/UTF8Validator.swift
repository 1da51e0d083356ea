/// Checks that bytes, as they come in pieces of any size, are UTF-8 (RFC 3629), and says so at the first byte that
/// cannot be right.
///
/// Between characters the state is the initial one. Inside a character it is how many continuation bytes are still
/// missing, and in which range the next one must lie: that range is what rules out overlong forms, surrogates and
/// what lies above U+10FFFF.
struct UTF8Validator: Equatable, Sendable {
    private var missing: UInt8 = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Whether the bytes so far end with a whole character.
    var isBetweenCharacters: Bool { missing == 0 }

    /// - Returns: whether the bytes in `range`, after all before, can be the beginning of UTF-8 text. After `false`
    ///   the state is void.
    mutating func accepts(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool {
        let part = bytes.extracting(range)
        var offset = 0
        while offset < part.count {
            if missing == 0 {
                offset = endOfASCII(part, from: offset)
                guard offset < part.count else { return true }
            }
            guard accepts(part[offset]) else { return false }
            offset &+= 1
        }
        return true
    }

    /// One step of the state machine: table 3-7 of the Unicode Standard.
    mutating func accepts(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard byte >= lowest, byte <= highest else { return false }
            missing &-= 1
            lowest = 0x80
            highest = 0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return false
        }
        return true
    }
}

/// The first offset at or after `start` with a byte that is not ASCII, or one at most 31 bytes before it; the end
/// where all is ASCII.
private func endOfASCII(_ bytes: Span<UInt8>, from start: Int) -> Int {
    // Reads below stay inside the `count` bytes of the buffer.
    unsafe bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return start }
        let count = buffer.count
        let high: UInt64 = 0x8080_8080_8080_8080
        var offset = start
        while count &- offset >= 32 {
            let a = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let b = unsafe base.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
            let c = unsafe base.loadUnaligned(fromByteOffset: offset &+ 16, as: UInt64.self)
            let d = unsafe base.loadUnaligned(fromByteOffset: offset &+ 24, as: UInt64.self)
            guard (a | b | c | d) & high == 0 else { return offset }
            offset &+= 32
        }
        while count &- offset >= 8 {
            guard unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & high == 0 else { return offset }
            offset &+= 8
        }
        while offset < count, unsafe buffer[offset] < 0x80 { offset &+= 1 }
        return offset
    }
}
