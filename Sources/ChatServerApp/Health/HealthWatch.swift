import CEpoll
import ChatDomain
import ChatHub
import ChatStore
import Glibc
import Synchronization

/// The thread that looks after what nobody else would notice: how much room the disk has, whether what failed works again,
/// whether the clock has jumped. It looks once a second, and keeps what it saw for those who must not wait for a disk.
final class HealthWatch: Sendable {
    /// What it saw last.
    struct Sight: Sendable {
        var diskFree: Int64?
        var databaseBytes: Int64 = 0
        var searchBytes: Int64 = 0
        var openDescriptors = 0
    }

    private static let lookMs: Int32 = 1_000

    private let sight = Mutex(Sight())
    private let stopping = eventfd(0, Int32(EFD_CLOEXEC))
    private let limits: DiskLimits
    /// nil where nothing is kept on a disk.
    private let databasePath: String?
    private let health: ServerHealth
    private let log: Log

    init(databasePath: String?, limits: DiskLimits, health: ServerHealth, log: Log) {
        self.databasePath = databasePath
        self.limits = limits
        self.health = health
        self.log = log
        look()
    }

    deinit { close(stopping) }

    var seen: Sight { sight.withLock { $0 } }

    func stop() { eventfd_write(stopping, 1) }

    /// Looks until told to stop.
    func run(writer: StoreWriter, readers: StoreReaders, search: SearchFollower?) {
        var clock = ClockWatch(wallTime: Clock.wallTime(), sinceStart: Clock.sinceStart())
        var searchBytesMax: Int64 = 0
        var interest = pollfd(fd: stopping, events: Int16(POLLIN), revents: 0)
        // One structure that lives for the call.
        while unsafe poll(&interest, 1, Self.lookMs) <= 0 {
            look()
            searchBytesMax = max(searchBytesMax, seen.searchBytes)
            if let search { makeRoom(search, searchBytes: searchBytesMax) }
            // Neither piles up where nobody gets to it.
            if health.isWriterFailing, !health.isBusy(ServerHealth.writer) { writer.mailbox.post(.probe) }
            if let query = health.failedQuery, readers.isIdle { readers.probe(query) }
            if let jump = clock.jump(wallTime: Clock.wallTime(), sinceStart: Clock.sinceStart()) {
                log.event(LogEvent("clock.jumped", .warning, [.init("by_ms", jump)]))
            }
        }
    }

    private func look() {
        var seen = Sight()
        seen.openDescriptors = Self.openDescriptors()
        if let databasePath {
            let disk = DiskSpace(of: databasePath)
            seen.diskFree = disk?.free
            seen.databaseBytes = fileBytes(databasePath) + fileBytes(databasePath + "-wal")
            let search = SQLiteStore.searchPath(beside: databasePath)
            seen.searchBytes = fileBytes(search) + fileBytes(search + "-wal")
            // A disk that cannot be asked is the next commit's affair.
            health.looked(isDiskLow: disk.map { limits.isLow($0) } ?? false)
        }
        sight.withLock { $0 = seen }
    }

    private func makeRoom(_ search: SearchFollower, searchBytes: Int64) {
        guard let databasePath, let disk = DiskSpace(of: databasePath) else { return }
        if !search.isPaused {
            if limits.isNearlyLow(disk), search.giveWay() { look() }
        } else if limits.hasRoomForSearch(disk, databaseBytes: seen.databaseBytes, searchBytes: searchBytes) {
            search.resume()
        }
    }

    /// How many files and sockets the process has open.
    private static func openDescriptors() -> Int {
        var status = stat()
        // Linux 6.2 and later count them here. The structure lives for the call.
        if unsafe stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Int(status.st_size) }
        guard let directory = unsafe opendir("/proc/self/fd") else { return 0 }
        defer { unsafe closedir(directory) }
        var count = 0
        while unsafe readdir(directory) != nil { count += 1 }
        // Two that are no descriptors, and the one that was used for looking.
        return max(0, count - 3)
    }
}

/// How many bytes a file has; 0 where there is none.
private func fileBytes(_ path: String) -> Int64 {
    var status = stat()
    // The path and the structure live for the call.
    return unsafe stat(path, &status) == 0 ? Int64(status.st_size) : 0
}
