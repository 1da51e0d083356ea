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
                if part.count &- offset >= 80, offset >= 3 {
                    guard let end = endOfBlocks(part, from: offset) else { return false }
                    offset = end
                }
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

/// Checks blocks of 64 bytes from `start` on, which is between two characters and has at least three bytes before it.
///
/// A byte must be a continuation exactly if one of the three before it leads a character that long; what else can be
/// wrong shows in a byte and the one before it. So a block needs no loop and no branch: it is compared with itself,
/// moved by one, two and three bytes.
///
/// - Returns: a place between two characters, less than 64 bytes before the end; nil where a byte is wrong.
private func endOfBlocks(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    // Reads below stay inside the buffer: at least 3 bytes after its beginning, and 64 before its end.
    unsafe bytes.withUnsafeBytes { buffer in
        guard let base = buffer.baseAddress else { return start }
        var offset = start
        while buffer.count &- offset >= 64 {
            var wrong = SIMD16<UInt8>.zero
            for index in 0..<4 { unsafe wrong |= wrongBytes(base + (offset &+ index &* 16)) }
            let words = unsafe unsafeBitCast(wrong, to: SIMD2<UInt64>.self)
            if words[0] | words[1] != 0 { return nil }
            offset &+= 64
        }
        // The last character may go on behind the blocks: back to where it began.
        for back in 1...3 {
            let byte = unsafe buffer[offset &- back]
            if byte >= 0xC0 {
                let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
                return length > back ? offset &- back : offset
            }
        }
        return offset
    }
}

/// The highest bit is set in each of the 16 bytes from `start` that cannot follow those before it. Reads from 3 bytes
/// before `start`.
///
/// All conditions are kept in the highest bit of each byte, and made by adding and masking: doubling a byte brings its
/// next bit there, and adding 0x7F to the low seven bits of a difference sets it unless they are all 0.
@inline(__always)
private func wrongBytes(_ start: UnsafeRawPointer) -> SIMD16<UInt8> {
    // The caller sees to it that all of this lies in the buffer.
    let here = unsafe start.loadUnaligned(as: SIMD16<UInt8>.self)
    let before = unsafe (start - 1).loadUnaligned(as: SIMD16<UInt8>.self)
    let before2 = unsafe (start - 2).loadUnaligned(as: SIMD16<UInt8>.self)
    let before3 = unsafe (start - 3).loadUnaligned(as: SIMD16<UInt8>.self)
    let bit6 = here &+ here
    let bit5 = bit6 &+ bit6
    let bit4 = bit5 &+ bit5
    let isContinuation = here & ~bit6

    // A lead of 110, 1110 or 11110 that many bytes before.
    let follows2 = before & (before &+ before)
    let shifted2 = before2 &+ before2
    let follows3 = before2 & shifted2 & (shifted2 &+ shifted2)
    let shifted3 = before3 &+ before3
    let shifted3Again = shifted3 &+ shifted3
    let follows4 = before3 & shifted3 & shifted3Again & (shifted3Again &+ shifted3Again)
    var wrong = isContinuation ^ (follows2 | follows3 | follows4)

    // C0 and C1 can only begin overlong forms; F5 and above nothing.
    let fromC0 = here ^ 0xC0
    wrong |= ~(((fromC0 & 0x7F) &+ 0x7E) | fromC0)
    wrong |= here & ((here & 0x7F) &+ 0x0B)
    // After these leads a part of the continuation bytes would make an overlong form, a surrogate, or lie beyond
    // U+10FFFF. That the byte is a continuation byte at all has been seen to.
    wrong |= ~(differs(before, 0xE0) | bit5)
    wrong |= ~differs(before, 0xED) & bit5
    wrong |= ~(differs(before, 0xF0) | bit5 | bit4)
    wrong |= ~differs(before, 0xF4) & (bit5 | bit4)
    return wrong & 0x80
}

@inline(__always)
private func differs(_ bytes: SIMD16<UInt8>, _ byte: UInt8) -> SIMD16<UInt8> {
    let difference = bytes ^ byte
    return ((difference & 0x7F) &+ 0x7F) | difference
}
