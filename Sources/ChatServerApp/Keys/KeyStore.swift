import CEpoll
import ChatDomain
import ChatHub
import Glibc
import Synchronization

/// The API keys of a data directory, in `DIR/keys.json`: of each its digest, never the key itself.
///
/// A running server and `chatserver key` use the file at the same time. It is replaced as a whole, so that a reader sees
/// the old or the new one; those who change it take turns by a lock on `DIR/keys.lock`.
final class KeyStore: Sendable {
    private let directory: String
    private let cached = Mutex<(version: FileVersion?, keys: APIKeyList)>((nil, APIKeyList()))

    private static let fileBytesMax = 16 << 20
    static let keysMax = 10_000

    init(directory: String) { self.directory = directory }

    /// What tells one state of the file from another.
    private struct FileVersion: Equatable {
        var inode: ino_t
        var size: off_t
        var seconds: Int
        var nanoseconds: Int
    }

    private var path: String { directory + "/keys.json" }

    // MARK: Reading

    /// The keys as they are now. The file is read only if it has changed. What cannot be read counts as no keys.
    func keys() -> APIKeyList {
        cached.withLock { cached in
            let version = currentVersion()
            if version == cached.version { return cached.keys }
            let entries = (try? read()) ?? []
            cached = (version, APIKeyList(entries.map(\.key)))
            return cached.keys
        }
    }

    /// nil where there is no file.
    private func currentVersion() -> FileVersion? {
        var status = stat()
        // The path and the structure live for the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return FileVersion(
            inode: status.st_ino, size: status.st_size, seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    func read() throws(StartError) -> [KeyEntry] {
        guard let text = try contents() else { return [] }
        guard let json = try? JSONValue(parsing: text), let array = json["keys"]?.array else {
            throw StartError("The file \(path) is damaged: it is no list of keys.")
        }
        var entries: [KeyEntry] = []
        for value in array {
            guard let entry = KeyEntry(value) else {
                throw StartError("The file \(path) is damaged: the key number \(entries.count + 1) is none.")
            }
            entries.append(entry)
        }
        return entries
    }

    /// nil where there is no file.
    private func contents() throws(StartError) -> [UInt8]? {
        // The path is lent to the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw StartError("The file \(path) cannot be read: \(systemMessage(errno)).")
        }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // The buffer lives for the call, and has room for that many bytes.
            let count = unsafe Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else {
                throw StartError("The file \(path) cannot be read: \(systemMessage(errno)).")
            }
            if count == 0 { return text }
            text += buffer[..<count]
            guard text.count <= Self.fileBytesMax else { throw StartError("The file \(path) is too large.") }
        }
    }

    // MARK: Changing

    /// Reads the keys, has `body` change them, and writes them, while nobody else does the same.
    func change(_ body: (inout [KeyEntry]) throws(StartError) -> Void) throws(StartError) {
        // The path is lent to the call.
        let lock = unsafe open(directory + "/keys.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw StartError("The directory \(directory) cannot be written: \(systemMessage(errno)).")
        }
        defer { close(lock) }
        var entries = try read()
        try body(&entries)
        guard entries.count <= Self.keysMax else { throw StartError("There are \(Self.keysMax) keys already.") }
        try replace(with: KeyEntry.encode(entries))
    }

    private func replace(with text: [UInt8]) throws(StartError) {
        let temporary = path + ".new"
        // The path is lent to the call.
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StartError("\(temporary) cannot be written: \(systemMessage(errno)).") }
        // The bytes are lent to the call.
        let count = unsafe text.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        let isWritten = count == text.count && fsync(file) == 0
        let reason = systemMessage(errno)
        close(file)
        // Both paths are lent to the call.
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            throw StartError("\(path) cannot be written: \(reason).")
        }
    }
}
