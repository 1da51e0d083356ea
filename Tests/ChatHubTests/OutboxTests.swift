import ChatDomain
import Testing

@testable import ChatHub

@Suite struct OutboxTests {
    /// All that waits, by the way that a loop would take.
    private func all(of outbox: Outbox) -> [UInt8] {
        var gathered: [UInt8] = [9, 9, 9]
        outbox.gather(into: &gathered, bytesMax: .max)
        if outbox.isContiguous {
            let contiguous = outbox.withContiguous { span in span.indices.map { span[$0] } }
            #expect(contiguous == gathered)
        }
        return gathered
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func behavesLikeAnArrayOfBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var outbox = Outbox()
        var model: [UInt8] = []
        var next: UInt8 = 0
        func bytes(_ count: UInt64) -> [UInt8] {
            (0..<count).map { _ in
                next &+= 1
                return next
            }
        }
        for _ in 0..<400 {
            switch random.next() % 5 {
            case 0:
                let chunk = bytes(random.next() % 12)
                outbox.append(chunk)
                model += chunk
            case 1:
                let own = bytes(random.next() % 6)
                outbox.append { $0 += own }
                model += own
            case 2:
                let bytesMax = Int(random.next() % 40)
                var gathered: [UInt8] = []
                outbox.gather(into: &gathered, bytesMax: bytesMax)
                #expect(gathered == Array(model.prefix(bytesMax)), "seed \(seed)")
            default:
                // Now and then more than there is: that empties it.
                let count = Int(random.next() % 16)
                outbox.consume(count)
                model.removeFirst(min(count, model.count))
            }
            #expect(outbox.byteCount == model.count, "seed \(seed)")
            #expect(outbox.isEmpty == model.isEmpty, "seed \(seed)")
            #expect(all(of: outbox) == model, "seed \(seed)")
        }
    }

    @Test func emptyAppendsAreNothing() {
        var outbox = Outbox()
        outbox.append([])
        outbox.append { _ in }
        #expect(outbox.isEmpty)
        #expect(outbox.isContiguous)
        #expect(all(of: outbox) == [])
    }

    @Test(arguments: [(0, [] as [UInt8]), (2, [3]), (3, [])])
    func whatHasBegunIsKeptWhenTheRestIsDropped(written: Int, left: [UInt8]) {
        var outbox = Outbox()
        outbox.append([1, 2, 3])
        outbox.append([4, 5])
        outbox.append { $0 += [6] }
        outbox.consume(written)
        outbox.dropUnstarted()
        #expect(all(of: outbox) == left)
        #expect(outbox.byteCount == left.count)
        outbox.append { $0 += [7, 8] }
        #expect(all(of: outbox) == left + [7, 8])
    }

    @Test func aBegunTailIsKeptToo() {
        var outbox = Outbox()
        outbox.append { $0 += [1, 2, 3] }
        outbox.consume(1)
        outbox.append([4])
        outbox.dropUnstarted()
        #expect(all(of: outbox) == [2, 3])
    }
}
