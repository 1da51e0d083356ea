import CEpoll
import Glibc
import Synchronization

/// What other threads leave for one thread. Its eventfd is written only when the owner sleeps, so that a busy thread
/// costs its senders no system call, and a batch costs one wake.
final class Mailbox<Item: Sendable>: Sendable {
    /// Readable when there is something to wake for.
    let descriptor: Int32
    private let state = Mutex(State())

    private struct State {
        var items: [Item] = []
        var isOwnerAsleep = false
    }

    /// - Parameter isBlocking: the owner waits in `wait`; otherwise by epoll.
    init(isBlocking: Bool) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | (isBlocking ? 0 : Int32(EFD_NONBLOCK)))
    }

    deinit { close(descriptor) }

    func post(_ item: Item) { post([item]) }

    func post(_ items: [Item]) {
        guard !items.isEmpty else { return }
        let wakes = state.withLock { state in
            state.items.append(contentsOf: items)
            defer { state.isOwnerAsleep = false }
            return state.isOwnerAsleep
        }
        if wakes { eventfd_write(descriptor, 1) }
    }

    /// Takes what is there.
    func take() -> [Item] {
        state.withLock { state in
            defer { state.items = [] }
            return state.items
        }
    }

    /// The owner is about to sleep.
    ///
    /// - Returns: false where there is something already, and it must not.
    func prepareToSleep() -> Bool {
        state.withLock { state in
            state.isOwnerAsleep = state.items.isEmpty
            return state.isOwnerAsleep
        }
    }

    /// The owner is awake, by whatever: takes what is there.
    func wakeAndTake() -> [Item] {
        state.withLock { state in
            state.isOwnerAsleep = false
            guard !state.items.isEmpty else { return [] }
            defer { state.items = [] }
            return state.items
        }
    }

    /// Empties the eventfd, once it is readable.
    func drainDescriptor() {
        var count: eventfd_t = 0
        // The number lives for the call.
        _ = unsafe eventfd_read(descriptor, &count)
    }

    /// Takes what is there, and waits for something if there is nothing, but no longer than that. Only for a blocking
    /// mailbox.
    func wait(timeoutMs: Int32) -> [Item] {
        let items = take()
        guard items.isEmpty, prepareToSleep() else { return items.isEmpty ? take() : items }
        var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // One structure that lives for the call.
        if unsafe poll(&interest, 1, timeoutMs) > 0 { drainDescriptor() }
        return wakeAndTake()
    }

    /// Takes what is there, and waits for something if there is nothing. Only for a blocking mailbox.
    func wait() -> [Item] {
        while true {
            let items = take()
            if !items.isEmpty { return items }
            if prepareToSleep() { drainDescriptor() }
        }
    }
}
