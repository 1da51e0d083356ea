/// An address of IPv4 or IPv6. An IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address: a socket
/// that serves both shows peers that way.
public struct IPAddress: Hashable, Sendable, Codable {
    /// IPv6 in network order; IPv4 as the mapped address.
    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter bits: the four bytes of the address, the first in the highest bits.
    public init(ipv4 bits: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits)) }

    /// - Parameter bytes: 4 or 16, in network order; nil for another count.
    public init?(bytes: Span<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<bytes.count {
            words.0 = words.0 << 8 | words.1 >> 56
            words.1 = words.1 << 8 | UInt64(bytes[index])
        }
        self.init(high: words.0, low: bytes.count == 4 ? 0xFFFF_0000_0000 | words.1 : words.1)
    }

    /// The usual text of an address, without brackets, zone or port; nil if it is none. IPv4 is four decimal numbers
    /// without leading zeros, and nothing shorter.
    public init?(_ text: String) {
        let bytes = text.utf8.span
        self.init(parsing: bytes, 0..<bytes.count)
    }

    init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
        if let bits = Self.parseIPv4(bytes, range) {
            self.init(ipv4: bits)
        } else if let groups = Self.parseIPv6(bytes, range) {
            let words = groups.map(UInt64.init)
            self.init(
                high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
                low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
        } else {
            return nil
        }
    }

    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 or ::1: this very machine.
    public var isLoopback: Bool { isIPv4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1 }

    /// The first `count` bits of the 128, the others zero.
    func masked(toBits count: Int) -> IPAddress {
        let highMask = count >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(max(count, 0)))
        let lowMask = count >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(max(count - 64, 0)))
        return IPAddress(high: high & highMask, low: count > 64 ? low & lowMask : 0)
    }

    // MARK: Parsing

    private static func parseIPv4(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
        var (bits, parts, start) = (UInt32(0), 0, range.lowerBound)
        while start <= range.upperBound {
            var end = start
            while end < range.upperBound, bytes[end] != ASCII.dot { end += 1 }
            guard parts < 4, end - start <= 3, let part = bytes.decimal(start..<end), part <= 255 else { return nil }
            // A leading zero means octal to some: not a usual text.
            if end - start > 1, bytes[start] == ASCII.zero { return nil }
            bits = bits << 8 | UInt32(part)
            parts += 1
            start = end + 1
        }
        return parts == 4 ? bits : nil
    }

    /// Eight groups; "::" stands once for one or more of zero, and the last two may be written as IPv4 (RFC 4291 §2.2).
    private static func parseIPv6(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt16]? {
        guard range.count >= 2, range.count <= 45 else { return nil }
        var (groups, gap, index) = ([UInt16](), Int?.none, range.lowerBound)
        if bytes[index] == ASCII.colon {
            guard bytes[index + 1] == ASCII.colon else { return nil }
            gap = 0
            index += 2
        }
        while index < range.upperBound {
            let start = index
            var value = 0
            while index < range.upperBound, let digit = ASCII.hexValue(bytes[index]) {
                value = value << 4 | Int(digit)
                index += 1
                guard index - start <= 4 else { return nil }
            }
            if index < range.upperBound, bytes[index] == ASCII.dot {
                guard let bits = parseIPv4(bytes, start..<range.upperBound) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
                break
            }
            guard index > start else { return nil }
            groups.append(UInt16(truncatingIfNeeded: value))
            guard index < range.upperBound else { break }
            guard bytes[index] == ASCII.colon else { return nil }
            index += 1
            guard index < range.upperBound else { return nil }
            if bytes[index] == ASCII.colon {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            }
        }
        guard let gap else { return groups.count == 8 ? groups : nil }
        guard groups.count <= 7 else { return nil }
        return groups[..<gap] + [UInt16](repeating: 0, count: 8 - groups.count) + groups[gap...]
    }
}

extension IPAddress: CustomStringConvertible {
    /// "192.0.2.1", or the form of RFC 5952: the longest run of two zero groups or more is "::".
    public var description: String {
        if isIPv4 { return Self.parts(of: low, count: 4, bits: 8).map { String($0) }.joined(separator: ".") }
        let groups = Self.parts(of: high, count: 4, bits: 16) + Self.parts(of: low, count: 4, bits: 16)
        var (best, run) = (0..<0, 0..<0)
        for (index, group) in groups.enumerated() {
            run = group != 0 ? index + 1..<index + 1 : run.lowerBound..<index + 1
            if run.count > best.count { best = run }
        }
        func text(_ part: ArraySlice<UInt64>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard best.count >= 2 else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }

    /// The lowest `count` parts of a word, of so many bits each, the highest first.
    private static func parts(of word: UInt64, count: Int, bits: Int) -> [UInt64] {
        let mask: UInt64 = 1 << UInt64(bits) - 1
        return (0..<count).map { (index: Int) -> UInt64 in (word >> UInt64(bits * (count - 1 - index))) & mask }
    }
}

/// A block of addresses: "10.0.0.0/8", "2001:db8::/32", or one address.
public struct IPBlock: Hashable, Sendable {
    private let first: IPAddress
    private let bits: Int

    /// nil if it is none, or if its address has bits beyond the prefix: probably a slip, and worth a word.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress(String($0)) }) else { return nil }
        var length = address.isIPv4 ? 32 : 128
        if parts.count == 2 {
            let digits = parts[1].utf8.span
            guard digits.count <= 3, let given = digits.decimal(0..<digits.count), given <= UInt64(length) else {
                return nil
            }
            length = Int(given)
        }
        bits = address.isIPv4 ? length + 96 : length
        first = address
        guard address.masked(toBits: bits) == address else { return nil }
    }

    public func contains(_ address: IPAddress) -> Bool { address.masked(toBits: bits) == first }
}
