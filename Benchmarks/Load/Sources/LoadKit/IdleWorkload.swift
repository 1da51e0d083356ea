/// Connections that say nothing but a greeting; the driver answers pings.
final class IdleWorkload: Workload {
    var dirty: [Client] = []
    private(set) var lostConnections = 0
    private let greeting: Greeting
    private var random = SystemRandomNumberGenerator()

    init(_ options: Options) throws(LoadError) { greeting = try Greeting(options) }

    func opened(_ client: Client, atUs now: Int) {
        if greeting.queue(on: client, using: &random) { touch(client) }
    }

    func received(_ message: Span<UInt8>, by client: Client, atUs now: Int) {}

    func finishTurn(atUs now: Int) {}

    func ended(_ client: Client, isClean: Bool) { lostConnections += 1 }
}
