import ChatDomain
import ChatHub
import ChatStore
import HTTPCore

@testable import ChatServerApp

/// The executable's threads, as `Server` runs them, in this process and on a port that is free.
final class RunningServer {
    let address: ListenAddress
    let store = MemoryStore()
    private let mailboxes: [LoopMailbox]
    private let writer: StoreWriter
    private let readers: StoreReaders
    private let loops = ThreadGroup()
    private let threads = ThreadGroup()
    private let failures = SharedList<String>()

    init(loopCount: Int) throws {
        let (listeners, address) = try Listener.listen(ListenAddress(host: "127.0.0.1", port: 0), count: loopCount)
        self.address = address
        try ChatAppDemo.install(in: store, at: Clock.wallTime())
        let log = Log(level: .error)
        mailboxes = (0..<loopCount).map { _ in LoopMailbox(isBlocking: false) }
        let health = ServerHealth(log: log)
        writer = StoreWriter(store: store, loops: mailboxes, health: health)
        readers = StoreReaders(loops: mailboxes, health: health)
        let (store, mailboxes, writer, readers, failures) = (store, mailboxes, writer, readers, failures)
        try threads.start("writer") { writer.run() }
        try threads.start("reader") { readers.run(store, number: 1) }
        let peers = LoopPeers(loops: mailboxes, writer: writer, readers: readers)
        for (index, listener) in listeners.enumerated() {
            let settings = LoopSettings(
                loopIndex: index, loopCount: loopCount, connectionsMax: 1_000, drainMs: HubLimits().drainMs)
            try loops.start("loop-\(index)") {
                var configuration = HubConfiguration(files: StaticFiles())
                configuration.loopIndex = index
                configuration.loopCount = loopCount
                let hub = Hub(
                    configuration: configuration, random: SplitMix64(seed: UInt64(index)), at: Clock.now(),
                    wallTime: Clock.wallTime())
                do throws(StartError) {
                    try EventLoop(
                        hub, listeners: [LoopListener(raw: listener)], mailbox: mailboxes[index], peers: peers,
                        log: log,
                        settings: settings
                    ).run()
                } catch {
                    failures.append([error.description])
                }
            }
        }
    }

    /// Begins to end, as on a signal.
    func beginEnding() { for mailbox in mailboxes { mailbox.post(.drain(settleMs: nil)) } }

    /// Ends, and waits until all threads have.
    ///
    /// - Returns: what went wrong.
    func stop() -> [String] {
        beginEnding()
        loops.join()
        writer.mailbox.post(.stop)
        readers.stop(threadCount: 1)
        threads.join()
        store.close()
        return failures.items
    }
}
