import CEpoll
import Glibc

/// An epoll instance. What is watched for `readable` with `onArrival` is reported once for what has come, and again only
/// when more comes; all else as long as it is so.
@safe struct Epoll: ~Copyable {
    private let descriptor: Descriptor
    /// Where the kernel writes events; allocated once.
    private let events: UnsafeMutableBufferPointer<epoll_event>

    static let readable = EPOLLIN.rawValue
    static let onArrival = EPOLLET.rawValue
    /// Of those who wait for the same socket, one is woken.
    static let exclusive = EPOLLEXCLUSIVE.rawValue
    static let writable = EPOLLOUT.rawValue
    /// The peer has ended its side.
    static let ended = EPOLLRDHUP.rawValue
    static let failed = EPOLLERR.rawValue | EPOLLHUP.rawValue

    init(eventsMax: Int = 512) throws(StartError) {
        guard let descriptor = Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC))) else {
            throw StartError("epoll cannot be set up: \(systemMessage(errno)).")
        }
        self.descriptor = descriptor
        // Freed in deinit; initialised so that reading any element is defined.
        unsafe events = .allocate(capacity: eventsMax)
        unsafe events.initialize(repeating: epoll_event())
    }

    /// The instance itself can be watched by another one.
    var raw: Int32 { descriptor.raw }

    deinit { unsafe events.deallocate() }

    /// - Returns: 0, or the error number.
    func add(_ raw: Int32, _ interest: UInt32, token: UInt64) -> Int32 {
        control(EPOLL_CTL_ADD, raw, interest, token)
    }

    func modify(_ raw: Int32, _ interest: UInt32, token: UInt64) { _ = control(EPOLL_CTL_MOD, raw, interest, token) }

    func remove(_ raw: Int32) { _ = control(EPOLL_CTL_DEL, raw, 0, 0) }

    private func control(_ operation: Int32, _ raw: Int32, _ interest: UInt32, _ token: UInt64) -> Int32 {
        // A plain structure of numbers.
        var event = unsafe epoll_event()
        unsafe event.events = interest
        unsafe event.data.u64 = token
        // The structure lives for the call.
        return unsafe epoll_ctl(descriptor.raw, operation, raw, &event) == 0 ? 0 : errno
    }

    /// Waits for events.
    ///
    /// - Parameter timeoutMs: -1 for any time.
    /// - Returns: how many `event(at:)` has.
    func wait(timeoutMs: Int32) -> Int {
        let count = unsafe epoll_wait(descriptor.raw, events.baseAddress, Int32(events.count), timeoutMs)
        return max(0, Int(count))
    }

    func event(at index: Int) -> (interest: UInt32, token: UInt64) {
        // The kernel has written the first `count` of them.
        let event = unsafe events[index]
        return unsafe (event.events, event.data.u64)
    }
}
