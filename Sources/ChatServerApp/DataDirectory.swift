import CEpoll
import ChatDomain
import Glibc
import Synchronization

/// The directory that one process at a time keeps its database in: held by a lock on `DIR/lock` until the process ends.
final class DataDirectory: Sendable {
    static let databaseName = "chat.db"

    let databasePath: String
    /// -1 once the directory was given to somebody else.
    private let lock: Mutex<Int32>

    private static let retryMs: Int32 = 20

    /// Makes the directory if it is missing, and takes it.
    ///
    /// - Parameter waitMs: how long to wait for another process that has it.
    init(_ path: String, waitMs: Int64 = 0) throws(StartError) {
        try Self.make(path)
        // The path is lent to the call.
        let file = unsafe open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StartError("The data directory \(path) cannot be written: \(systemMessage(errno)).")
        }
        FileOwner(of: path)?.take(file)
        let deadline = Clock.now().advanced(byMs: waitMs)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR, Clock.now() < deadline else {
                close(file)
                throw StartError(
                    code == EWOULDBLOCK
                        ? "The data directory \(path) is in use by another chatserver."
                        : "The data directory \(path) cannot be locked: \(systemMessage(code)).")
            }
            // The system has no wait for a lock that ends by itself.
            _ = poll(nil, 0, Self.retryMs)
        }
        do throws(StartError) {
            try Self.refuseRestoring(path)
        } catch {
            close(file)
            throw error
        }
        lock = Mutex(file)
        databasePath = "\(path)/\(Self.databaseName)"
    }

    deinit { release() }

    /// Whether somebody has it just now. Nothing is made.
    static func isHeld(_ path: String) -> Bool {
        // The path is lent to the call.
        guard let file = Descriptor(unsafe open(path + "/lock", O_RDWR | O_CLOEXEC)) else { return false }
        return flock(file.raw, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Lets another process have it.
    func release() {
        lock.withLock { lock in
            if lock >= 0 { close(lock) }
            lock = -1
        }
    }

    /// Refuses a directory that holds no server's data: commands look for what is there, and make nothing by mistake.
    ///
    /// - Parameter file: what has to be in it; nil for nothing.
    static func require(_ path: String, holding file: String? = nil) throws(StartError) {
        var status = stat()
        // The paths and the structure live for the calls.
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StartError("There is no data directory \(path): --data names it, --create makes it.")
        }
        try refuseRestoring(path)
        guard let file, unsafe access("\(path)/\(file)", F_OK) != 0, errno == ENOENT else { return }
        throw StartError("There are no server's data in \(path), no \(file): --data names them, --create makes them.")
    }

    /// What a restore has begun and not ended is nobody's data.
    private static func refuseRestoring(_ path: String) throws(StartError) {
        // The path is lent to the call.
        guard unsafe access("\(path)/\(DataFiles.restoringName)", F_OK) == 0 else { return }
        throw StartError("A restore into \(path) is under way, or was broken off: empty it, and restore again.")
    }

    /// Makes the directory, and those above it.
    static func make(_ path: String) throws(StartError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            let above = made
            made += made.isEmpty && !path.hasPrefix("/") ? part : "/" + part
            guard !part.isEmpty, part != "." else { continue }
            // The path is lent to the call.
            if unsafe mkdir(made, 0o700) == 0 {
                FileOwner(of: above.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : above)?.take(path: made)
            } else if errno != EEXIST {
                throw StartError("The data directory \(path) cannot be made: \(systemMessage(errno)).")
            }
        }
    }
}
