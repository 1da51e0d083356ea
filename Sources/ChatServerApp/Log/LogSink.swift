import CEpoll
import ChatDomain
import Glibc
import Synchronization

/// What stands between those who log and a descriptor that may not take anything for a long time: a full pipe, a stopped
/// terminal. Whoever logs puts a line into a bounded queue and goes on; one thread writes, and it alone may have to wait.
/// What finds no room is dropped and counted.
final class LogSink: Sendable {
    static let standardError = LogSink(descriptor: STDERR_FILENO)

    private static let lineBytesMax = 8_192

    private struct State {
        /// Whole lines that nobody has begun to write.
        var waiting: [UInt8] = []
        /// How many bytes the thread is writing.
        var writing = 0
        var dropped = 0
        /// How many of those the log itself has told of.
        var droppedTold = 0
        var hasThread = false
        var isAsleep = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32
    private let bytesMax: Int
    /// Written when the thread sleeps and there is something.
    private let news = eventfd(0, Int32(EFD_CLOEXEC))
    /// Written whenever nothing is left.
    private let emptied = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))

    /// - Parameter bytesMax: how many bytes may wait.
    init(descriptor: Int32, bytesMax: Int = 131_072) {
        self.descriptor = descriptor
        self.bytesMax = bytesMax
    }

    deinit {
        close(news)
        close(emptied)
    }

    /// How many lines found no room, or could not be written.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Queues a line, which ends with a line feed. Never waits.
    func write(_ line: String) {
        var bytes = Array(line.utf8)
        if bytes.count > Self.lineBytesMax { bytes = bytes.prefix(Self.lineBytesMax - 4) + Array("...\n".utf8) }
        let wakes = state.withLock { state in
            guard state.waiting.count + state.writing + bytes.count <= bytesMax else {
                state.dropped += 1
                return false
            }
            state.waiting += bytes
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wakes { eventfd_write(news, 1) }
    }

    /// Starts the thread that writes. To be called when no signal can reach it any more.
    func start() throws(StartError) {
        state.withLock { $0.hasThread = true }
        // Never joined: it may be waiting for a reader that does not come.
        try ThreadGroup().start("log") { self.run() }
    }

    /// Waits until everything is written, but no longer than that.
    func flush(timeoutMs: Int64) {
        guard state.withLock({ $0.hasThread }) else { return hand(over: take()) }
        let deadline = Clock.now().advanced(byMs: timeoutMs)
        while state.withLock({ !$0.waiting.isEmpty || $0.writing > 0 }) {
            let left = deadline.milliseconds(since: Clock.now())
            guard left > 0 else { return }
            var interest = pollfd(fd: emptied, events: Int16(POLLIN), revents: 0)
            // One structure, and one number, that live for the calls.
            guard unsafe poll(&interest, 1, Int32(clamping: min(left, 100))) > 0 else { continue }
            var count: eventfd_t = 0
            _ = unsafe eventfd_read(emptied, &count)
        }
    }

    // MARK: The thread

    private func run() {
        while true {
            let bytes = take()
            guard bytes.isEmpty else {
                hand(over: bytes)
                continue
            }
            var count: eventfd_t = 0
            // The number lives for the call, which sleeps until there is something.
            _ = unsafe eventfd_read(news, &count)
        }
    }

    /// Takes what waits, in front of it a line about what was dropped before. Where there is nothing, the caller sleeps.
    private func take() -> [UInt8] {
        let (bytes, isEmpty) = state.withLock { state in
            var bytes: [UInt8] = []
            if state.dropped > state.droppedTold {
                let lost = state.dropped - state.droppedTold
                let event = LogEvent("log.dropped", .warning, [.init("lines", lost)])
                bytes += Array(event.line(at: Clock.wallTime()).utf8)
                state.droppedTold = state.dropped
            }
            bytes += state.waiting
            state.waiting = []
            state.writing = bytes.count
            state.isAsleep = bytes.isEmpty && state.hasThread
            return (bytes, bytes.isEmpty)
        }
        if isEmpty { eventfd_write(emptied, 1) }
        return bytes
    }

    private func hand(over bytes: [UInt8]) {
        let (written, code) = writeAll(bytes, to: descriptor)
        state.withLock { state in
            if code != 0 {
                state.dropped += bytes[written...].count { $0 == UInt8(ascii: "\n") }
                // It could not be told of either.
                state.droppedTold = state.dropped
            }
            state.writing = 0
        }
    }
}
