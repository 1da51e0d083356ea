import CEpoll
import Glibc

/// Writes to standard error what each thread of the process is doing, as names and addresses of functions (`addr2line -e
/// chatserver ADDRESS` has the lines). For the last moment of a process that somebody ends with SIGQUIT: whatever state
/// it is in, this ends within a few seconds.
enum ThreadTrace {
    private static let signal = SIGURG
    private static let secondsMax: UInt32 = 3
    /// How long one thread may take to answer.
    private static let patienceMs: Int32 = 200
    /// Written by each thread that is done. Set once, before there is a second thread.
    nonisolated(unsafe) private static var done: Int32 = -1

    /// To be called once, before anything can go wrong: what is needed later is loaded now.
    static func prepare() {
        unsafe done = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        let nowhere = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
        chat_write_stack(nowhere)
        close(nowhere)
        _ = chat_handle(signal) { _ in ThreadTrace.writeThisThread() }
    }

    /// In the handler, on the thread that is asked: nothing here may allocate or lock.
    private static func writeThisThread() {
        chat_write_stack(STDERR_FILENO)
        eventfd_write(unsafe done, 1)
    }

    static func write() {
        // A full pipe, or a thread that holds a lock for ever: SIGALRM ends the process then.
        alarm(secondsMax)
        standardError("SIGQUIT: what the threads of process \(getpid()) are doing\n")
        for thread in threads() {
            standardError("\nthread \(thread.id) \(thread.name)\n")
            guard tgkill(getpid(), thread.id, signal) == 0 else { continue }
            var interest = unsafe pollfd(fd: done, events: Int16(POLLIN), revents: 0)
            // One structure, and one number, that live for the calls.
            guard unsafe poll(&interest, 1, patienceMs) > 0 else {
                standardError("(it does not answer)\n")
                continue
            }
            var count: eventfd_t = 0
            _ = unsafe eventfd_read(done, &count)
        }
        alarm(0)
    }

    private static func threads() -> [(id: Int32, name: String)] {
        guard let directory = unsafe opendir("/proc/self/task") else { return [] }
        defer { unsafe closedir(directory) }
        var threads: [(id: Int32, name: String)] = []
        while let entry = unsafe readdir(directory) {
            // The name ends with a zero byte, and is copied at once.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            guard let id = Int32(name) else { continue }
            threads.append((id, smallFile("/proc/self/task/\(name)/comm") ?? ""))
        }
        return threads
    }
}

/// A small file of the system, such as those of /proc, without the line feed at its end; nil where it cannot be read.
func smallFile(_ path: String) -> String? {
    guard let file = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    // The kernel writes at most as many bytes as there are.
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file.raw, $0.baseAddress, $0.count) }
    guard count >= 0 else { return nil }
    var text = String(decoding: bytes[..<count], as: UTF8.self)
    while text.last == "\n" { text.removeLast() }
    return text
}
