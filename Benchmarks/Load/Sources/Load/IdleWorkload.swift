/// Connections that say nothing; the driver answers pings.
final class IdleWorkload: Workload {
    var dirty: [Client] = []
    private(set) var lostConnections = 0

    func opened(_ client: Client, atUs now: Int) {}

    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int) {}

    func finishTurn(atUs now: Int) {}

    func ended(_ client: Client, isClean: Bool) { lostConnections += 1 }
}
