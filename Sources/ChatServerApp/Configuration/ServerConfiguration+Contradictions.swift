import ChatHub
import HTTPCore

/// Values that are good each, and make no sense together.
extension ServerConfiguration {
    /// Sentences; empty where there are none.
    var contradictions: [String] {
        var found: [String] = []
        if limits.silenceMsMax <= limits.pingIntervalMs {
            found.append(
                "silence_ms (\(limits.silenceMsMax)) must be longer than ping_interval_ms (\(limits.pingIntervalMs)): "
                    + "whoever answers every ping would be taken for silent.")
        }
        if expectsProxyProtocol, trustedProxies.isEmpty {
            found.append("--proxy-protocol needs --trust-proxy: which peers send such a head?")
        }
        if proxyFields != nil, trustedProxies.isEmpty {
            found.append("--proxy-fields needs --trust-proxy: whose fields are meant?")
        }
        if backupEveryMs == nil, backupKeep != nil || backupDirectory != nil {
            found.append("--keep and --backup-dir need --every: how often is a backup to be made?")
        }
        if backupEveryMs != nil, store == .memory {
            found.append("--every has nothing to save with --store memory.")
        }
        if waitLockMs > 0, store == .memory {
            found.append("--wait-lock has nothing to wait for with --store memory.")
        }
        return found + contradictionsOfDoors
    }

    private var contradictionsOfDoors: [String] {
        var found: [String] = []
        // A socket of systemd may be one with TLS, by its name.
        let mayHaveTLS = listen.contains { $0.isTLS || $0 == .systemd }
        let hasPlain = listen.contains { if case .unix = $0 { false } else { !$0.isTLS } }
        if certificatePaths.count != keyPaths.count {
            found.append("--tls-cert and --tls-key go together: each certificate has its key.")
        }
        if listen.contains(where: \.isTLS), certificatePaths.isEmpty {
            found.append("--listen https://… needs --tls-cert and --tls-key.")
        }
        if !certificatePaths.isEmpty, !mayHaveTLS {
            found.append("--tls-cert needs a place that is listened on with TLS: --listen https://HOST:PORT.")
        }
        if redirectsToHTTPS, !mayHaveTLS, publicURL?.scheme != "https" {
            found.append("--redirect-to-https leads nowhere: it needs --listen https://… or --public-url https://….")
        }
        if redirectsToHTTPS, !hasPlain {
            found.append("--redirect-to-https has nothing to send on: it needs --listen HOST:PORT too.")
        }
        if strictTransportSeconds != nil, !mayHaveTLS {
            found.append("--hsts is said by TLS only: it needs --listen https://….")
        }
        if trustsUnix, !listen.contains(where: { if case .address = $0 { false } else { true } }) {
            found.append("--trust-unix needs --listen unix:/path.")
        }
        return found
    }
}
