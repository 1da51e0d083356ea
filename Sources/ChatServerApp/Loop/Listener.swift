import CEpoll
import Glibc

/// Listening sockets: one for each loop, all on one port.
///
/// The first is bound without SO_REUSEPORT, so that a second server on the port is told "address in use"; it gets the
/// option afterwards, and the others bind with it.
enum Listener {
    /// Makes `count` listening sockets.
    ///
    /// - Parameter sharesPort: whether somebody else who shares it may listen on the port already.
    /// - Returns: the sockets, and the address they have (the port that was found, where 0 was asked for).
    static func listen(
        _ address: ListenAddress, count: Int, sharesPort: Bool = false
    ) throws(StartError) -> ([Int32], ListenAddress) {
        var resolved = try SocketAddress(resolving: address)
        var sockets: [Int32] = []
        do throws(StartError) {
            for index in 0..<count {
                let socket = try bind(resolved, sharesPort: sharesPort || index > 0, address)
                sockets.append(socket.release())
                if index == 0 { resolved = SocketAddress(ofSocket: sockets[0]) }
            }
            for raw in sockets where Glibc.listen(raw, 4_096) != 0 {
                throw StartError("Listening on \(address.description) failed: \(systemMessage(errno)).")
            }
        } catch {
            for raw in sockets { close(raw) }
            throw error
        }
        return (sockets, ListenAddress(host: address.host, port: resolved.port))
    }

    private static func bind(
        _ resolved: SocketAddress, sharesPort: Bool, _ address: ListenAddress
    ) throws(StartError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let descriptor = Descriptor(socket(resolved.family, kind, 0)) else {
            throw StartError("A socket cannot be made: \(systemMessage(errno)).")
        }
        set(SO_REUSEADDR, on: descriptor.raw)
        if sharesPort { set(SO_REUSEPORT, on: descriptor.raw) }
        let code = unsafe resolved.withPointer { unsafe Glibc.bind(descriptor.raw, $0, $1) == 0 ? 0 : errno }
        guard code == 0 else {
            throw StartError("The address \(address.description) cannot be used: \(systemMessage(code)).")
        }
        if !sharesPort { set(SO_REUSEPORT, on: descriptor.raw) }
        return descriptor
    }

    private static func set(_ option: Int32, on raw: Int32) {
        var one: Int32 = 1
        // The number lives for the call.
        _ = unsafe setsockopt(raw, SOL_SOCKET, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }
}
