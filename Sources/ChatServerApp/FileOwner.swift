import CEpoll
import Glibc

/// Whom the files of a directory belong to. Run as root, commands and the server give what they make there to the
/// directory's owner, so that a server that runs as that user can read it.
struct FileOwner {
    private let user: uid_t
    private let group: gid_t

    /// - Returns: nil where nothing can or need be given away.
    init?(of directory: String) {
        var status = stat()
        // The path and the structure live for the call.
        guard geteuid() == 0, unsafe stat(directory, &status) == 0, status.st_uid != 0 || status.st_gid != 0 else {
            return nil
        }
        user = status.st_uid
        group = status.st_gid
    }

    /// Makes an open file the owner's. What fails is met by whoever opens it.
    func take(_ descriptor: Int32) { _ = fchown(descriptor, user, group) }

    /// Makes what is at the path the owner's; a link itself, and not what it names.
    func take(path: String) {
        // The path is lent to the call.
        _ = unsafe lchown(path, user, group)
    }
}
