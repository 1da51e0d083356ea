import Glibc

/// How much memory this process may have: what the machine has, or less where a cgroup (a container, a service) says so.
enum MemoryLimit {
    /// In bytes.
    ///
    /// - Parameters:
    ///   - machine: what the machine has.
    ///   - file: reads a small file of the system; nil where there is none.
    static func bytes(machine: Int, file: (String) -> String?) -> Int {
        var limit = machine
        for line in (file("/proc/self/cgroup") ?? "").split(separator: "\n") {
            // `0::/path` in version 2, `7:memory:/path` in version 1.
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let places: [(root: String, name: String)]
            if parts[0] == "0", parts[1].isEmpty {
                places = [("/sys/fs/cgroup", "memory.max"), ("/sys/fs/cgroup/unified", "memory.max")]
            } else if parts[1].split(separator: ",").contains("memory") {
                places = [("/sys/fs/cgroup/memory", "memory.limit_in_bytes")]
            } else {
                continue
            }
            for place in places {
                for group in groups(String(parts[2])) {
                    // `max` is none; version 1 has a number beyond any machine for that.
                    guard let text = file("\(place.root)\(group)/\(place.name)"), let bytes = Int(text), bytes > 0
                    else {
                        continue
                    }
                    limit = min(limit, bytes)
                }
            }
        }
        return limit
    }

    /// A group and all above it, each of which may have a limit. Inside a container the path may be the outside's, of which
    /// nothing is there but the root.
    private static func groups(_ path: String) -> [String] {
        var groups = [""]
        for part in path.split(separator: "/") where part != ".." {
            groups.append("\(groups[groups.count - 1])/\(part)")
        }
        return groups
    }

    /// What hashing passwords may take: as configured, but no more than a quarter of what there is.
    static func hashBytes(configured: Int) -> Int {
        let machine = max(0, sysconf(Int32(_SC_PHYS_PAGES))).multipliedReportingOverflow(
            by: max(0, sysconf(Int32(_SC_PAGESIZE))))
        let limit = bytes(machine: machine.overflow || machine.partialValue == 0 ? .max : machine.partialValue) {
            smallFile($0)
        }
        return min(configured, limit / 4)
    }
}
