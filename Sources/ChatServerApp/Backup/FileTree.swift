import CEpoll
import Glibc

/// Directories and files, as backups go through them.
enum FileTree {
    enum Kind {
        case file(bytes: Int64)
        case directory
        case other
    }

    /// How deep directories may lie in one another.
    static let depthMax = 16

    /// What is at the path, or at what a link there names; nil for nothing.
    static func kind(_ path: String) -> Kind? {
        var status = stat()
        // The path and the structure live for the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(bytes: Int64(status.st_size))
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    static func isDirectory(_ path: String) -> Bool { if case .directory? = kind(path) { true } else { false } }

    /// The names in a directory, in order, without `.` and `..`.
    static func names(in path: String) throws(StartError) -> [String] {
        // The path is lent to the call.
        guard let stream = unsafe opendir(path) else {
            throw StartError("The directory \(path) cannot be read: \(systemMessage(errno)).")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            // The name ends with a NUL, and lies within the entry, which is valid until the next call.
            let name = unsafe UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 19)
            guard let name = unsafe String(validatingCString: name.assumingMemoryBound(to: CChar.self)) else {
                throw StartError("The directory \(path) has a file whose name is no UTF-8.")
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes what is at the path, with all that is in it; of a link, the link. What fails is left.
    static func remove(_ path: String, depth: Int = 0) {
        // The path is lent to the calls.
        if unsafe unlink(path) == 0 || errno == ENOENT { return }
        guard depth <= depthMax, let names = try? names(in: path) else { return }
        for name in names { remove(path + "/" + name, depth: depth + 1) }
        _ = unsafe rmdir(path)
    }

    /// What stands before the last slash.
    static func parent(of path: String) -> String {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// Has what the system keeps of a file or a directory written to the disk.
    static func sync(_ path: String) throws(StartError) {
        // The path is lent to the call.
        guard let opened = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)), fsync(opened.raw) == 0 else {
            throw StartError("\(path) cannot be written to the disk: \(systemMessage(errno)).")
        }
    }

    /// Reads a file, piece by piece.
    ///
    /// - Parameter take: is handed each piece.
    /// - Returns: how many bytes there were.
    @discardableResult
    static func read(_ path: String, _ take: (Span<UInt8>) throws(StartError) -> Void) throws(StartError) -> Int64 {
        // The path is lent to the call.
        guard let file = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            throw StartError("\(path) cannot be read: \(systemMessage(errno)).")
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total: Int64 = 0
        while true {
            // The buffer lives for the call, and has room for that many bytes.
            let count = unsafe Glibc.read(file.raw, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw StartError("\(path) cannot be read: \(systemMessage(errno)).") }
            if count == 0 { return total }
            total += Int64(count)
            try take(buffer.span.extracting(0..<count))
        }
    }

    /// The whole of a small file.
    static func contents(_ path: String, bytesMax: Int) throws(StartError) -> [UInt8] {
        var bytes: [UInt8] = []
        try read(path) { (piece) throws(StartError) in
            guard bytes.count + piece.count <= bytesMax else { throw StartError("The file \(path) is too large.") }
            for index in piece.indices { bytes.append(piece[index]) }
        }
        return bytes
    }

    /// Copies a file to where there is none. It is on the disk when this returns; its directory's entry need not be.
    ///
    /// - Parameter proceed: is told how many bytes were written, and says whether to go on.
    /// - Returns: how many bytes it has, and their SHA-256.
    static func copy(
        _ source: String, to target: String, owner: FileOwner?, proceed: (Int) -> Bool = { _ in true }
    ) throws(StartError) -> (bytes: Int64, sha256: String) {
        // The path is lent to the call.
        guard let file = Descriptor(unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)) else {
            throw StartError("\(target) cannot be written: \(systemMessage(errno)).")
        }
        owner?.take(file.raw)
        let raw = file.raw
        let digest = try FileDigest()
        let bytes = try read(source) { (piece) throws(StartError) in
            digest.append(piece)
            let code = writeAll(piece, to: raw).code
            guard code == 0 else { throw StartError("\(target) cannot be written: \(systemMessage(code)).") }
            guard proceed(piece.count) else { throw .stopped }
        }
        guard fsync(file.raw) == 0 else {
            throw StartError("\(target) cannot be written to the disk: \(systemMessage(errno)).")
        }
        return (bytes, digest.finish())
    }

    /// The SHA-256 of a file.
    static func digest(
        of path: String, proceed: (Int) -> Bool = { _ in true }
    ) throws(StartError) -> (bytes: Int64, sha256: String) {
        let digest = try FileDigest()
        let bytes = try read(path) { (piece) throws(StartError) in
            digest.append(piece)
            guard proceed(piece.count) else { throw .stopped }
        }
        return (bytes, digest.finish())
    }
}

extension StartError {
    /// Somebody has asked for the end of what takes long.
    static let stopped = StartError("It was stopped before its end.")
}
