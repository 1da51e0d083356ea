import CEpoll
import Glibc

/// The directory that one process at a time keeps its database in: held by a lock on `DIR/lock` until the process ends.
final class DataDirectory {
    let databasePath: String
    private let lock: Int32

    /// Makes the directory if it is missing, and takes it.
    init(_ path: String) throws(StartError) {
        try Self.make(path)
        // The path is lent to the call.
        lock = unsafe open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw StartError("The data directory \(path) cannot be written: \(systemMessage(errno)).")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = systemMessage(errno)
            close(lock)
            throw StartError(
                isHeld
                    ? "The data directory \(path) is in use by another chatserver."
                    : "The data directory \(path) cannot be locked: \(reason).")
        }
        databasePath = path + "/chat.db"
    }

    deinit { close(lock) }

    static func make(_ path: String) throws(StartError) {
        var made = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            made += made.isEmpty && !path.hasPrefix("/") ? part : "/" + part
            guard !part.isEmpty, part != "." else { continue }
            // The path is lent to the call.
            if unsafe mkdir(made, 0o700) != 0, errno != EEXIST {
                throw StartError("The data directory \(path) cannot be made: \(systemMessage(errno)).")
            }
        }
    }
}
