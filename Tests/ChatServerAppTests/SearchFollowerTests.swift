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

    @Test("What gave way is made anew, however soon, and the old one is let go of")
    func givingWay() throws {
        let made = Mailbox<ScriptedIndexer>(isBlocking: true)
        let discards = Mailbox<Bool>(isBlocking: true)
        let source = SearchFollower.Source(
            make: { () throws(StoreError) in
                let indexer = ScriptedIndexer([])
                made.post(indexer)
                return indexer
            }, discard: { discards.post(true) })
        let follower = SearchFollower(log: Log(level: .error), source: source)
        let threads = ThreadGroup()
        try threads.start("test") { follower.run(nil) }
        defer {
            follower.stop()
            threads.join()
        }
        let first = try #require(made.wait().first)
        #expect(first.next(1).first == .advance)
        // The thread may not have noticed the one when it is told the other.
        #expect(follower.giveWay() && !follower.giveWay())
        #expect(!discards.take().isEmpty)
        follower.resume()
        let second = try #require(made.wait().first)
        #expect(second.next(1).first == .advance)
        #expect(!follower.isPaused)
        // A disk that is full while it writes is a reason too.
        _ = discards.take()
        second.answers.withLock { $0 = [.failure(.full(path: "x"))] }
        follower.wake()
        #expect(!discards.wait().isEmpty)
        #expect(follower.isPaused)
        follower.resume()
        #expect(try #require(made.wait().first).next(1).first == .advance)
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
