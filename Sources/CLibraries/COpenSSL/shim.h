// OpenSSL, and functions in place of those of its macros that Swift cannot see.
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int chat_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline long chat_ssl_ctx_set_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_mode(context, mode);
}

/// The name that the server is asked for (SNI).
static inline int chat_ssl_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

/// Of what a client offers, this server speaks HTTP/1.1.
static inline int chat_choose_protocol(
    SSL *connection, const unsigned char **chosen, unsigned char *length, const unsigned char *offered,
    unsigned int offeredLength, void *unused) {
    static const unsigned char known[] = "\x08http/1.1";
    (void)connection;
    (void)unused;
    int result = SSL_select_next_proto(
        (unsigned char **)chosen, length, known, sizeof known - 1, offered, offeredLength);
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Takes the first certificate that is for the name that is asked for; else that of the connection's own context.
static inline int chat_choose_by_name(SSL *connection, int *alert, void *list) {
    SSL_CTX **contexts = list;
    const char *name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
    (void)alert;
    if (name == NULL) return SSL_TLSEXT_ERR_NOACK;
    for (int index = 0; contexts[index] != NULL; index++) {
        X509 *certificate = SSL_CTX_get0_certificate(contexts[index]);
        if (certificate == NULL || X509_check_host(certificate, name, 0, 0, NULL) != 1) continue;
        if (index > 0) SSL_set_SSL_CTX(connection, contexts[index]);
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

/// - Parameter contexts: ends with a null pointer, and lives as long as any connection made from it.
static inline void chat_ssl_ctx_choose_by_name(SSL_CTX *context, SSL_CTX **contexts) {
    SSL_CTX_set_tlsext_servername_callback(context, chat_choose_by_name);
    SSL_CTX_set_tlsext_servername_arg(context, contexts);
}

/// A passphrase is asked for by nobody.
static inline int chat_no_passphrase(char *buffer, int size, int isWriting, void *unused) {
    (void)buffer;
    (void)size;
    (void)isWriting;
    (void)unused;
    return 0;
}

/// What all connections to this server have in common: TLS 1.2 and later, tickets and no cache, buffers only while they
/// are used.
static inline int chat_ssl_ctx_prepare_server(SSL_CTX *context) {
    if (!SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION)) return 0;
    SSL_CTX_set_mode(
        context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION
            | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_default_passwd_cb(context, chat_no_passphrase);
    SSL_CTX_set_alpn_select_cb(context, chat_choose_protocol, NULL);
    return 1;
}
