import Glibc

/// A TCP socket whose calls wait: the least that an example needs. Closed when the last reference goes.
public final class BlockingSocket: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var yes: Int32 = 1
        // The value lives longer than the call, and has the size given.
        unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    /// Listens on 127.0.0.1, on `port`, or any free one where that is 0.
    public static func listen(port: UInt16) -> BlockingSocket? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1
        // The value lives longer than the call, and has the size given.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let bound = unsafe withAddress(of: "127.0.0.1", port) { unsafe bind(descriptor, $0, $1) == 0 } ?? false
        guard bound, Glibc.listen(descriptor, 128) == 0 else {
            close(descriptor)
            return nil
        }
        return BlockingSocket(descriptor)
    }

    /// Connects to a numeric IPv4 address.
    public static func connect(host: String, port: UInt16) -> BlockingSocket? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        guard unsafe withAddress(of: host, port, { unsafe Glibc.connect(descriptor, $0, $1) == 0 }) ?? false else {
            close(descriptor)
            return nil
        }
        return BlockingSocket(descriptor)
    }

    /// The port a listening socket has.
    public var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // A sockaddr_in is what an IPv4 socket has, and `length` is its size.
        unsafe withUnsafeMutableBytes(of: &address) { bytes in
            _ = unsafe getsockname(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Waits for a client; nil where the socket is broken.
    public func accept() -> BlockingSocket? {
        let descriptor = Glibc.accept(descriptor, nil, nil)
        return descriptor >= 0 ? BlockingSocket(descriptor) : nil
    }

    /// What there is to be read.
    public enum Readable: Sendable {
        case socket, standardInput, nothing
    }

    /// Waits until there is something to be read.
    public func wait(alsoStandardInput: Bool, timeoutMs: Int32) -> Readable {
        var watched = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if alsoStandardInput { watched.append(pollfd(fd: 0, events: Int16(POLLIN), revents: 0)) }
        // The array has as many elements as it is said to have, and lives for the call.
        let count = unsafe watched.withUnsafeMutableBufferPointer {
            unsafe poll($0.baseAddress, nfds_t($0.count), timeoutMs)
        }
        guard count > 0 else { return .nothing }
        return watched[0].revents != 0 ? .socket : .standardInput
    }

    /// Waits for bytes; nil where there will be none any more.
    public func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // The kernel writes at most as many bytes as the buffer has.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Writes all bytes; false where the peer is gone.
    public func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            // The kernel reads only what is left of the buffer.
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Says that nothing more will be written.
    public func finishWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    private static func withAddress<Result>(
        of host: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        // A sockaddr_in may be read as a sockaddr of its size: that is how the interface is made.
        return unsafe withUnsafeBytes(of: &address) { bytes in
            guard let pointer = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return nil }
            return unsafe body(pointer, socklen_t(bytes.count))
        }
    }
}
