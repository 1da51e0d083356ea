/// The modes: each drives one run to its end and reports it.
package enum Runs {
    package static func run(_ options: Options) throws(LoadError) -> Report {
        switch options.mode {
        case .fanout: return try fanout(options)
        case .echo:
            // An echo endpoint is a room of one for each connection.
            var options = options
            options.rooms = options.connections
            options.publishers = 1
            return try fanout(options)
        case .idle: return try idle(options)
        case .churn: return try churn(options)
        case .resume: return try resume(options)
        case .put: return try PutRun.run(options)
        case .prepare: return try Prepare.run(options)
        case .relay: return try RelayRun.run(options)
        case .feed: return try FeedRun.run(options)
        case .fillNative: return try Prepare.fillNative(options)
        case .prepareNative: return try Prepare.runNative(options)
        }
    }

    private static func fanout(_ options: Options) throws(LoadError) -> Report {
        let work = try FanoutWorkload(options)
        let driver = try Driver(options, work, roomCount: options.rooms)
        try driver.open(0..<options.connections)
        driver.run(untilUs: Clock.microseconds() + options.settleUs)

        work.start(driver.clients)
        driver.run(untilUs: Clock.microseconds() + options.warmupUs)
        let before = work.counts
        let usage = Usage(of: options.process)
        work.isMeasuring = true
        let resident = measure(driver, work, options)
        let counts = work.counts
        work.isMeasuring = false

        var report = report(on: driver)
        for (count, bytes) in resident { report.add("server_rss_kib_at_\(count)", bytes / 1_024) }
        if resident.count < options.memoryAt.count { report.addFault("too few messages came for --memory-at") }
        let seconds = Double(usage.elapsedUs) / 1_000_000
        let deliveries = counts.received - before.received
        report.add("measured_s", seconds)
        report.add("publications_per_s", Double(counts.published - before.published) / seconds)
        report.add("completed_per_s", Double(counts.completed - before.completed) / seconds)
        report.add("deliveries_per_s", Double(deliveries) / seconds)
        report.add("latency", work.latencies)
        report.add(usage, per: "delivery", count: deliveries)
        if let bytes = options.process?.residentBytes() { report.add("server_rss_bytes", bytes) }

        work.stop()
        driver.run(untilUs: Clock.microseconds() + drainUs) { work.isComplete }
        add(work.counts, to: &report)
        return report
    }

    /// Lets the load go on for its time, or with `--memory-at` until so many messages have come back.
    ///
    /// - Returns: the server's memory after each of those numbers that were reached.
    private static func measure(
        _ driver: Driver<FanoutWorkload>, _ work: FanoutWorkload, _ options: Options
    ) -> [(count: Int, bytes: Int)] {
        let end = Clock.microseconds() + options.durationUs
        guard !options.memoryAt.isEmpty else {
            driver.run(untilUs: end)
            return []
        }
        var resident: [(count: Int, bytes: Int)] = []
        for count in options.memoryAt {
            driver.run(untilUs: end) { work.counts.completed >= count }
            guard work.counts.completed >= count, let bytes = options.process?.residentBytes() else { break }
            resident.append((count, bytes))
        }
        return resident
    }

    private static func add(_ counts: FanoutWorkload.Counts, to report: inout Report) {
        let lost = counts.expected - counts.received
        report.add("published_total", counts.published)
        report.add("expected_total", counts.expected)
        report.add("received_total", counts.received)
        report.add("lost", lost)
        report.add("doubled", counts.doubled)
        report.add("out_of_order", counts.outOfOrder)
        report.add("misrouted", counts.misrouted)
        if counts.received == 0 { report.addFault("nothing was delivered") }
        if lost != 0 { report.addFault("\(lost) deliveries were lost") }
        if counts.doubled > 0 { report.addFault("\(counts.doubled) deliveries were doubled") }
        if counts.outOfOrder > 0 { report.addFault("\(counts.outOfOrder) deliveries were out of order") }
        if counts.misrouted > 0 { report.addFault("\(counts.misrouted) deliveries went to another room") }
        if counts.lostConnections > 0 { report.addFault("\(counts.lostConnections) connections were lost") }
    }

    private static func idle(_ options: Options) throws(LoadError) -> Report {
        let work = try IdleWorkload(options)
        let driver = try Driver(options, work, roomCount: options.rooms)
        let first = min(options.firstStep ?? 0, options.connections)
        var residentBefore = options.process?.residentBytes()
        if first > 0 {
            try driver.open(0..<first)
            driver.run(untilUs: Clock.microseconds() + options.durationUs)
            residentBefore = options.process?.residentBytes()
        }
        try driver.open(first..<options.connections)
        driver.run(untilUs: Clock.microseconds() + options.settleUs)
        let usage = Usage(of: options.process)
        driver.run(untilUs: Clock.microseconds() + options.durationUs)

        var report = report(on: driver)
        report.add(usage, per: "connection", count: options.connections)
        if let residentBefore, let resident = options.process?.residentBytes(), options.connections > first {
            report.add("server_rss_before_bytes", residentBefore)
            report.add("server_rss_bytes", resident)
            let share = Double(resident - residentBefore) / Double(options.connections - first)
            report.add("server_rss_bytes_per_connection", share)
        }
        if work.lostConnections > 0 { report.addFault("\(work.lostConnections) connections were lost") }
        return report
    }

    private static func churn(_ options: Options) throws(LoadError) -> Report {
        let work = ChurnWorkload()
        let driver = try Driver(options, work, roomCount: options.rooms)
        driver.reopens = true
        for client in driver.clients { driver.begin(client, atUs: Clock.microseconds()) }
        driver.run(untilUs: Clock.microseconds() + options.warmupUs)
        let before = work.handshakes
        let usage = Usage(of: options.process)
        driver.run(untilUs: Clock.microseconds() + options.durationUs)
        let handshakes = work.handshakes - before

        var report = report(on: driver)
        report.add("handshakes_per_s", Double(handshakes) * 1_000_000 / Double(usage.elapsedUs))
        report.add(usage, per: "handshake", count: handshakes)
        report.add("clean_closes", work.cleanCloses)
        if work.lostConnections > 0 {
            report.addFault("\(work.lostConnections) connections ended without a close frame")
        }
        return report
    }

    private static func resume(_ options: Options) throws(LoadError) -> Report {
        let work = try ResumeWorkload(options)
        let driver = try Driver(options, work, roomCount: options.rooms)
        let usage = Usage(of: options.process)
        let start = Clock.microseconds()
        try driver.open(0..<options.connections)
        driver.run(untilUs: start + options.durationUs) { work.isComplete }
        let elapsed = Clock.microseconds() - start

        var report = report(on: driver)
        report.add("caught_up", work.caughtUp)
        report.add("all_caught_up_ms", Double(elapsed) / 1_000)
        report.add("latency", work.latencies)
        report.add(usage, per: "connection", count: options.connections)
        if !work.isComplete { report.addFault("\(options.connections - work.caughtUp) did not catch up") }
        if work.received > options.connections * options.missed { report.addFault("some got more than they missed") }
        if work.outOfOrder > 0 { report.addFault("\(work.outOfOrder) events were out of order") }
        if work.lostConnections > 0 { report.addFault("\(work.lostConnections) connections were lost") }
        return report
    }

    private static func report(on driver: Driver<some Workload>) -> Report {
        var report = Report()
        report.add("connected", driver.openCount)
        report.add("connect_failures", driver.connectFailures)
        report.add("handshake", driver.handshakeTimes)
        if driver.connectFailures > 0 { report.addFault("\(driver.connectFailures) connections failed") }
        if let reason = driver.firstFailure { report.addFault("first failure: \(reason)") }
        return report
    }

    /// How long to wait for what is still on its way when the load has stopped.
    private static let drainUs = 5_000_000
}
