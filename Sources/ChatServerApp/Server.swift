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
    private let health: ServerHealth
    /// How long a successor may have to wait until what was taken is stored.
    private static let handOverMs: Int64 = 350
    /// How long the end waits for somebody to read the log.
    private static let lastLinesMs: Int64 = 1_000

    init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
        log = Log(level: configuration.logLevel)
        health = ServerHealth(log: log)
    }

    /// Serves until a signal says otherwise.
    func run() throws(StartError) {
        let signals = Signals()
        try log.sink.start()
        try signals.start()
        let loopCount = configuration.threads ?? coreCount()
        let descriptorsMax = raiseDescriptorLimit()
        let feedList = try readFeeds()
        let pages = try readPages()
        let handed = configuration.waitLockMs > 0 ? HandOver.fetch(from: configuration.dataDirectory) : []
        let directory = try takeDirectory()
        let adminServer = try directory.map { _ throws(StartError) in
            try AdminServer(directory: configuration.dataDirectory)
        }
        let certificates = try readCertificates()
        var places = try OpenPlaces(configuration, loopCount: loopCount, handed: handed)
        let handOver = HandOver(places.sockets)
        // Also where something below cannot be had.
        defer { places.removePaths() }
        let operations = try configuration.adminListen.map { (address) throws(StartError) in
            try OperationsServer(address, isSuccessor: configuration.waitLockMs > 0)
        }
        let store = try openStore(directory?.databasePath)
        if configuration.installsDemo { try installDemo(in: store) }

        let services = try Services(
            configuration, loopCount: loopCount, store: store, databasePath: directory?.databasePath,
            certificates: certificates, health: health, log: log)
        let keys = KeyStore(directory: configuration.dataDirectory, log: log)
        let admin = try startAdmin(adminServer, handOver, store: store, services)
        var hub = makeHubConfiguration(
            loopCount, pages: pages, feeds: feedList, keys: keys, services,
            instance: instanceName(isKept: directory != nil, port: places.port))
        hub.securePort = places.tlsPort
        try operations?.start(
            hub, asking: services.mailboxes, store: store, health: health, writer: services.writer,
            readerNumber: Services.readerCount + 1, log: log)
        let loops = try startLoops(
            hub, places.listeners, services.peers,
            connectionsMax: max(1, connectionLimit(descriptorsMax, loopCount) / loopCount))
        let backups = try startBackups()
        let watchers = ThreadGroup()
        try certificates?.start(in: watchers)
        describeOpenness(places.names)
        // Before anybody can read that it serves, and send a signal at once.
        signals.beginServing()
        for address in operations?.addresses ?? [] {
            log.sink.write("operations on http://\(address.description)\n")
        }
        for name in places.names { log.sink.write("listening on \(name)\n") }

        let manager = ServiceManager()
        let watchdog = Watchdog(manager, loops: services.mailboxes)
        try watchdog?.start(in: watchers)
        manager.isReady()
        let isHandingOver = serve(until: signals, keys, certificates, manager)
        manager.isStopping()
        watchdog?.stop()
        health.drain()
        backups?.stop()
        certificates?.stop()
        if isHandingOver, handOver.wasTaken { places.keepPaths() }
        places.removePaths()
        handOver.close()
        adminServer?.stop()
        if isHandingOver {
            settle(services, admin, directory)
        } else {
            admin.join()
            for mailbox in services.mailboxes { mailbox.post(.drain(settleMs: nil)) }
        }
        loops.join()
        watchers.join()
        services.end()
        store.close()
        operations?.stop()
        directory?.release()
        log.info("ended")
        log.sink.flush(timeoutMs: Self.lastLinesMs)
    }

    /// Starts the event loops, on which everything else hangs: where one cannot run, the process ends.
    private func startLoops(
        _ hub: HubConfiguration, _ listeners: [[LoopListener]], _ peers: LoopPeers, connectionsMax: Int
    ) throws(StartError) -> ThreadGroup {
        let threads = ThreadGroup()
        let (log, limits) = (log, configuration.limits)
        for index in 0..<hub.loopCount {
            var loopSettings = LoopSettings(
                loopIndex: index, loopCount: hub.loopCount, connectionsMax: connectionsMax, drainMs: limits.drainMs)
            loopSettings.handshakes = Handshakes.Limits(
                countMax: max(1, limits.handshakesMax / hub.loopCount), timeMs: Int64(limits.handshakeMsMax))
            let (settings, own) = (loopSettings, listeners[index])
            try threads.start("loop-\(index)") {
                var configuration = hub
                configuration.loopIndex = index
                let hub = Hub(
                    configuration: configuration, random: SplitMix64(seed: SystemRandomNumberGenerator.seed()),
                    at: Clock.now(), wallTime: Clock.wallTime())
                do throws(StartError) {
                    try EventLoop(
                        hub, listeners: own, mailbox: peers.loops[index], peers: peers, log: log, settings: settings
                    ).run()
                } catch {
                    log.error(error.description)
                    log.sink.flush(timeoutMs: Self.lastLinesMs)
                    exit(ExitCode.failure)
                }
            }
        }
        return threads
    }

    /// Has all that was taken stored, lets a successor have the data, and only then closes what is open.
    private func settle(_ services: Services, _ admin: ThreadGroup, _ directory: DataDirectory?) {
        services.follower?.stop()
        let settled = Mailbox<Bool>(isBlocking: true)
        services.writer.mailbox.post(.handOver(settled: settled))
        for mailbox in services.mailboxes { mailbox.post(.drain(settleMs: Self.handOverMs)) }
        _ = settled.wait()
        admin.join()
        services.endSearch()
        release(directory, services.writer)
        for mailbox in services.mailboxes { mailbox.post(.close) }
    }

    /// Lets a successor have the data. What still comes is refused.
    private func release(_ directory: DataDirectory?, _ writer: StoreWriter) {
        let released = Mailbox<Bool>(isBlocking: true)
        writer.mailbox.post(.release(done: released))
        _ = released.wait()
        directory?.release()
        log.info("the data directory is free for a successor")
    }

    /// Does what signals ask for, until one asks for the end.
    ///
    /// - Returns: whether a successor waits.
    private func serve(
        until signals: Signals, _ keys: KeyStore, _ certificates: TLSCertificates?, _ manager: ServiceManager
    ) -> Bool {
        while true {
            for order in signals.orders.wait() {
                switch order {
                case .end(let signal):
                    log.info("\(signal) received: ending")
                    return false
                case .handOver:
                    log.info("SIGUSR1 received: ending for a successor")
                    return true
                case .reload:
                    manager.isReloading()
                    keys.reload()
                    certificates?.reload()
                    log.event(LogEvent("reloaded", .info))
                    manager.isReady()
                }
            }
        }
    }

    // MARK: Parts

    private func startAdmin(
        _ server: AdminServer?, _ handOver: HandOver, store: any ChatStore, _ services: Services
    ) throws(StartError) -> ThreadGroup {
        let threads = ThreadGroup()
        guard let server else { return threads }
        let reader = try SendableReader(of: store)
        let publicURL = configuration.publicURL
        let (passwords, loop) = (services.workers.desk, services.mailboxes[0])
        try threads.start("admin") {
            let desk = AdminDesk(reader: reader.value, passwords: passwords, loop: loop)
            desk.publicURL = publicURL
            server.run(desk, handOver: handOver)
        }
        return threads
    }

    private func readCertificates() throws(StartError) -> TLSCertificates? {
        let pairs = configuration.certificatePairs
        return pairs.isEmpty ? nil : try TLSCertificates(pairs, log: log)
    }

    private func startBackups() throws(StartError) -> BackupSchedule? {
        guard let plan = configuration.backupPlan else { return nil }
        let schedule = BackupSchedule(
            plan, data: configuration.dataDirectory, freeMin: Int64(configuration.limits.diskFreeMin), log: log)
        // Never joined: what it writes may take longer than the end of the process, and the next start tidies up.
        try schedule.start(in: ThreadGroup())
        return schedule
    }

    private func takeDirectory() throws(StartError) -> DataDirectory? {
        guard configuration.store == .memory else {
            return try DataDirectory(configuration.dataDirectory, waitMs: configuration.waitLockMs)
        }
        // For API keys, which commands put there. Where it cannot be made, there are none.
        do throws(StartError) { try DataDirectory.make(configuration.dataDirectory) } catch {
            log.debug(error.description)
        }
        return nil
    }

    /// Where the disk has no room for both, the search index, which can be made again, gives way to what cannot.
    private func openStore(_ path: String?) throws(StartError) -> any ChatStore {
        guard let path else { return MemoryStore() }
        if let disk = DiskSpace(of: configuration.dataDirectory), configuration.diskLimits.isNearlyLow(disk) {
            SQLiteStore.discardSearchIndex(beside: path)
        }
        do throws(StoreError) {
            return try SQLiteStore(path: path)
        } catch {
            guard case .full = error else { throw StartError(error.description) }
            SQLiteStore.discardSearchIndex(beside: path)
            return try opening { () throws(StoreError) in try SQLiteStore(path: path) }
        }
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

    private func installDemo(in store: any ChatStore) throws(StartError) {
        try opening { () throws(StoreError) in try ChatAppDemo.install(in: store, at: Clock.wallTime()) }
        try DemoPeople(log: log).install(in: store)
    }

    private func readFeeds() throws(StartError) -> [FeedConfiguration] {
        let listed = try configuration.feedsPath.map { (path) throws(StartError) in try FeedFile.read(path) } ?? []
        guard configuration.installsDemo, !listed.contains(where: { $0.name == FeedConfiguration.demo.name }) else {
            return listed
        }
        return listed + [.demo]
    }

    /// What tells this server from others on its host.
    private func instanceName(isKept: Bool, port: UInt16?) -> String {
        InstanceName.of(
            directory: isKept ? configuration.dataDirectory : nil, fallback: "\(port ?? 0)", log: log)
    }

    private func makeHubConfiguration(
        _ loopCount: Int, pages: StaticFiles, feeds: [FeedConfiguration], keys: KeyStore, _ services: Services,
        instance: String
    ) -> HubConfiguration {
        let startedAt = Clock.wallTime()
        let (health, log, search, watch) = (health, log, services.follower, services.watch)
        var hub = HubConfiguration(files: pages)
        hub.loopCount = loopCount
        hub.enablesEcho = configuration.enablesEcho
        hub.limits = configuration.limits
        hub.cryptography = .openSSL
        hub.readings = {
            readings(search: search, watch: watch, health: health, log: log, startedAt: startedAt)
        }
        hub.unreadiness = { health.reasons(at: Clock.now()).map(\.rawValue) }
        hub.registration = configuration.registration
        hub.readKeys = { keys.keys() }
        hub.topicHistory = configuration.topicHistory
        hub.topicGrants = TopicGrants(subscribe: configuration.topicSubscribe, publish: configuration.topicPublish)
        hub.feeds = feeds
        hub.accountChanges = services.writer.accountChanges
        hub.trustedProxies = configuration.trustedProxies
        hub.proxyFields = configuration.proxyFields ?? (configuration.expectsProxyProtocol ? .nothing : .xForwarded)
        hub.expectsProxyProtocol = configuration.expectsProxyProtocol
        hub.publicURL = configuration.publicURL
        hub.redirects = configuration.redirectsToHTTPS
        hub.strictTransportSeconds = configuration.strictTransportSeconds
        if let path = configuration.challengeDirectory {
            let directory = ChallengeDirectory(path: path)
            hub.readChallenge = { directory.read($0) }
        }
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
    private func describeOpenness(_ places: [String]) {
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
        log.warning("open to everybody who reaches \(places.joined(separator: ", ")), without authentication: \(names)")
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

extension SystemRandomNumberGenerator {
    fileprivate static func seed() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }
}
