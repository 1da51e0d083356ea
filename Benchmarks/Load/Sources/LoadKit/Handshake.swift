import WSProtocol

/// The opening handshake of one connection.
struct Handshake {
    /// What to send first.
    private(set) var request: [UInt8] = []
    private let key: HandshakeKey
    private var reader = HandshakeHeadReader()

    enum Answer {
        case needsMore
        /// The server agreed; these bytes came behind its answer, the first frames.
        case accepted([UInt8])
        case refused(String)
    }

    init(authority: String, path: String, using random: inout some RandomNumberGenerator) throws(HandshakeFailure) {
        key = HandshakeKey(using: &random)
        try ClientHandshake.appendRequest(host: authority, target: path, key: key, to: &request)
    }

    mutating func take(_ bytes: Span<UInt8>) -> Answer {
        reader.append(bytes)
        do {
            guard let head = try reader.next() else { return .needsMore }
            _ = try ClientHandshake.check(head, key: key)
            return .accepted(reader.takeRest())
        } catch {
            return .refused("\(error)")
        }
    }
}
