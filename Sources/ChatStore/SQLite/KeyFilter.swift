import ChatDomain

/// A Bloom filter over idempotency keys: says for most keys that are not in the index that they surely are not, without
/// a look-up (4 µs among a million). The bits of a key lie in one cache line, so that asking costs one miss.
struct KeyFilter {
    /// At 12 bits a key, about one unknown key in a hundred is looked up in vain.
    static let bitsPerKey = 12
    private static let wordsPerBlock = 8

    /// How many keys it takes before it grows less useful; it never grows wrong.
    let capacity: Int
    private(set) var count = 0
    private var words: [UInt64]
    private let blocks: UInt64

    /// - Parameter bytes: its size, a multiple of 64.
    init(bytes: Int) {
        blocks = UInt64(max(bytes / 64, 1))
        words = Array(repeating: 0, count: Int(blocks) * Self.wordsPerBlock)
        capacity = Int(blocks) * 512 / Self.bitsPerKey
    }

    /// Whether it holds so many keys that a larger one is due.
    var isFull: Bool { count > capacity }

    mutating func insert(_ sender: SenderKey) {
        var (base, bits) = place(of: sender)
        for _ in 0..<6 {
            words[base + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
        count += 1
    }

    /// False only if the key was never inserted.
    func mayContain(_ sender: SenderKey) -> Bool {
        var (base, bits) = place(of: sender)
        for _ in 0..<6 {
            if words[base + Int(bits >> 6 & 7)] & 1 << (bits & 63) == 0 { return false }
            bits >>= 9
        }
        return true
    }

    /// The key's block, and six times nine bits that name bits in it.
    private func place(of sender: SenderKey) -> (base: Int, bits: UInt64) {
        let author = UInt64(bitPattern: sender.author.rawValue)
        let first = mixed(sender.key.high ^ mixed(sender.key.low ^ mixed(author)))
        let block = first.multipliedFullWidth(by: blocks).high
        return (Int(block) * Self.wordsPerBlock, mixed(first))
    }
}

/// The finalizer of SplitMix64: every bit of the input bears on every bit of the result.
private func mixed(_ word: UInt64) -> UInt64 {
    var word = word &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
}
