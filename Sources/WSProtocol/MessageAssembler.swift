/// A message that comes in pieces: its bytes so far in one contiguous buffer, which grows with what was received and
/// never with what was announced.
struct MessageAssembler: Sendable {
    /// nil: no message is under way.
    private(set) var kind: MessageKind?
    private var fragments: Int32 = 0
    private var utf8 = UTF8Validator()
    private var bytes: [UInt8] = []

    /// Checks a data frame against what came before, and against the limits, by its header alone.
    mutating func begin(_ header: FrameHeader, limits: WSLimits) throws(WSError) {
        // As unsigned numbers, before any arithmetic: the length may be any number below 2^63.
        guard header.payloadBytes <= UInt64(clamping: limits.frameBytesMax) else { throw .frameTooBig }
        switch header.opcode {
        case .continuation: guard kind != nil else { throw .unexpectedContinuation }
        default:
            guard kind == nil else { throw .interleavedMessage }
            kind = header.opcode == .text ? .text : .binary
        }
        guard header.payloadBytes <= UInt64(clamping: limits.messageBytesMax &- bytes.count) else {
            throw .messageTooBig
        }
        guard Int(fragments) < limits.fragmentsMax else { throw .tooManyFragments }
        fragments &+= 1
    }

    /// Takes unmasked bytes of the frame begun last. Text is checked as it comes.
    mutating func append(_ part: Span<UInt8>) throws(WSError) {
        if kind == .text, !utf8.accepts(part, in: 0..<part.count) { throw .invalidUTF8 }
        appendBytes(part, to: &bytes)
    }

    /// Finishes a message of one frame that lies whole in a buffer: nothing was appended, and nothing is copied.
    mutating func finishInPlace(_ buffer: Span<UInt8>, _ range: Range<Int>) throws(WSError) -> MessageKind {
        let kind = kind ?? .binary
        if kind == .text {
            guard utf8.accepts(buffer, in: range), utf8.isBetweenCharacters else { throw .invalidUTF8 }
        }
        self.kind = nil
        fragments = 0
        return kind
    }

    /// Hands the whole message out, and is as new.
    mutating func finish() throws(WSError) -> (MessageKind, [UInt8])? {
        guard let kind else { return nil }
        guard utf8.isBetweenCharacters else { throw .invalidUTF8 }
        let whole = bytes
        self = MessageAssembler()
        return (kind, whole)
    }
}
