/// Something slow on purpose that a worker thread does for a hub.
public enum Work: Sendable {
    /// Answer: `.hash`.
    case hashPassword([UInt8])
    /// Answer: `.checked`. Takes as long where `hash` is nil (there is no such account) as where it is not.
    case verifyPassword([UInt8], against: String?)
}

/// What came of it.
public enum WorkAnswer: Sendable {
    /// The hash with its algorithm, its parameters and its salt, as one string.
    case hash(String)
    /// - Parameter isOutdated: the hash was made with other parameters than those of today: hash again and store.
    case checked(isRight: Bool, isOutdated: Bool)
    /// There is too much to do already, or the system has no memory for it: try again later.
    case unavailable
}

/// What a hub needs of cryptography, handed in so that a test can play it.
public struct Cryptography: Sendable {
    /// SHA-256: 32 bytes.
    public var digest: @Sendable ([UInt8]) -> [UInt8]
    /// Bytes that nobody can guess, of that number.
    public var randomBytes: @Sendable (Int) -> [UInt8]

    public init(
        digest: @escaping @Sendable ([UInt8]) -> [UInt8], randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.digest = digest
        self.randomBytes = randomBytes
    }
}
