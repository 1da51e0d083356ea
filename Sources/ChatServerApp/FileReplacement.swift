import CEpoll
import Glibc

/// Puts a file in the place of another, or of none: whoever looks finds the old one or the new one, whole, and the new
/// one survives a loss of power. Run as root, it belongs to the directory's owner.
enum FileReplacement {
    /// - Parameters:
    ///   - name: of the file in `directory`; only its owner may read it.
    static func write(_ bytes: [UInt8], to name: String, in directory: String) throws(StartError) {
        let path = directory + "/" + name
        let temporary = path + ".new"
        // The path is lent to the call.
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StartError("\(temporary) cannot be written: \(systemMessage(errno)).") }
        FileOwner(of: directory)?.take(file)
        var reason = writeAll(bytes, to: file).code
        if reason == 0, fsync(file) != 0 { reason = errno }
        close(file)
        // The paths are lent to the calls.
        if unsafe reason == 0 && rename(temporary, path) != 0 { reason = errno }
        guard reason == 0 else {
            unsafe unlink(temporary)
            throw StartError("\(path) cannot be written: \(systemMessage(reason)).")
        }
        sync(directory)
    }

    /// The new name survives a loss of power too.
    private static func sync(_ directory: String) {
        // The path is lent to the call.
        guard let opened = Descriptor(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return }
        fsync(opened.raw)
    }
}
