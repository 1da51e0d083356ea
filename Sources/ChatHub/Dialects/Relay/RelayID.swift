import ChatDomain

/// What a client is known by from its registration on, and all that it needs to open its socket: 113 bits that nobody
/// can guess, and the loop that keeps the registration.
public struct RelayID: Hashable, Sendable, CustomStringConvertible, Codable {
    private let key: MessageKey

    /// - Parameter bits: gives bits that nobody can predict.
    init(homeLoop: Int, bits: () -> UInt64) {
        // A version 4 UUID (RFC 9562 §5.4), in which the last byte is not random.
        let high = bits() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = bits() & 0x3FFF_FFFF_FFFF_FF00 | 0x8000_0000_0000_0000
        key = MessageKey(high: high, low: low | UInt64(UInt8(truncatingIfNeeded: homeLoop)))
    }

    /// Reads the form that `description` gives; nil for anything else.
    init?(_ text: String) {
        guard let key = MessageKey(text) else { return nil }
        self.key = key
    }

    /// The loop that keeps the registration, if it is one of ours at all.
    var homeLoop: Int { Int(key.low & 0xFF) }

    public var description: String { key.description }
}
