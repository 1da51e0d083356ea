import ChatDomain
import Testing

@testable import ChatHub

struct EdgeTableTests {
    /// Against a dictionary, through many changes among few keys, so that they come to lie on each other.
    @Test(arguments: 0..<8)
    func likeADictionary(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = EdgeTable()
        var naive: [Int: Int32] = [:]
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<600, using: &random)
            let (node, scalar) = (Int32(key / 20), UInt32(key % 20))
            #expect(table[node, scalar] == naive[key])
            // Grows and shrinks in turns.
            if Int.random(in: 0..<10, using: &random) < (step / 2_000 % 2 == 0 ? 7 : 3) {
                if naive[key] == nil {
                    table.insert(node, scalar, Int32(step))
                    naive[key] = Int32(step)
                }
            } else {
                table.remove(node, scalar)
                naive[key] = nil
            }
            #expect(table.count == naive.count)
        }
        for key in 0..<600 { #expect(table[Int32(key / 20), UInt32(key % 20)] == naive[key]) }
    }
}
