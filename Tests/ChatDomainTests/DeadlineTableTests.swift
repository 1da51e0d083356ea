import Testing

@testable import ChatDomain

@Suite struct DeadlineTableTests {
    @Test func isADictionaryInOrderOfDeadlines() {
        var table = DeadlineTable<String, Int>()
        #expect(table.isEmpty && table.first == nil && table.removeFirst() == nil && table.remove("a") == nil)
        #expect(table.set("a", to: 1, deadline: at(10)) == nil)
        #expect(table.set("b", to: 2, deadline: at(20)) == nil)
        #expect(table.set("c", to: 3, deadline: at(30)) == nil)
        #expect(table.set("a", to: 4, deadline: at(40)) == 1)
        #expect(table.keys == ["b", "c", "a"])
        #expect(table.first?.deadline == at(20))
        #expect(table["a"] == 4 && table["b"] == 2 && table["x"] == nil)
        table.update("b", to: 5)
        table.update("x", to: 6)
        #expect(table["b"] == 5 && table.count == 3 && table.keys == ["b", "c", "a"])
        #expect(table.removeFirst(dueBy: at(19)) == nil)
        #expect(table.removeFirst(dueBy: at(20))?.value == 5)
        #expect(table.remove("a") == 4)
        #expect(table.keys == ["c"])
    }

    @Test func doesNotGoBackInTime() {
        var table = DeadlineTable<String, Int>()
        table.set("a", to: 1, deadline: at(100))
        table.set("b", to: 2, deadline: at(50))
        #expect(table.keys == ["a", "b"])
        #expect(table.removeFirst(dueBy: at(99)) == nil)
        #expect(table.removeFirst(dueBy: at(100))?.key == "a")
        #expect(table.removeFirst(dueBy: at(100))?.key == "b")
    }

    /// Against an array of entries, kept in the order in which they were set.
    @Test(arguments: UInt64(0)..<200) func agreesWithAnArray(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var table = DeadlineTable<Int, Int>()
        var model: [(key: Int, value: Int, deadline: Int64)] = []
        var now: Int64 = 0
        for step in 0..<300 {
            now += Int64.random(in: 0...3, using: &random)
            let key = Int.random(in: 0..<20, using: &random)
            let index = model.firstIndex { $0.key == key }
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1, 2:
                let old = index.map { model.remove(at: $0).value }
                model.append((key, step, now + 25))
                #expect(table.set(key, to: step, deadline: at(now + 25)) == old)
            case 3: #expect(table.remove(key) == index.map { model.remove(at: $0).value })
            case 4:
                if let index { model[index].value = step }
                table.update(key, to: step)
            default:
                let isDue = model.first.map { $0.deadline <= now } ?? false
                #expect(table.removeFirst(dueBy: at(now))?.key == (isDue ? model.removeFirst().key : nil))
            }
            #expect(table.keys == model.map(\.key))
            #expect(table.count == model.count)
            #expect(table[key] == model.first { $0.key == key }?.value)
            #expect(table.first?.deadline.milliseconds == model.first?.deadline)
        }
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
}
