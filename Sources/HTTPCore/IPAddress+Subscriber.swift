extension IPAddress {
    /// What counts as one place when attempts are counted: an IPv4 address, or the first 64 bits of an IPv6 one, of which
    /// whoever has one has all that follow.
    public var subscriber: IPAddress { isIPv4 ? self : masked(toBits: 64) }
}
