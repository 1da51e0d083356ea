import COpenSSL

/// What all encrypted connections of feeds have in common: which certificates are believed, and TLS 1.2 or later.
///
/// OpenSSL counts references to a context atomically, and nothing changes it after `init`, so loops may share it.
@safe final class TLSContext: @unchecked Sendable {
    private let context: OpaquePointer

    /// - Parameter authorities: a file of certificates in PEM to be believed in place of the system's.
    init(authorities: String?) throws(StartError) {
        guard let method = unsafe TLS_client_method(), let context = unsafe SSL_CTX_new(method) else {
            throw StartError("TLS cannot be set up.")
        }
        unsafe self.context = context
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        guard unsafe chat_ssl_ctx_set_min_version(context, TLS1_2_VERSION) == 1 else {
            throw StartError("TLS 1.2 cannot be asked for.")
        }
        // Bytes to be sent may be cut, and may have moved in memory when they are tried again.
        _ = unsafe chat_ssl_ctx_set_mode(
            context, Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        if let authorities {
            guard unsafe SSL_CTX_load_verify_locations(context, authorities, nil) == 1 else {
                throw StartError("There are no certificates to be read in '\(authorities)'.")
            }
        } else {
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw StartError("The system's certificates cannot be found.")
            }
        }
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// A session on a connected socket; nil where there is no memory.
    ///
    /// - Parameters:
    ///   - host: what the certificate must be for: a name, or an address.
    ///   - isAddress: whether it is an address.
    func makeSession(socket: Int32, host: String, isAddress: Bool) -> TLSSession? {
        guard let session = unsafe SSL_new(context) else { return nil }
        // From here on the session owns it.
        let owner = unsafe TLSSession(session)
        guard unsafe SSL_set_fd(session, socket) == 1 else { return nil }
        if isAddress {
            guard unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) == 1 else { return nil }
        } else {
            unsafe SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            guard unsafe SSL_set1_host(session, host) == 1, unsafe chat_ssl_set_server_name(session, host) == 1 else {
                return nil
            }
        }
        unsafe SSL_set_connect_state(session)
        return owner
    }
}
