/// Who is behind the proxies in front of us, as far as these can be believed.
///
/// A field of a request says whatever its sender likes. It is believed only if the peer itself is a trusted proxy, and
/// then only from its end: the last entry is the trusted proxy's own, the one before it is believed if the last names a
/// trusted proxy, and so on. Only the one kind of field is read that the proxies are known to write: of the other kind
/// they would hand on what the client made up.
public struct Forwarding: Sendable {
    /// The kinds of fields by which proxies say whom they speak for.
    public enum Field: String, CaseIterable, Sendable {
        /// `X-Forwarded-For`, `-Proto` and `-Host`.
        case xForwarded = "x-forwarded"
        /// RFC 7239.
        case forwarded
        /// They write none: what is there is the client's own, and nothing of it is believed.
        case nothing = "none"
    }

    /// What is known of the client.
    public struct Client: Sendable, Hashable {
        public var address: IPAddress
        /// "http" or "https", if a trusted proxy said so.
        public var scheme: String?
        /// The authority that the client asked, if a trusted proxy said so; of valid syntax.
        public var host: String?
    }

    /// Longer chains are not followed further: the last address reached is the answer.
    private static let hopsMax = 32

    private let trusted: [IPBlock]
    private let field: Field

    public init(trusted: [IPBlock], field: Field = .xForwarded) {
        self.trusted = trusted
        self.field = field
    }

    public func isTrusted(_ address: IPAddress) -> Bool { trusted.contains { $0.contains(address) } }

    /// - Parameters:
    ///   - peer: the address at the other end of the connection: whoever has written the last entries.
    ///   - source: whose connection it is by the PROXY head that this peer began it with; nil: there was none, or it
    ///     does not say. Fields are judged by the peer all the same, but the way to the client goes on from there.
    ///   - isTLS: whether the client came to the peer by TLS, by that head; nil: it does not say.
    public func client(
        peer: IPAddress, source: IPAddress? = nil, isTLS: Bool? = nil, headers: Headers
    ) -> Client {
        guard isTrusted(peer) else { return Client(address: peer) }
        let source = source ?? peer
        var client =
            switch field {
            case .xForwarded: fromXForwarded(source, headers)
            case .forwarded: fromForwarded(source, headers)
            case .nothing: Client(address: source)
            }
        if client.scheme == nil, let isTLS { client.scheme = isTLS ? "https" : "http" }
        return client
    }

    /// Whether a request has come through a proxy, or wants to look like that: any field of the kind is there, trusted
    /// or not. What is open to this very machine only must not be open to such a request.
    public static func isMarked(_ headers: Headers) -> Bool {
        // Most fields of most requests are told apart from all of these by their first letter.
        let bytes = headers.bytes.span
        for field in headers.fields {
            let name = field.name.range
            guard !name.isEmpty else { continue }
            switch bytes[name.lowerBound] | 0x20 {
            case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "x"): break
            default: continue
            }
            for mark in marks where bytes.equalsCaseless(name, mark.utf8.span) { return true }
        }
        return false
    }

    private static let marks = [
        "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port",
        "X-Forwarded-Server", "X-Forwarded-Prefix", "X-Real-IP", "Via",
    ]

    // MARK: X-Forwarded-*

    private func fromXForwarded(_ source: IPAddress, _ headers: Headers) -> Client {
        let entries = Self.members(headers["X-Forwarded-For"])
        let address = walk(from: source, entries.reversed().lazy.map(Self.address))
        let scheme = Self.members(headers["X-Forwarded-Proto"]).last.flatMap(Self.scheme)
        let host = Self.members(headers["X-Forwarded-Host"]).last.flatMap(Self.host)
        return Client(address: address, scheme: scheme, host: host)
    }

    // MARK: Forwarded

    private func fromForwarded(_ source: IPAddress, _ headers: Headers) -> Client {
        let elements = ForwardedElement.parse(headers["Forwarded"] ?? "").suffix(Self.hopsMax)
        let address = walk(from: source, elements.reversed().lazy.map { $0.for.flatMap(Self.address) })
        let last = elements.last
        return Client(
            address: address, scheme: last?.proto.flatMap(Self.scheme), host: last?.host.flatMap(Self.host))
    }

    // MARK: Entries

    /// From the source outwards, as long as the one reached is trusted to name the next. What is no address ("unknown", a
    /// made-up name) ends the way: the trusted proxy before it is all that is known.
    private func walk(from source: IPAddress, _ entries: some Sequence<IPAddress?>) -> IPAddress {
        var reached = source
        for entry in entries.prefix(Self.hopsMax) {
            guard isTrusted(reached), let next = entry else { break }
            reached = next
        }
        return reached
    }

    private static func members(_ list: String?) -> [String] {
        guard let list else { return [] }
        let bytes = list.utf8.span
        var (members, start) = ([String](), 0)
        while start <= bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != ASCII.comma { end += 1 }
            members.append(bytes.string(bytes.trimmed(start..<end)))
            start = end + 1
        }
        return members
    }

    /// An address with or without a port; IPv6 with one has brackets.
    private static func address(_ text: String) -> IPAddress? {
        if let plain = IPAddress(text) { return plain }
        let bytes = text.utf8.span
        guard let (host, _) = HostSyntax.split(bytes, 0..<bytes.count), !host.isEmpty else { return nil }
        let isBracketed = bytes[host.lowerBound] == ASCII.leftBracket
        return IPAddress(parsing: bytes, isBracketed ? host.lowerBound + 1..<host.upperBound - 1 : host)
    }

    private static func scheme(_ text: String) -> String? {
        let scheme = text.lowercased()
        return scheme == "http" || scheme == "https" ? scheme : nil
    }

    private static func host(_ text: String) -> String? {
        let bytes = text.utf8.span
        return bytes.count > 0 && HostSyntax.split(bytes, 0..<bytes.count) != nil ? text : nil
    }
}
