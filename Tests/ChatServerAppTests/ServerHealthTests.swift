import ChatDomain
import ChatHub
import ChatStore
import Glibc
import Testing

@testable import ChatServerApp

/// What `/ready` goes by, and what of it is said in the log.
@Suite struct ServerHealthTests {
    /// A log that is read back.
    private final class Paper {
        let log: Log
        private let path: String
        private let file: Int32

        init() throws {
            path = "/tmp/chatserver-log-\(getpid())-\(UInt64.random(in: 0 ... .max))"
            file = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            try #require(file >= 0)
            log = Log(level: .info, sink: LogSink(descriptor: file))
        }

        deinit {
            close(file)
            // The path is lent to the call.
            _ = unsafe unlink(path)
        }

        /// The names of the events so far.
        var events: [String] {
            log.sink.flush(timeoutMs: 0)
            return (smallFile(path) ?? "").split(separator: "\n").map { line in
                String(line.split(separator: " ")[2])
            }
        }
    }

    private func at(_ ms: Int64) -> Instant { Instant(milliseconds: ms) }

    @Test func aFailureIsSaidOnceAndEndsWhenItIsOver() throws {
        let paper = try Paper()
        let health = ServerHealth(log: paper.log)
        #expect(health.reasons(at: at(0)).isEmpty)
        for ms in 0..<300 { health.commitFailed(.full(path: "x"), changes: 1, at: at(Int64(ms))) }
        #expect(health.commitFailures == 300 && health.isWriterFailing)
        #expect(health.reasons(at: at(300)) == [.commits])
        // One that succeeds among many that fail is no end.
        health.committed(at: at(310))
        health.commitFailed(.full(path: "x"), changes: 1, at: at(320))
        #expect(paper.events == ["store.failed"])
        health.committed(at: at(1_319))
        #expect(health.reasons(at: at(1_319)) == [.commits])
        health.committed(at: at(1_320))
        #expect(health.reasons(at: at(1_320)).isEmpty && !health.isWriterFailing)
        health.committed(at: at(1_400))
        #expect(paper.events == ["store.failed", "store.recovered"])
    }

    @Test func damageIsNotOverBecauseSomethingElseWorks() throws {
        let health = ServerHealth(log: try Paper().log)
        health.commitFailed(.corrupt("x"), changes: 1, at: at(0))
        health.committed(at: at(59_999))
        #expect(health.reasons(at: at(59_999)) == [.commits])
        health.committed(at: at(60_000))
        #expect(health.reasons(at: at(60_000)).isEmpty)
    }

    @Test func aQuestionThatFailsIsAskedUntilItIsAnswered() throws {
        let paper = try Paper()
        let health = ServerHealth(log: paper.log)
        let query = StoreQuery { (_: borrowing any ChatStoreReader) throws(StoreError) in 42 }
        for ms in 0..<5 { health.readFailed(.corrupt("x"), query, at: at(Int64(ms))) }
        #expect(health.readFailures == 5)
        let kept = try #require(health.failedQuery)
        #expect(try kept.run(on: MemoryStore().makeReader()).get() as? Int == 42)
        // What else can be read proves nothing about it.
        health.answered(isRepeated: false, at: at(60_000))
        #expect(health.reasons(at: at(60_000)) == [.reads])
        health.answered(isRepeated: true, at: at(60_001))
        #expect(health.reasons(at: at(60_001)).isEmpty && health.failedQuery == nil)
        #expect(paper.events == ["read.failed", "read.recovered"])
    }

    @Test func whatTakesTooLongIsStuckAndThenNoMore() throws {
        let health = ServerHealth(log: try Paper().log)
        health.began(ServerHealth.writer, at: at(0))
        health.began(2, at: at(3_000))
        #expect(health.reasons(at: at(4_999)).isEmpty)
        #expect(health.reasons(at: at(5_000)) == [.stuck])
        health.ended(ServerHealth.writer)
        #expect(health.reasons(at: at(7_999)).isEmpty)
        #expect(health.reasons(at: at(8_000)) == [.stuck])
        health.ended(2)
        #expect(health.reasons(at: at(9_000)).isEmpty)
    }

    @Test func diskAndEndAreReasonsToo() throws {
        let health = ServerHealth(log: try Paper().log)
        health.looked(isDiskLow: true)
        health.drain()
        #expect(health.reasons(at: at(0)) == [.disk, .draining])
        health.looked(isDiskLow: false)
        #expect(health.reasons(at: at(0)) == [.draining])
    }

    @Test func aSmallDiskNeedsLessFree() {
        let usual = DiskLimits(freeMin: 64 << 20, isDefault: true)
        #expect(usual.isLow(DiskSpace(free: 63 << 20, total: 100 << 30)))
        #expect(!usual.isLow(DiskSpace(free: 65 << 20, total: 100 << 30)))
        #expect(!usual.isLow(DiskSpace(free: 2 << 20, total: 20 << 20)))
        #expect(usual.isLow(DiskSpace(free: 1 << 20, total: 21 << 20)))
        // Said on purpose, it counts as it was said; and 0 is never.
        #expect(DiskLimits(freeMin: 64 << 20, isDefault: false).isLow(DiskSpace(free: 2 << 20, total: 20 << 20)))
        #expect(!DiskLimits(freeMin: 0, isDefault: false).isLow(DiskSpace(free: 0, total: 20 << 20)))
    }

    @Test func theIndexGivesWayEarlierAndComesBackLater() {
        let limits = DiskLimits(freeMin: 64 << 20, isDefault: true)
        let nearly = DiskSpace(free: 80 << 20, total: 100 << 30)
        #expect(limits.isNearlyLow(nearly) && !limits.isLow(nearly))
        for bytes in [10 << 20, 500 << 20] as [Int64] {
            let freed = DiskSpace(free: nearly.free + bytes, total: nearly.total)
            // What it has given up is not room enough: it would only give way again.
            #expect(!limits.hasRoomForSearch(freed, databaseBytes: 0, searchBytes: bytes))
            let roomy = DiskSpace(free: 130 << 20 + bytes * 2, total: nearly.total)
            #expect(limits.hasRoomForSearch(roomy, databaseBytes: bytes, searchBytes: bytes))
        }
    }
}
