import ChatDomain
import Testing

@testable import ChatStore

@Suite("The rules over a ledger that has to fetch facts")
struct RemoteLedgerTests {
    /// Draft by draft, so that what was changed before a fact was missing was changed by the same rule.
    @Test("Rules ask for every fact before their first change, in few rounds", arguments: Seeds(fewest: 20))
    func rounds(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        var remote = Rules(RemoteLedger(), random: SeededGenerator(seed: seed))
        var model = Rules(MemoryLedger(), random: SeededGenerator(seed: seed))
        for step in 0..<60 {
            let now = WallTime(milliseconds: 1_000_000 + Int64(step) * 7)
            for draft in drafts.batch() {
                let roundsMax = Self.roundsMax(draft, model.ledger)
                let expected = try model.append([draft], at: now)
                try #require(try remote.append([draft], at: now) == expected, "seed \(seed): \(draft)")
                drafts.learn(from: expected)
                try #require(remote.ledger.tooLate == [], "seed \(seed): \(draft)")
                try #require(remote.ledger.fetches <= roundsMax, "seed \(seed): \(draft)")
            }
        }
    }

    /// A message is what the facts of a whole batch are fetched for: only whether one of the two of a direct room has
    /// blocked its author, and to whom a room comes back that was hidden, depend on other facts.
    private static func roundsMax(_ draft: Draft, _ ledger: MemoryLedger) -> Int {
        switch draft {
        // The thread of an answer to an answer, and who began it, depend on what is there.
        case .send(let new):
            3 + (new.thread == nil ? 0 : 2) + (ledger.head(of: new.room)?.mayBeHidden == true ? 2 : 0)
        case .updateRoom, .mark, .createRoom, .createUser: 1
        default: 5
        }
    }

    @Test("A batch is fetched at once, and does the same", arguments: Seeds(fewest: 20))
    func batches(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        var remote = Rules(RemoteLedger(), random: SeededGenerator(seed: seed))
        var model = Rules(MemoryLedger(), random: SeededGenerator(seed: seed))
        for step in 0..<60 {
            let now = WallTime(milliseconds: 1_000_000 + Int64(step) * 7)
            let batch = drafts.batch()
            let expected = try model.append(batch, at: now)
            try #require(try remote.append(batch, at: now) == expected, "seed \(seed), step \(step): \(batch)")
            drafts.learn(from: expected)
        }
    }

    @Test("The facts of messages are one fetch, however many they are")
    func oneFetch() throws {
        var rules = Rules(RemoteLedger(), random: SeededGenerator(seed: 1))
        let now = WallTime(milliseconds: 1)
        func account(_ login: String) -> Draft {
            .account(
                .register(
                    NewAccount(handle: login, login: login, displayName: login, credential: nil), session: nil,
                    invite: nil))
        }
        _ = try rules.append([account("ada"), account("bob")], at: now)
        let new = NewNativeRoom(
            handle: "r", kind: .group, name: "r", visibility: .private, members: [UserID(2)])
        _ = try rules.append([.room(.create(new, by: UserID(1)))], at: now)
        let commit = try rules.append(
            (1...100 as ClosedRange<UInt64>).map { number in
                .send(
                    NewMessage(
                        room: RoomID(1), author: UserID(Int64(number % 2) + 1), key: MessageKey(high: 1, low: number),
                        text: "x", mentions: [UserID(1)], isChecked: true))
            }, at: now)
        #expect(commit.events.count == 100)
        #expect(rules.ledger.fetches == 1)
    }
}
