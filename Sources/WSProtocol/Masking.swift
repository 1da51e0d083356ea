/// The four bytes of a mask (RFC 6455 §5.3) with the place reached in them.
///
/// Kept in the order of memory, the first byte to apply at the lowest address, so that applying it to a word of
/// payload is one XOR on any processor.
struct MaskKey: Equatable, Sendable {
    /// In the order of memory.
    private(set) var word: UInt32

    /// - Parameter value: the key as a number, its first byte on the wire the most significant one.
    init(_ value: UInt32) { word = value.bigEndian }

    /// The key for what follows after `count` bytes.
    mutating func advance(by count: Int) {
        // Rotating the number by whole bytes turns the key; which way depends on the byte order of memory.
        let bits = UInt32(truncatingIfNeeded: count & 3) * 8
        let wire = UInt32(bigEndian: word)
        word = (wire << bits | wire >> (32 - bits)).bigEndian
    }
}

/// Applies `key`, from its first byte, to the bytes in `range`. Masking and unmasking are the same operation.
///
/// Blocks of 64 bytes, then words of 8, then single bytes.
func applyMask(_ key: MaskKey, to bytes: inout MutableSpan<UInt8>, in range: Range<Int>) {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return }
    // Reads and writes below stay inside `range`, which lies inside the buffer.
    unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        let base = unsafe start + range.lowerBound
        let count = range.count
        let word = UInt64(key.word) << 32 | UInt64(key.word)
        var offset = 0
        if count >= 64 {
            let block = SIMD8<UInt64>(repeating: word)
            while count &- offset >= 64 {
                let masked = unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self) ^ block
                unsafe base.storeBytes(of: masked, toByteOffset: offset, as: SIMD8<UInt64>.self)
                offset &+= 64
            }
        }
        while count &- offset >= 8 {
            let masked = unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ word
            unsafe base.storeBytes(of: masked, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        // A multiple of 8 is done, so the key is at its first byte again.
        var rest = key.word
        while offset < count {
            unsafe buffer[range.lowerBound &+ offset] ^= firstByte(&rest)
            offset &+= 1
        }
    }
}

/// Takes the byte at the lowest address of a key and turns the key by one.
@inline(__always)
private func firstByte(_ word: inout UInt32) -> UInt8 {
    #if _endian(big)
        let byte = UInt8(truncatingIfNeeded: word >> 24)
        word = word << 8 | word >> 24
    #else
        let byte = UInt8(truncatingIfNeeded: word)
        word = word >> 8 | word << 24
    #endif
    return byte
}

/// The definition of §5.3, byte by byte: what tests hold `applyMask` against.
func applyMaskNaively(_ key: UInt32, to bytes: inout [UInt8], in range: Range<Int>) {
    for (index, position) in range.enumerated() {
        bytes[position] ^= UInt8(truncatingIfNeeded: key >> UInt32(24 - index % 4 * 8))
    }
}
