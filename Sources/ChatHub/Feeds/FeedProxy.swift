import ChatDomain
import HTTPCore

/// The proxy that encrypted feeds go through, as `HTTPS_PROXY` and `NO_PROXY` name it: it is asked for a tunnel
/// (`CONNECT`, RFC 9110 §9.3.6), and sees nothing of what goes through.
public struct FeedProxy: Sendable, Equatable {
    public let host: String
    public let port: UInt16
    private let authorization: String?
    private let exceptions: [Exception]

    /// What `NO_PROXY` leaves out.
    private enum Exception: Sendable, Equatable {
        case everything
        /// The name itself, and those below it.
        case name(String, port: UInt16?)
        case addresses(IPBlock)
    }

    /// Most that the head of an answer may have.
    public static let answerBytesMax = 8_192

    /// Reads `[http://][USER:PASSWORD@]HOST[:PORT]`, and a list of hosts, domains, addresses and networks.
    public init(_ text: String, except list: String) throws(FeedProblem) {
        var rest = Substring(text)
        if let end = rest.range(of: "://") {
            guard rest[..<end.lowerBound].lowercased() == "http" else {
                throw FeedProblem("The proxy is none that is reached by http://.")
            }
            rest = rest[end.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        var credentials: [UInt8]?
        if let at = rest.lastIndex(of: "@") {
            guard let decoded = PercentCoding.decode(String(rest[..<at])), !decoded.utf8.contains(where: { $0 < 0x20 })
            else { throw FeedProblem("The user of the proxy is none.") }
            credentials = Array((decoded.contains(":") ? decoded : decoded + ":").utf8)
            rest = rest[rest.index(after: at)...]
        }
        let url = try FeedURL("http://\(rest)")
        (host, port) = (url.host, url.port)
        authorization = credentials.map { "Basic " + Self.base64($0) }
        exceptions = list.split { $0 == "," || $0 == " " }.compactMap { Self.exception($0) }
    }

    private static func exception(_ text: Substring) -> Exception? {
        if text == "*" { return .everything }
        if let block = IPBlock(String(text)) { return .addresses(block) }
        var name = text.drop { $0 == "*" || $0 == "." }
        var port: UInt16?
        if let colon = name.lastIndex(of: ":") {
            guard let number = UInt16(name[name.index(after: colon)...]) else { return nil }
            port = number
            name = name[..<colon]
            if let block = IPBlock(String(name)) { return .addresses(block) }
        }
        return name.isEmpty ? nil : .name(name.lowercased(), port: port)
    }

    /// Whether a feed goes through it: an encrypted one that is not left out.
    public func serves(_ url: FeedURL) -> Bool {
        guard url.scheme.isSecure else { return false }
        return !exceptions.contains { exception in
            switch exception {
            case .everything: true
            case .name(let name, let port):
                (url.host == name || url.host.hasSuffix("." + name)) && (port ?? url.port) == url.port
            case .addresses(let block): IPAddress(url.host).map { block.contains($0) } ?? false
            }
        }
    }

    /// The request for a tunnel.
    ///
    /// - Parameter target: host and port.
    public func request(for target: String) -> [UInt8] {
        var head = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\nUser-Agent: chatserver\r\n"
        if let authorization { head += "Proxy-Authorization: \(authorization)\r\n" }
        return Array((head + "\r\n").utf8)
    }

    /// What the answer to it means.
    public enum Answer: Equatable, Sendable {
        case incomplete
        case granted
        case refused(String)
    }

    public static func judge(_ bytes: [UInt8]) -> Answer {
        guard let end = endOfHead(bytes) else {
            return bytes.count < answerBytesMax ? .incomplete : .refused("The proxy's answer is no HTTP.")
        }
        let parts = bytes.prefix { $0 != 0x0D }.split(separator: 0x20, maxSplits: 2)
        guard parts.count >= 2, parts[0].starts(with: Array("HTTP/1.".utf8)), parts[1].count == 3,
            let code = Int(String(decoding: parts[1], as: UTF8.self))
        else { return .refused("The proxy's answer is no HTTP.") }
        guard (200...299).contains(code) else { return .refused("The proxy answered with status \(code).") }
        // The other end of a tunnel waits for our first word.
        return end == bytes.count ? .granted : .refused("The proxy has said more than it was asked.")
    }

    /// Where the head ends, with its empty line.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { bytes[$0 - 4..<$0].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Substring {
    /// Where a text first stands in it.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
