import Glibc

/// A connection or a listening socket in the file system, closed when it is let go of.
struct UnixSocket: ~Copyable {
    let raw: Int32

    private init(_ raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    /// How many bytes a path may have.
    static let pathBytesMax = 107

    /// Listens at a path that only this user may connect to; what was there before is removed. To be called while no
    /// other thread makes files.
    static func listen(at path: String) throws(StartError) -> UnixSocket {
        let socket = UnixSocket(try make(path))
        let raw = socket.raw
        // The path is lent to the call.
        unsafe unlink(path)
        let mask = umask(0o177)
        let code = unsafe withAddress(path) { address, length in unsafe bind(raw, address, length) == 0 ? 0 : errno }
        umask(mask)
        guard code == 0, Glibc.listen(raw, 16) == 0 else {
            throw StartError("The socket \(path) cannot be made: \(systemMessage(code == 0 ? errno : code)).")
        }
        return socket
    }

    /// Listens at a path for clients of the server: those of its owner and its group. What a server left that is no more
    /// is replaced; whatever else is there is not. To be called while no other thread makes files.
    ///
    /// - Returns: the socket, which does not block, and belongs to the caller.
    static func listenForClients(at path: String) throws(StartError) -> Int32 {
        var status = stat()
        // The path and the structure live for the call.
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                throw StartError("There is something else at \(path), which a socket cannot take the place of.")
            }
            if try connect(to: path) != nil { throw StartError("The socket \(path) is in use by another server.") }
            // The path is lent to the call.
            unsafe unlink(path)
        }
        let raw = try make(path)
        let mask = umask(0o117)
        let code = unsafe withAddress(path) { address, length in unsafe bind(raw, address, length) == 0 ? 0 : errno }
        umask(mask)
        guard code == 0, Glibc.listen(raw, 4_096) == 0, fcntl(raw, F_SETFL, O_NONBLOCK) == 0 else {
            let reason = code == 0 ? errno : code
            close(raw)
            throw StartError("The socket \(path) cannot be made: \(systemMessage(reason)).")
        }
        FileOwner(of: FileTree.parent(of: path))?.take(path: path)
        return raw
    }

    /// Connects.
    ///
    /// - Returns: nil where nobody listens at the path.
    static func connect(to path: String) throws(StartError) -> UnixSocket? {
        let socket = UnixSocket(try make(path))
        let raw = socket.raw
        let code = unsafe withAddress(path) { address, length in
            unsafe Glibc.connect(raw, address, length) == 0 ? 0 : errno
        }
        switch code {
        case 0: return socket
        case ENOENT, ECONNREFUSED: return nil
        default: throw StartError("The running server cannot be asked by \(path): \(systemMessage(code)).")
        }
    }

    /// Waits for somebody to connect.
    ///
    /// - Returns: nil once `end` was called, and where the system fails.
    func accept() -> UnixSocket? {
        while true {
            // The address of the other end is not asked for.
            let other = Glibc.accept(raw, nil, nil)
            if other >= 0 { return UnixSocket(other) }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// Has all that waits on the socket return, on whatever thread.
    static func end(_ raw: Int32) { shutdown(raw, Int32(SHUT_RDWR)) }

    func setTimeout(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        // The structure lives for the calls.
        unsafe setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        unsafe setsockopt(raw, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The bytes before the next line feed; nil where the peer ends, says too much, or nothing for too long.
    func readLine(bytesMax: Int) -> [UInt8]? {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while line.count <= bytesMax {
            // The kernel writes at most the chunk's count.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(raw, $0.baseAddress, $0.count, 0) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                return nil
            }
            let received = chunk[..<count]
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) { return line + received[..<end] }
            line += received
        }
        return nil
    }

    /// - Returns: whether all of it was taken.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            // The bytes are lent to the call.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(raw, $0.baseAddress.map { unsafe $0 + start }, $0.count - start, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    private static func make(_ path: String) throws(StartError) -> Int32 {
        guard path.utf8.count <= pathBytesMax else {
            throw StartError("The path \(path) is too long for a socket: \(pathBytesMax) bytes at most.")
        }
        let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw StartError("A socket cannot be made: \(systemMessage(errno)).") }
        return raw
    }

    /// An address as a service manager names it: a path, or a name of no file behind `@`.
    ///
    /// - Parameter name: of `pathBytesMax` bytes at most.
    static func withNotifyAddress(
        _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        guard name.hasPrefix("@") else { return unsafe withAddress(name, body) }
        // Of a name without a file every byte counts, so that its length must be right; its first byte is zero.
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + socklen_t(name.utf8.count)
        return unsafe withAddress(name, isAbstract: true) { address, _ in unsafe body(address, length) }
    }

    /// - Parameter path: of `pathBytesMax` bytes at most.
    private static func withAddress(
        _ path: String, isAbstract: Bool = false, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
            // The field is longer than the path, and is zero behind it.
            unsafe field.copyBytes(from: path.utf8.prefix(pathBytesMax))
            if isAbstract { unsafe field[0] = 0 }
        }
        // Both kinds of address begin alike; the pointer lives for the call.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
