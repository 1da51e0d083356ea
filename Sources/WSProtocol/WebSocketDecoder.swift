/// Turns bytes from the peer into events: the receiving half of RFC 6455, for either role, without any I/O.
///
/// There are two forms over one state:
///
/// - For people: `append(_:)` what was received, then call `next()` until it returns nil.
/// - For a server's loop: `next(in:at:)` unmasks in the receive buffer itself and returns where a payload lies, so
///   that a message that arrived whole costs neither a copy nor an allocation.
///
/// How it works: a frame whose bytes are all there is dealt with at once. Of any other, what has arrived is checked,
/// unmasked and moved: header bytes into `partialHeader`, the payload of a data frame into `message`, that of a control
/// frame into `control`. So nothing is scanned twice, text fails at its first impossible byte, and a connection
/// between two messages holds no memory beyond this value.
///
/// After a close event or an error the decoder has ended: it drops all further bytes and returns nil.
public struct WebSocketDecoder: Sendable {
    public let role: Role
    public let limits: WSLimits

    private var phase = Phase.header
    private var partialHeader = PartialHeader()
    private var message = MessageAssembler()
    private var control: [UInt8] = []
    /// Bytes of `append(_:)` that `next()` has not used.
    private var input: [UInt8] = []
    private var inputOffset = 0
    private var controlRate = ControlRate()

    /// - Parameters:
    ///   - role: who we are: a server requires masked frames, a client refuses them (RFC 6455 §5.1).
    ///   - limits: what the peer may make us hold.
    ///   - deflate: what the handshake agreed on; nil refuses compressed messages.
    public init(role: Role, limits: WSLimits = WSLimits(), deflate: DeflateAgreement? = nil) {
        self.role = role
        self.limits = limits
        if let deflate {
            message = MessageAssembler(inflater: MessageInflater(role: role, deflate))
        }
    }

    /// Whether a close frame or an error has ended the stream.
    public var isEnded: Bool {
        if case .ended = phase { true } else { false }
    }

    /// Tells the time, in milliseconds on a clock that only goes forward, for the limit on control frames. Without it
    /// that limit does not apply: call it at least whenever bytes come in.
    public mutating func advance(toMs nowMs: Int64) { controlRate.advance(toMs: nowMs) }

    /// Hands over bytes from the peer, as many or as few as were received. Call `next()` until it returns nil before
    /// appending more: this buffer has no limit of its own.
    public mutating func append(_ bytes: Span<UInt8>) {
        if isEnded { return }
        if inputOffset > 0 {
            input.removeFirst(inputOffset)
            inputOffset = 0
        }
        appendBytes(bytes, to: &input)
    }

    /// Hands over bytes from the peer.
    public mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// The next event; nil where more bytes are needed for one.
    ///
    /// An error ends the stream. Answer it with a close frame that carries its `closeCode`.
    public mutating func next() throws(WSError) -> WSEvent? {
        guard !input.isEmpty else { return nil }
        // Taken out, so that the bytes and the rest of the state can be changed side by side.
        var buffer: [UInt8] = []
        swap(&buffer, &input)
        var offset = inputOffset
        inputOffset = 0
        var span = buffer.mutableSpan
        guard let event = try advance(in: &span, at: &offset) else { return nil }
        let owned = event.copied(from: span.span)
        if offset < buffer.count, !isEnded {
            swap(&buffer, &input)
            inputOffset = offset
        }
        return owned
    }

    /// The next event from `bytes`, which are used from `offset` on; nil where they are used up, and `offset` is at
    /// their end.
    ///
    /// Payloads are unmasked in place. What lies whole in `bytes` is returned as a range of it; only the unfinished
    /// rest is copied. Call until nil, then `bytes` may be overwritten.
    public mutating func next(in bytes: inout MutableSpan<UInt8>, at offset: inout Int) throws(WSError) -> InPlaceEvent?
    {
        if !input.isEmpty, let event = try next() { return InPlaceEvent(event) }
        return try advance(in: &bytes, at: &offset)
    }
}

extension WebSocketDecoder {
    private enum Phase: Sendable {
        /// Before a frame, or in its header.
        case header
        /// In the payload of a data frame.
        case data(Rest)
        /// In the payload of a control frame.
        case control(Opcode, Rest)
        case ended
    }

    /// What is still to come of a frame whose payload did not arrive at once.
    private struct Rest: Sendable {
        var bytes: Int
        var mask: MaskKey?
        var isFinal: Bool
    }

    private mutating func advance(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int
    ) throws(WSError) -> InPlaceEvent? {
        do throws(WSError) {
            while offset < bytes.count {
                let event: InPlaceEvent?
                switch phase {
                case .header: event = try startFrame(in: &bytes, at: &offset)
                case .data(let rest): event = try continueData(rest, in: &bytes, at: &offset)
                case .control(let opcode, let rest):
                    event = try continueControl(opcode, rest, in: &bytes, at: &offset)
                case .ended:
                    offset = bytes.count
                    return nil
                }
                if let event { return event }
            }
            return nil
        } catch {
            end()
            throw error
        }
    }

    /// Drops everything that was kept.
    private mutating func end() {
        phase = .ended
        partialHeader = PartialHeader()
        message = MessageAssembler()
        control = []
        input = []
        inputOffset = 0
    }

    private mutating func startFrame(
        in bytes: inout MutableSpan<UInt8>, at offset: inout Int
    ) throws(WSError) -> InPlaceEvent? {
        let header: FrameHeader
        if partialHeader.isEmpty,
            let whole = try FrameHeader.read(
                bytes.span, at: offset, role: role, allowsCompression: message.allowsCompression)
        {
            header = whole
            offset &+= whole.headerBytes
        } else if let pieced = try completeHeader(from: bytes.span, at: &offset) {
            header = pieced
        } else {
            return nil
        }

        if header.opcode.isControl {
            guard controlRate.allows(limits.controlFramesPerSecondMax) else { throw .tooManyControlFrames }
            // At most 125 by the check of the header.
            let count = Int(truncatingIfNeeded: header.payloadBytes)
            guard count <= bytes.count &- offset else {
                let rest = Rest(bytes: count, mask: header.mask, isFinal: true)
                return try continueControl(header.opcode, rest, in: &bytes, at: &offset)
            }
            let range = offset..<offset &+ count
            offset = range.upperBound
            if let mask = header.mask { applyMask(mask, to: &bytes, in: range) }
            return try controlEvent(header.opcode, bytes.span, range)
        }

        let isWhole = header.isFinal && !header.isCompressed && message.kind == nil
        try message.begin(header, limits: limits)
        // At most `frameBytesMax` by the check of the assembler.
        let count = Int(truncatingIfNeeded: header.payloadBytes)
        guard isWhole, count <= bytes.count &- offset else {
            let rest = Rest(bytes: count, mask: header.mask, isFinal: header.isFinal)
            return try continueData(rest, in: &bytes, at: &offset)
        }
        let range = offset..<offset &+ count
        offset = range.upperBound
        if let mask = header.mask { applyMask(mask, to: &bytes, in: range) }
        return .message(try message.finishInPlace(bytes.span, range), .inBuffer(range))
    }

    /// Moves header bytes one by one into `partialHeader`, until it is complete or `bytes` are used up.
    private mutating func completeHeader(
        from bytes: Span<UInt8>, at offset: inout Int
    ) throws(WSError) -> FrameHeader? {
        while offset < bytes.count {
            partialHeader.append(bytes[offset])
            offset &+= 1
            if let header = try partialHeader.read(role: role, allowsCompression: message.allowsCompression) {
                partialHeader = PartialHeader()
                return header
            }
        }
        return nil
    }

    private mutating func continueData(
        _ rest: Rest, in bytes: inout MutableSpan<UInt8>, at offset: inout Int
    ) throws(WSError) -> InPlaceEvent? {
        let (range, rest) = unmaskPart(rest, in: &bytes, at: &offset)
        try message.append(bytes.span.extracting(range), limits: limits)
        guard rest.bytes == 0 else {
            phase = .data(rest)
            return nil
        }
        phase = .header
        guard rest.isFinal, let (kind, whole) = try message.finish(limits: limits) else { return nil }
        return .message(kind, .owned(whole))
    }

    private mutating func continueControl(
        _ opcode: Opcode, _ rest: Rest, in bytes: inout MutableSpan<UInt8>, at offset: inout Int
    ) throws(WSError) -> InPlaceEvent? {
        let (range, rest) = unmaskPart(rest, in: &bytes, at: &offset)
        appendBytes(bytes.span.extracting(range), to: &control)
        guard rest.bytes == 0 else {
            phase = .control(opcode, rest)
            return nil
        }
        phase = .header
        var payload: [UInt8] = []
        swap(&payload, &control)
        switch opcode {
        case .ping: return .ping(.owned(payload))
        case .pong: return .pong(.owned(payload))
        default: return try controlEvent(opcode, payload.span, 0..<payload.count)
        }
    }

    /// Unmasks as much of a payload as there is, and says what is still to come.
    private func unmaskPart(
        _ rest: Rest, in bytes: inout MutableSpan<UInt8>, at offset: inout Int
    ) -> (Range<Int>, Rest) {
        let count = min(rest.bytes, bytes.count &- offset)
        let range = offset..<offset &+ count
        var rest = rest
        if let mask = rest.mask {
            applyMask(mask, to: &bytes, in: range)
            rest.mask?.advance(by: count)
        }
        rest.bytes &-= count
        offset = range.upperBound
        return (range, rest)
    }

    private mutating func controlEvent(
        _ opcode: Opcode, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(WSError) -> InPlaceEvent {
        switch opcode {
        case .ping: return .ping(.inBuffer(range))
        case .pong: return .pong(.inBuffer(range))
        default:
            let (code, reason) = try closePayload(bytes.extracting(range))
            end()
            return .close(code, reason: reason)
        }
    }
}

/// Checks what a close frame carries (RFC 6455 §5.5.1, §7.4).
private func closePayload(_ bytes: Span<UInt8>) throws(WSError) -> (CloseCode?, String) {
    guard bytes.count > 0 else { return (nil, "") }
    guard bytes.count > 1 else { throw .truncatedCloseCode }
    let code = CloseCode(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
    guard code.mayBeSent else { throw .invalidCloseCode(code.rawValue) }
    var reason: [UInt8] = []
    appendBytes(bytes.extracting(2..<bytes.count), to: &reason)
    guard let text = String(validating: reason, as: UTF8.self) else { throw .invalidCloseReason }
    return (code, text)
}

/// Header bytes of a frame whose header did not arrive at once.
private struct PartialHeader: Sendable {
    private var bytes = InlineArray<14, UInt8>(repeating: 0)
    private var count: UInt8 = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ byte: UInt8) {
        // A header is complete with its 14th byte at the latest.
        guard Int(count) < FrameHeader.bytesMax else { return }
        bytes[Int(count)] = byte
        count &+= 1
    }

    func read(role: Role, allowsCompression: Bool) throws(WSError) -> FrameHeader? {
        try FrameHeader.read(
            bytes.span.extracting(0..<Int(count)), at: 0, role: role, allowsCompression: allowsCompression)
    }
}

extension InPlaceEvent {
    /// The same event with bytes of its own.
    fileprivate func copied(from bytes: Span<UInt8>) -> WSEvent {
        switch self {
        case .message(let kind, let payload): .message(kind, payload.copied(from: bytes))
        case .ping(let payload): .ping(payload.copied(from: bytes))
        case .pong(let payload): .pong(payload.copied(from: bytes))
        case .close(let code, let reason): .close(code, reason: reason)
        }
    }

    fileprivate init(_ event: WSEvent) {
        switch event {
        case .message(let kind, let bytes): self = .message(kind, .owned(bytes))
        case .ping(let bytes): self = .ping(.owned(bytes))
        case .pong(let bytes): self = .pong(.owned(bytes))
        case .close(let code, let reason): self = .close(code, reason: reason)
        }
    }
}

extension Payload {
    fileprivate func copied(from bytes: Span<UInt8>) -> [UInt8] {
        switch self {
        case .owned(let own): return own
        case .inBuffer(let range):
            var copy: [UInt8] = []
            appendBytes(bytes.extracting(range), to: &copy)
            return copy
        }
    }
}
