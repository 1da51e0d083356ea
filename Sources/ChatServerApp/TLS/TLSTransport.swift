import COpenSSL

/// The server's side of TLS on one nonblocking socket. Belongs to one loop.
///
/// What is not being read or written takes no buffers: OpenSSL lets go of its own between records.
@safe final class TLSTransport {
    private let session: OpaquePointer
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

    enum Step: Equatable {
        case done(Int)
        case wantsRead
        case wantsWrite
        /// The peer has said that it sends no more, or has just gone.
        case closed
        case failed
    }

    /// What a record holds at most.
    private static let recordBytesMax = 16_384

    /// Takes the session over.
    @unsafe init(_ session: OpaquePointer, identities: TLSIdentities) {
        unsafe self.session = session
        self.identities = identities
    }

    deinit { unsafe SSL_free(session) }

    /// Goes on with the handshake.
    func handshake() -> Step { step { unsafe SSL_do_handshake(session) } }

    /// Reads at most a record. The buffer has room for one, so that nothing stays behind in the session, where the kernel
    /// could not tell of it.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        let step = step { unsafe SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)) }
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
            switch write(record: record) {
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
            switch write(record: record.span) {
            case .done(let count): pending.removeFirst(min(count, pending.count))
            case .wantsRead, .wantsWrite: return true
            case .closed, .failed: return false
            }
        }
        pending = []
        return true
    }

    private func write(record: borrowing Span<UInt8>) -> Step {
        // The bytes are lent to the call.
        unsafe record.withUnsafeBufferPointer { bytes in
            step { unsafe SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)) }
        }
    }

    /// Tells the peer that nothing more comes, if that is possible at once.
    func sayGoodbye() {
        guard !isBroken, pending.isEmpty else { return }
        ERR_clear_error()
        if unsafe SSL_is_init_finished(session) == 1 { _ = unsafe SSL_shutdown(session) }
    }

    private func step(_ call: () -> Int32) -> Step {
        guard !isBroken else { return .failed }
        ERR_clear_error()
        let result = call()
        if result > 0 { return .done(Int(result)) }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            isBroken = true
            return .failed
        }
    }
}
