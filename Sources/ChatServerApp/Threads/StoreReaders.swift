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

    private enum Item: Sendable {
        case query(loop: Int, Ticket, StoreQuery)
        case stop
    }

    init(loops: [LoopMailbox]) { self.loops = loops }

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

    /// Serves until told to stop.
    func run(_ reader: any ChatStoreReader) {
        while let (loop, ticket, query) = next() {
            loops[loop].post(.hub(.service(.answer(ticket, query.run(on: reader)))))
        }
    }

    private func next() -> (Int, Ticket, StoreQuery)? {
        while true {
            var count: eventfd_t = 0
            // The number lives for the call, which sleeps until there is something.
            guard unsafe eventfd_read(semaphore, &count) == 0 else { continue }
            let item = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            switch item {
            case .query(let loop, let ticket, let query): return (loop, ticket, query)
            case .stop: return nil
            case nil: continue
            }
        }
    }
}
