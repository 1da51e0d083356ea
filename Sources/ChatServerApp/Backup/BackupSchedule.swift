import CEpoll
import ChatDomain
import Glibc

/// Makes backups by itself (`--every 6h`): one thread that sleeps until the next is due, makes it, and removes the oldest
/// beyond those that are to be kept.
final class BackupSchedule: Sendable {
    /// What `serve` was told.
    struct Plan: Equatable, Sendable {
        var everyMs: Int64
        var keep = 10
        /// nil: `backups` in the data directory.
        var directory: String?
    }

    private let plan: Plan
    private let data: String
    private let directory: String
    private let freeMin: Int64
    private let log: Log
    private let stopping = eventfd(0, Int32(EFD_CLOEXEC))

    /// How long after one that failed the next is tried, if it is not due sooner.
    private static let retryMs: Int64 = 600_000
    private static let sleepMsMax: Int64 = 3_600_000

    /// - Parameter freeMin: how much of the disk a backup must leave free.
    init(_ plan: Plan, data: String, freeMin: Int64, log: Log) {
        self.plan = plan
        self.data = data
        self.freeMin = freeMin
        self.log = log
        directory = plan.directory ?? "\(data)/\(DataFiles.backupsName)"
    }

    deinit { close(stopping) }

    /// Prepares the directory, and starts the thread.
    func start(in threads: ThreadGroup) throws(StartError) {
        try DataDirectory.make(directory)
        // Where backups cannot be written, better to say so now than in the night.
        // The path is lent to the call.
        guard unsafe access(directory, W_OK) == 0 else {
            throw StartError("The backup directory \(directory) cannot be written: \(systemMessage(errno)).")
        }
        try threads.start("backup", isPatient: true) { self.run() }
    }

    /// Has the thread end; a backup that is being made is given up.
    func stop() { eventfd_write(stopping, 1) }

    private func run() {
        removeBrokenOff()
        var next = dueAt(Clock.wallTime())
        while !isStopped(within: next.milliseconds - Clock.wallTime().milliseconds) {
            let now = Clock.wallTime()
            guard now >= next else {
                // The clock was set: what is due is due by its new time.
                next = min(next, now.advanced(byMs: plan.everyMs))
                continue
            }
            if make(at: now) {
                removeOldest()
                next = dueAt(Clock.wallTime())
            } else {
                next = Clock.wallTime().advanced(byMs: min(plan.everyMs, Self.retryMs))
            }
        }
    }

    /// - Returns: whether it was asked to stop.
    private func isStopped(within waitMs: Int64) -> Bool {
        var interest = pollfd(fd: stopping, events: Int16(POLLIN), revents: 0)
        // One structure that lives for the call.
        return unsafe poll(&interest, 1, Int32(clamping: max(0, min(waitMs, Self.sleepMsMax)))) > 0
    }

    /// A restart of the server begins nothing anew: the newest backup says when the next is due.
    private func dueAt(_ now: WallTime) -> WallTime {
        guard let newest = wholeNames().last.flatMap(BackupName.time) else { return now }
        return min(newest.advanced(byMs: plan.everyMs), now.advanced(byMs: plan.everyMs))
    }

    private func make(at now: WallTime) -> Bool {
        let path = directory + "/" + BackupName.name(at: now)
        let start = Clock.now()
        let maker = BackupMaker(data: data, freeMin: freeMin) { _, _ in !self.isStopped(within: 0) }
        do throws(StartError) {
            let made = try maker.make(at: path, now: now)
            log.event(
                LogEvent(
                    "backup.made", .info,
                    [
                        .init("path", path), .init("bytes", made.bytes),
                        .init("ms", Clock.now().milliseconds(since: start)),
                    ]))
            return true
        } catch {
            if !isStopped(within: 0) {
                log.event(LogEvent("backup.failed", .error, [.init("error", error.description)]))
            }
            return false
        }
    }

    /// Those that are whole, the oldest first.
    private func wholeNames() -> [String] {
        ((try? FileTree.names(in: directory)) ?? []).filter { name in
            BackupName.time(name) != nil
                && FileTree.kind("\(directory)/\(name)/\(BackupManifest.fileName)") != nil
        }
    }

    private func removeOldest() {
        for name in wholeNames().dropLast(plan.keep) {
            let path = directory + "/" + name
            // While it is removed, it does not look whole either. The paths are lent to the call.
            let doomed = path + PartialDirectory.suffix
            guard unsafe rename(path, doomed) == 0 else { continue }
            FileTree.remove(doomed)
        }
    }

    private func removeBrokenOff() {
        for name in (try? FileTree.names(in: directory)) ?? [] where name.hasSuffix(PartialDirectory.suffix) {
            guard BackupName.time(String(name.dropLast(PartialDirectory.suffix.count))) != nil else { continue }
            _ = PartialDirectory.removeIfBrokenOff(directory + "/" + name)
        }
    }
}

/// How a backup that was made by itself is named: by its time in UTC, `2026-01-31T23-59-59Z`, so that names sort by it,
/// and no file system has anything against them.
enum BackupName {
    static func name(at time: WallTime) -> String {
        // `2026-01-31T23:59:59.999Z` without the milliseconds.
        String(time.description.prefix { $0 != "." }.map { $0 == ":" ? "-" : $0 }) + "Z"
    }

    /// nil for another name.
    static func time(_ name: String) -> WallTime? {
        let parts = name.split(separator: "T", omittingEmptySubsequences: false)
        guard name.utf8.count == 20, parts.count == 2, name.hasSuffix("Z") else { return nil }
        let numbers = (parts[0].split(separator: "-") + parts[1].dropLast().split(separator: "-")).map { Int64($0) }
        guard numbers.count == 6, let year = numbers[0], let month = numbers[1], let day = numbers[2],
            let hour = numbers[3], let minute = numbers[4], let second = numbers[5]
        else { return nil }
        let time = WallTime(
            milliseconds: ((days(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1_000)
        // Whatever is no date comes back as another.
        return BackupName.name(at: time) == name ? time : nil
    }

    /// Days since 1970, by counting in years that begin on 1 March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension WallTime {
    fileprivate func advanced(byMs milliseconds: Int64) -> WallTime {
        WallTime(milliseconds: self.milliseconds + milliseconds)
    }
}
