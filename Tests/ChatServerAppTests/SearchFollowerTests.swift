import ChatDomain
import ChatStore
import Synchronization
import Testing

@testable import ChatServerApp

/// Does as it is told, and tells of each call.
private final class ScriptedIndexer: SearchIndexer, Sendable {
    enum Call: Equatable { case advance, close }

    let calls = Mailbox<Call>(isBlocking: true)
    /// What the next calls of `advance` answer; false for ever after.
    let answers: Mutex<[Result<Bool, StoreError>]>

    init(_ answers: [Result<Bool, StoreError>]) { self.answers = Mutex(answers) }

    func advance(at now: WallTime) throws(StoreError) -> Bool {
        let answer = answers.withLock { $0.isEmpty ? .success(false) : $0.removeFirst() }
        calls.post(.advance)
        return try answer.get()
    }

    func lag(at now: WallTime) throws(StoreError) -> SearchLag {
        SearchLag(entries: Int64(answers.withLock { $0.count }), ms: 7)
    }

    func close() { calls.post(.close) }

    /// Waits for so many calls.
    func next(_ count: Int) -> [Call] {
        var seen: [Call] = []
        while seen.count < count { seen += calls.wait() }
        return seen
    }
}

@Suite("The thread that follows the log for the search")
struct SearchFollowerTests {
    /// Runs a follower until `body` is done with it.
    private func follow(
        _ indexer: ScriptedIndexer, _ body: (SearchFollower) throws -> Void
    ) throws {
        let follower = SearchFollower(log: Log(level: .error))
        let threads = ThreadGroup()
        try threads.start("test") { follower.run(indexer) }
        defer {
            follower.stop()
            threads.join()
        }
        try body(follower)
    }

    @Test("It goes on until nothing is left, then waits to be woken")
    func following() throws {
        let indexer = ScriptedIndexer([.success(true), .success(true)])
        try follow(indexer) { follower in
            // Once more than there was, since something may have come in between.
            #expect(indexer.next(4).allSatisfy { $0 == .advance })
            follower.wake()
            #expect(indexer.next(1).first == .advance)
            #expect(follower.lag.ms == 7)
        }
        #expect(indexer.next(1).last == .close)
    }

    @Test("A failure is no end, and nothing that stopping waits for")
    func failing() throws {
        let indexer = ScriptedIndexer([.failure(.busy)])
        try follow(indexer) { _ in #expect(indexer.next(1) == [.advance]) }
        #expect(indexer.next(1).last == .close)
    }

    @Test("Woken any number of times, by any thread, it ends when told to")
    func waking() throws {
        let indexer = ScriptedIndexer([])
        try follow(indexer) { follower in
            let wakers = ThreadGroup()
            for _ in 0..<3 { try wakers.start("waker") { for _ in 0..<1_000 { follower.wake() } } }
            wakers.join()
            #expect(!indexer.next(2).isEmpty)
        }
        #expect(indexer.next(1).last == .close)
    }
}
