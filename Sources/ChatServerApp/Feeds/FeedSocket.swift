import CEpoll
import ChatHub
import Glibc
import HTTPCore

/// One connection of a feed to its source, from the look-up of the name to the close.
final class FeedSocket {
    let link: FeedLink
    let url: FeedURL
    private(set) var raw: Int32 = -1
    private(set) var phase = Phase.resolving
    /// What a proxy is asked for before anything else, and where that leads.
    var tunnel: (request: [UInt8], target: String)?
    /// Connections to all addresses of the host; the first that is there is taken, and the others are closed.
    private var racers: [(raw: Int32, address: SocketAddress)] = []
    /// The address that is used, or what the proxy was asked for.
    private(set) var used: String?
    private var proxyAnswer: [UInt8] = []
    /// What the kernel is asked to tell.
    var interest: UInt32 = 0
    private var tls: TLSSession?
    private var output: [UInt8] = []
    /// TLS can go on with what it was at only when the socket is writable.
    private var tlsWantsWrite = false

    enum Phase {
        case resolving
        case connecting
        /// The proxy is asked.
        case asking
        /// Of TLS.
        case handshaking
        case open
    }

    /// How a step ended.
    enum Step {
        case going
        /// The connection can be used from now on.
        case opened
        case received(Int)
        /// - Parameter reason: nil where the source has closed it in good order.
        case ended(String?)
    }

    /// A source that does not take that much is not there.
    private static let outputBytesMax = 262_144

    init(_ link: FeedLink, _ url: FeedURL) {
        self.link = link
        self.url = url
    }

    deinit {
        if raw >= 0 { close(raw) }
        for racer in racers { close(racer.raw) }
    }

    /// The host that is meant, whoever is connected to.
    var place: String { "\(url.host):\(url.port)" }

    /// What is to be watched while it is not known yet which will be taken.
    var racing: [Int32] { racers.map(\.raw) }

    /// Somebody is there, and has not begun to speak as a source does.
    var isBeginning: Bool {
        switch phase {
        case .asking, .handshaking: true
        case .resolving, .connecting, .open: false
        }
    }

    /// What to wait for.
    var wantedInterest: UInt32 {
        switch phase {
        case .resolving: 0
        case .connecting: Epoll.writable
        case .asking: Epoll.readable | (output.isEmpty ? 0 : Epoll.writable)
        case .handshaking: tlsWantsWrite ? Epoll.writable : Epoll.readable
        case .open: Epoll.readable | (output.isEmpty && !tlsWantsWrite ? 0 : Epoll.writable)
        }
    }

    /// Begins to connect to all of the addresses, so that one that does not answer keeps nobody waiting.
    ///
    /// - Returns: nil, or why it is not possible.
    func connect(to addresses: [SocketAddress]) -> String? {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        var problem = "it has no address"
        for address in addresses {
            let raw = socket(address.family, kind, 0)
            guard raw >= 0 else {
                problem = systemMessage(errno)
                continue
            }
            let code = unsafe address.withPointer { unsafe Glibc.connect(raw, $0, $1) == 0 ? 0 : errno }
            guard code == 0 || code == EINPROGRESS || code == EINTR else {
                problem = systemMessage(code)
                close(raw)
                continue
            }
            racers.append((raw, address))
        }
        guard !racers.isEmpty else { return unreachable(problem) }
        phase = .connecting
        return nil
    }

    private func unreachable(_ problem: String) -> String {
        "\(tunnel == nil ? "The source" : "The proxy") cannot be reached: \(problem)."
    }

    /// The socket is readable or writable: goes on with what is under way.
    ///
    /// - Parameter buffer: where bytes go that are received.
    func advance(_ events: UInt32, _ context: TLSContext, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        switch phase {
        case .resolving: return .going
        case .connecting: return finishConnecting(context)
        case .asking: return unsafe askProxy(context, into: buffer)
        case .handshaking: return handshake()
        case .open:
            if events & Epoll.writable != 0 || tlsWantsWrite, let step = flush() { return step }
            return unsafe receive(into: buffer)
        }
    }

    /// - Returns: nil, or why the connection has ended.
    func send(_ bytes: [UInt8]) -> Step? {
        guard case .open = phase else { return nil }
        guard output.count + bytes.count <= Self.outputBytesMax else { return .ended("The source takes no bytes.") }
        output += bytes
        return flush()
    }

    /// Says goodbye, as far as that is possible at once.
    func shutDown() {
        if case .open = phase { tls?.shutDown() }
    }

    // MARK: Steps

    private func finishConnecting(_ context: TLSContext) -> Step {
        var problem: String?
        var winner: (raw: Int32, address: SocketAddress)?
        var waiting: [(raw: Int32, address: SocketAddress)] = []
        for racer in racers {
            var code: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            // Both numbers live for the call.
            let isAsked = unsafe getsockopt(racer.raw, SOL_SOCKET, SO_ERROR, &code, &length) == 0
            if !isAsked || code != 0 {
                problem = systemMessage(isAsked ? code : errno)
                close(racer.raw)
            } else if winner == nil, SocketAddress(ofPeer: racer.raw) != nil {
                winner = racer
            } else {
                waiting.append(racer)
            }
        }
        guard let winner else {
            racers = waiting
            return waiting.isEmpty ? .ended(unreachable(problem ?? "nobody answers")) : .going
        }
        for racer in waiting { close(racer.raw) }
        racers = []
        raw = winner.raw
        used = winner.address.address?.description
        var one: Int32 = 1
        // The number lives for the call.
        _ = unsafe setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard let tunnel else { return begin(context) }
        used = tunnel.target
        phase = .asking
        output = tunnel.request
        return flush() ?? .going
    }

    /// Waits for the proxy's answer. Behind its head there is nothing yet.
    private func askProxy(_ context: TLSContext, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        if let step = flush() { return step }
        switch unsafe receive(into: buffer) {
        case .received(let count):
            // The first `count` bytes are the ones just received.
            unsafe proxyAnswer.append(contentsOf: buffer.prefix(count))
            switch FeedProxy.judge(proxyAnswer) {
            case .incomplete: return .going
            case .refused(let sentence): return .ended(sentence)
            case .granted: return begin(context)
            }
        case .ended(let reason): return .ended(reason ?? "The proxy has closed the connection.")
        case let step: return step
        }
    }

    /// The source is reached.
    private func begin(_ context: TLSContext) -> Step {
        guard url.scheme.isSecure else {
            phase = .open
            return .opened
        }
        let isAddress = IPAddress(url.host) != nil
        tls = context.makeSession(socket: raw, host: url.host, isAddress: isAddress)
        guard tls != nil else { return .ended("TLS cannot be begun with this host.") }
        phase = .handshaking
        return handshake()
    }

    private func handshake() -> Step {
        guard let tls else { return .ended("TLS was not begun.") }
        tlsWantsWrite = false
        switch tls.handshake() {
        case .done:
            phase = .open
            return .opened
        case .wantsRead: return .going
        case .wantsWrite:
            tlsWantsWrite = true
            return .going
        case .closed: return .ended("The source has closed the connection during the handshake of TLS.")
        case .failed(let sentence): return .ended(sentence)
        }
    }

    private func receive(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        if let tls {
            switch unsafe tls.read(into: buffer) {
            case .done(let count): return .received(count)
            case .wantsRead: return .going
            case .wantsWrite:
                tlsWantsWrite = true
                return .going
            case .closed: return .ended(nil)
            case .failed(let sentence): return .ended(sentence)
            }
        }
        // The buffer is the loop's alone; the kernel writes at most its size.
        let count = unsafe recv(raw, buffer.baseAddress, buffer.count, 0)
        if count > 0 { return .received(count) }
        if count == 0 { return .ended(nil) }
        return errno == EAGAIN || errno == EINTR ? .going : .ended("The connection broke: \(systemMessage(errno)).")
    }

    /// Writes what waits, as far as it goes.
    private func flush() -> Step? {
        tlsWantsWrite = false
        while !output.isEmpty {
            let pending = output
            let written: Int
            if let tls {
                switch tls.write(pending.span) {
                case .done(let count): written = count
                case .wantsRead: return nil
                case .wantsWrite:
                    tlsWantsWrite = true
                    return nil
                case .closed: return .ended(nil)
                case .failed(let sentence): return .ended(sentence)
                }
            } else {
                // The bytes are lent to the call.
                written = unsafe pending.span.withUnsafeBufferPointer {
                    unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if written < 0 {
                    if errno == EAGAIN || errno == EINTR { return nil }
                    return .ended("The connection broke: \(systemMessage(errno)).")
                }
            }
            output.removeFirst(min(written, output.count))
        }
        return nil
    }
}
