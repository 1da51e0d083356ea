import ChatDomain

/// The native protocol's topics on one loop: who is subscribed to what, and the way of a publication.
///
/// A topic has a home, the loop that its name's hash names. What is published goes there, gets its offset, and goes on
/// to every loop, which delivers it to its own subscribers and reports to how many. So all loops see a topic's
/// publications in one order. Asking the home where a topic is takes the same way, so that whatever comes behind the
/// answer is newer than what the answer tells: a subscriber that joins on the answer misses nothing and gets nothing
/// twice.
///
/// For the socket: `enter` once a connection has said who it is, then `subscribe`, `unsubscribe` and `publish`. The
/// connection leaves by itself when it is retired.
final class TopicHub {
    let grants: TopicGrants
    private let limits: HubLimits
    private let loopIndex: Int
    private let loopCount: Int
    private let home: TopicHome

    private var exact: [TopicName: TopicSubscribers] = [:]
    private var patterns = SubscriptionTree()
    private var connectionsByUser: [UserID: [ConnectionID: Connection]] = [:]
    private var deliveryCount: UInt64 = 0
    /// How many sessions have subscriptions under way.
    private var waitingCount = 0
    /// Those for whom something has gathered in this turn.
    private var gathered: [TopicSubscribers] = []

    private var keyRates: RateLimiter<String>

    /// What becomes of a publication.
    enum PublicationResult: Equatable {
        /// It was delivered to so many connections, on all loops together.
        case delivered(receivers: Int)
        case refused(waitMs: Int64)
        /// Not all loops have said that they have delivered it.
        case unavailable
    }

    init(configuration: HubConfiguration, random: inout SplitMix64) {
        grants = configuration.topicGrants
        limits = configuration.limits
        loopIndex = configuration.loopIndex
        loopCount = configuration.loopCount
        home = TopicHome(configuration: configuration, random: &random)
        keyRates = RateLimiter(
            ratePerSecond: Double(limits.publishRate), burst: limits.publishBurst, keysMax: 10_000)
    }

    // MARK: Coming and going

    /// From now on the connection is the user's and may subscribe.
    func enter(_ connection: Connection, user: UserID) {
        guard connection.topicSession == nil else { return }
        connection.topicSession = TopicSession(user: user)
        connectionsByUser[user, default: [:]][connection.id] = connection
    }

    /// The connection has gone: it is subscribed to nothing any more.
    func left(_ connection: Connection) {
        guard let session = connection.topicSession else { return }
        for place in Array(session.subscriptions.values) { remove(session, from: place.subscribers) }
        session.awaited = [:]
        if session.pendingCount > 0 { waitingCount -= 1 }
        _ = session.takeHeld()
        connection.topicSession = nil
        connectionsByUser[session.user]?[connection.id] = nil
        if connectionsByUser[session.user]?.isEmpty == true { connectionsByUser[session.user] = nil }
    }

    // MARK: Subscribing

    /// One of the topics, or patterns, that a connection wants.
    struct Request {
        var pattern: TopicPattern
        /// What it has of the topic already; of a pattern, nothing is replayed.
        var since: StreamPosition?
    }

    /// Why a connection may not subscribe.
    enum SubscriptionProblem: Error, Equatable {
        case forbidden(TopicPattern)
        /// It would have more subscriptions than a connection may have.
        case tooMany
    }

    /// Subscribes a connection to topics and patterns, to all or to none.
    ///
    /// - Parameter completion: gets where the topics are (patterns are nowhere), and sends the answer; right behind it
    ///   comes what was missed, then what is published from now on. It gets nil where one of the topics' homes has not
    ///   answered, and is not called where the connection has gone.
    func subscribe(
        _ connection: Connection, to requests: [Request], hub: Hub,
        then completion: @escaping (Hub, [TopicLocation]?) -> Void
    ) throws(SubscriptionProblem) {
        guard let session = connection.topicSession else { return }
        var new: Set<TopicPattern> = []
        for request in requests {
            guard grants.maySubscribe(to: request.pattern, session.user) else { throw .forbidden(request.pattern) }
            if session.subscriptions[request.pattern] == nil, session.awaited[request.pattern] == nil {
                new.insert(request.pattern)
            }
        }
        guard session.subscriptionCount + new.count <= limits.topicSubscriptionsMax else { throw .tooMany }
        if session.pendingCount == 0 { waitingCount += 1 }
        session.pendingCount += 1
        let gathering = Gathering(missing: requests.count { $0.pattern.name != nil }, new: new)
        for request in requests where request.pattern.name == nil {
            add(connection, session, to: request.pattern, hub: hub)
        }
        for request in requests {
            guard let topic = request.pattern.name else { continue }
            session.awaited[request.pattern, default: 0] += 1
            let asker = hub.askLoops { hub, answer in
                if case .located(let location) = answer {
                    self.located(location, connection, session, hub: hub)
                    gathering.locations.append(location)
                } else {
                    self.notLocated(request.pattern, connection, session)
                    gathering.hasFailed = true
                }
                gathering.missing -= 1
                guard gathering.missing == 0 else { return }
                self.finish(gathering, connection, session, hub: hub, completion)
            }
            hub.tell(homeOf: .topic(topic), .topic(.locate(topic, since: request.since, asker)))
        }
        if !requests.contains(where: { $0.pattern.name != nil }) {
            finish(gathering, connection, session, hub: hub, completion)
        }
    }

    /// The answers to one command, as they come in.
    private final class Gathering {
        var missing: Int
        /// What the connection was not subscribed to before.
        let new: Set<TopicPattern>
        var locations: [TopicLocation] = []
        var hasFailed = false

        init(missing: Int, new: Set<TopicPattern>) {
            self.missing = missing
            self.new = new
        }
    }

    /// A home has answered: whatever it publishes from now on comes behind this.
    private func located(
        _ location: TopicLocation, _ connection: Connection, _ session: TopicSession, hub: Hub
    ) {
        // What came before is in the answer.
        forEachSubscribers(of: location.topic) { flush($0, hub: hub) }
        let pattern = TopicPattern(location.topic)
        // Meanwhile it may have gone, or unsubscribed.
        guard connection.topicSession === session, let count = session.awaited[pattern] else { return }
        session.awaited[pattern] = count > 1 ? count - 1 : nil
        // It may be subscribed already, or by a pattern.
        if location.isRecovered != nil { session.dropHeld(of: location.topic) }
        add(connection, session, to: pattern, hub: hub)
    }

    private func notLocated(_ pattern: TopicPattern, _ connection: Connection, _ session: TopicSession) {
        guard connection.topicSession === session, let count = session.awaited[pattern] else { return }
        session.awaited[pattern] = count > 1 ? count - 1 : nil
    }

    private func finish(
        _ gathering: Gathering, _ connection: Connection, _ session: TopicSession, hub: Hub,
        _ completion: (Hub, [TopicLocation]?) -> Void
    ) {
        guard connection.topicSession === session else { return }
        guard !gathering.hasFailed else {
            unsubscribe(connection, from: Array(gathering.new), hub: hub)
            completion(hub, nil)
            release(connection, session, hub: hub)
            return
        }
        var locations = gathering.locations
        // Of what the queue has no room for, nothing was recovered.
        var room = limits.queueBytesMax / 2 - connection.outbox.byteCount - session.heldByteCount
        for index in locations.indices where locations[index].isRecovered == true {
            room -= locations[index].missed.reduce(0) { $0 + $1.count }
            guard room < 0 else { continue }
            locations[index].isRecovered = false
            locations[index].missed = []
        }
        completion(hub, locations)
        for location in locations {
            for frame in location.missed { hub.enqueue(frame, to: connection) }
        }
        release(connection, session, hub: hub)
    }

    /// One of the connection's commands is answered: what came meanwhile goes behind the last of them.
    private func release(_ connection: Connection, _ session: TopicSession, hub: Hub) {
        guard connection.topicSession === session else { return }
        session.pendingCount -= 1
        guard session.pendingCount == 0 else { return }
        waitingCount -= 1
        for held in session.takeHeld() { hub.enqueue(held.frame, to: connection) }
    }

    /// Unsubscribes a connection; whatever it is not subscribed to is passed over. What was published before still
    /// reaches it.
    func unsubscribe(_ connection: Connection, from patterns: [TopicPattern], hub: Hub) {
        guard let session = connection.topicSession else { return }
        for pattern in patterns {
            session.awaited[pattern] = nil
            guard let subscribers = session.subscriptions[pattern]?.subscribers else { continue }
            flush(subscribers, hub: hub)
            // Unless it was cut by that.
            if session.subscriptions[pattern] != nil { remove(session, from: subscribers) }
        }
    }

    /// What was published before in this turn does not reach it.
    private func add(_ connection: Connection, _ session: TopicSession, to pattern: TopicPattern, hub: Hub) {
        guard session.subscriptions[pattern] == nil else { return }
        let subscribers: TopicSubscribers
        if let name = pattern.name {
            subscribers = exact[name] ?? TopicSubscribers(pattern)
            exact[name] = subscribers
        } else {
            subscribers = patterns.subscribers(of: pattern)
        }
        flush(subscribers, hub: hub)
        subscribers.add(connection, session)
    }

    private func remove(_ session: TopicSession, from subscribers: TopicSubscribers) {
        subscribers.remove(session)
        guard subscribers.members.isEmpty else { return }
        if let name = subscribers.pattern.name { exact[name] = nil } else { patterns.remove(subscribers.pattern) }
    }

    // MARK: Publishing

    /// Publishes, with nobody asked whether that is granted; see `grants`.
    ///
    /// - Parameters:
    ///   - key: the API key whose rate it counts against; nil: it was counted already.
    ///   - completion: hears what became of it once every loop has delivered.
    func publish(
        _ draft: TopicDraft, key: String? = nil, hub: Hub, then completion: @escaping (Hub, PublicationResult) -> Void
    ) {
        var left = loopCount
        var receivers = 0
        let asker = hub.askLoops(answers: left) { hub, answer in
            switch answer {
            case .delivered(let count):
                receivers += count
                left -= 1
                if left == 0 { completion(hub, .delivered(receivers: receivers)) }
            case .refused(let waitMs): completion(hub, .refused(waitMs: waitMs))
            default: completion(hub, .unavailable)
            }
        }
        if let key, limits.publishRate > 0 {
            hub.tell(homeOf: .key(key), .topic(.admit(draft, key: key, asker)))
        } else {
            hub.tell(homeOf: .topic(draft.topic), .topic(.publish(draft, asker)))
        }
    }

    /// Brings a publication to this loop's subscribers, and says to how many: at the end of the turn, where all of them
    /// are subscribed by the same pattern, so that what else comes for them goes out with it; else at once.
    private func deliver(_ publication: TopicPublication, asker: Asker, hub: Hub) {
        var count = 0
        var last: TopicSubscribers?
        forEachSubscribers(of: publication.topic) {
            count += 1
            last = $0
        }
        if count == 1, let last, publication.user == nil, publication.topic.owner == nil {
            if last.gather(publication, asker: asker) { gathered.append(last) }
            return
        }
        var all: [TopicSubscribers] = []
        forEachSubscribers(of: publication.topic) { all.append($0) }
        for subscribers in all { flush(subscribers, hub: hub) }
        let receivers =
            if let user = publication.user {
                deliver(publication, to: user, hub: hub)
            } else {
                deliver(publication, to: all, hub: hub)
            }
        hub.answer(asker, .delivered(receivers: receivers))
    }

    /// Brings to everybody what has gathered for them in this turn.
    func flush(hub: Hub) {
        // An answer may let a request through that publishes again.
        while let subscribers = gathered.popLast() { flush(subscribers, hub: hub) }
    }

    private func flush(_ subscribers: TopicSubscribers, hub: Hub) {
        guard let batch = subscribers.takeGathered() else { return }
        var receivers = 0
        for connection in subscribers.members {
            // Mostly nobody waits: then the sessions, which are seldom in the cache, need not be looked at.
            if waitingCount > 0, let session = connection.topicSession, session.pendingCount > 0 {
                batch.forEachFrame { hold($1, of: $0, connection, session, hub: hub) }
            } else {
                hub.enqueue(batch.bytes, to: connection)
            }
            if case .none = connection.ending { receivers += 1 }
        }
        for asker in batch.askers { hub.answer(asker, .delivered(receivers: receivers)) }
    }

    private func forEachSubscribers(of topic: TopicName, _ body: (TopicSubscribers) -> Void) {
        if let subscribers = exact[topic] { body(subscribers) }
        patterns.forEachMatch(topic, body)
    }

    private func deliver(_ publication: TopicPublication, to user: UserID, hub: Hub) -> Int {
        if let owner = publication.topic.owner, owner != String(user.rawValue) { return 0 }
        var receivers = 0
        for connection in (connectionsByUser[user] ?? [:]).values {
            guard let session = connection.topicSession, session.isSubscribed(to: publication.topic) else { continue }
            if send(publication.frame, of: nil, connection, session, hub: hub) { receivers += 1 }
        }
        return receivers
    }

    /// To each connection once, however many of its patterns match.
    private func deliver(_ publication: TopicPublication, to all: [TopicSubscribers], hub: Hub) -> Int {
        deliveryCount += 1
        let owner = publication.topic.owner
        var receivers = 0
        for connection in all.lazy.flatMap(\.members) {
            guard let session = connection.topicSession, session.lastDelivery != deliveryCount else { continue }
            session.lastDelivery = deliveryCount
            if let owner, owner != String(session.user.rawValue) { continue }
            if send(publication.frame, of: publication.topic, connection, session, hub: hub) { receivers += 1 }
        }
        return receivers
    }

    /// - Returns: whether the connection takes it.
    private func send(
        _ frame: [UInt8], of topic: TopicName?, _ connection: Connection, _ session: TopicSession, hub: Hub
    ) -> Bool {
        if session.pendingCount > 0 {
            hold(frame, of: topic, connection, session, hub: hub)
        } else {
            hub.enqueue(frame, to: connection)
        }
        if case .none = connection.ending { return true }
        return false
    }

    /// Keeps a frame until the subscriptions under way are answered.
    private func hold(
        _ frame: [UInt8], of topic: TopicName?, _ connection: Connection, _ session: TopicSession, hub: Hub
    ) {
        if session.heldByteCount + frame.count <= limits.queueBytesMax / 2 {
            session.hold(frame, of: topic)
        } else if case .none = connection.ending {
            hub.cutSlowConsumer(connection)
        }
    }

    // MARK: Mail

    func handle(_ mail: TopicPost, hub: Hub) {
        switch mail {
        case .admit(let draft, let key, let asker):
            if let waitMs = keyRates.take(key, at: hub.now) {
                hub.answer(asker, .refused(waitMs: waitMs))
            } else {
                hub.tell(homeOf: .topic(draft.topic), .topic(.publish(draft, asker)))
            }
        case .publish(let draft, let asker):
            let publication = home.publish(draft, at: hub.now, random: &hub.random)
            hub.tellAll(.topic(.deliver(publication, asker)))
        case .deliver(let publication, let asker): deliver(publication, asker: asker, hub: hub)
        case .locate(let topic, let position, let asker):
            hub.answer(asker, .located(home.locate(topic, since: position, at: hub.now)))
        }
    }
}
