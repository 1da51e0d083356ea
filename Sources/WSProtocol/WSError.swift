/// What a peer did wrong after the handshake. Send `closeCode` in a close frame, then end the connection
/// (RFC 6455 §7.1.7).
public enum WSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A reserved bit is set that no extension gave a meaning (§5.2); the three bits as a number from 1 to 7.
    case reservedBits(UInt8)
    /// An opcode that is reserved (§5.2).
    case unknownOpcode(UInt8)
    /// A client's frame without a mask (§5.1).
    case unmaskedFrame
    /// A server's frame with a mask (§5.1).
    case maskedFrame
    /// A length written in more bytes than it needs (§5.2).
    case nonMinimalLength
    /// A 64-bit length with its highest bit set (§5.2).
    case lengthTopBit
    /// A control frame without FIN (§5.5).
    case fragmentedControlFrame
    /// A control frame with a payload of more than 125 bytes (§5.5).
    case controlFrameTooLong
    /// A continuation frame while no message is under way (§5.4).
    case unexpectedContinuation
    /// A text or binary frame while another message is under way (§5.4).
    case interleavedMessage
    /// A text message that is not UTF-8 (§8.1).
    case invalidUTF8
    /// A close frame with a payload of one byte (§5.5.1).
    case truncatedCloseCode
    /// A close code that may not be sent (§7.4).
    case invalidCloseCode(UInt16)
    /// A close reason that is not UTF-8 (§5.5.1).
    case invalidCloseReason
    /// A frame above `WSLimits.frameBytesMax`.
    case frameTooBig
    /// A message above `WSLimits.messageBytesMax`.
    case messageTooBig
    /// A message of more frames than `WSLimits.fragmentsMax`.
    case tooManyFragments
    /// A compressed message that is no deflate data, or does not end where a message must (RFC 7692 §7.2.2).
    case invalidCompressedData
    /// A compressed message above `WSLimits.inflateRatioMax`.
    case compressionRatioTooHigh
    /// More control frames in a second than `WSLimits.controlFramesPerSecondMax`.
    case tooManyControlFrames
    /// No memory is left to inflate a message with. Not the peer's fault.
    case outOfMemory

    /// The code for the close frame that answers the violation.
    public var closeCode: CloseCode {
        switch self {
        case .reservedBits, .unknownOpcode, .unmaskedFrame, .maskedFrame, .nonMinimalLength, .lengthTopBit,
            .fragmentedControlFrame, .controlFrameTooLong, .unexpectedContinuation, .interleavedMessage,
            .truncatedCloseCode, .invalidCloseCode:
            .protocolError
        case .invalidUTF8, .invalidCloseReason, .invalidCompressedData: .invalidPayload
        case .frameTooBig, .messageTooBig, .tooManyFragments, .compressionRatioTooHigh: .tooBig
        case .tooManyControlFrames: .policyViolation
        case .outOfMemory: .internalError
        }
    }

    /// A phrase for the close frame's reason or a log line; never a byte that came from the peer, always below
    /// 123 bytes.
    public var description: String {
        switch self {
        case .reservedBits(let bits): "reserved bits are set: \(bits)"
        case .unknownOpcode(let opcode): "opcode \(opcode) is reserved"
        case .unmaskedFrame: "a client must mask its frames"
        case .maskedFrame: "a server must not mask its frames"
        case .nonMinimalLength: "the payload length is not in its shortest form"
        case .lengthTopBit: "the highest bit of a 64-bit length is set"
        case .fragmentedControlFrame: "a control frame must not be fragmented"
        case .controlFrameTooLong: "a control frame carries at most 125 bytes"
        case .unexpectedContinuation: "a continuation frame without a message to continue"
        case .interleavedMessage: "a new message before the last one was finished"
        case .invalidUTF8: "a text message must be UTF-8"
        case .truncatedCloseCode: "a close code takes two bytes"
        case .invalidCloseCode(let code): "close code \(code) must not be sent"
        case .invalidCloseReason: "a close reason must be UTF-8"
        case .frameTooBig: "the frame is too big"
        case .messageTooBig: "the message is too big"
        case .tooManyFragments: "the message has too many fragments"
        case .invalidCompressedData: "the compressed message cannot be read"
        case .compressionRatioTooHigh: "the message inflates to too many times its length"
        case .tooManyControlFrames: "too many control frames"
        case .outOfMemory: "no memory is left to inflate the message"
        }
    }
}
