import Synchronization

/// A mutex that the thread sanitizer understands.
///
/// When `Mutex` is contended on Linux, the kernel hands it over (a priority-inheriting futex), which the sanitizer does
/// not see: it then reports races that are none. So whoever leaves says so in an atomic, which whoever enters reads. On
/// x86 and ARM that costs about a nanosecond.
struct TracedMutex<Value>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>
    private let hasBeenLeft = Atomic<Bool>(false)

    init(_ value: consuming sending Value) { mutex = Mutex(value) }

    borrowing func withLock<Answer, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Answer
    ) throws(Failure) -> sending Answer {
        try mutex.withLock { value throws(Failure) in
            _ = hasBeenLeft.load(ordering: .acquiring)
            defer { hasBeenLeft.store(true, ordering: .releasing) }
            return try body(&value)
        }
    }
}
