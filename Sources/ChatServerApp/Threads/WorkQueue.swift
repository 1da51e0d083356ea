import CEpoll
import Glibc
import Synchronization

/// What some threads take their work from, each a piece at a time. A thread without work sleeps.
final class WorkQueue<Item: Sendable>: Sendable {
    /// nil has the thread end that takes it.
    private let items = Mutex<[Item?]>([])
    /// Counts what is in the queue: a read takes one. It may count more, never less.
    private let semaphore = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE))
    private let countMax: Int

    init(countMax: Int = .max) { self.countMax = countMax }

    deinit { close(semaphore) }

    /// Nothing waits to be taken.
    var isEmpty: Bool { items.withLock { $0.isEmpty } }

    /// Adds as many as there is room for, from the first on.
    ///
    /// - Parameter isOutdated: says of what waits that it is wanted no more.
    /// - Returns: how many.
    @discardableResult
    func append(_ new: [Item], droppingWhere isOutdated: (Item) -> Bool = { _ in false }) -> Int {
        let count = items.withLock { items in
            items.removeAll { item in item.map(isOutdated) ?? false }
            let count = min(new.count, max(0, countMax - items.count))
            for item in new.prefix(count) { items.append(item) }
            return count
        }
        if count > 0 { eventfd_write(semaphore, eventfd_t(count)) }
        return count
    }

    /// Has that many threads end, once what waits has been taken.
    func end(threadCount: Int) {
        items.withLock { $0 += [Item?](repeating: nil, count: threadCount) }
        eventfd_write(semaphore, eventfd_t(threadCount))
    }

    /// Waits for the next piece; nil: the thread is to end.
    func next() -> Item? {
        while true {
            var count: eventfd_t = 0
            // The number lives for the call, which sleeps until there is something.
            guard unsafe eventfd_read(semaphore, &count) == 0 else { continue }
            if let item = items.withLock({ $0.isEmpty ? nil : .some($0.removeFirst()) }) { return item }
        }
    }
}
