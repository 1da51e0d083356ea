import Testing

@testable import ChatHub

/// When all loops have come to rest, by what each says of itself.
@Suite struct SettlingTests {
    private func report(
        _ loop: Int, sent: [UInt64], heard: [UInt64], heardOfWriter: UInt64 = 0, isOutOfTime: Bool = false
    ) -> SettleReport {
        SettleReport(loop: loop, isOutOfTime: isOutOfTime, sent: sent, heard: heard, heardOfWriter: heardOfWriter)
    }

    @Test func allMustHaveSettled() {
        var settling = Settling(loopCount: 2)
        #expect(!settling.isOver)
        settling.note(report(0, sent: [0, 0], heard: [0, 0]))
        #expect(!settling.isOver)
        settling.note(report(1, sent: [0, 0], heard: [0, 0]))
        #expect(settling.isOver)
    }

    @Test func mailOnItsWayCounts() {
        var settling = Settling(loopCount: 2)
        settling.note(report(0, sent: [0, 3], heard: [0, 0]))
        settling.note(report(1, sent: [0, 0], heard: [2, 0]))
        #expect(!settling.isOver)
        settling.note(report(1, sent: [0, 0], heard: [3, 0]))
        #expect(settling.isOver)
    }

    /// Loop 0 has reported, then got a message and sent one on, which loop 1 has had: as many were sent as heard.
    @Test func sumsThatAgreeByChanceAreNotEnough() {
        var settling = Settling(loopCount: 2)
        settling.note(report(0, sent: [0, 0], heard: [0, 0]))
        settling.note(report(1, sent: [1, 0], heard: [1, 0]))
        #expect(!settling.isOver)
        settling.note(report(0, sent: [0, 1], heard: [0, 1]))
        #expect(settling.isOver)
    }

    @Test func theWriterIsHeardOfFirst() {
        var settling = Settling(loopCount: 1)
        settling.told(loop: 0, count: 2)
        settling.note(report(0, sent: [0], heard: [0], heardOfWriter: 1))
        #expect(!settling.isOver)
        settling.note(report(0, sent: [0], heard: [0], heardOfWriter: 2))
        #expect(settling.isOver)
    }

    @Test func whoTakesTooLongIsNotWaitedFor() {
        var settling = Settling(loopCount: 2)
        settling.note(report(0, sent: [0, 1], heard: [0, 0], isOutOfTime: true))
        #expect(!settling.isOver)
        settling.note(report(1, sent: [0, 0], heard: [0, 0]))
        #expect(settling.isOver)
    }
}
