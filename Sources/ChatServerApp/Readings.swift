import CEpoll
import ChatDomain
import ChatHub
import ChatStore
import Glibc

/// What `/metrics` shows of the process.
func readings(
    search: SearchFollower?, watch: HealthWatch, health: ServerHealth, log: Log, startedAt: WallTime
) -> [MetricReading] {
    var usage = rusage()
    // The structure lives for the call.
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds =
        Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
    var readings = [
        MetricReading(
            name: "process_cpu_seconds_total", help: "Processor time since the start.", isCounter: true, value: seconds),
        MetricReading(
            name: "process_resident_memory_max_bytes", help: "The most memory that was resident.",
            value: Double(usage.ru_maxrss) * 1_024),
        MetricReading(
            name: "process_start_time_seconds", help: "When the server started, in seconds since 1970.",
            value: Double(startedAt.milliseconds) / 1_000),
    ]
    let seen = watch.seen
    readings += [
        MetricReading(
            name: "process_open_fds", help: "Open files and sockets.", value: Double(seen.openDescriptors)),
        MetricReading(
            name: "chat_commit_failures_total", help: "Commits of which nothing was stored.", isCounter: true,
            value: Double(health.commitFailures)),
        MetricReading(
            name: "chat_read_failures_total", help: "Questions that the store could not answer.", isCounter: true,
            value: Double(health.readFailures)),
        MetricReading(
            name: "chat_log_dropped_total", help: "Lines of the log that nobody took in time.", isCounter: true,
            value: Double(log.sink.dropped)),
        MetricReading(
            name: "chat_build_info", help: "Which version this is.",
            labels: [("version", Help.version), ("commit", Versions.commit)], value: 1),
    ]
    if let free = seen.diskFree {
        readings += [
            MetricReading(
                name: "chat_disk_free_bytes", help: "What the disk of the data directory has free.",
                value: Double(free)),
            MetricReading(
                name: "chat_database_bytes", help: "Size of the database.", value: Double(seen.databaseBytes)),
            MetricReading(
                name: "chat_search_bytes", help: "Size of the search index.", value: Double(seen.searchBytes)),
        ]
    }
    if let lag = search?.lag {
        readings.append(
            MetricReading(
                name: "chat_search_lag_entries", help: "Events that cannot be searched yet.", value: Double(lag.entries)
            ))
        readings.append(
            MetricReading(
                name: "chat_search_lag_seconds", help: "How long the oldest of them has waited.",
                value: Double(lag.ms) / 1_000))
    }
    return readings
}
