/// A message that comes in pieces: its bytes so far in one contiguous buffer, which grows with what was received and
/// never with what was announced.
struct MessageAssembler: Sendable {
    /// nil: no message is under way.
    private(set) var kind: MessageKind?
    private var isCompressed = false
    private var fragments: Int32 = 0
    private var utf8 = UTF8Validator()
    /// Payload bytes announced so far, as on the wire.
    private var wireBytes = 0
    private var bytes: [UInt8] = []
    /// nil: compression was not agreed on.
    private var inflater: MessageInflater?

    init(inflater: MessageInflater? = nil) { self.inflater = inflater }

    var allowsCompression: Bool { inflater != nil }

    /// Checks a data frame against what came before, and against the limits, by its header alone.
    mutating func begin(_ header: FrameHeader, limits: WSLimits) throws(WSError) {
        switch header.opcode {
        case .continuation: guard kind != nil else { throw .unexpectedContinuation }
        default:
            guard kind == nil else { throw .interleavedMessage }
            kind = header.opcode == .text ? .text : .binary
            isCompressed = header.isCompressed
        }
        // As unsigned numbers, before any arithmetic: the length may be any number below 2^63.
        guard header.payloadBytes <= UInt64(clamping: wireBytesMax(limits.frameBytesMax)) else {
            throw .frameTooBig
        }
        guard header.payloadBytes <= UInt64(clamping: wireBytesMax(limits.messageBytesMax) &- wireBytes) else {
            throw .messageTooBig
        }
        guard Int(fragments) < limits.fragmentsMax else { throw .tooManyFragments }
        fragments &+= 1
        wireBytes &+= Int(truncatingIfNeeded: header.payloadBytes)
    }

    /// What does not compress is a little longer on the wire than it is (RFC 1951 §3.2.4). That much more is let in,
    /// for it is not kept; what comes out has its own limit.
    private func wireBytesMax(_ bytesMax: Int) -> Int {
        guard isCompressed else { return bytesMax }
        let (sum, overflows) = bytesMax.addingReportingOverflow(bytesMax / 64 + 64)
        return overflows ? .max : sum
    }

    /// Takes unmasked bytes of the frame begun last. Text is checked as it comes.
    mutating func append(_ part: Span<UInt8>, limits: WSLimits) throws(WSError) {
        if isCompressed {
            try inflate(part, limits: limits)
        } else {
            if kind == .text, !utf8.accepts(part, in: 0..<part.count) { throw .invalidUTF8 }
            appendBytes(part, to: &bytes)
        }
    }

    /// Finishes a message of one frame that lies whole in a buffer: nothing was appended, and nothing is copied.
    mutating func finishInPlace(_ buffer: Span<UInt8>, _ range: Range<Int>) throws(WSError) -> MessageKind {
        let kind = kind ?? .binary
        if kind == .text {
            guard utf8.accepts(buffer, in: range), utf8.isBetweenCharacters else { throw .invalidUTF8 }
        }
        self.kind = nil
        fragments = 0
        wireBytes = 0
        return kind
    }

    /// Hands the whole message out, and is ready for the next.
    mutating func finish(limits: WSLimits) throws(WSError) -> (MessageKind, [UInt8])? {
        guard let kind else { return nil }
        if isCompressed {
            // What every sender leaves out at the end (RFC 7692 §7.2.2).
            let tail: [UInt8] = [0, 0, 0xFF, 0xFF]
            let count = bytes.count
            try inflate(tail.span, limits: limits)
            // Where the tail became text, it stood in the middle of a block: the message was cut short.
            guard bytes.count == count else { throw .invalidCompressedData }
            try inflater?.finish(bytes)
        }
        guard utf8.isBetweenCharacters else { throw .invalidUTF8 }
        let whole = bytes
        self = MessageAssembler(inflater: inflater)
        return (kind, whole)
    }

    private mutating func inflate(_ part: Span<UInt8>, limits: WSLimits) throws(WSError) {
        let start = bytes.count
        let (product, overflows) = limits.inflateRatioMax.multipliedReportingOverflow(by: wireBytes)
        let byRatio = overflows ? .max : max(65_536, product)
        let step = inflater?.inflate(part, into: &bytes, bytesMax: min(limits.messageBytesMax, byRatio)) ?? .invalid
        // First what came out before anything went wrong, so that the error does not depend on how the bytes were cut.
        if kind == .text {
            // Checked in a copy: `bytes` and `utf8` cannot be borrowed from `self` at once.
            var utf8 = utf8
            guard utf8.accepts(bytes.span, in: start..<bytes.count) else { throw .invalidUTF8 }
            self.utf8 = utf8
        }
        switch step {
        case .done: return
        case .outputFull: throw limits.messageBytesMax <= byRatio ? .messageTooBig : .compressionRatioTooHigh
        case .invalid: throw .invalidCompressedData
        case .outOfMemory: throw .outOfMemory
        }
    }
}
