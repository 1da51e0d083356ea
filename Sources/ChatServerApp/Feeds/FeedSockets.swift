import CEpoll
import ChatHub
import Glibc
import HTTPCore

/// What the process has for the feeds of all loops.
struct FeedServices: Sendable {
    let resolver: NameResolver
    let tls: TLSContext
    var proxy: FeedProxy?
}

/// The feeds' connections of one loop. They have an epoll instance of their own, which the loop's watches: for the loop
/// all of them are one descriptor.
@safe final class FeedSockets {
    private let epoll: Epoll
    private let services: FeedServices
    private let loopIndex: Int
    private var sockets: [FeedLink: FeedSocket] = [:]
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// By host and port: the address that took a connection and made nothing of it, the last time. Others come first.
    private var useless: [String: String] = [:]

    private static let uselessMax = 1_000
    /// As much as a record of TLS has, so that nothing stays behind in a session.
    private static let receiveBytesMax = 16_384
    /// How many connections a turn deals with. The others wait for the next one, in which clients have their turn too:
    /// however much the sources send, a turn stays short.
    private static let eventsPerTurnMax = 4

    init(_ services: FeedServices, loopIndex: Int) throws(StartError) {
        self.services = services
        self.loopIndex = loopIndex
        epoll = try Epoll(eventsMax: Self.eventsPerTurnMax)
        // Freed in deinit; all of it is initialised.
        unsafe buffer = .allocate(capacity: Self.receiveBytesMax)
        unsafe buffer.initialize(repeating: 0)
    }

    deinit { unsafe buffer.deallocate() }

    /// Readable when something has happened to one of the connections.
    var descriptor: Int32 { epoll.raw }

    /// Does what a feed wants.
    func perform(_ action: FeedAction, hub: Hub) {
        switch action {
        case .open(let link, let url):
            sockets[link] = FeedSocket(link, url)
            if !services.resolver.ask(link, url, from: loopIndex) {
                end(link, "Too many host names are being looked up.", hub)
            }
        case .send(let link, let bytes):
            guard let socket = sockets[link] else { return }
            if case .ended(let reason)? = socket.send(bytes) { end(link, reason, hub) } else { watch(socket) }
        case .close(let link): sockets.removeValue(forKey: link)?.shutDown()
        }
    }

    /// The host of a connection to be opened was looked up.
    func resolved(_ link: FeedLink, _ host: ResolvedHost, hub: Hub) {
        guard let socket = sockets[link], case .resolving = socket.phase else { return }
        switch host {
        case .failed(let sentence): end(link, sentence, hub)
        case .found(let addresses, let tunnels):
            let last = useless[socket.place]
            if tunnels.isEmpty {
                let others = addresses.filter { $0.address?.description != last }
                connect(socket, to: others.isEmpty ? addresses : others, hub)
            } else if let proxy = services.proxy, let target = tunnels.first(where: { $0 != last }) ?? tunnels.first {
                socket.tunnel = (proxy.request(for: target), target)
                connect(socket, to: addresses, hub)
            }
        }
    }

    private func connect(_ socket: FeedSocket, to addresses: [SocketAddress], _ hub: Hub) {
        if let sentence = socket.connect(to: addresses) { return end(socket.link, sentence, hub) }
        socket.interest = socket.wantedInterest
        for raw in socket.racing where epoll.add(raw, socket.interest, token: socket.link.rawValue) != 0 {
            return end(socket.link, "The connection cannot be watched: \(systemMessage(errno)).", hub)
        }
    }

    /// Something has happened to some of the connections.
    func serve(hub: Hub) {
        let count = epoll.wait(timeoutMs: 0)
        for index in 0..<count {
            let (events, token) = epoll.event(at: index)
            // It may have been closed since.
            guard let socket = sockets[FeedLink(rawValue: token)] else { continue }
            advance(socket, events, hub)
        }
    }

    private func advance(_ socket: FeedSocket, _ events: UInt32, _ hub: Hub) {
        switch unsafe socket.advance(events, services.tls, into: buffer) {
        case .going: break
        case .opened:
            useless[socket.place] = nil
            hub.feedOpened(socket.link)
        case .received(let count):
            // The first `count` bytes are the ones just received, lent to the hub for this call.
            let received = unsafe UnsafeMutableBufferPointer(start: buffer.baseAddress, count: count)
            var bytes = unsafe received.mutableSpan
            hub.feedReceived(socket.link, &bytes)
        case .ended(let reason):
            end(socket.link, reason, hub)
            return
        }
        watch(socket)
    }

    private func watch(_ socket: FeedSocket) {
        let wanted = socket.wantedInterest
        guard socket.raw >= 0, wanted != socket.interest else { return }
        socket.interest = wanted
        epoll.modify(socket.raw, wanted, token: socket.link.rawValue)
    }

    private func end(_ link: FeedLink, _ reason: String?, _ hub: Hub) {
        if let socket = sockets.removeValue(forKey: link), socket.isBeginning, let used = socket.used {
            if useless.count >= Self.uselessMax { useless = [:] }
            useless[socket.place] = used
        }
        hub.feedEnded(link, reason: reason)
    }
}
