import ChatHub
import ChatStore

/// A few threads that look things up, each with a reader of its own.
final class StoreReaders: Sendable {
    private let queue = WorkQueue<Item>()
    private let loops: [LoopMailbox]
    private let health: ServerHealth

    private enum Item: Sendable {
        case query(loop: Int, Ticket, StoreQuery)
        /// A question that could not be answered, asked again to find out whether it can be now.
        case probe(StoreQuery)
    }

    init(loops: [LoopMailbox], health: ServerHealth) {
        self.loops = loops
        self.health = health
    }

    func post(_ queries: [(Ticket, StoreQuery)], from loop: Int) {
        queue.append(queries.map { .query(loop: loop, $0.0, $0.1) })
    }

    func stop(threadCount: Int) { queue.end(threadCount: threadCount) }

    /// Whether nothing waits to be answered.
    var isIdle: Bool { queue.isEmpty }

    func probe(_ query: StoreQuery) { queue.append([.probe(query)]) }

    /// Serves until told to stop.
    ///
    /// - Parameter number: the thread's among those that read, from 1 on.
    func run(_ reader: any ChatStoreReader, number: Int) {
        while let item = queue.next() {
            switch item {
            case .query(let loop, let ticket, let query):
                loops[loop].post(.hub(.service(.answer(ticket, answer(query, reader, number, isRepeated: false)))))
            case .probe(let query): _ = answer(query, reader, number, isRepeated: true)
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
}
