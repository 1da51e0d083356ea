import HTTPCore

/// Where a feed comes from: an address with the scheme http, https, ws or wss, as far as it is needed to connect and to
/// ask. It has no user information and no fragment.
public struct FeedURL: Hashable, Sendable, Codable {
    /// The schemes that there are.
    public enum Scheme: String, Sendable, Codable {
        case http
        case https
        case ws
        case wss

        /// Whether the connection is encrypted.
        public var isSecure: Bool { self == .https || self == .wss }
        /// Whether what is spoken is WebSocket.
        public var isWebSocket: Bool { self == .ws || self == .wss }
        var defaultPort: UInt16 { isSecure ? 443 : 80 }
        /// The scheme of a plain request on the same terms.
        var plain: Scheme { isSecure ? .https : .http }
        /// The scheme of a WebSocket on the same terms.
        var webSocket: Scheme { isSecure ? .wss : .ws }
    }

    public let scheme: Scheme
    /// A name or an address in lower case; one of IPv6 without its brackets.
    public let host: String
    public let port: UInt16
    /// Path and query.
    public let target: String

    private static let bytesMax = 2_048

    private init(scheme: Scheme, host: String, port: UInt16, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    /// Reads an absolute address.
    public init(_ text: String) throws(FeedProblem) {
        guard text.utf8.count <= Self.bytesMax else { throw FeedProblem("The URL is longer than 2,048 bytes.") }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw FeedProblem("The URL has a character in it that must be percent-encoded.")
        }
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
            throw FeedProblem("The URL must begin with http://, https://, ws:// or wss://.")
        }
        let rest = text[text.index(after: colon)...]
        guard rest.hasPrefix("//") else { throw FeedProblem("The URL has no host.") }
        let end = rest.dropFirst(2).firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest.dropFirst(2)[..<end]
        guard !authority.contains("@") else {
            throw FeedProblem("The URL must not have a user name in it: say it in a header.")
        }
        let (host, port) = try Self.split(authority)
        let target = rest[end...].prefix { $0 != "#" }
        self.init(
            scheme: scheme, host: host, port: port ?? scheme.defaultPort,
            target: target.hasPrefix("/") ? String(target) : "/" + target)
    }

    private static func split(_ authority: Substring) throws(FeedProblem) -> (host: String, port: UInt16?) {
        var host = authority
        var port: UInt16?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            host = authority[..<colon]
            let digits = authority[authority.index(after: colon)...]
            if !digits.isEmpty {
                guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(digits), number > 0
                else { throw FeedProblem("The port in the URL is none.") }
                port = number
            }
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = String(host.dropFirst().dropLast()).lowercased()
            guard inner.contains(":"), IPAddress(inner) != nil else {
                throw FeedProblem("The address in the URL is none of IPv6.")
            }
            return (inner, port)
        }
        guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
            throw FeedProblem("The host in the URL is none.")
        }
        return (host.lowercased(), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    // MARK: Parts

    /// The value of `Host`.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// The same with the port in any case.
    var authorityWithPort: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// Whether what is meant for the one may be told to the other.
    func hasSameOrigin(as other: FeedURL) -> Bool {
        scheme.plain == other.scheme.plain && host == other.host && port == other.port
    }

    /// What may be shown to people: a query often has a key in it.
    public var shown: String {
        let path = target.prefix { $0 != "?" }
        return "\(scheme.rawValue)://\(authority)\(path)" + (path.count < target.count ? "?…" : "")
    }

    /// With one more parameter in the query.
    func adding(parameter: String, _ value: String) -> FeedURL {
        let pair = PercentCoding.encode(parameter) + "=" + PercentCoding.encode(value)
        let separator = target.contains("?") ? (target.hasSuffix("?") || target.hasSuffix("&") ? "" : "&") : "?"
        return FeedURL(scheme: scheme, host: host, port: port, target: target + separator + pair)
    }

    /// Where a redirection from here leads (RFC 3986 §5.2); nil if nowhere that can be gone.
    func resolving(_ reference: String) -> FeedURL? {
        let isAbsolute = reference.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.contains(":")
        if isAbsolute { return try? FeedURL(reference) }
        if reference.hasPrefix("//") { return try? FeedURL("\(scheme.rawValue):\(reference)") }
        let origin = "\(scheme.rawValue)://\(authority)"
        let path = target.prefix { $0 != "?" }
        guard !reference.isEmpty, !reference.hasPrefix("#") else { return self }
        if reference.hasPrefix("?") { return try? FeedURL(origin + path + reference) }
        let directory = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
        let whole = reference.hasPrefix("/") ? reference : directory + reference
        let pathEnd = whole.firstIndex { $0 == "?" || $0 == "#" } ?? whole.endIndex
        return try? FeedURL(origin + Self.withoutDots(whole[..<pathEnd]) + whole[pathEnd...])
    }

    /// A path without `.` and `..` in it (RFC 3986 §5.2.4).
    private static func withoutDots(_ path: Substring) -> String {
        var kept: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part == ".." { _ = kept.popLast() }
            if part != "." && part != ".." { kept.append(part) } else if isLast { kept.append("") }
        }
        return "/" + kept.joined(separator: "/")
    }
}
