import CEpoll
import Glibc
import HTTPCore

/// Listening sockets: one for each loop, all on one port.
///
/// The first is bound without SO_REUSEPORT, so that a second server on the port is told "address in use"; it gets the
/// option afterwards, and the others bind with it.
enum Listener {
    private static let portAttempts = 20

    /// Makes `count` listening sockets on each of the addresses that a name stands for, all on one port.
    ///
    /// - Parameter sharesPort: whether somebody else who shares it may listen on the port already.
    /// - Returns: for each address the sockets, and the address they have (the port that was found, where 0 was asked for).
    static func listenOnAll(
        _ address: ListenAddress, count: Int, sharesPort: Bool = false
    ) throws(StartError) -> [([Int32], ListenAddress)] {
        let all = try SocketAddress.all(of: address)
        guard all.count > 1 else { return [try listen(address, count: count, sharesPort: sharesPort)] }
        var attempts = 1
        while true {
            do throws(ListenError) {
                return try listen(all, address, count: count, sharesPort: sharesPort)
            } catch {
                // The port that was free for one of them is not for another.
                guard address.port == 0, error.code == EADDRINUSE, attempts < portAttempts else { throw error.error }
                attempts += 1
            }
        }
    }

    private struct ListenError: Error {
        let error: StartError
        let code: Int32
    }

    private static func listen(
        _ all: [SocketAddress], _ address: ListenAddress, count: Int, sharesPort: Bool
    ) throws(ListenError) -> [([Int32], ListenAddress)] {
        var opened: [([Int32], ListenAddress)] = []
        var failure: ListenError?
        for one in all {
            let port = opened.first?.1.port ?? address.port
            let host = one.address?.description ?? address.host
            do throws(ListenError) {
                opened.append(
                    try listen(
                        one.with(port: port), ListenAddress(host: host, port: port), count: count,
                        sharesPort: sharesPort, isAlone: false))
            } catch {
                failure = failure ?? error
                // A machine need not have every address that a name stands for: there may be no IPv6.
                if error.code == EADDRNOTAVAIL || error.code == EAFNOSUPPORT { continue }
                for raw in opened.flatMap(\.0) { close(raw) }
                throw error
            }
        }
        if opened.isEmpty, let failure { throw failure }
        return opened
    }

    /// Makes `count` listening sockets on the first address that a name stands for.
    static func listen(
        _ address: ListenAddress, count: Int, sharesPort: Bool = false
    ) throws(StartError) -> ([Int32], ListenAddress) {
        do throws(ListenError) {
            return try listen(
                try resolved(address), address, count: count, sharesPort: sharesPort, isAlone: true)
        } catch {
            throw error.error
        }
    }

    private static func resolved(_ address: ListenAddress) throws(ListenError) -> SocketAddress {
        do throws(StartError) {
            return try SocketAddress(resolving: address)
        } catch {
            throw ListenError(error: error, code: 0)
        }
    }

    /// - Parameter isAlone: it is the only one of its name: one for IPv6 may take IPv4 along, if the system wants that.
    private static func listen(
        _ resolved: SocketAddress, _ address: ListenAddress, count: Int, sharesPort: Bool, isAlone: Bool
    ) throws(ListenError) -> ([Int32], ListenAddress) {
        var resolved = resolved
        var sockets: [Int32] = []
        do throws(ListenError) {
            for index in 0..<count {
                let socket = try bind(resolved, sharesPort: sharesPort || index > 0, isAlone: isAlone, address)
                sockets.append(socket.release())
                if index == 0 { resolved = SocketAddress(ofSocket: sockets[0]) }
            }
            for raw in sockets where Glibc.listen(raw, 4_096) != 0 {
                let code = errno
                throw ListenError(
                    error: StartError("Listening on \(address.description) failed: \(systemMessage(code))."), code: code
                )
            }
        } catch {
            for raw in sockets { close(raw) }
            throw error
        }
        return (sockets, ListenAddress(host: address.host, port: resolved.port))
    }

    private static func bind(
        _ resolved: SocketAddress, sharesPort: Bool, isAlone: Bool, _ address: ListenAddress
    ) throws(ListenError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard let descriptor = Descriptor(socket(resolved.family, kind, 0)) else {
            let code = errno
            throw ListenError(error: StartError("A socket cannot be made: \(systemMessage(code))."), code: code)
        }
        set(SO_REUSEADDR, on: descriptor.raw)
        if !isAlone, resolved.family == AF_INET6 { set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), on: descriptor.raw) }
        if sharesPort { set(SO_REUSEPORT, on: descriptor.raw) }
        let code = unsafe resolved.withPointer { unsafe Glibc.bind(descriptor.raw, $0, $1) == 0 ? 0 : errno }
        guard code == 0 else {
            throw ListenError(
                error: StartError("The address \(address.description) cannot be used: \(systemMessage(code))."),
                code: code)
        }
        if !sharesPort { set(SO_REUSEPORT, on: descriptor.raw) }
        return descriptor
    }

    private static func set(_ option: Int32, of level: Int32 = SOL_SOCKET, on raw: Int32) {
        var one: Int32 = 1
        // The number lives for the call.
        _ = unsafe setsockopt(raw, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }
}
