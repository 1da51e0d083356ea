import ChatHub
import Glibc
import HTTPCore

/// A few threads that look host names up, which may take as long as the network's name servers like. The answers go to
/// the loop that asked.
///
/// Nobody waits for these threads when the process ends: one may be in the middle of a look-up.
final class NameResolver: Sendable {
    private let queue = WorkQueue<Question>(countMax: 1_024)
    private let loops: [LoopMailbox]
    private let allowsPrivate: Bool
    private let proxy: FeedProxy?

    private struct Question: Sendable {
        let loop: Int
        let link: FeedLink
        let url: FeedURL
    }

    private static let addressesMax = 8

    /// - Parameters:
    ///   - allowsPrivate: whether feeds may come from addresses that are not public.
    ///   - proxy: what encrypted feeds go through.
    init(loops: [LoopMailbox], allowsPrivate: Bool, proxy: FeedProxy? = nil) {
        self.loops = loops
        self.allowsPrivate = allowsPrivate
        self.proxy = proxy
    }

    /// - Returns: false where too many wait already.
    func ask(_ link: FeedLink, _ url: FeedURL, from loop: Int) -> Bool {
        // What is an address already does not wait for name servers that do not answer.
        if proxy?.serves(url) != true, let host = lookUp(url, flags: AI_NUMERICHOST) {
            loops[loop].post(.feedAddresses(link, host))
            return true
        }
        // Who asks anew has given the last question up: where name servers do not answer, nothing piles up.
        return queue.append([Question(loop: loop, link: link, url: url)]) {
            $0.loop == loop && $0.link.isSameFeed(as: link)
        } > 0
    }

    /// Serves for ever.
    func run() {
        while let question = queue.next() {
            let host = find(question.url)
            loops[question.loop].post(.feedAddresses(question.link, host))
        }
    }

    /// Where to connect to. Through a proxy, a source is named by an address that may be connected to: what a name leads
    /// to where the proxy is nobody here can tell. Only where any address will do it is named by its name.
    private func find(_ url: FeedURL) -> ResolvedHost {
        let unknown = ResolvedHost.failed("The source's host name is not known.")
        guard let proxy, proxy.serves(url) else { return lookUp(url, flags: 0) ?? unknown }
        var targets = [Self.target(url.host, url.port)]
        if !allowsPrivate {
            switch lookUp(url, flags: 0) ?? unknown {
            case .failed(let sentence): return .failed(sentence)
            case .found(let addresses, _):
                targets = addresses.compactMap { $0.address.map { Self.target($0.description, url.port) } }
            }
        }
        guard let (found, _) = addresses(of: proxy.host, proxy.port, flags: 0), !found.isEmpty else {
            return .failed("The proxy's host name is not known.")
        }
        return .found(found, tunnels: targets)
    }

    private static func target(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// - Returns: nil where there is no such host.
    private func lookUp(_ url: FeedURL, flags: Int32) -> ResolvedHost? {
        guard let (addresses, allowed) = addresses(of: url.host, url.port, flags: flags) else { return nil }
        guard !allowed.isEmpty else {
            return .failed(
                addresses.isEmpty
                    ? "The source's host has no address."
                    : "The source's address is a private one, which is not allowed.")
        }
        return .found(allowed, tunnels: [])
    }

    /// All addresses of a host, and those of them that feeds may come from; nil where there is no such host.
    private func addresses(
        of host: String, _ port: UInt16, flags: Int32
    ) -> (all: [SocketAddress], allowed: [SocketAddress])? {
        // A plain structure, of which no pointer is set.
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV | flags
        var result: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &result)
        // The list is ours until it is freed.
        defer { if let result = unsafe result { unsafe freeaddrinfo(result) } }
        guard code == 0 else { return nil }
        var addresses: [SocketAddress] = []
        var entry = unsafe result
        while let current = unsafe entry, addresses.count < Self.addressesMax {
            if let address = unsafe SocketAddress(entry: current) { addresses.append(address) }
            unsafe entry = current.pointee.ai_next
        }
        let allowed = addresses.filter { address in
            address.address.map { allowsPrivate || FeedAddresses.isPublic($0) } ?? false
        }
        return (addresses, allowed)
    }
}

/// What came of looking a host up.
enum ResolvedHost: Sendable {
    /// Only such as may be connected to; of a proxy, with what it may be asked for.
    case found([SocketAddress], tunnels: [String])
    /// A sentence about why there is none.
    case failed(String)
}
