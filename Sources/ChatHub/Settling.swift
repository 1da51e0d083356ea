/// What a loop that is ending says of itself while it has nothing under way.
public struct SettleReport: Equatable, Sendable {
    var loop: Int
    /// It has taken too long: nobody waits for it any more, nor for what it has sent.
    var isOutOfTime: Bool
    /// How much mail it has sent to each loop since it began.
    var sent: [UInt64]
    /// How much it has had from each.
    var heard: [UInt64]
    /// How much it has had from the writer.
    var heardOfWriter: UInt64
}

/// Finds out when all loops have come to rest: none has anything under way, and no mail is on its way between them.
///
/// A loop reports when it has settled, and again whenever it has settled anew after more mail. The latest reports are
/// from different moments; but if each loop has heard all that any has sent by the time of its report, nothing was
/// between them, and as only mail sets a settled loop going, nothing will be. That is why mail is counted by sender and
/// receiver: sums would agree by chance.
public struct Settling {
    private var reports: [SettleReport?]
    /// How much mail the writer has sent to each loop.
    private var told: [UInt64]

    public init(loopCount: Int) {
        reports = Array(repeating: nil, count: loopCount)
        told = Array(repeating: 0, count: loopCount)
    }

    /// The writer has sent some mail to a loop.
    public mutating func told(loop: Int, count: Int) { told[loop] &+= UInt64(count) }

    public mutating func note(_ report: SettleReport) { reports[report.loop] = report }

    /// Whether all have come to rest, or are not waited for any longer.
    public var isOver: Bool {
        if reports.contains(where: { $0 == nil }) { return false }
        let latest = reports.compactMap { $0 }
        if latest.contains(where: \.isOutOfTime) { return true }
        return latest.allSatisfy { receiver in
            receiver.heardOfWriter == told[receiver.loop]
                && latest.allSatisfy { $0.sent[receiver.loop] == receiver.heard[$0.loop] }
        }
    }
}
