import ChatDomain
import ChatHub
import ChatStore
import Glibc
import HTTPCore

/// What probes and Prometheus ask (`--admin-listen`): a loop, a hub and a reader of their own, which answer whatever the
/// others do, until the process ends.
final class OperationsServer {
    let addresses: [ListenAddress]
    private let listeners: [LoopListener]
    private let mailbox = LoopMailbox(isBlocking: false)
    private let loop = ThreadGroup()
    private let reader = ThreadGroup()
    private var readers: StoreReaders?

    private static let connectionsMax = 128
    /// How long `/metrics` waits for the loops.
    private static let figuresMs: Int32 = 2_000

    /// - Parameter isSuccessor: a predecessor may still answer on the same port, until it has ended.
    init(_ address: ListenAddress, isSuccessor: Bool) throws(StartError) {
        let opened = try Listener.listenOnAll(address, count: 1, sharesPort: isSuccessor)
        listeners = opened.flatMap(\.0).map { LoopListener(raw: $0) }
        addresses = opened.map(\.1)
    }

    /// Starts answering.
    ///
    /// - Parameter readerNumber: that of the thread that reads for it, for `health`.
    func start(
        _ hub: HubConfiguration, asking loops: [LoopMailbox], store: any ChatStore, health: ServerHealth,
        writer: StoreWriter, readerNumber: Int, log: Log
    ) throws(StartError) {
        let readings = hub.readings
        var configuration = HubConfiguration(files: StaticFiles())
        configuration.limits = hub.limits
        configuration.unreadiness = hub.unreadiness
        configuration.offer = .operations { Self.figures(of: loops[0], readings) }
        let storeReader = try SendableReader(of: store)
        let readers = StoreReaders(loops: [mailbox], health: health)
        self.readers = readers
        try reader.start("admin-reader") { readers.run(storeReader.value, number: readerNumber) }
        let peers = LoopPeers(loops: [mailbox], writer: writer, readers: readers)
        let settings = LoopSettings(
            loopIndex: 0, loopCount: 1, connectionsMax: Self.connectionsMax, drainMs: hub.limits.drainMs)
        let (mailbox, listeners) = (mailbox, listeners)
        try loop.start("admin-loop") { [configuration] in
            let hub = Hub(
                configuration: configuration, random: SplitMix64(seed: 0), at: Clock.now(), wallTime: Clock.wallTime())
            do throws(StartError) {
                try EventLoop(hub, listeners: listeners, mailbox: mailbox, peers: peers, log: log, settings: settings)
                    .run()
            } catch {
                log.error(error.description)
            }
        }
    }

    /// Ends it.
    func stop() {
        mailbox.post(.end)
        loop.join()
        readers?.stop(threadCount: 1)
        reader.join()
    }

    /// The figures of all loops, or where they do not answer at once, those of the process alone.
    private static func figures(of loop: LoopMailbox, _ readings: @Sendable () -> [MetricReading]) -> String {
        let answer = Mailbox<String>(isBlocking: true)
        loop.post(.hub(.service(.figures { answer.post($0) })))
        return answer.wait(timeoutMs: figuresMs).first ?? Hub.metricsText(readings())
    }
}
