import ChatDomain

/// What a loop is told of the process's settings.
struct LoopSettings: Sendable {
    var loopIndex: Int
    var loopCount: Int
    /// Of this loop.
    var connectionsMax: Int
    var drainMs: Int
    var handshakes = Handshakes.Limits(countMax: 10_000, timeMs: 10_000)
}

/// Whom a loop hands things to.
struct LoopPeers: Sendable {
    let loops: [LoopMailbox]
    let writer: StoreWriter
    let readers: StoreReaders
    /// nil: feeds reach nothing.
    var feeds: FeedServices?
    /// nil: no door has TLS.
    var certificates: TLSCertificates?
    /// nil: passwords can be neither stored nor checked.
    var workers: PasswordWorkers?
}
