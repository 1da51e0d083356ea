import Glibc

/// Reads what a process uses from /proc.
struct ServerProcess {
    let id: Int

    /// User and system CPU time so far, all threads; 10 ms resolution. Nil once the process is gone.
    func cpuMicroseconds() -> Int? {
        // proc(5): the second field, the name, may hold anything, but ends at the last parenthesis.
        guard let text = Self.read("/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        // utime and stime are fields 14 and 15; ")" counts as the second here.
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else { return nil }
        return (user + system) * 1_000_000 / max(1, sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory now.
    func residentBytes() -> Int? {
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
