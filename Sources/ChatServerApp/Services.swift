import ChatHub
import ChatStore

/// The threads behind the loops, which do what a loop must not wait for: store, look up, hash, index, look after the disk.
final class Services {
    let mailboxes: [LoopMailbox]
    let writer: StoreWriter
    let workers: PasswordWorkers
    let watch: HealthWatch
    /// Whom a loop hands things to.
    let peers: LoopPeers
    private let readers: StoreReaders
    private let search: (follower: SearchFollower, thread: ThreadGroup)?
    private let threads = ThreadGroup()

    static let readerCount = 2
    private static let workerCount = 2
    private static let resolverCount = 2

    /// Starts them.
    ///
    /// - Parameter databasePath: nil where nothing is kept.
    init(
        _ configuration: ServerConfiguration, loopCount: Int, store: any ChatStore, databasePath: String?,
        certificates: TLSCertificates?, health: ServerHealth, log: Log
    ) throws(StartError) {
        mailboxes = (0..<loopCount).map { _ in LoopMailbox(isBlocking: false) }
        search = try Self.startSearch(of: store, databasePath, configuration.diskLimits, log)
        watch = HealthWatch(databasePath: databasePath, limits: configuration.diskLimits, health: health, log: log)
        writer = StoreWriter(store: store, loops: mailboxes, health: health, search: search?.follower)
        readers = StoreReaders(loops: mailboxes, health: health)
        let proxy = try FeedProxy.ofEnvironment()
        let resolver = NameResolver(loops: mailboxes, allowsPrivate: configuration.allowsPrivateFeeds, proxy: proxy)
        let feeds = FeedServices(
            resolver: resolver, tls: try TLSContext(authorities: configuration.feedAuthoritiesPath), proxy: proxy)
        workers = PasswordWorkers(
            loops: mailboxes, parameters: Scrypt(logN: configuration.limits.passwordCost),
            budget: HashBudget(bytesMax: MemoryLimit.hashBytes(configured: configuration.limits.hashBytesMax)))
        var peers = LoopPeers(loops: mailboxes, writer: writer, readers: readers, feeds: feeds, workers: workers)
        peers.certificates = certificates
        self.peers = peers
        // Never joined: a look-up may take longer than the end of the process.
        let resolvers = ThreadGroup()
        for index in 0..<Self.resolverCount { try resolvers.start("feed-names-\(index)") { resolver.run() } }
        try startThreads(store)
    }

    private func startThreads(_ store: any ChatStore) throws(StartError) {
        let (writer, readers, workers, watch, follower) = (writer, readers, workers, watch, search?.follower)
        try threads.start("store-writer") { writer.run() }
        for index in 0..<Self.readerCount {
            let reader = try SendableReader(of: store)
            try threads.start("store-reader-\(index)") { readers.run(reader.value, number: index + 1) }
        }
        // Event loops go before passwords.
        for index in 0..<Self.workerCount {
            try threads.start("worker-\(index)", isPatient: true) { workers.run() }
        }
        try threads.start("health") { watch.run(writer: writer, readers: readers, search: follower) }
    }

    /// Starts the thread that keeps the search index up to date, where there is one.
    private static func startSearch(
        of store: any ChatStore, _ path: String?, _ limits: DiskLimits, _ log: Log
    ) throws(StartError) -> (follower: SearchFollower, thread: ThreadGroup)? {
        guard let path else { return nil }
        let follower = SearchFollower(log: log, source: SearchFollower.Source(store))
        // Without room for it, it is made once there is some: `HealthWatch` sees to that.
        if let disk = DiskSpace(of: path), limits.isNearlyLow(disk) { _ = follower.giveWay() }
        // Nor is anything else that is wrong with it a reason not to start: the thread says so, and tries again.
        let first = SendableIndexer(value: follower.isPaused ? nil : try? store.makeSearchIndexer())
        let thread = ThreadGroup()
        try thread.start("search-indexer", isPatient: true) { follower.run(first.value) }
        return (follower, thread)
    }

    var follower: SearchFollower? { search?.follower }

    /// Ends indexing for good, and waits for that.
    func endSearch() {
        search?.follower.stop()
        search?.thread.join()
    }

    /// Ends all, and waits for that. The loops have ended.
    func end() {
        watch.stop()
        writer.mailbox.post(.stop)
        readers.stop(threadCount: Self.readerCount)
        workers.stop(threadCount: Self.workerCount)
        search?.follower.stop()
        threads.join()
        search?.thread.join()
    }
}

/// A reader on its way to the one thread that will use it.
struct SendableReader: @unchecked Sendable {
    let value: any ChatStoreReader

    init(of store: any ChatStore) throws(StartError) {
        value = try opening { () throws(StoreError) in try store.makeReader() }
    }
}

/// An indexer on its way to the one thread that will use it.
private struct SendableIndexer: @unchecked Sendable {
    let value: (any SearchIndexer)?
}

/// What opens a part of the store, and is a reason not to start where it fails.
func opening<T>(_ body: () throws(StoreError) -> T) throws(StartError) -> T {
    do throws(StoreError) {
        return try body()
    } catch {
        throw StartError(error.description)
    }
}
