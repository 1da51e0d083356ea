import CEpoll
import Glibc
import Gzip
import HTTPCore

/// A directory of pages, read into memory once, when the server starts: afterwards no request reaches the disk.
///
/// Read are the plain files in it and in the folders below. Left out are names that begin with a dot, and symbolic
/// links, which could lead anywhere; each folder is opened by its name within the one above, so that nothing that is
/// moved meanwhile leads out of the directory either.
struct PageDirectory {
    private var files = StaticFiles()
    private var bytesLeft = Self.bytesMax
    private let root: String
    /// What was left out though it looks like a page, for the log.
    private var skipped: [String] = []

    static let filesMax = 4_096
    static let bytesMax = 67_108_864
    static let depthMax = 16
    /// Most names in one folder, those left out included.
    static let namesMax = 16_384

    private init(_ root: String) { self.root = root }

    /// - Returns: the files by their paths in the site, and what was left out.
    static func read(_ root: String) throws(StartError) -> (files: StaticFiles, skipped: [String]) {
        var directory = PageDirectory(root)
        // The path is lent to the call.
        let raw = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard let descriptor = Descriptor(raw) else {
            throw StartError("The pages in \(root) cannot be read: \(systemMessage(errno)).")
        }
        try directory.readFolder(descriptor, "", depth: 0)
        guard directory.files.count > 0 else { throw StartError("There are no pages in \(root).") }
        return (directory.files, directory.skipped)
    }

    private mutating func readFolder(
        _ folder: consuming Descriptor, _ path: String, depth: Int
    ) throws(StartError) {
        guard depth <= Self.depthMax else {
            throw StartError("The pages in \(root) lie more than \(Self.depthMax) folders deep.")
        }
        for name in try names(in: folder.raw, path) where !name.hasPrefix(".") {
            let path = path + "/" + name
            // The name is lent to the call. NOFOLLOW fails for a link; NONBLOCK, so that a pipe does not hold us up.
            let raw = unsafe openat(folder.raw, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard let descriptor = Descriptor(raw) else {
                guard errno == ELOOP else {
                    throw StartError("The page \(root)\(path) cannot be read: \(systemMessage(errno)).")
                }
                skipped.append(path)
                continue
            }
            var status = stat()
            // The structure lives for the call.
            guard unsafe fstat(descriptor.raw, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try readFolder(descriptor, path, depth: depth + 1)
            case S_IFREG: try readFile(descriptor, path, status)
            default: skipped.append(path)
            }
        }
    }

    private func names(in folder: Int32, _ path: String) throws(StartError) -> [String] {
        // The stream takes a descriptor of its own, which closedir closes.
        guard let stream = unsafe fdopendir(fcntl(folder, F_DUPFD_CLOEXEC, 0)) else {
            throw StartError("The folder \(root)\(path) cannot be read: \(systemMessage(errno)).")
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            guard names.count < Self.namesMax else {
                throw StartError("The folder \(root)\(path) has more than \(Self.namesMax) names.")
            }
            // The name ends with a NUL, and lies within the entry, which is valid until the next call.
            let name = unsafe UnsafeRawPointer(entry) + (MemoryLayout<dirent>.offset(of: \.d_name) ?? 19)
            if let name = unsafe String(validatingCString: name.assumingMemoryBound(to: CChar.self)) {
                names.append(name)
            }
        }
        return names.sorted()
    }

    private mutating func readFile(
        _ file: borrowing Descriptor, _ path: String, _ status: stat
    ) throws(StartError) {
        guard files.count < Self.filesMax else {
            throw StartError("There are more than \(Self.filesMax) pages in \(root).")
        }
        guard status.st_size <= bytesLeft else {
            throw StartError("The pages in \(root) have more than \(Self.bytesMax >> 20) MiB in sum.")
        }
        let count = Int(status.st_size)
        bytesLeft -= count
        var failure: Int32 = 0
        // Only what was read is said to be initialised.
        let content = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = unsafe Glibc.read(file.raw, buffer.baseAddress.map { unsafe $0 + filled }, count - filled)
                if read < 0, errno == EINTR { continue }
                if read < 0 { failure = errno }
                guard read > 0 else { return }
                filled += read
            }
        }
        guard failure == 0 else {
            throw StartError("The page \(root)\(path) cannot be read: \(systemMessage(failure)).")
        }
        let isWorthwhile = Gzip.isWorthwhile(contentType: MIMETypes.contentType(ofPath: path))
        files.add(
            path, content: content, lastModified: Int64(status.st_mtim.tv_sec),
            gzippedContent: isWorthwhile ? Gzip.shorter(content) : nil)
    }
}
