import ChatDomain
import ChatHub
import HTTPCore
import Testing

@testable import ChatServerApp

@Suite struct WriteQueueTests {
    /// Connections as a hub makes them.
    private func connections(_ count: Int) throws -> [Connection] {
        let start = Instant(milliseconds: 0)
        let hub = Hub(
            configuration: HubConfiguration(files: StaticFiles()), random: SplitMix64(seed: 1), at: start,
            wallTime: WallTime(milliseconds: 0))
        return try (0..<count).map { index in
            let id = ConnectionID(number: UInt64(index + 1), slot: index)
            hub.accept(id, peer: nil)
            return try #require(hub.connection(id))
        }
    }

    @Test func everybodyGetsATurnInOrderAndOnce() throws {
        let all = try connections(5_000)
        var queue = WriteQueue()
        for connection in all { queue.append(connection) }
        for connection in all.reversed() { queue.append(connection) }
        #expect(queue.count == all.count)
        for connection in all { #expect(queue.popFirst() === connection) }
        #expect(queue.popFirst() == nil)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func itIsAQueueWhateverComesAndGoes(seed: UInt64) throws {
        let all = try connections(300)
        var random = SplitMix64(seed: seed)
        var queue = WriteQueue()
        var model: [Int] = []
        for _ in 0..<20_000 {
            if Int.random(in: 0..<5, using: &random) < 3 {
                let index = Int.random(in: 0..<all.count, using: &random)
                queue.append(all[index])
                if !model.contains(index) { model.append(index) }
            } else {
                let expected = model.isEmpty ? nil : model.removeFirst()
                #expect(queue.popFirst() === expected.map { all[$0] })
            }
            #expect(queue.count == model.count)
            #expect(queue.first === model.first.map { all[$0] })
        }
    }
}
