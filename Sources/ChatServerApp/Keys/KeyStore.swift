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
    private let log: Log?
    private let cached = Mutex(Cache())

    private static let fileBytesMax = 16 << 20
    static let keysMax = 10_000

    private struct Cache {
        /// Of the file that was read; nil inside where there was none.
        var version: FileVersion??
        /// nil until the file could be read for the first time.
        var keys: APIKeyList?
        /// What is wrong with the file now, as the log has it.
        var problem: String?
    }

    /// - Parameter log: where is said what is wrong with the file, once.
    init(directory: String, log: Log? = nil) {
        self.directory = directory
        self.log = log
    }

    /// What tells one state of the file from another.
    private struct FileVersion: Equatable {
        var inode: ino_t
        var size: off_t
        var seconds: Int
        var nanoseconds: Int
    }

    private static let fileName = "keys.json"
    private var path: String { directory + "/" + Self.fileName }

    // MARK: Reading

    /// The keys as they are now. The file is read only if it has changed. While it cannot be read, the last ones that
    /// could count, and each call tries again.
    ///
    /// - Returns: nil where the file could never be read.
    func keys() -> APIKeyList? {
        cached.withLock { cached in
            do throws(StartError) {
                let version = try currentVersion()
                if cached.version == .some(version) { return cached.keys }
                let keys = APIKeyList(try read().map(\.key))
                cached.version = .some(version)
                cached.keys = keys
                if cached.problem != nil { log?.event(LogEvent("keys.recovered", .info, [.init("keys", keys.count)])) }
                cached.problem = nil
            } catch {
                // Not to be taken for what was read, once it can be again.
                cached.version = nil
                if cached.problem != error.description {
                    log?.event(LogEvent("keys.failed", .error, [.init("error", error.description)]))
                }
                cached.problem = error.description
            }
            return cached.keys
        }
    }

    /// Reads the file again, whether or not it looks changed, and says so.
    func reload() {
        cached.withLock { $0.version = nil }
        guard let keys = keys(), cached.withLock({ $0.problem }) == nil else { return }
        log?.event(LogEvent("keys.read", .info, [.init("keys", keys.count)]))
    }

    /// nil where there is no file.
    private func currentVersion() throws(StartError) -> FileVersion? {
        var status = stat()
        // The path and the structure live for the call.
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw StartError("The file \(path) cannot be read: \(systemMessage(errno)).")
        }
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
        FileOwner(of: directory)?.take(lock)
        var entries = try read()
        try body(&entries)
        guard entries.count <= Self.keysMax else { throw StartError("There are \(Self.keysMax) keys already.") }
        // Whoever runs the server must be able to read it.
        try FileReplacement.write(KeyEntry.encode(entries), to: Self.fileName, in: directory)
    }
}
