/// Writes the messages of one connection, compressed where that was agreed on: the sending half, for either role.
///
/// A program without compression needs no encoder: `FrameEncoder` does it all.
public struct WebSocketEncoder: Sendable {
    public let role: Role
    private let deflate: DeflateAgreement?
    private let compressBytesMin: Int32
    /// Only with context takeover; made with the first message.
    private var stream: Deflater?

    /// - Parameters:
    ///   - role: who we are: a client masks.
    ///   - deflate: what the handshake agreed on; nil compresses nothing.
    ///   - compressBytesMin: shorter messages go out uncompressed.
    public init(role: Role, deflate: DeflateAgreement? = nil, compressBytesMin: Int = 64) {
        self.role = role
        self.compressBytesMin = Int32(clamping: compressBytesMin)
        self.deflate = deflate
    }

    /// Appends a whole message as one frame.
    ///
    /// - Parameters:
    ///   - kind: what the payload is.
    ///   - payload: for a text, UTF-8.
    ///   - mask: a client's: 32 bits from a random source that nobody can predict (RFC 6455 §10.3). A client must give
    ///     one, a server none.
    ///   - bytes: where the frame goes.
    public mutating func encode(
        _ kind: MessageKind, _ payload: Span<UInt8>, mask: UInt32? = nil, to bytes: inout [UInt8]
    ) {
        precondition((role == .client) == (mask != nil), "a client masks its frames, a server does not")
        if payload.count >= max(Int(compressBytesMin), 1), let compressed = compress(payload) {
            FrameEncoder.appendFrame(kind.opcode, compressed.span, isCompressed: true, mask: mask, to: &bytes)
        } else {
            FrameEncoder.append(kind.opcode, payload, mask: mask, to: &bytes)
        }
    }

    /// Appends a whole message as one frame.
    public mutating func encode(
        _ kind: MessageKind, _ payload: [UInt8], mask: UInt32? = nil, to bytes: inout [UInt8]
    ) { encode(kind, payload.span, mask: mask, to: &bytes) }

    /// nil: it is to go out as it is.
    private mutating func compress(_ payload: Span<UInt8>) -> [UInt8]? {
        guard let deflate else { return nil }
        let (windowBits, keepsContext) = deflate.sending(role)
        guard keepsContext else {
            return WSProtocol.compress(payload, windowBits: windowBits, level: deflate.level)
        }
        if stream == nil {
            stream = Deflater(windowBits: windowBits, level: deflate.level)
        } else if !isKnownUniquelyReferenced(&stream) {
            // The encoder was copied: each copy goes on by itself.
            stream = stream?.copy()
        }
        guard let stream else { return nil }
        var compressed: [UInt8] = []
        guard stream.deflate(payload, to: &compressed) else {
            // What the peer has of the history is not known any more. A new stream refers to none.
            self.stream = nil
            return nil
        }
        // Sent even where it is longer: the peer's window must see what ours saw.
        return compressed
    }
}

extension FrameEncoder {
    /// Appends a whole message as one compressed frame that refers to nothing sent before; where compression gains
    /// nothing, as a plain frame.
    ///
    /// Encode once, and send the same bytes to each client whose agreement says
    /// `DeflateAgreement.allowsSharedFrames(windowBits:)`. For all others encode a plain frame.
    ///
    /// - Parameters:
    ///   - kind: what the payload is.
    ///   - payload: for a text, UTF-8.
    ///   - windowBits: 9 to 15.
    ///   - level: 1 (fast) to 9 (small).
    ///   - bytes: where the frame goes.
    public static func appendCompressed(
        _ kind: MessageKind, _ payload: Span<UInt8>, windowBits: Int = 15, level: Int = 6, to bytes: inout [UInt8]
    ) {
        if let compressed = compress(payload, windowBits: windowBits, level: level) {
            appendFrame(kind.opcode, compressed.span, isCompressed: true, to: &bytes)
        } else {
            append(kind.opcode, payload, to: &bytes)
        }
    }
}

/// Compresses without a context; nil where that is not possible or gains nothing.
private func compress(_ payload: Span<UInt8>, windowBits: Int, level: Int) -> [UInt8]? {
    guard payload.count > 0, let stream = ZlibPool.deflater(windowBits: windowBits, level: level) else { return nil }
    var compressed: [UInt8] = []
    let isDone = stream.deflate(payload, to: &compressed)
    ZlibPool.giveBack(stream)
    return isDone && compressed.count < payload.count ? compressed : nil
}

extension MessageKind {
    var opcode: Opcode { self == .text ? .text : .binary }
}
