/// The head that a proxy of layer 4 puts before a connection, to say whose it is (HAProxy's PROXY protocol, versions 1
/// and 2). Read it only of peers that are trusted to send it, and of these always: it must not be optional, or a client
/// behind the proxy could send one of its own.
public enum ProxyProtocol {
    /// What the head says.
    public struct Head: Sendable, Hashable {
        /// The client's address; nil: the proxy itself asks (a health check), or it does not know.
        public var source: IPAddress?
        public var sourcePort: UInt16
        /// Whether the client came by TLS; nil: the head does not say (version 1 cannot).
        public var isTLS: Bool?
        /// Where the connection's own bytes begin.
        public var end: Int
    }

    /// The longest line of version 1 (§2.1), with its end.
    private static let lineBytesMax = 107
    /// What version 2 may announce; addresses take at most 216, and nobody needs more for what may follow.
    private static let extraBytesMax = 2048

    /// - Parameter bytes: the connection's from its first on.
    /// - Returns: nil if more are needed, at most 2,064 in all.
    /// - Throws: `malformedProxyHead`: close without an answer.
    public static func parse(_ bytes: Span<UInt8>) throws(HTTPError) -> Head? {
        guard bytes.count > 0 else { return nil }
        return try bytes[0] == ASCII.carriageReturn ? parseBinary(bytes) : parseLine(bytes)
    }

    // MARK: Version 1

    /// "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443", or "PROXY UNKNOWN" and anything.
    private static func parseLine(_ bytes: Span<UInt8>) throws(HTTPError) -> Head? {
        let form = "PROXY ".utf8.span
        for index in 0..<min(form.count, bytes.count) where bytes[index] != form[index] { throw .malformedProxyHead }
        let window = min(bytes.count, lineBytesMax)
        guard let lineFeed = bytes.firstLineFeed(from: 0, to: window) else {
            if bytes.count >= lineBytesMax { throw .malformedProxyHead }
            return nil
        }
        guard lineFeed > form.count, bytes[lineFeed - 1] == ASCII.carriageReturn else { throw .malformedProxyHead }
        let parts = bytes.string(form.count..<lineFeed - 1).split(separator: " ", omittingEmptySubsequences: false)
        if parts.first == "UNKNOWN" { return Head(source: nil, sourcePort: 0, end: lineFeed + 1) }
        guard parts.count == 5, parts[0] == "TCP4" || parts[0] == "TCP6",
            let source = IPAddress(String(parts[1])), let destination = IPAddress(String(parts[2])),
            parts[0] == "TCP6" || source.isIPv4 && destination.isIPv4,
            let port = port(parts[3]), self.port(parts[4]) != nil
        else { throw .malformedProxyHead }
        return Head(source: source, sourcePort: port, end: lineFeed + 1)
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard text.utf8.allSatisfy(ASCII.isDigit), text == "0" || !text.hasPrefix("0") else { return nil }
        return UInt16(text)
    }

    // MARK: Version 2

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    /// Signature, version and command, family, length; then the addresses, and fields (§2.2).
    private static func parseBinary(_ bytes: Span<UInt8>) throws(HTTPError) -> Head? {
        for index in 0..<min(signature.count, bytes.count) where bytes[index] != signature[index] {
            throw .malformedProxyHead
        }
        guard bytes.count >= 16 else { return nil }
        let (version, command, family) = (bytes[12] >> 4, bytes[12] & 15, bytes[13])
        let length = Int(bytes[14]) << 8 | Int(bytes[15])
        guard version == 2, command <= 1, length <= extraBytesMax else { throw .malformedProxyHead }
        guard bytes.count >= 16 + length else { return nil }
        let end = 16 + length
        // LOCAL, or a family that is no address: the connection is the proxy's own as far as can be told.
        guard command == 1, let addressBytes = addressBytes(ofFamily: family >> 4) else {
            return Head(source: nil, sourcePort: 0, end: end)
        }
        guard family & 15 == 1, length >= addressBytes else { throw .malformedProxyHead }
        var head = Head(source: nil, sourcePort: 0, end: end)
        head.isTLS = try isTLS(bytes, in: 16 + addressBytes..<end)
        // Those of Unix are paths, and no address.
        guard addressBytes <= 36 else { return head }
        let portAt = 16 + addressBytes - 4
        head.sourcePort = UInt16(bytes[portAt]) << 8 | UInt16(bytes[portAt + 1])
        head.source = IPAddress(bytes: bytes.extracting(16..<16 + (addressBytes - 4) / 2))
        return head
    }

    /// Of both addresses and their ports: IPv4, IPv6, Unix.
    private static func addressBytes(ofFamily family: UInt8) -> Int? {
        switch family {
        case 1: 12
        case 2: 36
        case 3: 216
        default: nil
        }
    }

    private static let tlsType: UInt8 = 0x20

    /// What the field PP2_TYPE_SSL says (§2.2.5): the lowest bit of its first byte. Fields are a type, a length of two
    /// bytes, and a value.
    private static func isTLS(_ bytes: Span<UInt8>, in fields: Range<Int>) throws(HTTPError) -> Bool? {
        var isTLS: Bool?
        var index = fields.lowerBound
        while index < fields.upperBound {
            guard fields.upperBound - index >= 3 else { throw .malformedProxyHead }
            let count = Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            let value = index + 3
            guard count <= fields.upperBound - value else { throw .malformedProxyHead }
            if bytes[index] == tlsType {
                // The client's bits, and the result of checking its certificate.
                guard count >= 5 else { throw .malformedProxyHead }
                isTLS = bytes[value] & 1 == 1
            }
            index = value + count
        }
        return isTLS
    }
}
