/// The 2 to 14 bytes before a payload (RFC 6455 §5.2), read and checked as far as they can be without knowing what
/// came before.
struct FrameHeader: Equatable, Sendable {
    static let bytesMax = 14

    var opcode: Opcode
    var isFinal: Bool
    /// RSV1: the first frame of a compressed message (RFC 7692 §6).
    var isCompressed: Bool
    /// Below 2^63.
    var payloadBytes: UInt64
    /// nil: not masked.
    var mask: MaskKey?
    /// How many bytes the header takes.
    var headerBytes: Int

    /// - Parameters:
    ///   - bytes: what there is, from `offset`; may be less than a header.
    ///   - role: who we are, so whether a mask must be there.
    ///   - allowsCompression: whether RSV1 has a meaning.
    /// - Returns: nil where the header is not complete; what is there has been checked.
    static func read(
        _ bytes: Span<UInt8>, at offset: Int, role: Role, allowsCompression: Bool
    ) throws(WSError) -> FrameHeader? {
        let available = bytes.count &- offset
        guard available > 0 else { return nil }
        let first = bytes[offset]
        let rsv = first >> 4 & 7
        guard rsv == 0 || rsv == 4 && allowsCompression else { throw .reservedBits(rsv) }
        guard let opcode = Opcode(rawValue: first & 15) else { throw .unknownOpcode(first & 15) }
        let isFinal = first & 0x80 != 0
        if opcode.isControl, !isFinal { throw .fragmentedControlFrame }
        // Only the first frame of a message may say that the message is compressed (RFC 7692 §6).
        if rsv != 0, opcode.isControl || opcode == .continuation { throw .reservedBits(rsv) }

        guard available > 1 else { return nil }
        let second = bytes[offset &+ 1]
        let isMasked = second & 0x80 != 0
        switch role {
        case .server: guard isMasked else { throw .unmaskedFrame }
        case .client: guard !isMasked else { throw .maskedFrame }
        }
        let shortLength = second & 0x7F
        if opcode.isControl, shortLength > 125 { throw .controlFrameTooLong }

        let lengthBytes = shortLength < 126 ? 0 : shortLength == 126 ? 2 : 8
        let headerBytes = 2 &+ lengthBytes &+ (isMasked ? 4 : 0)
        var payloadBytes = UInt64(shortLength)
        if lengthBytes > 0 {
            guard available >= 2 &+ lengthBytes else { return nil }
            payloadBytes = bigEndianNumber(bytes, at: offset &+ 2, count: lengthBytes)
            if payloadBytes >> 63 != 0 { throw .lengthTopBit }
            guard payloadBytes > (lengthBytes == 2 ? 125 : 0xFFFF) else { throw .nonMinimalLength }
        }
        guard available >= headerBytes else { return nil }
        let mask =
            isMasked
            ? MaskKey(
                UInt32(truncatingIfNeeded: bigEndianNumber(bytes, at: offset &+ headerBytes &- 4, count: 4)))
            : nil
        return FrameHeader(
            opcode: opcode, isFinal: isFinal, isCompressed: rsv == 4, payloadBytes: payloadBytes, mask: mask,
            headerBytes: headerBytes)
    }

    /// Appends a header. With `mask` the payload that follows must be masked with it.
    static func append(
        _ opcode: Opcode, payloadBytes: Int, isFinal: Bool, isCompressed: Bool = false, mask: UInt32?,
        to bytes: inout [UInt8]
    ) {
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        bytes.append((isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode.rawValue)
        if payloadBytes < 126 {
            bytes.append(maskBit | UInt8(truncatingIfNeeded: payloadBytes))
        } else if payloadBytes <= 0xFFFF {
            bytes.append(maskBit | 126)
            appendBigEndian(UInt64(payloadBytes), count: 2, to: &bytes)
        } else {
            bytes.append(maskBit | 127)
            appendBigEndian(UInt64(payloadBytes), count: 8, to: &bytes)
        }
        if let mask { appendBigEndian(UInt64(mask), count: 4, to: &bytes) }
    }
}

@inline(__always)
private func bigEndianNumber(_ bytes: Span<UInt8>, at offset: Int, count: Int) -> UInt64 {
    var number: UInt64 = 0
    for index in 0..<count { number = number << 8 | UInt64(bytes[offset &+ index]) }
    return number
}

private func appendBigEndian(_ number: UInt64, count: Int, to bytes: inout [UInt8]) {
    for index in 0..<count {
        bytes.append(UInt8(truncatingIfNeeded: number >> UInt64((count - 1 - index) * 8)))
    }
}
