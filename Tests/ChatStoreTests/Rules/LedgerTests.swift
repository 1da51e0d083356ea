import ChatDomain
import Glibc
import Testing

@testable import ChatStore

/// Random drafts on ledgers in pairs: every fact that a rule asks for is compared as it is asked, in the middle of a
/// batch, and all facts there are between batches. A failure names the seed that replays it.
@Suite("Ledgers agree on every fact")
struct LedgerTests {
    @Test("In memory and in SQLite", arguments: Seeds(fewest: 40))
    func memoryAndSQLite(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        let directory = try ScratchDirectory()
        let tail = UnindexedTail(cacheBytesMax: [0, 4_000, 1 << 24][drafts.number(0...2)])
        let options = Self.options(&drafts)
        let ledger = try SQLiteLedger(path: directory.database, options: options, tail: tail)
        var rules = Rules(TwinLedger(MemoryLedger(), ledger), random: SeededGenerator(seed: seed))
        var now: Int64 = 1_000_000
        for step in 0..<80 {
            now += Int64(drafts.number(-3...20))
            let batch = drafts.batch()
            drafts.learn(from: try rules.append(batch, at: WallTime(milliseconds: now)))
            if drafts.number(0...2) == 0 { _ = try rules.ledger.other.tidy() }
            if step % 10 == 9 { try rules.ledger.compareAll(FactDomain(drafts)) }
            try #require(rules.ledger.disagreements == [], "seed \(seed), step \(step): \(batch)")
        }
    }

    /// The oracle without caches: whatever the writer remembers, a writer that was opened a moment ago and readers of
    /// its say the same.
    @Test("A warm one and one that was opened a moment ago", arguments: Seeds(fewest: 20))
    func warmAndFresh(_ seed: UInt64) throws {
        var drafts = RandomDrafts(seed: seed)
        let directory = try ScratchDirectory()
        let tail = UnindexedTail(cacheBytesMax: [0, 4_000, 1 << 24][drafts.number(0...2)])
        let options = Self.options(&drafts)
        let ledger = try SQLiteLedger(path: directory.database, options: options, tail: tail)
        let reader = try SQLiteReader(path: directory.database, tail: tail, busyTimeoutMs: 0)
        var rules = Rules(ledger, random: SeededGenerator(seed: seed))
        var now: Int64 = 1_000_000
        for step in 0..<60 {
            now += Int64(drafts.number(-3...20))
            drafts.learn(from: try rules.append(drafts.batch(), at: WallTime(milliseconds: now)))
            if drafts.number(0...2) == 0 { _ = try rules.ledger.tidy() }
            guard step % 6 == 5 else { continue }
            let copy = try ScratchDirectory()
            try directory.copyDatabase(to: copy)
            let freshTail = UnindexedTail(cacheBytesMax: 0)
            let fresh = try SQLiteLedger(path: copy.database, options: options, tail: freshTail)
            var twin = TwinLedger(rules.ledger, fresh)
            try twin.compareAll(FactDomain(drafts))
            try #require(twin.disagreements == [], "seed \(seed), step \(step)")
            let other = try SQLiteReader(path: copy.database, tail: freshTail, busyTimeoutMs: 0)
            let place = "seed \(seed), step \(step)"
            try ModelTests().compareAll(reader, other, place)
            try ModelTests().compareNative(reader, other, at: WallTime(milliseconds: now), place)
            rules.ledger = twin.one
        }
    }

    private static func options(_ drafts: inout RandomDrafts) -> SQLiteStore.Options {
        var options = SQLiteStore.Options()
        options.runRowsMin = [1, 1, 30][drafts.number(0...2)]
        options.runRowsMax = [3, 40, 10_000][drafts.number(0...2)]
        options.sliceRowsMax = [1, 7, 20_000][drafts.number(0...2)]
        return options
    }
}

/// The seeds that a test runs: so many, or as many as the environment's `CHATSTORE_SEEDS` says.
struct Seeds: Sendable, Collection {
    let endIndex: Int

    init(fewest: Int) {
        let wanted = unsafe getenv("CHATSTORE_SEEDS").flatMap { unsafe Int(String(cString: $0)) }
        endIndex = Swift.max(wanted ?? 0, fewest)
    }

    var startIndex: Int { 0 }
    func index(after index: Int) -> Int { index + 1 }
    subscript(index: Int) -> UInt64 { UInt64(index) + 1 }
}
