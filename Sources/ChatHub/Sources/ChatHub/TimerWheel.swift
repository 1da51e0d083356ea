import ChatDomain

/// One deadline for each slot (connection), in buckets of 128 ms: setting, moving and dropping one costs the same
/// however many there are, and none costs memory beyond its slot.
///
/// A deadline fires up to one bucket late, never early. One further away than the wheel reaches waits in the last
/// bucket and is put in again when that comes up.
struct TimerWheel {
    static let bucketMs: Int64 = 128
    private static let bucketCount = 512

    /// Slots linked in a ring through each bucket; -1 ends it.
    private var first: [Int32]
    private var next: [Int32] = []
    private var previous: [Int32] = []
    /// The bucket a slot is in; -1 for none.
    private var bucket: [Int16] = []
    private var deadline: [Int64] = []
    /// A bit for each bucket that is not empty.
    private var occupied = [UInt64](repeating: 0, count: bucketCount / 64)
    /// The number of the bucket that is next to fire, counted from the clock's start.
    private var cursor: Int64
    private(set) var count = 0

    init(now: Instant) {
        first = [Int32](repeating: -1, count: Self.bucketCount)
        cursor = now.milliseconds / Self.bucketMs
    }

    /// Sets the slot's deadline in place of the one it had.
    ///
    /// A deadline that is moved on and on, as that of a busy connection, stays where it waits: when its bucket comes up
    /// it is put where it belongs by then.
    mutating func schedule(_ slot: Int, at instant: Instant) {
        grow(to: slot)
        deadline[slot] = instant.milliseconds
        if bucket[slot] >= 0 {
            let distance = (Int(bucket[slot]) - Self.index(of: cursor) + Self.bucketCount) % Self.bucketCount
            guard cursor + Int64(distance) > instant.milliseconds / Self.bucketMs else { return }
            cancel(slot)
        }
        insert(slot)
    }

    mutating func cancel(_ slot: Int) {
        guard slot < bucket.count, bucket[slot] >= 0 else { return }
        let at = Int(bucket[slot])
        let after = next[slot]
        let before = previous[slot]
        if before >= 0 { next[Int(before)] = after } else { first[at] = after }
        if after >= 0 { previous[Int(after)] = before }
        if first[at] < 0 { occupied[at >> 6] &= ~(1 << UInt64(at & 63)) }
        bucket[slot] = -1
        count -= 1
    }

    /// The moment to call `takeDue` next; nil while there is nothing to wait for.
    var nextDeadline: Instant? {
        guard count > 0 else { return nil }
        // From the cursor's bucket on, a word of buckets at a time, and at the end those of its word that lie before it.
        let start = Self.index(of: cursor)
        let words = occupied.count
        for step in 0...words {
            let word = (start >> 6 + step) % words
            var bits = occupied[word]
            if step == 0 { bits &= ~0 << UInt64(start & 63) }
            guard bits != 0 else { continue }
            let index = word << 6 + bits.trailingZeroBitCount
            let distance = (index - start + Self.bucketCount) % Self.bucketCount
            return Instant(milliseconds: (cursor + Int64(distance) + 1) * Self.bucketMs)
        }
        return nil
    }

    /// Takes out the slots whose deadline has come.
    mutating func takeDue(at now: Instant) -> [Int] {
        let end = now.milliseconds / Self.bucketMs
        guard end > cursor else { return [] }
        guard count > 0 else {
            cursor = end
            return []
        }
        var due: [Int] = []
        var early: [Int] = []
        // After a pause longer than a turn of the wheel each bucket need be seen once only.
        var at = max(cursor, end - Int64(Self.bucketCount))
        while at < end {
            let index = Self.index(of: at)
            while first[index] >= 0 {
                let slot = Int(first[index])
                cancel(slot)
                if deadline[slot] <= now.milliseconds { due.append(slot) } else { early.append(slot) }
            }
            at += 1
        }
        cursor = end
        for slot in early { insert(slot) }
        return due
    }

    private mutating func insert(_ slot: Int) {
        let wanted = deadline[slot] / Self.bucketMs
        let at = Self.index(of: min(max(wanted, cursor), cursor + Int64(Self.bucketCount) - 1))
        next[slot] = first[at]
        previous[slot] = -1
        if first[at] >= 0 { previous[Int(first[at])] = Int32(slot) }
        first[at] = Int32(slot)
        bucket[slot] = Int16(at)
        occupied[at >> 6] |= 1 << UInt64(at & 63)
        count += 1
    }

    private mutating func grow(to slot: Int) {
        guard slot >= bucket.count else { return }
        let more = max(slot + 1 - bucket.count, 64)
        next.append(contentsOf: repeatElement(-1, count: more))
        previous.append(contentsOf: repeatElement(-1, count: more))
        bucket.append(contentsOf: repeatElement(-1, count: more))
        deadline.append(contentsOf: repeatElement(0, count: more))
    }

    private static func index(of bucket: Int64) -> Int { Int(bucket & Int64(bucketCount - 1)) }
}
