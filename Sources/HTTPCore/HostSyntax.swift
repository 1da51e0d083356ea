/// The syntax of `uri-host [":" port]` (RFC 9112 §3.2, RFC 3986 §3.2.2), and what of it is this very machine.
enum HostSyntax {
    /// Where the host (an IPv6 address with its brackets) and the port lie in `range`; nil if it is not of that form.
    /// The host may be empty, as that of a `Host` field may.
    static func split(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (host: Range<Int>, port: Range<Int>?)? {
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == ASCII.leftBracket {
            index += 1
            let start = index
            while index < range.upperBound, isAddressByte(bytes[index]) { index += 1 }
            guard index > start, index < range.upperBound, bytes[index] == ASCII.rightBracket else { return nil }
            index += 1
        } else {
            while index < range.upperBound, ASCII.isRegisteredName(bytes[index]) { index += 1 }
        }
        let host = range.lowerBound..<index
        if index == range.upperBound { return (host, nil) }
        guard bytes[index] == ASCII.colon, !host.isEmpty else { return nil }
        let port = index + 1..<range.upperBound
        guard port.isEmpty || (bytes.decimal(port) ?? .max) <= 65_535 else { return nil }
        return (host, port)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ASCII.hexValue(byte) != nil || byte == ASCII.colon || byte == ASCII.dot
    }
}

/// What names this very machine, exactly: no prefix of a name, no name that merely looks like an address.
public enum Loopback {
    /// Whether `host`, with or without a port, is `localhost`, an address of 127.0.0.0/8 in its plain form of four
    /// decimal numbers, or `[::1]`. `127.0.0.1.example.com` is not, nor is `localhost.`.
    public static func isLoopbackHost(_ host: String) -> Bool {
        let bytes = host.utf8.span
        guard let (name, _) = HostSyntax.split(bytes, 0..<bytes.count) else { return false }
        if bytes.equalsCaseless(name, "localhost".utf8.span) { return true }
        // With its brackets `[::1]` is compared as it is, and no other form of IPv6 is an address below.
        if bytes.equals(name, "[::1]".utf8.span) { return true }
        return IPAddress(parsing: bytes, name)?.isLoopback ?? false
    }
}
