import COpenSSL

/// Either side of TLS over one nonblocking socket. Belongs to one loop.
@safe final class TLSSession {
    private let session: OpaquePointer

    /// How a step ended.
    enum Step: Equatable {
        /// So many bytes were read or written; of the handshake: it is done.
        case done(Int)
        /// It can go on when the socket is readable.
        case wantsRead
        /// It can go on when the socket is writable.
        case wantsWrite
        /// The peer has said that it sends no more.
        case closed
        /// A sentence about what is wrong, as the client of a feed's source says it.
        case failed(String)
    }

    /// Takes the session over.
    init(_ session: OpaquePointer) { unsafe self.session = session }

    deinit { unsafe SSL_free(session) }

    func handshake() -> Step { step { unsafe SSL_do_handshake(session) } }

    /// Reads into a buffer of at least a record's size, so that nothing stays behind in the session.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Step {
        step { unsafe SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)) }
    }

    func write(_ bytes: borrowing Span<UInt8>) -> Step {
        // The bytes are lent to the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            step { unsafe SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)) }
        }
    }

    var isEstablished: Bool { unsafe SSL_is_init_finished(session) == 1 }

    /// Tells the peer that nothing more comes. Whether that gets through is not waited for.
    func shutDown() {
        ERR_clear_error()
        _ = unsafe SSL_shutdown(session)
    }

    private func step(_ call: () -> Int32) -> Step {
        ERR_clear_error()
        let result = call()
        if result > 0 { return .done(Int(result)) }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL: return .failed("The source broke off the encrypted connection.")
        default: return .failed(reason())
        }
    }

    /// OpenSSL's own words; none of them come from the peer.
    private func reason() -> String {
        let verification = unsafe SSL_get_verify_result(session)
        // Strings that live as long as the process.
        if verification != Int(X509_V_OK), let text = unsafe X509_verify_cert_error_string(verification) {
            return "The source's certificate is not accepted: \(unsafe String(cString: text))."
        }
        if let text = unsafe ERR_reason_error_string(ERR_peek_error()) {
            return "The encrypted connection failed: \(unsafe String(cString: text))."
        }
        return "The encrypted connection failed."
    }
}
