import CLinux
import Glibc

/// An epoll instance that hands back a number for each ready descriptor.
///
/// `epoll_event` holds a union with a pointer in it, which makes it unsafe by type; only its number is ever used.
@safe struct Poller: ~Copyable {
    private let descriptor: Int32
    private var events = unsafe [epoll_event](repeating: epoll_event(), count: 512)

    init() throws(LoadError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .failed("epoll_create1 failed") }
    }

    deinit { close(descriptor) }

    func add(_ socket: Int32, number: Int, writing: Bool) { control(EPOLL_CTL_ADD, socket, number, writing) }

    func change(_ socket: Int32, number: Int, writing: Bool) { control(EPOLL_CTL_MOD, socket, number, writing) }

    /// Waits for events; gives how many there are, none when the time is up.
    mutating func wait(timeoutMs: Int) -> Int {
        // The array is valid for the call, and the kernel writes no more than its count.
        let count = unsafe events.withUnsafeMutableBufferPointer {
            unsafe epoll_wait(descriptor, $0.baseAddress, Int32($0.count), Int32(max(0, min(timeoutMs, 1_000))))
        }
        return max(0, Int(count))
    }

    /// The number that the event belongs to, and whether its descriptor can be read (or has failed) and written.
    func event(_ index: Int) -> (number: Int, isReadable: Bool, isWritable: Bool) {
        // The union was filled in with a number, by `control`.
        let (number, flags) = unsafe (events[index].data.u64, events[index].events)
        return (Int(number), flags & ~EPOLLOUT.rawValue != 0, flags & EPOLLOUT.rawValue != 0)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ number: Int, _ writing: Bool) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        unsafe event.data.u64 = UInt64(number)
        unsafe epoll_ctl(descriptor, operation, socket, &event)
    }
}
