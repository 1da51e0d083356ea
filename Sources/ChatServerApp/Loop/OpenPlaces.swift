import CEpoll
import ChatHub
import Glibc
import HTTPCore

/// A listening socket, as one loop has it.
struct LoopListener: Sendable {
    let raw: Int32
    var door = Door.plain
    /// Other loops wait on the same socket: only one is to be woken.
    var isShared = false
    /// Who its peers are taken for, where they have no addresses.
    var peer: IPAddress?
}

/// What was opened for the places that the configuration names.
struct OpenPlaces {
    /// By loop.
    private(set) var listeners: [[LoopListener]]
    /// What is said of each, as `http://127.0.0.1:8080`.
    private(set) var names: [String] = []
    /// The first port by TCP.
    private(set) var port: UInt16?
    /// The first with TLS.
    private(set) var tlsPort: UInt16?
    /// Sockets in the file system that are ours, to be removed in the end.
    private var paths: [(path: String, identity: FileIdentity)] = []

    /// What a successor may take over.
    private(set) var sockets: [HandOver.Socket] = []

    /// Opens all of them.
    ///
    /// - Parameter handed: what a predecessor has handed over; those that are of no use are closed.
    init(
        _ configuration: ServerConfiguration, loopCount: Int, handed: [HandOver.Socket] = []
    ) throws(StartError) {
        let keys = Set(configuration.listen.map(\.key))
        for socket in handed where !keys.contains(socket.key) { Glibc.close(socket.raw) }
        listeners = Array(repeating: [], count: loopCount)
        let plainDoor = configuration.redirectsToHTTPS ? Door.redirecting : .plain
        let unixPeer = configuration.trustsUnix ? IPAddress("127.0.0.1") : nil
        do throws(StartError) {
            for place in configuration.listen {
                let own = handed.filter { $0.key == place.key }.map(\.raw)
                if !own.isEmpty {
                    try takeOver(own, place, door: place.isTLS ? .tls : plainDoor, unixPeer: unixPeer)
                    continue
                }
                switch place {
                case .address(let address, let isTLS):
                    for (sockets, found) in try Listener.listenOnAll(address, count: loopCount) {
                        add(sockets, door: isTLS ? .tls : plainDoor)
                        self.sockets += sockets.map { HandOver.Socket(raw: $0, key: place.key) }
                        names.append((isTLS ? "https://" : "http://") + found.description)
                        port = port ?? found.port
                        if isTLS { tlsPort = tlsPort ?? found.port }
                    }
                case .unix(let path):
                    let raw = try UnixSocket.listenForClients(at: path)
                    try share(raw, peer: unixPeer)
                    sockets.append(HandOver.Socket(raw: raw, key: place.key))
                    if let identity = FileIdentity(path) { paths.append((path, identity)) }
                    names.append("unix:\(path)")
                case .systemd:
                    for (raw, name) in try SystemdSockets.take() {
                        let isTLS = name.hasPrefix("https")
                        let address = SocketAddress(ofSocket: raw)
                        let isUnix = address.family == AF_UNIX
                        try share(raw, door: isTLS ? .tls : isUnix ? .plain : plainDoor, peer: isUnix ? unixPeer : nil)
                        let text = address.address.map {
                            ListenAddress(host: $0.description, port: address.port).description
                        }
                        names.append(text.map { (isTLS ? "https://" : "http://") + $0 } ?? "unix: socket of systemd")
                        if text != nil { port = port ?? address.port }
                        if isTLS { tlsPort = tlsPort ?? address.port }
                    }
                }
            }
        } catch {
            close()
            throw error
        }
    }

    /// Every socket of the predecessor's must be accepted from, however many loops there are now: in the queue of each
    /// somebody may wait.
    private mutating func takeOver(
        _ handed: [Int32], _ place: ListenPlace, door: Door, unixPeer: IPAddress?
    ) throws(StartError) {
        sockets += handed.map { HandOver.Socket(raw: $0, key: place.key) }
        if case .unix(let path) = place {
            for raw in handed { try share(raw, peer: unixPeer) }
            if let identity = FileIdentity(path) { paths.append((path, identity)) }
            names.append(place.key)
            return
        }
        let loopCount = listeners.count
        for index in 0..<max(handed.count, loopCount) {
            let raw = handed[index % handed.count]
            let own = index < handed.count ? raw : fcntl(raw, F_DUPFD_CLOEXEC, 3)
            guard own >= 0 else { throw StartError("A socket cannot be shared: \(systemMessage(errno)).") }
            listeners[index % loopCount].append(
                LoopListener(raw: own, door: door, isShared: handed.count < loopCount))
        }
        for raw in handed {
            let address = SocketAddress(ofSocket: raw)
            guard let host = address.address else { continue }
            let name =
                (place.isTLS ? "https://" : "http://")
                + ListenAddress(host: host.description, port: address.port).description
            if !names.contains(name) { names.append(name) }
            port = port ?? address.port
            if place.isTLS { tlsPort = tlsPort ?? address.port }
        }
    }

    /// A successor has them.
    mutating func keepPaths() { paths = [] }

    private mutating func add(_ sockets: [Int32], door: Door) {
        for (index, raw) in sockets.enumerated() { listeners[index].append(LoopListener(raw: raw, door: door)) }
    }

    /// One socket for all loops, each with a descriptor of its own.
    private mutating func share(_ raw: Int32, door: Door = .plain, peer: IPAddress?) throws(StartError) {
        for index in listeners.indices {
            let own = index == 0 ? raw : fcntl(raw, F_DUPFD_CLOEXEC, 3)
            guard own >= 0 else { throw StartError("A socket cannot be shared: \(systemMessage(errno)).") }
            listeners[index].append(
                LoopListener(raw: own, door: door, isShared: listeners.count > 1, peer: peer))
        }
    }

    /// Closes all that no loop has taken over.
    private func close() {
        for listener in listeners.joined() { Glibc.close(listener.raw) }
        removePaths()
    }

    /// Removes the sockets in the file system, unless somebody else's are there by now.
    func removePaths() {
        for (path, identity) in paths where FileIdentity(path) == identity {
            // The path is lent to the call.
            _ = unsafe unlink(path)
        }
    }
}

/// What tells a file from another that has its name.
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let inode: ino_t
    private let size: off_t
    private let seconds: Int
    private let nanoseconds: Int

    /// nil where there is none.
    init?(_ path: String) {
        var status = stat()
        // The path and the structure live for the call.
        guard unsafe stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
        size = status.st_size
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// The sockets that systemd hands over (sd_listen_fds).
enum SystemdSockets {
    private static let first: Int32 = 3

    /// Each with the name that the unit gives it; empty for none.
    static func take(_ environment: Environment = .process) throws(StartError) -> [(raw: Int32, name: String)] {
        guard environment.value(of: "LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = environment.value(of: "LISTEN_FDS").flatMap({ Int32($0) }), (1...64).contains(count)
        else { throw StartError("There are no sockets from systemd: --listen systemd needs a socket unit.") }
        let names = (environment.value(of: "LISTEN_FDNAMES") ?? "").split(
            separator: ":", omittingEmptySubsequences: false)
        var sockets: [(raw: Int32, name: String)] = []
        for index in 0..<count {
            let raw = first + index
            var isListening: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            // Both numbers live for the call.
            let code = unsafe getsockopt(raw, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length)
            guard code == 0, isListening == 1 else {
                throw StartError("The socket \(index + 1) from systemd is none that listens.")
            }
            _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
            _ = fcntl(raw, F_SETFL, fcntl(raw, F_GETFL) | O_NONBLOCK)
            sockets.append((raw, Int(index) < names.count ? String(names[Int(index)]) : ""))
        }
        return sockets
    }
}
