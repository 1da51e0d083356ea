import Testing

@testable import ChatStore

@Suite("A queue")
struct QueueTests {
    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func doesAsAnArray(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = Queue<Int>()
        var array: [Int] = []
        for step in 0..<3_000 {
            // Grows for a while, then shrinks.
            let isGrowing = step / 500 % 2 == 0
            switch Int.random(in: 0...9, using: &random) {
            case 0..<(isGrowing ? 7 : 3):
                queue.append(step)
                array.append(step)
            case 7:
                #expect(queue.removeLast() == array.popLast())
            case 8:
                let index = Int.random(in: -1...array.count, using: &random)
                queue.replace(at: index, with: -step)
                if array.indices.contains(index) { array[index] = -step }
            default:
                queue.removeFirst()
                if !array.isEmpty { array.removeFirst() }
            }
            #expect(queue.count == array.count)
            #expect(queue.isEmpty == array.isEmpty)
            #expect(queue.first == array.first)
            #expect(queue.last == array.last)
            let index = Int.random(in: -1...array.count, using: &random)
            #expect(queue.element(at: index) == (array.indices.contains(index) ? array[index] : nil))
        }
    }

    @Test func letsGoOfWhatIsRemoved() {
        final class Thing {}
        var queue = Queue<Thing>()
        weak var first: Thing?
        do {
            let thing = Thing()
            first = thing
            queue.append(thing)
        }
        queue.append(Thing())
        #expect(first != nil)
        queue.removeFirst()
        #expect(first == nil)
        #expect(queue.count == 1)
    }
}
