import ChatDomain

/// The feeds of one loop, and what it knows of all.
///
/// A feed lives on one loop, its home, by the hash of its name. Its items go to every loop as mail. Each loop says what
/// it has dealt with, so that one that does not keep up is sent no more than `feedQueueBytesMax` in advance: what is
/// beyond that it does not get, and the feed counts it. How its feeds are each loop tells the others, at most once a
/// second unless something happens to them.
final class Feeds {
    let limits: HubLimits
    private let loopIndex: Int
    private let loopCount: Int
    private let initial: [FeedConfiguration]
    private var hasStarted = false

    private var feeds: [UInt32: Feed] = [:]
    private var numbers: [String: UInt32] = [:]
    private var lastNumber: UInt32 = 0
    /// Of all loops' feeds, by name.
    private(set) var statuses: [String: FeedStatus] = [:]
    /// Those of this loop whose status the others do not have yet, and when they get it.
    private var untold: Set<UInt32> = []
    private var tellAt: Instant?
    /// Bytes of items on the way to each loop.
    private var underWay: [Int]
    private var subscribers: [(Hub, [FeedItem]) -> Void] = []

    private enum Feed {
        case network(FeedMachine)
        case demo(DemoFeed)

        var status: FeedStatus {
            switch self {
            case .network(let machine): machine.status
            case .demo(let demo): demo.status
            }
        }

        var deadline: Instant? {
            switch self {
            case .network(let machine): machine.deadline
            case .demo(let demo): demo.deadline
            }
        }
    }

    private static let tellIntervalMs: Int64 = 1_000

    init(configuration: HubConfiguration) {
        limits = configuration.limits
        loopIndex = configuration.loopIndex
        loopCount = configuration.loopCount
        initial = configuration.feeds
        underWay = Array(repeating: 0, count: configuration.loopCount)
    }

    /// Has `body` called with the items of all feeds, on this loop, as they come.
    func subscribe(_ body: @escaping (Hub, [FeedItem]) -> Void) { subscribers.append(body) }

    // MARK: Time

    /// When `advance` has something to do next.
    var nextDeadline: Instant? {
        var earliest = hasStarted || initial.isEmpty ? tellAt : Instant(milliseconds: .min)
        for feed in feeds.values {
            guard let deadline = feed.deadline else { continue }
            earliest = earliest.map { min($0, deadline) } ?? deadline
        }
        return earliest
    }

    func advance(hub: Hub) {
        if !hasStarted {
            hasStarted = true
            for configuration in initial where hub.homes.isHere(.feed(configuration.name)) {
                add(configuration, hub: hub)
            }
        }
        for (number, feed) in feeds where feed.deadline.map({ $0 <= hub.now }) ?? false {
            switch feed {
            case .network(let machine): machine.advance(at: hub.now, wallTime: hub.wallTime)
            case .demo(var demo):
                let items = demo.advance(at: hub.now, wallTime: hub.wallTime)
                feeds[number] = .demo(demo)
                publish(items, of: number, hub: hub)
            }
            tend(number, hub: hub)
        }
        if let tellAt, tellAt <= hub.now { tell(hub: hub) }
    }

    /// Ends all feeds for good.
    func stop(hub: Hub) {
        hasStarted = true
        for number in feeds.keys {
            switch feeds[number] {
            case .network(let machine): machine.stop()
            case .demo(var demo):
                demo.stop()
                feeds[number] = .demo(demo)
            case nil: break
            }
            tend(number, hub: hub)
        }
    }

    // MARK: Connections

    func withMachine(of link: FeedLink, hub: Hub, _ body: (FeedMachine) -> Void) {
        guard case .network(let machine)? = feeds[link.feed] else { return }
        body(machine)
        tend(link.feed, hub: hub)
    }

    func received(_ link: FeedLink, _ bytes: inout MutableSpan<UInt8>, hub: Hub) {
        guard case .network(let machine)? = feeds[link.feed] else { return }
        machine.received(link, &bytes, at: hub.now, wallTime: hub.wallTime)
        tend(link.feed, hub: hub)
    }

    /// Passes on what a feed wants and has.
    private func tend(_ number: UInt32, hub: Hub) {
        guard let feed = feeds[number] else { return }
        if case .network(let machine) = feed {
            hub.turn.feedActions += machine.takeActions()
            publish(machine.takeItems(), of: number, hub: hub)
        }
        let status = feed.status
        let told = statuses[status.name]
        guard told != status else { return }
        statuses[status.name] = status
        untold.insert(number)
        let isUrgent = told?.state != status.state
        if isUrgent { tell(hub: hub) } else if tellAt == nil { tellAt = hub.now.advanced(byMs: Self.tellIntervalMs) }
    }

    private func tell(hub: Hub) {
        let news = untold.compactMap { feeds[$0]?.status }
        untold = []
        tellAt = nil
        guard !news.isEmpty else { return }
        for loop in 0..<loopCount where loop != loopIndex { hub.tell(loop: loop, .feeds(.statuses(news))) }
    }

    // MARK: Items

    private func publish(_ items: [FeedItem], of number: UInt32, hub: Hub) {
        guard !items.isEmpty else { return }
        let bytes = items.reduce(0) { $0 + $1.byteCount }
        for loop in 0..<loopCount where loop != loopIndex {
            guard underWay[loop] + bytes <= limits.feedQueueBytesMax else {
                countDropped(items.count, of: number)
                continue
            }
            underWay[loop] += bytes
            hub.tell(loop: loop, .feeds(.items(items, from: loopIndex)))
        }
        for subscriber in subscribers { subscriber(hub, items) }
    }

    private func countDropped(_ count: Int, of number: UInt32) {
        switch feeds[number] {
        case .network(let machine): machine.countDropped(count)
        case .demo(var demo):
            demo.countDropped(count)
            feeds[number] = .demo(demo)
        case nil: break
        }
    }

    // MARK: Mail

    func handle(_ mail: FeedPost, hub: Hub) {
        switch mail {
        case .items(let items, let sender):
            for subscriber in subscribers { subscriber(hub, items) }
            let bytes = items.reduce(0) { $0 + $1.byteCount }
            hub.tell(loop: sender, .feeds(.taken(bytes: bytes, by: loopIndex)))
        case .taken(let bytes, let loop):
            if underWay.indices.contains(loop) { underWay[loop] = max(0, underWay[loop] - bytes) }
        case .statuses(let news): for status in news { statuses[status.name] = status }
        case .gone(let name): statuses[name] = nil
        case .command(let command, let asker): hub.answer(asker, .feed(perform(command, hub: hub)))
        }
    }

    // MARK: Changes

    /// Has the feed's home perform a command; `completion` gets what came of it, in this turn or a later one.
    func submit(_ command: FeedCommand, hub: Hub, then completion: @escaping (Hub, FeedAnswer) -> Void) {
        let asker = hub.askLoops { hub, answer in
            guard case .feed(let answer) = answer else {
                return completion(hub, .refused(FeedProblem("Nobody has answered: try again later.", .unavailable)))
            }
            completion(hub, answer)
        }
        hub.tell(homeOf: .feed(command.name), .feeds(.command(command, asker)))
    }

    private func perform(_ command: FeedCommand, hub: Hub) -> FeedAnswer {
        switch command {
        case .add(let configuration):
            guard numbers[configuration.name] == nil else {
                return .refused(FeedProblem("There is a feed with this name already.", .conflict))
            }
            guard statuses.count < limits.feedsMax else {
                return .refused(FeedProblem("There are as many feeds as there may be: \(limits.feedsMax)."))
            }
            guard !hub.isDraining else { return .refused(FeedProblem("The server is shutting down.", .unavailable)) }
            let number = add(configuration, hub: hub)
            return feeds[number].map { .added($0.status) } ?? .removed
        case .remove(let name):
            guard let number = numbers.removeValue(forKey: name), let feed = feeds[number] else {
                return .refused(FeedProblem("There is no feed with this name.", .notFound))
            }
            if case .network(let machine) = feed {
                machine.stop()
                hub.turn.feedActions += machine.takeActions()
            }
            feeds[number] = nil
            untold.remove(number)
            statuses[name] = nil
            hub.tellAll(.feeds(.gone(name: name)))
            return .removed
        }
    }

    @discardableResult
    private func add(_ configuration: FeedConfiguration, hub: Hub) -> UInt32 {
        lastNumber += 1
        let number = lastNumber
        let random = SplitMix64(seed: hub.random.next())
        numbers[configuration.name] = number
        switch configuration.source {
        case .demo:
            feeds[number] = .demo(DemoFeed(configuration, random: random, at: hub.now, wallTime: hub.wallTime))
        case .url(let url, let format):
            let machine = FeedMachine(
                configuration, url, format, number: number, limits: limits, random: random, at: hub.now)
            feeds[number] = .network(machine)
            machine.start(at: hub.now)
        }
        tend(number, hub: hub)
        return number
    }

}
