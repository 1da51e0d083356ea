import ChatDomain

/// What one loop has to do with the others: how much mail went to each and came from each, and who waits until they have
/// dealt with it.
struct Correspondence {
    /// Those who wait until the other loops have what this one has published.
    var fenced: [(Hub, Answer) -> Void] = []
    private(set) var sent: [UInt64]
    private(set) var heard: [UInt64]
    private(set) var heardOfWriter: UInt64 = 0

    init(loopCount: Int) {
        sent = Array(repeating: 0, count: loopCount)
        heard = sent
    }

    /// Somebody waits who is still to be put behind the mail of this turn.
    var hasWork: Bool { !fenced.isEmpty }

    mutating func takeFenced() -> [(Hub, Answer) -> Void] {
        defer { fenced = [] }
        return fenced
    }

    mutating func note(sent mail: [(destination: Turn.Destination, mail: Post)], by sender: Int) {
        for (destination, _) in mail {
            for loop in sent.indices where destination.includes(loop, from: sender) { sent[loop] &+= 1 }
        }
    }

    mutating func note(heardOf sender: Sender) {
        switch sender {
        case .loop(let loop): heard[loop] &+= 1
        case .writer: heardOfWriter &+= 1
        case .other: break
        }
    }
}
