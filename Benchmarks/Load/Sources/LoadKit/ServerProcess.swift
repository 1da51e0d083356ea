import Glibc

/// What a process uses.
package struct ServerProcess {
    package let id: Int

    package init(id: Int) { self.id = id }

    /// User and system CPU time so far, all threads, those that have ended included. Nil once the process is gone.
    package func cpuMicroseconds() -> Int? { cpuNanoseconds().map { $0 / 1_000 } }

    /// The same in nanoseconds. Its clock counts what the scheduler gave it, where /proc rounds to ticks of 10 ms.
    package func cpuNanoseconds() -> Int? {
        var clock = clockid_t()
        var time = timespec()
        // 0 would be this process, and the system's numbers end there. Both places are valid for the calls, which fill them in or fail.
        guard (1..<1 << 22).contains(id), unsafe clock_getcpuclockid(pid_t(id), &clock) == 0,
            unsafe clock_gettime(clock, &time) == 0
        else {
            return nil
        }
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }

    /// Resident memory now.
    package func residentBytes() -> Int? {
        guard let text = Self.read("/proc/\(id)/statm") else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        // The buffer is valid for the call, and no more than its size is written.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
