/// Where the load goes: the parts of a `ws://` or `http://` URL. Loopback only, so that a slip of the pen does not
/// become an attack.
package struct Target {
    /// In network byte order.
    let address: UInt32
    let port: UInt16
    /// As in the URL, for the Host header.
    let authority: String
    /// A template: a fan-out names its room here.
    let path: String

    package init(_ url: String) throws(LoadError) {
        guard let schemeEnd = url.range(of: "://"), ["ws", "http"].contains(String(url[..<schemeEnd.lowerBound])) else {
            throw .usage("the URL must begin with ws:// or http://, not as '\(url)' does")
        }
        let rest = url[schemeEnd.upperBound...]
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        authority = String(rest[..<pathStart])
        path = pathStart == rest.endIndex ? "/" : String(rest[pathStart...])
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1]), let address = Self.loopback(String(parts[0])) else {
            throw .usage("the URL must name a loopback address and a port, as in ws://127.0.0.1:8080/")
        }
        self.port = port
        self.address = address
    }

    /// 127.0.0.1 with `offset` added to its last part, in network byte order.
    static func loopbackSource(_ offset: Int) -> UInt32 {
        UInt32(0x7F00_0001 + offset % 250).bigEndian
    }

    private static func loopback(_ host: String) -> UInt32? {
        if host == "localhost" { return loopbackSource(0) }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, parts[0] == 127 else { return nil }
        var address: UInt32 = 0
        for part in parts {
            guard let part else { return nil }
            address = address << 8 | UInt32(part)
        }
        return address.bigEndian
    }
}

extension String {
    /// The first occurrence of `text`.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
