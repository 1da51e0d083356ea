import CEpoll
import Glibc

/// What the system lets this process have.
enum ProcessLimits {
    /// The cores that this process may run on: fewer than the machine has where it is pinned or in a container.
    static func coreCount() -> Int {
        var set = cpu_set_t()
        // The set lives for the call, and has the size given.
        guard unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else {
            return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        // A set of bits, one a core, in memory that is all initialised.
        let count = unsafe withUnsafeBytes(of: set) { bits in unsafe bits.reduce(0) { $0 + $1.nonzeroBitCount } }
        return min(max(1, count), 256)
    }

    /// - Returns: how many descriptors the process may have, as many as it is permitted.
    static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        // The structure lives for the calls.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }
}
