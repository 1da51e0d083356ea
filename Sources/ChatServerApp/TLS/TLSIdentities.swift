import COpenSSL
import Glibc

/// The certificates that the server shows, each with its key: by the name that the client asks for, or else the first.
/// Made as a whole, and never changed; sessions that have begun keep the ones they began with.
///
/// `@safe`, and shared by the loops: OpenSSL counts references to a context atomically, and nothing changes one after
/// `init`.
@safe final class TLSIdentities: @unchecked Sendable {
    struct Pair: Equatable, Sendable {
        var certificate: String
        var key: String
    }

    /// One a pair, and a null pointer behind them, which ends the list for the function that chooses.
    private let contexts: UnsafeMutablePointer<OpaquePointer?>
    private let count: Int

    /// Reads all pairs, of which there is one at least.
    init(_ pairs: [Pair]) throws(StartError) {
        unsafe contexts = .allocate(capacity: pairs.count + 1)
        unsafe contexts.initialize(repeating: nil, count: pairs.count + 1)
        count = pairs.count
        for (index, pair) in pairs.enumerated() {
            // Freed in deinit, which also runs where a later one fails.
            unsafe contexts[index] = try Self.makeContext(pair)
        }
        // The list lives as long as this object, which every session holds.
        if let first = unsafe contexts[0] { unsafe chat_ssl_ctx_choose_by_name(first, contexts) }
    }

    deinit {
        for index in 0..<count { unsafe SSL_CTX_free(contexts[index]) }
        unsafe contexts.deallocate()
    }

    private static func makeContext(_ pair: Pair) throws(StartError) -> OpaquePointer {
        ERR_clear_error()
        guard let method = unsafe TLS_server_method(), let context = unsafe SSL_CTX_new(method) else {
            throw StartError("TLS cannot be set up.")
        }
        do throws(StartError) {
            guard unsafe chat_ssl_ctx_prepare_server(context) == 1 else { throw StartError("TLS cannot be set up.") }
            guard unsafe SSL_CTX_use_certificate_chain_file(context, pair.certificate) == 1 else {
                throw StartError("There is no certificate to be read in \(pair.certificate): \(reason()).")
            }
            guard unsafe SSL_CTX_use_PrivateKey_file(context, pair.key, SSL_FILETYPE_PEM) == 1 else {
                throw StartError("The key in \(pair.key) is none for \(pair.certificate): \(reason()).")
            }
            guard unsafe SSL_CTX_check_private_key(context) == 1 else {
                throw StartError("The key in \(pair.key) is not that of \(pair.certificate).")
            }
            return unsafe context
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
    }

    private static func reason() -> String {
        // A string that lives as long as the process.
        guard let text = unsafe ERR_reason_error_string(ERR_peek_last_error()) else { return systemMessage(errno) }
        return unsafe String(cString: text)
    }

    /// The server's side of a connection that has just come; nil where there is no memory.
    func makeTransport(socket: Int32) -> TLSTransport? {
        guard let context = unsafe contexts[0], let session = unsafe SSL_new(context) else { return nil }
        // From here on the transport owns it.
        let transport = unsafe TLSTransport(TLSSession(session), identities: self)
        guard unsafe SSL_set_fd(session, socket) == 1 else { return nil }
        unsafe SSL_set_accept_state(session)
        return transport
    }
}
