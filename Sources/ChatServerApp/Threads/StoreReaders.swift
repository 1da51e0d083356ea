import CEpoll
import ChatHub
import ChatStore
import Glibc
import Synchronization

/// A few threads that look things up, each with a reader of its own.
final class StoreReaders: Sendable {
    private let queue = Mutex<[Item]>([])
    /// Counts what is in the queue: a read takes one.
    private let semaphore = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE))
    private let loops: [LoopMailbox]
    private let health: ServerHealth

    private enum Item: Sendable {
        case query(loop: Int, Ticket, StoreQuery)
        /// A question that could not be answered, asked again to find out whether it can be now.
        case probe(StoreQuery)
        case stop
    }

    init(loops: [LoopMailbox], health: ServerHealth) {
        self.loops = loops
        self.health = health
    }

    deinit { close(semaphore) }

    func post(_ queries: [(Ticket, StoreQuery)], from loop: Int) {
        queue.withLock { queue in
            for (ticket, query) in queries { queue.append(.query(loop: loop, ticket, query)) }
        }
        eventfd_write(semaphore, eventfd_t(queries.count))
    }

    func stop(threadCount: Int) {
        queue.withLock { $0.append(contentsOf: [Item](repeating: .stop, count: threadCount)) }
        eventfd_write(semaphore, eventfd_t(threadCount))
    }

    /// Whether nothing waits to be answered.
    var isIdle: Bool { queue.withLock { $0.isEmpty } }

    func probe(_ query: StoreQuery) {
        queue.withLock { $0.append(.probe(query)) }
        eventfd_write(semaphore, 1)
    }

    /// Serves until told to stop.
    ///
    /// - Parameter number: the thread's among those that read, from 1 on.
    func run(_ reader: any ChatStoreReader, number: Int) {
        while true {
            switch next() {
            case .query(let loop, let ticket, let query):
                loops[loop].post(.hub(.service(.answer(ticket, answer(query, reader, number, isRepeated: false)))))
            case .probe(let query): _ = answer(query, reader, number, isRepeated: true)
            case .stop: return
            }
        }
    }

    private func answer(
        _ query: StoreQuery, _ reader: any ChatStoreReader, _ number: Int, isRepeated: Bool
    ) -> StoreAnswer {
        health.began(number, at: Clock.now())
        let answer = query.run(on: reader)
        health.ended(number)
        if case .failure(let error) = answer {
            // An index that is not there says nothing about what is stored.
            if error != .noSearchIndex { health.readFailed(error, query, at: Clock.now()) }
        } else {
            health.answered(isRepeated: isRepeated, at: Clock.now())
        }
        return answer
    }

    private func next() -> Item {
        while true {
            var count: eventfd_t = 0
            // The number lives for the call, which sleeps until there is something.
            guard unsafe eventfd_read(semaphore, &count) == 0 else { continue }
            if let item = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return item }
        }
    }
}
