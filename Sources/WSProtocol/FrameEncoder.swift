/// Writes frames. A frame without a mask is the same for every receiver: encode it once, and send the same bytes to
/// as many connections as you like.
///
/// A server never masks; a client masks each frame with a number nobody can predict (RFC 6455 §5.3, §10.3).
public enum FrameEncoder {
    /// Appends one whole frame.
    ///
    /// - Parameters:
    ///   - opcode: `.continuation` for all frames of a fragmented message but its first.
    ///   - payload: at most 125 bytes in a control frame; of a longer one only the first 125 are sent.
    ///   - fin: whether the message ends with this frame; always so with a control frame.
    ///   - mask: for a client, 32 bits from a random source that nobody can predict.
    ///   - bytes: where the frame goes.
    public static func append(
        _ opcode: Opcode, _ payload: Span<UInt8>, fin: Bool = true, mask: UInt32? = nil, to bytes: inout [UInt8]
    ) {
        appendFrame(opcode, payload, fin: fin, mask: mask, to: &bytes)
    }

    /// Appends one whole frame.
    public static func append(
        _ opcode: Opcode, _ payload: [UInt8], fin: Bool = true, mask: UInt32? = nil, to bytes: inout [UInt8]
    ) {
        append(opcode, payload.span, fin: fin, mask: mask, to: &bytes)
    }

    /// Appends a close frame.
    ///
    /// - Parameters:
    ///   - code: nil, or one that may not be sent (`CloseCode.mayBeSent`), gives a frame without code and reason.
    ///   - reason: cut to 123 bytes, at the boundary of a character.
    ///   - mask: for a client, 32 bits from a random source that nobody can predict.
    ///   - bytes: where the frame goes.
    public static func appendClose(
        _ code: CloseCode?, reason: String = "", mask: UInt32? = nil, to bytes: inout [UInt8]
    ) {
        var payload: [UInt8] = []
        if let code, code.mayBeSent {
            payload.append(UInt8(truncatingIfNeeded: code.rawValue >> 8))
            payload.append(UInt8(truncatingIfNeeded: code.rawValue))
            for scalar in reason.unicodeScalars {
                let encoded = UTF8.encode(scalar)
                guard let encoded, payload.count + encoded.count <= 125 else { break }
                payload.append(contentsOf: encoded)
            }
        }
        append(.close, payload, mask: mask, to: &bytes)
    }

    /// Appends the header alone, for a caller that writes the payload straight behind it, unmasked.
    ///
    /// - Parameters:
    ///   - opcode: `.continuation` for all frames of a fragmented message but its first.
    ///   - payloadBytes: exactly how many bytes will follow.
    ///   - fin: whether the message ends with this frame.
    ///   - bytes: where the header goes.
    public static func appendHeader(
        _ opcode: Opcode, payloadBytes: Int, fin: Bool = true, to bytes: inout [UInt8]
    ) {
        FrameHeader.append(opcode, payloadBytes: payloadBytes, isFinal: fin, mask: nil, to: &bytes)
    }

    static func appendFrame(
        _ opcode: Opcode, _ payload: Span<UInt8>, fin: Bool = true, isCompressed: Bool = false, mask: UInt32? = nil,
        to bytes: inout [UInt8]
    ) {
        let count = opcode.isControl ? min(payload.count, 125) : payload.count
        FrameHeader.append(
            opcode, payloadBytes: count, isFinal: fin || opcode.isControl, isCompressed: isCompressed, mask: mask,
            to: &bytes)
        let start = bytes.count
        appendBytes(payload.extracting(0..<count), to: &bytes)
        if let mask { maskTail(of: &bytes, from: start, with: mask) }
    }

    private static func maskTail(of bytes: inout [UInt8], from start: Int, with mask: UInt32) {
        let end = bytes.count
        var span = bytes.mutableSpan
        applyMask(MaskKey(mask), to: &span, in: start..<end)
    }
}

/// Appends a span in one go.
func appendBytes(_ source: Span<UInt8>, to bytes: inout [UInt8]) {
    // The buffer is only read, and only inside the closure.
    unsafe source.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
}
