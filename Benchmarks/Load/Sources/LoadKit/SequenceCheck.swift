/// What one receiver has had of one sender: tells a message that is next from one that is doubled or late.
struct SequenceCheck {
    enum Verdict: Equatable {
        case next
        /// Some before it have not come; they may still.
        case ahead
        /// One that was missing so far.
        case late
        case double
    }

    /// The highest number so far.
    private(set) var last = 0
    /// Bit n: the number `last - n` has come. What lies further back than 64 counts as having come.
    private var recent: UInt64 = .max

    mutating func receive(_ sequence: Int) -> Verdict {
        let step = sequence - last
        if step == 1 {
            last = sequence
            recent = recent << 1 | 1
            return .next
        }
        if step > 1 {
            last = sequence
            recent = step < 64 ? recent << UInt64(step) | 1 : 1
            return .ahead
        }
        let bit: UInt64 = -step < 64 ? 1 << UInt64(-step) : 0
        guard bit != 0, recent & bit == 0 else { return .double }
        recent |= bit
        return .late
    }
}
