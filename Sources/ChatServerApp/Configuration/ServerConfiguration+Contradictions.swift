import ChatHub

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
        return found
    }
}
