import CEpoll
import Glibc
import HTTPCore

/// An IPv4 or IPv6 address with a port, as the kernel has it.
struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// The first of `all(of:)`.
    init(resolving address: ListenAddress) throws(StartError) {
        guard let first = try Self.all(of: address).first else {
            throw StartError("The host '\(address.host)' is not known here.")
        }
        self = first
    }

    /// Looks a name up, or reads a numeric address: all that it stands for, none twice. An empty host stands for all
    /// addresses of the machine.
    static func all(of address: ListenAddress) throws(StartError) -> [SocketAddress] {
        // A plain structure, of which no pointer is set.
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var result: UnsafeMutablePointer<addrinfo>?
        let host: String? = address.host.isEmpty ? nil : address.host
        let code = unsafe getaddrinfo(host, String(address.port), &hints, &result)
        guard code == 0 else { throw StartError("The host '\(address.host)' is not known here.") }
        defer { unsafe freeaddrinfo(result) }
        var found: [SocketAddress] = []
        // The list is ours until it is freed.
        var entry = unsafe result
        while let one = unsafe entry {
            if let next = unsafe SocketAddress(entry: one), !found.contains(where: { $0.isSame(as: next) }) {
                found.append(next)
            }
            unsafe entry = one.pointee.ai_next
        }
        return found
    }

    private func isSame(as other: SocketAddress) -> Bool {
        family == other.family && address == other.address && port == other.port
    }

    /// The address of an entry that `getaddrinfo` has given; nil where it has none that fits.
    init?(entry: UnsafeMutablePointer<addrinfo>) {
        length = unsafe entry.pointee.ai_addrlen
        guard let name = unsafe entry.pointee.ai_addr, length <= MemoryLayout<sockaddr_storage>.size else { return nil }
        // The entry's address has that length, and the storage has room for it.
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe storage.copyMemory(from: UnsafeRawBufferPointer(start: name, count: Int(length)))
        }
    }

    /// The address a socket is bound to.
    init(ofSocket raw: Int32) {
        let (storage, length) = unsafe filled { unsafe getsockname(raw, $0, $1) }
        self.storage = storage
        self.length = length
    }

    /// The address that a socket is connected to; nil where it is to none.
    init?(ofPeer raw: Int32) {
        var code: Int32 = -1
        let (storage, length) = unsafe filled {
            unsafe code = getpeername(raw, $0, $1)
            return code
        }
        guard code == 0 else { return nil }
        self.storage = storage
        self.length = length
    }

    private init(storage: sockaddr_storage, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    /// Accepts a connection: nonblocking, closed on exec.
    ///
    /// - Returns: the descriptor, or -1 with `errno` set; and the peer's address.
    static func accept(_ listener: Int32) -> (Int32, SocketAddress) {
        var raw: Int32 = -1
        let (storage, length) = unsafe filled {
            unsafe raw = accept4(listener, $0, $1, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
            return raw
        }
        return (raw, SocketAddress(storage: storage, length: length))
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// In the host's order; 0 where there is none.
    var port: UInt16 {
        // Both structures begin with family and port.
        let bigEndian = unsafe withUnsafeBytes(of: storage) { unsafe $0.load(fromByteOffset: 2, as: UInt16.self) }
        return UInt16(bigEndian: bigEndian)
    }

    /// The same address, with another port.
    func with(port: UInt16) -> SocketAddress {
        var other = self
        // Both structures begin with family and port.
        unsafe withUnsafeMutableBytes(of: &other.storage) { bytes in
            unsafe bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
        }
        return other
    }

    /// The address without the port; nil for another family than IPv4 and IPv6.
    var address: IPAddress? {
        // It stands behind family and port, and in IPv6 behind the flow label too, in network order.
        let range: Range<Int>
        switch family {
        case AF_INET: range = 4..<8
        case AF_INET6: range = 8..<24
        default: return nil
        }
        let bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0[range]) }
        return IPAddress(bytes: bytes.span)
    }

    /// Lends the address to a call of the system.
    func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}

/// Has a call of the system fill in an address.
private func filled(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
) -> (sockaddr_storage, socklen_t) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    // The kernel writes at most `length` bytes into the storage, within the call.
    _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
    }
    return (storage, length)
}
