/// Inflates the messages of one connection (RFC 7692 §7.2.2).
///
/// With context takeover the zlib stream stays with the connection. Without, it is borrowed for the length of a
/// message, so that an idle connection holds none.
struct MessageInflater: Sendable {
    private let windowBits: UInt8
    private let keepsContext: Bool
    private var stream: Inflater?

    init(role: Role, _ agreement: DeflateAgreement) {
        let (windowBits, keepsContext) = agreement.receiving(role)
        self.windowBits = UInt8(windowBits)
        self.keepsContext = keepsContext
    }

    /// Inflates `part` to the end of `bytes`, which grow to at most `bytesMax`; throws `tooBig()` where more would come.
    mutating func inflate(
        _ part: Span<UInt8>, into bytes: inout [UInt8], bytesMax: Int, tooBig: () -> WSError
    ) throws(WSError) {
        if stream == nil {
            stream = ZlibPool.inflater(windowBits: Int(windowBits))
        } else if !isKnownUniquelyReferenced(&stream) {
            // The decoder was copied in the middle of things: each copy goes on by itself.
            stream = stream?.copy()
        }
        guard let stream else { throw .outOfMemory }
        switch stream.inflate(part, into: &bytes, bytesMax: bytesMax) {
        case .done: return
        case .outputFull: throw tooBig()
        case .invalid: throw .invalidCompressedData
        case .outOfMemory: throw .outOfMemory
        }
    }

    /// Ends a message.
    mutating func finish() throws(WSError) {
        guard stream?.isBetweenBlocks == true else { throw .invalidCompressedData }
        guard !keepsContext else { return }
        // A stream that a copy of this decoder still uses must not go to anybody else.
        if isKnownUniquelyReferenced(&stream), let stream { ZlibPool.giveBack(stream) }
        stream = nil
    }
}
