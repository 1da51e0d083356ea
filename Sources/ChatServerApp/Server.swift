import CEpoll
import ChatDomain
import ChatHub
import ChatStore
import Glibc
import HTTPCore

/// The whole server: takes what the configuration asks for, starts the threads, and ends them in order.
struct Server {
    private let configuration: ServerConfiguration
    private let log: Log
    private static let readerCount = 2
    /// Each takes 128 MiB while it hashes a password.
    private static let workerCount = 2
    private static let resolverCount = 2

    init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        log = Log(level: configuration.logLevel)
    }

    /// Serves until a signal says otherwise.
    func run() throws(StartError) {
        let signals = Signals()
        let loopCount = configuration.threads ?? coreCount()
        let descriptorsMax = raiseDescriptorLimit()
        let feedList = try readFeeds()
        let pages = try readPages()
        let directory = try configuration.store == .sqlite ? DataDirectory(configuration.dataDirectory) : nil
        let adminServer = try directory.map { _ throws(StartError) in
            try AdminServer(directory: configuration.dataDirectory)
        }
        let (listeners, address) = try Listener.listen(configuration.listen, count: loopCount)
        let store = try openStore(directory?.databasePath)
        if configuration.installsDemo { try installDemo(in: store) }

        let mailboxes = (0..<loopCount).map { _ in LoopMailbox(isBlocking: false) }
        let search = try startSearch(of: store)
        let writer = StoreWriter(store: store, loops: mailboxes, log: log, search: search?.follower)
        let readers = StoreReaders(loops: mailboxes)
        let proxy = try FeedProxy.ofEnvironment()
        let resolver = NameResolver(loops: mailboxes, allowsPrivate: configuration.allowsPrivateFeeds, proxy: proxy)
        let feeds = FeedServices(
            resolver: resolver, tls: try TLSContext(authorities: configuration.feedAuthoritiesPath), proxy: proxy)
        let workers = PasswordWorkers(
            loops: mailboxes, parameters: Scrypt(logN: configuration.limits.passwordCost))
        let peers = LoopPeers(loops: mailboxes, writer: writer, readers: readers, feeds: feeds, workers: workers)
        // Never joined: a look-up may take longer than the end of the process.
        let resolvers = ThreadGroup()
        for index in 0..<Self.resolverCount { try resolvers.start("feed-names-\(index)") { resolver.run() } }
        let threads = ThreadGroup()
        try threads.start("store-writer") { writer.run() }
        for index in 0..<Self.readerCount {
            let reader = SendableReader(try opening { () throws(StoreError) in try store.makeReader() })
            try threads.start("store-reader-\(index)") { readers.run(reader.value) }
        }
        for index in 0..<Self.workerCount { try threads.start("worker-\(index)") { workers.run() } }
        let admin = try startAdmin(adminServer, store: store, workers: workers, loop: mailboxes[0])
        let loops = ThreadGroup()
        var hubConfiguration = makeHubConfiguration(
            loopCount, pages: pages, feeds: feedList, search: search?.follower,
            instance: InstanceName.of(
                directory: directory.map { _ in configuration.dataDirectory }, fallback: "\(address.port)", log: log))
        hubConfiguration.accountChanges = writer.accountChanges
        let connectionsMax = max(1, connectionLimit(descriptorsMax, loopCount) / loopCount)
        for index in 0..<loopCount {
            let settings = LoopSettings(
                loopIndex: index, loopCount: loopCount, connectionsMax: connectionsMax,
                drainMs: configuration.limits.drainMs)
            let listener = listeners[index]
            let log = log
            try loops.start("loop-\(index)") { [hubConfiguration] in
                var configuration = hubConfiguration
                configuration.loopIndex = index
                let hub = Hub(
                    configuration: configuration, random: SplitMix64(seed: SystemRandomNumberGenerator.seed()),
                    at: Clock.now(), wallTime: Clock.wallTime())
                do throws(StartError) {
                    try EventLoop(
                        hub, listener: listener, mailbox: mailboxes[index], peers: peers, log: log, settings: settings
                    ).run()
                } catch {
                    standardError("chatserver: \(error.description)\n")
                    exit(ExitCode.failure)
                }
            }
        }
        describeOpenness(address)
        standardError("listening on http://\(address.description)\n")

        let signal = signals.wait()
        log.info("\(signal) received: ending")
        adminServer?.stop()
        admin.join()
        for mailbox in mailboxes { mailbox.post(.drain) }
        loops.join()
        writer.mailbox.post(.stop)
        readers.stop(threadCount: Self.readerCount)
        workers.stop(threadCount: Self.workerCount)
        search?.follower.stop()
        threads.join()
        search?.thread.join()
        store.close()
        log.info("ended")
    }

    // MARK: Parts

    private func startAdmin(
        _ server: AdminServer?, store: any ChatStore, workers: PasswordWorkers, loop: LoopMailbox
    ) throws(StartError) -> ThreadGroup {
        let threads = ThreadGroup()
        guard let server else { return threads }
        let reader = SendableReader(try opening { () throws(StoreError) in try store.makeReader() })
        let publicURL = configuration.publicURL
        try threads.start("admin") {
            let desk = AdminDesk(reader: reader.value, passwords: workers.desk, loop: loop)
            desk.publicURL = publicURL
            server.run(desk)
        }
        return threads
    }

    private func openStore(_ path: String?) throws(StartError) -> any ChatStore {
        guard let path else { return MemoryStore() }
        return try opening { () throws(StoreError) in try SQLiteStore(path: path) }
    }

    private func readPages() throws(StartError) -> StaticFiles {
        guard let path = configuration.pagesDirectory else { return Pages.files() }
        let (read, skipped) = try PageDirectory.read(path)
        log.info("serving \(read.count) files of \(path)")
        var files = read
        Pages.addDocuments(to: &files)
        for path in skipped.prefix(10) { log.warning("left out of the pages, no plain file: \(path)") }
        if skipped.count > 10 { log.warning("left out of the pages, no plain files: \(skipped.count - 10) more") }
        return files
    }

    /// Starts the thread that keeps the search index up to date, where there is one.
    private func startSearch(of store: any ChatStore) throws(StartError) -> (
        follower: SearchFollower, thread: ThreadGroup
    )? {
        let made = try opening { () throws(StoreError) in try store.makeSearchIndexer() }
        guard let indexer = made.map({ SendableIndexer($0) }) else { return nil }
        let follower = SearchFollower(log: log)
        let thread = ThreadGroup()
        try thread.start("search-indexer", isPatient: true) { follower.run(indexer.value) }
        return (follower, thread)
    }

    private func installDemo(in store: any ChatStore) throws(StartError) {
        try opening { () throws(StoreError) in try ChatAppDemo.install(in: store, at: Clock.wallTime()) }
        try DemoPeople(log: log).install(in: store)
    }

    private func opening<T>(_ body: () throws(StoreError) -> T) throws(StartError) -> T {
        do throws(StoreError) {
            return try body()
        } catch {
            throw StartError(error.description)
        }
    }

    private func readFeeds() throws(StartError) -> [FeedConfiguration] {
        let listed = try configuration.feedsPath.map { (path) throws(StartError) in try FeedFile.read(path) } ?? []
        guard configuration.installsDemo, !listed.contains(where: { $0.name == FeedConfiguration.demo.name }) else {
            return listed
        }
        return listed + [.demo]
    }

    private func makeHubConfiguration(
        _ loopCount: Int, pages: StaticFiles, feeds: [FeedConfiguration], search: SearchFollower?, instance: String
    ) -> HubConfiguration {
        let startedAt = Clock.wallTime()
        var hub = HubConfiguration(files: pages)
        hub.loopCount = loopCount
        hub.enablesEcho = configuration.enablesEcho
        hub.limits = configuration.limits
        hub.cryptography = .openSSL
        hub.readings = { readings(search: search, startedAt: startedAt) }
        hub.registration = configuration.registration
        let keys = KeyStore(directory: configuration.dataDirectory)
        hub.readKeys = { keys.keys() }
        hub.topicHistory = configuration.topicHistory
        hub.topicGrants = TopicGrants(subscribe: configuration.topicSubscribe, publish: configuration.topicPublish)
        hub.feeds = feeds
        hub.trustedProxies = configuration.trustedProxies
        hub.proxyFields = configuration.proxyFields ?? (configuration.expectsProxyProtocol ? .nothing : .xForwarded)
        hub.expectsProxyProtocol = configuration.expectsProxyProtocol
        hub.publicURL = configuration.publicURL
        hub.allowedOrigins = configuration.allowedOrigins
        hub.instance = instance
        if let origins = configuration.corsOrigins { hub.corsOrigins = origins }
        if let dialects = configuration.dialects {
            hub.dialects = dialects
            hub.dialectAccess = .everyone
        }
        return hub
    }

    /// Says in the log what is open to whom.
    private func describeOpenness(_ address: ListenAddress) {
        guard let dialects = configuration.dialects else {
            let names = Dialect.allCases.map(\.rawValue).joined(separator: ", ")
            log.info("open to loopback only: the dialects \(names), without authentication")
            return
        }
        guard !dialects.isEmpty else {
            log.info("no dialect is open")
            return
        }
        let names = dialects.map(\.rawValue).sorted().joined(separator: ", ")
        log.warning("open to everybody who reaches \(address.description), without authentication: \(names)")
    }

    /// The cores that this process may run on: fewer than the machine has where it is pinned or in a container.
    private func coreCount() -> Int {
        var set = cpu_set_t()
        // The set lives for the call, and has the size given.
        guard unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else {
            return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }
        // A set of bits, one a core, in memory that is all initialised.
        let count = unsafe withUnsafeBytes(of: set) { bits in unsafe bits.reduce(0) { $0 + $1.nonzeroBitCount } }
        return min(max(1, count), 256)
    }

    /// - Returns: how many descriptors the process may have, as many as it is permitted.
    private func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        // The structure lives for the calls.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// As configured; by default as many as there are descriptors, which running out of is no harm.
    private func connectionLimit(_ descriptorsMax: Int, _ loopCount: Int) -> Int {
        let configured = configuration.limits.connectionsMax
        return configured > 0 ? configured : descriptorsMax * loopCount
    }
}

/// A reader on its way to the one thread that will use it.
struct SendableReader: @unchecked Sendable {
    let value: any ChatStoreReader

    init(_ value: any ChatStoreReader) { self.value = value }
}

/// An indexer on its way to the one thread that will use it.
private struct SendableIndexer: @unchecked Sendable {
    let value: any SearchIndexer

    init(_ value: any SearchIndexer) { self.value = value }
}

extension SystemRandomNumberGenerator {
    fileprivate static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
