/// The server's side of TLS on one nonblocking socket. Belongs to one loop.
///
/// What is not being read or written takes no buffers: OpenSSL lets go of its own between records.
final class TLSTransport {
    typealias Step = TLSSession.Step

    private let session: TLSSession
    /// Keeps alive what chooses the certificate.
    private let identities: TLSIdentities
    /// Bytes of a record that is encrypted, and not yet taken by the socket: the same must be offered again. For the hub
    /// they are written.
    private var pending: [UInt8] = []
    /// The peer sends no more.
    private(set) var hasEnded = false
    /// Reading can go on only once the socket is writable: TLS itself has something to say.
    private(set) var readNeedsWrite = false
    /// After a failure, nothing more may be said.
    private var isBroken = false

    /// What a record holds at most.
    private static let recordBytesMax = 16_384

    init(_ session: TLSSession, identities: TLSIdentities) {
        self.session = session
        self.identities = identities
    }

    /// Goes on with the handshake.
    func handshake() -> Step { step { session.handshake() } }

    /// Reads at most a record. The buffer has room for one, so that nothing stays behind in the session, where the kernel
    /// could not tell of it.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        readNeedsWrite = false
        let step = step { unsafe session.read(into: buffer) }
        readNeedsWrite = step == .wantsWrite
        if step == .closed { hasEnded = true }
        return step
    }

    /// Whether something that counts as written waits for the socket.
    var hasPending: Bool { !pending.isEmpty }

    /// Writes as much as the socket takes.
    ///
    /// - Returns: how many of the bytes count as written; -1 if none ever will be.
    func write(_ bytes: borrowing Span<UInt8>) -> Int {
        guard flushPending() else { return -1 }
        var written = 0
        while written < bytes.count, pending.isEmpty {
            let end = min(bytes.count, written + Self.recordBytesMax)
            let record = bytes.extracting(written..<end)
            switch step({ session.write(record) }) {
            case .done(let count): written += count
            case .wantsRead, .wantsWrite:
                // It is encrypted already: nobody may take it back.
                pending.reserveCapacity(record.count)
                for index in record.indices { pending.append(record[index]) }
                written = end
            case .closed, .failed: return -1
            }
        }
        return written
    }

    /// - Returns: false if it never will be written.
    func flushPending() -> Bool {
        while !pending.isEmpty {
            let record = pending
            switch step({ session.write(record.span) }) {
            case .done(let count): pending.removeFirst(min(count, pending.count))
            case .wantsRead, .wantsWrite: return true
            case .closed, .failed: return false
            }
        }
        pending = []
        return true
    }

    /// Tells the peer that nothing more comes, if that is possible at once.
    func sayGoodbye() {
        if !isBroken, pending.isEmpty, session.isEstablished { session.shutDown() }
    }

    private func step(_ call: () -> Step) -> Step {
        guard !isBroken else { return .failed("The encrypted connection has failed.") }
        let step = call()
        if case .failed = step { isBroken = true }
        return step
    }
}
