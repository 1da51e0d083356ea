/// SHA-1 (FIPS 180-4), which the opening handshake is defined with (RFC 6455 §4.2.2). It proves there that the other
/// side speaks WebSocket, and protects nothing: do not use it for more.
struct SHA1 {
    private var state: InlineArray<5, UInt32> = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    private var block = InlineArray<16, UInt32>(repeating: 0)
    private var byteCount: UInt64 = 0

    mutating func append(_ byte: UInt8) {
        let place = Int(truncatingIfNeeded: byteCount & 63)
        block[place >> 2] = block[place >> 2] << 8 | UInt32(byte)
        byteCount &+= 1
        if place == 63 { compress() }
    }

    /// The digest of all bytes appended. The value is used up.
    mutating func finish() -> InlineArray<20, UInt8> {
        let bitCount = byteCount &* 8
        append(0x80)
        while byteCount & 63 != 56 { append(0) }
        for index in 0..<8 { append(UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - index * 8))) }
        var digest = InlineArray<20, UInt8>(repeating: 0)
        for index in 0..<20 {
            digest[index] = UInt8(truncatingIfNeeded: state[index / 4] >> UInt32(24 - index % 4 * 8))
        }
        return digest
    }

    private mutating func compress() {
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for round in 0..<80 {
            let word: UInt32
            if round < 16 {
                word = block[round]
            } else {
                // The message schedule in place: word t takes the room of word t - 16.
                word = rotated(
                    block[(round &+ 13) & 15] ^ block[(round &+ 8) & 15] ^ block[(round &+ 2) & 15]
                        ^ block[round & 15], by: 1)
                block[round & 15] = word
            }
            let mix: UInt32
            switch round {
            case 0..<20: mix = (b & c | ~b & d) &+ 0x5A82_7999
            case 20..<40: mix = (b ^ c ^ d) &+ 0x6ED9_EBA1
            case 40..<60: mix = (b & c | b & d | c & d) &+ 0x8F1B_BCDC
            default: mix = (b ^ c ^ d) &+ 0xCA62_C1D6
            }
            let next = rotated(a, by: 5) &+ mix &+ e &+ word
            (a, b, c, d, e) = (next, a, rotated(b, by: 30), c, d)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}

@inline(__always)
private func rotated(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 &- count) }
