/// Counts values by their magnitude: 64 buckets for each power of two, so that a quantile is within 1.6 %.
struct Histogram {
    private static let bits = 6
    private static let size = 1 << bits
    private var buckets = [Int](repeating: 0, count: (41 - bits) * size)
    private(set) var count = 0
    private(set) var largest = 0

    mutating func add(_ value: Int) {
        let value = max(0, min(value, 1 << 40 - 1))
        buckets[Self.bucket(of: value)] += 1
        count += 1
        largest = max(largest, value)
    }

    /// The value that `share` (0 to 1) of all values do not exceed; 0 if there are none.
    func quantile(_ share: Double) -> Int {
        let wanted = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, bucket) in buckets.enumerated() {
            seen += bucket
            if seen >= wanted { return min(Self.upperBound(of: index), largest) }
        }
        return largest
    }

    private static func bucket(of value: Int) -> Int {
        guard value >= size else { return value }
        let shift = Int.bitWidth - 1 - value.leadingZeroBitCount - bits
        return (shift + 1) << bits + (value >> shift - size)
    }

    private static func upperBound(of bucket: Int) -> Int {
        guard bucket >= size else { return bucket }
        let shift = bucket >> bits - 1
        return (bucket & (size - 1) + size + 1) << shift - 1
    }
}
