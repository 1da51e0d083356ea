/// A hash table from pairs of a node and a character to nodes: for `RunTrie`, whose walks look up an edge a character.
/// Open addressing with linear probing, at most half full; several times as quick as a dictionary, which hashes more
/// carefully than two small numbers need. Its hash has a secret of the process in it, as a dictionary's has.
struct EdgeTable {
    private var keys: [UInt64]
    private var values: [Int32]
    private(set) var count = 0
    private let secret: UInt64

    /// No edge: the highest node and character there could be.
    private static let none = UInt64.max

    init() {
        keys = Array(repeating: Self.none, count: 16)
        values = Array(repeating: 0, count: 16)
        var hasher = Hasher()
        hasher.combine(0)
        secret = UInt64(bitPattern: Int64(hasher.finalize())) | 1
    }

    private static func key(_ node: Int32, _ scalar: UInt32) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 32 | UInt64(scalar)
    }

    /// Where the search for a key begins.
    private func home(_ key: UInt64) -> Int {
        let (high, low) = (key ^ secret).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ secret)
        return Int(truncatingIfNeeded: high ^ low) & (keys.count - 1)
    }

    subscript(_ node: Int32, _ scalar: UInt32) -> Int32? {
        let key = Self.key(node, scalar)
        var index = home(key)
        while keys[index] != Self.none {
            if keys[index] == key { return values[index] }
            index = (index + 1) & (keys.count - 1)
        }
        return nil
    }

    /// Adds an edge that is not there.
    mutating func insert(_ node: Int32, _ scalar: UInt32, _ value: Int32) {
        if (count + 1) * 2 > keys.count { grow() }
        place(Self.key(node, scalar), value)
        count += 1
    }

    mutating func remove(_ node: Int32, _ scalar: UInt32) {
        let key = Self.key(node, scalar)
        var hole = home(key)
        while keys[hole] != key {
            guard keys[hole] != Self.none else { return }
            hole = (hole + 1) & (keys.count - 1)
        }
        count -= 1
        // What stands behind moves up, unless that would put it before the place where it is looked for first.
        var index = hole
        while true {
            index = (index + 1) & (keys.count - 1)
            guard keys[index] != Self.none else { break }
            let distance = (index - home(keys[index])) & (keys.count - 1)
            guard distance >= (index - hole) & (keys.count - 1) else { continue }
            keys[hole] = keys[index]
            values[hole] = values[index]
            hole = index
        }
        keys[hole] = Self.none
    }

    private mutating func place(_ key: UInt64, _ value: Int32) {
        var index = home(key)
        while keys[index] != Self.none { index = (index + 1) & (keys.count - 1) }
        keys[index] = key
        values[index] = value
    }

    private mutating func grow() {
        let (oldKeys, oldValues) = (keys, values)
        keys = Array(repeating: Self.none, count: oldKeys.count * 2)
        values = Array(repeating: 0, count: oldKeys.count * 2)
        for (index, key) in oldKeys.enumerated() where key != Self.none { place(key, oldValues[index]) }
    }
}
