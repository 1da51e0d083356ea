public import HTTPCore

/// Which addresses a feed may come from.
///
/// Whoever may name a feed makes this server send requests, also to what only it can reach: other programs of the
/// machine, of the internal network, of the cloud's own services. So only addresses of the public Internet are used,
/// unless the configuration says otherwise. What counts is the address that is connected to, after the name was looked
/// up: a name can lead anywhere, and somewhere else the next time.
public enum FeedAddresses {
    /// Of the registries of special-purpose addresses of IANA: what is not globally reachable, or leads to another
    /// address.
    private static let closedIPv4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { IPBlock($0) }
    /// All that is in use of global unicast addresses.
    private static let openIPv6 = IPBlock("2000::/3")
    /// Within it: Teredo and other protocols' own, documentation, 6to4.
    private static let closedIPv6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].compactMap { IPBlock($0) }

    /// Whether the address is one of the public Internet. One of IPv4 that is mapped into IPv6 is that of IPv4.
    public static func isPublic(_ address: IPAddress) -> Bool {
        if address.isIPv4 { return !closedIPv4.contains { $0.contains(address) } }
        guard let openIPv6, openIPv6.contains(address) else { return false }
        return !closedIPv6.contains { $0.contains(address) }
    }
}
