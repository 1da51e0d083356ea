import Glibc

/// How much room the disk has that a file is on.
struct DiskSpace: Equatable {
    var free: Int64
    var total: Int64

    init(free: Int64, total: Int64) {
        self.free = free
        self.total = total
    }

    /// nil where the system does not say.
    init?(of path: String) {
        var status = statvfs()
        // The path and the structure live for the call.
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let unit = Int64(clamping: status.f_frsize)
        free = Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: unit).partialValue
        total = Int64(clamping: status.f_blocks).multipliedReportingOverflow(by: unit).partialValue
    }
}

/// How little room may be left on the disk (`--set disk_free_min=N`).
struct DiskLimits: Equatable, Sendable {
    /// In bytes; 0 for any.
    let freeMin: Int64
    /// Nobody has said so: of a small disk, a twentieth is enough.
    let isDefault: Bool

    private func freeMin(of disk: DiskSpace) -> Int64 { isDefault ? min(freeMin, disk.total / 20) : freeMin }

    /// Whether the server should be given no more work.
    func isLow(_ disk: DiskSpace) -> Bool { disk.free < freeMin(of: disk) }

    /// Whether what can be made again has to give way: a little earlier, so that no work is turned away that need not be.
    func isNearlyLow(_ disk: DiskSpace) -> Bool { disk.free < freeMin(of: disk) / 2 * 3 }

    /// Whether the search index can be made again without giving way at once. About as large as it was, or half of what
    /// it is made from.
    func hasRoomForSearch(_ disk: DiskSpace, databaseBytes: Int64, searchBytes: Int64) -> Bool {
        let size = max(searchBytes, databaseBytes / 2)
        return disk.free >= freeMin(of: disk) * 2 + size / 4 * 5 + 1 << 20
    }
}
