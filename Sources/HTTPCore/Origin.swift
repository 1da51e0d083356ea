/// Where a page comes from (RFC 6454 §4): scheme, host and port, or `null`.
///
/// This is the one place where origins are compared. Two are equal whatever the case of scheme and host, with or
/// without the scheme's own port, and with or without the dot that ends a full name.
public struct Origin: Hashable, Sendable {
    /// In lower case; nil: of `null`, and nothing else about it is known.
    public let scheme: String?
    /// In lower case, without a final dot; an IPv6 address in its brackets and shortest form.
    public let host: String
    /// nil: the scheme's own.
    public let port: UInt16?

    /// What a page without an origin of its own says: one of a file, or in a sandbox.
    public static let null = Origin(scheme: nil, host: "", port: nil)

    private init(scheme: String?, host: String, port: UInt16?) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Reads an origin as browsers send it: `https://chat.example`, `app://x`, `null`; nil for anything else, such as
    /// one with a path.
    public init?(_ text: String) {
        let bytes = text.utf8.span
        if bytes.equals(0..<bytes.count, "null".utf8.span) {
            self = .null
        } else {
            self.init(bytes, to: bytes.count)
        }
    }

    /// The origin of an absolute URL; nil for anything else.
    public init?(ofURL text: String) {
        let bytes = text.utf8.span
        guard var end = Self.endOfScheme(bytes) else { return nil }
        end += 3
        while end < bytes.count, !Self.endsAuthority(bytes[end]) { end += 1 }
        self.init(bytes, to: end)
    }

    /// The origin of `http` or `https` that `authority`, a host with or without a port, names; nil if it is none.
    public init?(scheme: String, authority: String) {
        let bytes = authority.utf8.span
        self.init(scheme: scheme, bytes, 0..<bytes.count)
    }

    private init?(_ bytes: Span<UInt8>, to end: Int) {
        guard let colon = Self.endOfScheme(bytes) else { return nil }
        self.init(scheme: bytes.string(0..<colon).lowercased(), bytes, colon + 3..<end)
    }

    private init?(scheme: String, _ bytes: Span<UInt8>, _ authority: Range<Int>) {
        guard let (host, port) = HostSyntax.split(bytes, authority) else { return nil }
        let isWeb = scheme == "http" || scheme == "https"
        // Those of files and of some frameworks have no host.
        guard !host.isEmpty || !isWeb else { return nil }
        let given = port.flatMap { bytes.decimal($0) }.map { UInt16(clamping: $0) }
        self.init(
            scheme: scheme, host: Self.normalized(bytes, host), port: given == Self.port(of: scheme) ? nil : given)
    }

    /// Whether this is where the server itself is found.
    ///
    /// - Parameters:
    ///   - authority: the host that was asked, with its port if one was named.
    ///   - scheme: by which it was asked, "http" or "https". nil: nobody knows, and both will do, each with its own port
    ///     where the authority names none.
    public func isOf(authority: String, scheme: String?) -> Bool {
        guard let own = self.scheme, own == "http" || own == "https" else { return false }
        if let scheme { return self == Origin(scheme: scheme, authority: authority) }
        guard let asked = Origin(scheme: own, authority: authority), asked.host == host else { return false }
        // With a port named, that is all there is to compare; without one, only the scheme's own is meant.
        return asked.port == port
    }

    /// The port that is meant where none is named; nil: the scheme is not one of the web.
    private static func port(of scheme: String) -> UInt16? {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: nil
        }
    }

    /// Where the colon of "scheme://" is.
    private static func endOfScheme(_ bytes: Span<UInt8>) -> Int? {
        guard bytes.count > 0, ASCII.isLetter(bytes[0]) else { return nil }
        var colon = 1
        while colon < bytes.count, ASCII.isSchemeByte(bytes[colon]) { colon += 1 }
        guard colon + 2 < bytes.count, bytes[colon] == ASCII.colon, bytes[colon + 1] == ASCII.slash,
            bytes[colon + 2] == ASCII.slash
        else { return nil }
        return colon
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == ASCII.slash || byte == ASCII.question || byte == ASCII.hash
    }

    private static func normalized(_ bytes: Span<UInt8>, _ host: Range<Int>) -> String {
        guard let first = host.first else { return "" }
        if bytes[first] == ASCII.leftBracket {
            let address = IPAddress(parsing: bytes, host.lowerBound + 1..<host.upperBound - 1)
            if let address, !address.isIPv4 { return "[\(address)]" }
        }
        let isFull = host.count > 1 && bytes[host.upperBound - 1] == ASCII.dot
        return bytes.string(host.lowerBound..<host.upperBound - (isFull ? 1 : 0)).lowercased()
    }
}

extension Origin: CustomStringConvertible {
    /// As browsers send it.
    public var description: String {
        guard scheme != nil else { return "null" }
        return "\(scheme ?? "")://\(authority)"
    }

    /// The host, with its port if that is not the scheme's own.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }
}
