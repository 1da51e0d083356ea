import Glibc

/// TCP sockets that never block.
package enum Socket {
    enum Transfer {
        case bytes(Int)
        case wouldBlock
        case ended
    }

    /// Begins to connect; the socket becomes writable when it has.
    ///
    /// - Parameter receiveBytes: how much the kernel keeps for a receiver that does not read; nil: as it likes.
    static func connect(
        to target: Target, source: UInt32?, receiveBytes: Int32? = nil
    ) throws(LoadError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(AF_INET, type, 0)
        guard socket >= 0 else { throw .failed("no socket: \(reason())") }
        set(socket, Int32(IPPROTO_TCP), TCP_NODELAY)
        if let receiveBytes { set(socket, SOL_SOCKET, SO_RCVBUF, to: receiveBytes) }
        if let source {
            // The port is chosen on connecting, so that an address serves as many connections as it has ports.
            set(socket, Int32(IPPROTO_IP), 24 /* IP_BIND_ADDRESS_NO_PORT */)
            guard unsafe with(source, port: 0, { unsafe bind(socket, $0, $1) }) == 0 else {
                close(socket)
                throw .failed("a source address cannot be bound: \(reason())")
            }
        }
        let result = unsafe with(target.address, port: target.port) { unsafe Glibc.connect(socket, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let reason = reason()
            close(socket)
            throw .failed("connecting failed: \(reason)")
        }
        return socket
    }

    /// Waits for connections on a free port of 127.0.0.1.
    static func listen() throws(LoadError) -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .failed("no socket: \(reason())") }
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe with(Target.loopbackSource(0), port: 0) { unsafe bind(socket, $0, $1) } == 0
        // The name is an address of IPv4, since that is what the socket was bound to.
        let isNamed = unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound, isNamed, Glibc.listen(socket, 8) == 0 else {
            close(socket)
            throw .failed("no port can be listened on: \(reason())")
        }
        return (socket, UInt16(bigEndian: name.sin_port))
    }

    /// A port of 127.0.0.1 that nobody listens on just now.
    package static func freePort() throws(LoadError) -> UInt16 {
        let listener = try listen()
        close(listener.socket)
        return listener.port
    }

    /// Waits for a connection; the socket does not block.
    static func accept(on listener: Int32) throws(LoadError) -> Int32 {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let socket = Glibc.accept(listener, nil, nil)
        guard socket >= 0 else { throw .failed("nobody has connected: \(reason())") }
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        set(socket, Int32(IPPROTO_TCP), TCP_NODELAY)
        return socket
    }

    static func close(_ socket: Int32) {
        if socket >= 0 { Glibc.close(socket) }
    }

    static func receive(_ socket: Int32, into buffer: inout [UInt8]) -> Transfer {
        // The buffer is valid for the call, and no more than its size is written.
        transfer(unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) })
    }

    static func send(_ socket: Int32, _ bytes: ArraySlice<UInt8>) -> Transfer {
        // The buffer is valid for the call.
        let count = unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        return count == 0 ? .wouldBlock : transfer(count)
    }

    private static func transfer(_ count: Int) -> Transfer {
        if count > 0 { return .bytes(count) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .wouldBlock }
        return .ended
    }

    private static func set(_ socket: Int32, _ level: Int32, _ option: Int32, to value: Int32 = 1) {
        var value = value
        unsafe setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func with(
        _ address: UInt32, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address
        // The system's calls take every kind of address by the head that all of them share.
        return unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
