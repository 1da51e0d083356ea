import WSProtocol

/// Every connection is closed as soon as it is open; the driver opens it anew.
final class ChurnWorkload: Workload {
    var dirty: [Client] = []
    /// Handshakes that succeeded.
    private(set) var handshakes = 0
    /// Connections that ended by a close handshake.
    private(set) var cleanCloses = 0
    private(set) var lostConnections = 0
    private var random = SystemRandomNumberGenerator()

    func opened(_ client: Client, atUs now: Int) {
        handshakes += 1
        client.state = .closing
        client.queueClose(mask: random.next())
        touch(client)
    }

    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int) {}

    func finishTurn(atUs now: Int) {}

    func ended(_ client: Client, isClean: Bool) {
        if isClean { cleanCloses += 1 } else { lostConnections += 1 }
    }
}
