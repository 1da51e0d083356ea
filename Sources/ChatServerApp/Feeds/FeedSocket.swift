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
    /// What the kernel is asked to tell.
    var interest: UInt32 = 0
    private var tls: TLSSession?
    private var output: [UInt8] = []
    /// TLS can go on with what it was at only when the socket is writable.
    private var tlsWantsWrite = false

    enum Phase {
        case resolving
        case connecting
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

    deinit { if raw >= 0 { close(raw) } }

    /// What to wait for.
    var wantedInterest: UInt32 {
        switch phase {
        case .resolving: 0
        case .connecting: Epoll.writable
        case .handshaking: tlsWantsWrite ? Epoll.writable : Epoll.readable
        case .open: Epoll.readable | (output.isEmpty && !tlsWantsWrite ? 0 : Epoll.writable)
        }
    }

    /// Begins to connect.
    ///
    /// - Returns: nil, or why it is not possible.
    func connect(to address: SocketAddress) -> String? {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        raw = socket(address.family, kind, 0)
        guard raw >= 0 else { return "No socket can be made: \(systemMessage(errno))." }
        phase = .connecting
        let code = unsafe address.withPointer { unsafe Glibc.connect(raw, $0, $1) == 0 ? 0 : errno }
        guard code == 0 || code == EINPROGRESS || code == EINTR else {
            return "The source cannot be reached: \(systemMessage(code))."
        }
        return nil
    }

    /// The socket is readable or writable: goes on with what is under way.
    ///
    /// - Parameter buffer: where bytes go that are received.
    func advance(_ events: UInt32, _ context: TLSContext, into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        switch phase {
        case .resolving: return .going
        case .connecting: return finishConnecting(context)
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
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // Both numbers live for the call.
        guard unsafe getsockopt(raw, SOL_SOCKET, SO_ERROR, &code, &length) == 0, code == 0 else {
            return .ended("The source cannot be reached: \(systemMessage(code)).")
        }
        var one: Int32 = 1
        // The number lives for the call.
        _ = unsafe setsockopt(raw, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
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
