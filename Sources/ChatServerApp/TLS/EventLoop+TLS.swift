import ChatDomain
import ChatHub
import Glibc
import HTTPCore

/// What a loop does for connections with TLS beyond what it does for plain ones.
///
/// They are watched for as long as something is there, not once for each arrival: one call reads a record, and whether
/// there is another the kernel knows best.
extension EventLoop {
    private static let handshaking = Epoll.readable | Epoll.ended

    // MARK: Handshakes

    func beginHandshake(_ id: ConnectionID, peer: IPAddress?) {
        let raw = Int32(id.slot)
        guard let handshakes, !handshakes.isFull, epoll.add(raw, Self.handshaking, token: id.rawValue) == 0 else {
            close(raw)
            return
        }
        interests[id.slot] = Self.handshaking
        handshakes.begin(id, peer: peer, at: hub.now)
    }

    /// Goes on with handshakes, as far as a turn allows.
    func advance(_ handshakes: Handshakes) {
        for outcome in handshakes.advance(at: hub.now) {
            switch outcome {
            case .done(let id, let peer, let transport):
                transports[id.slot] = transport
                hub.accept(id, peer: peer, door: .tls)
                if let connection = hub.connection(id) { watch(connection) }
            case .waits(let id, let forWrite):
                let interest = forWrite ? Epoll.writable : Self.handshaking
                guard interests[id.slot] != interest else { continue }
                interests[id.slot] = interest
                epoll.modify(Int32(id.slot), interest, token: id.rawValue)
            case .over(let id): hangUp(id)
            }
        }
    }

    func endHandshakes() {
        for id in handshakes?.end() ?? [] { hangUp(id) }
    }

    private func hangUp(_ id: ConnectionID) {
        interests[id.slot] = 0
        close(Int32(id.slot))
    }

    // MARK: Reading and writing

    func read(_ connection: Connection, by transport: TLSTransport) {
        switch unsafe transport.read(into: buffer) {
        case .done(let count):
            // The first `count` bytes are the ones just received, lent to the hub for this call.
            let received = unsafe UnsafeMutableBufferPointer(start: buffer.baseAddress, count: count)
            var bytes = unsafe received.mutableSpan
            hub.receive(&bytes, from: connection)
        case .wantsRead: break
        case .wantsWrite: watch(connection)
        case .closed:
            hub.endOfInput(connection.id)
            if !connection.isGone { watch(connection) }
        case .failed: drop(connection)
        }
    }

    /// - Returns: how many bytes count as written, -1 if none ever will.
    func write(_ connection: Connection, by transport: TLSTransport) -> Int {
        guard !connection.outbox.isContiguous else { return connection.outbox.withContiguous { transport.write($0) } }
        connection.outbox.gather(into: &scratch, bytesMax: Self.writeBytesMax)
        let gathered = scratch
        return transport.write(gathered.span)
    }

    static func interest(of connection: Connection, by transport: TLSTransport) -> UInt32 {
        var interest: UInt32 = 0
        if connection.wantsBytes, !transport.hasEnded { interest |= Epoll.readable | Epoll.ended }
        if !connection.outbox.isEmpty || transport.hasPending || transport.readNeedsWrite { interest |= Epoll.writable }
        return interest
    }
}
