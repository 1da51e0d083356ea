import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// The one table of questions: each is answered, or fails in time.
@Suite struct AsksTests {
    private let start = Instant(milliseconds: 1_000_000)

    /// A table whose changes may stand in an expectation.
    private final class Table {
        var asks = Asks()

        func takes(_ ticket: Ticket, _ answer: StoreAnswer) -> Bool { asks.answer(ticket, with: answer) != nil }
        func takes(_ ticket: Ticket, _ answer: WorkAnswer) -> Bool { asks.answer(ticket, with: answer) != nil }
        func takes(_ ticket: Ticket, _ answer: Answer) -> Bool { asks.answer(ticket, with: answer) != nil }
    }

    private func after(_ ms: Int64) -> Instant { start.advanced(byMs: ms) }

    @Test func aQuestionIsAnsweredOnce() {
        let table = Table()
        #expect(table.asks.isEmpty && table.asks.nextDeadline == nil)
        let one = table.asks.ask(until: after(1_000), then: .reader { _, _ in })
        let other = table.asks.ask(until: after(2_000), then: .worker { _, _ in })
        #expect(one != other)
        #expect(!table.asks.isEmpty && table.asks.readerCount == 1 && table.asks.workerCount == 1)
        #expect(table.takes(one, StoreAnswer.success(1)))
        #expect(!table.takes(one, StoreAnswer.success(1)))
        #expect(table.asks.readerCount == 0 && table.asks.workerCount == 1)
        #expect(!table.takes(Ticket(rawValue: 99), Answer.done))
        #expect(table.takes(other, WorkAnswer.unavailable))
        #expect(table.asks.isEmpty && table.asks.nextDeadline == nil)
    }

    @Test func severalAnswersMayBeGathered() {
        let table = Table()
        let all = table.asks.ask(until: after(1_000), answers: 3, then: .loops { _, _ in })
        for isLeft in [true, true, false] {
            #expect(table.takes(all, Answer.delivered(receivers: 1)))
            #expect(table.asks.isEmpty != isLeft)
        }
        // Nothing more comes behind some.
        for last in [Answer.unavailable, .refused(waitMs: 5)] {
            let some = table.asks.ask(until: after(1_000), answers: 3, then: .loops { _, _ in })
            #expect(table.takes(some, Answer.done))
            #expect(table.takes(some, last))
            #expect(table.asks.isEmpty)
            #expect(!table.takes(some, Answer.done))
        }
    }

    @Test func whatIsNotAnsweredInTimeFailsInTheOrderInWhichItWasAsked() throws {
        var asks = Asks()
        var failed: [Int] = []
        let hub = HubHarness().hubs[0]
        for (number, ms) in [(1, 5_000), (2, 1_000), (3, 1_010), (4, 9_000)] as [(Int, Int64)] {
            _ = asks.ask(until: after(ms), then: .loops { _, _ in failed.append(number) })
        }
        func expire(_ ms: Int64) {
            for use in asks.expire(at: after(ms)) {
                if case .loops(let use) = use { use(hub, .unavailable) }
            }
        }
        expire(999)
        #expect(failed == [])
        // Rounded up, but not by much.
        let due = try #require(asks.nextDeadline)
        #expect(due > after(1_000) && due <= after(1_256))
        expire(1_600)
        #expect(failed == [2, 3])
        expire(20_000)
        #expect(failed == [2, 3, 1, 4])
        #expect(asks.isEmpty && asks.nextDeadline == nil)
    }

    @Test func deadlinesThatAreOverAreFoundBehindAnsweredOnes() {
        let table = Table()
        let first = table.asks.ask(until: after(1_000), then: .worker { _, _ in })
        _ = table.asks.ask(until: after(60_000), then: .worker { _, _ in })
        #expect(table.takes(first, WorkAnswer.unavailable))
        let early = table.asks.expire(at: after(2_000)).count
        #expect(early == 0)
        #expect(table.asks.nextDeadline.map { $0 > after(60_000) } == true)
        let late = table.asks.expire(at: after(61_000)).count
        #expect(late == 1)
    }

    /// A store that does not answer: the asker is told so, and what comes later is for nobody.
    @Test(arguments: loopCounts)
    func whoAsksAStoreThatIsStuckHearsOfIt(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        let (socket, _) = try scene.arrive(0, loop: 1)
        let asking = scene.harness.connect(loop: scene.loop(2))
        scene.harness.isStoreHalted = true
        asking.sendRequest("GET", "/v1/rooms", headers: [("Authorization", "Bearer \(NativeScene.token(0))")])
        socket.sendMessage("stuck", in: room, key: key(1))
        scene.harness.advance(byMs: 29_000)
        #expect(asking.takeResponses().isEmpty && socket.takeObjects().isEmpty)
        scene.harness.advance(byMs: 2_000)
        #expect(asking.takeResponses().map(\.status) == [503])
        let failed = socket.takeObjects()
        #expect(failed.map(\.type) == ["error"] && failed.map(\.code) == ["unavailable"])
        scene.harness.isStoreHalted = false
        scene.harness.run()
        #expect(asking.takeResponses().isEmpty)
        #expect(socket.takeObjects().allSatisfy { $0.type != "ack" && $0.type != "error" })
        // It was stored all the same: whoever says it again hears so.
        socket.sendMessage("stuck", in: room, key: key(1))
        scene.harness.run()
        #expect(socket.takeObjects().map { $0["duplicate"]?.bool } == [true])
    }
}
