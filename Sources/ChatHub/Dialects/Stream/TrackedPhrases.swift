import ChatDomain

/// The stream dialect on one loop: the topics of the relay's clients are tracked phrases as well, and whatever a feed
/// says that matches one goes to those who have it.
///
/// Nothing is tracked before the first item of a feed comes, so that a relay without feeds does not pay for it.
final class TrackedPhrases {
    private let matcher = PhraseMatcher()
    private var isTracking = false
    /// The topics of this loop's clients, with the number of those who have each.
    private var phrases: [String: Phrase] = [:]
    private var topics: [Int: String] = [:]
    private var lastNumber = 0
    /// The number of the item that is being delivered.
    private var itemNumber: UInt64 = 0
    private let comfortableBytes: Int

    private struct Phrase {
        var number: Int
        var clientCount: Int
    }

    init(configuration: HubConfiguration) {
        comfortableBytes = configuration.limits.queueBytesMax / 2
    }

    // MARK: Tracking

    /// One more client has the topic.
    func add(_ topic: String) {
        if phrases[topic] != nil {
            phrases[topic]?.clientCount += 1
            return
        }
        lastNumber += 1
        phrases[topic] = Phrase(number: lastNumber, clientCount: 1)
        topics[lastNumber] = topic
        if isTracking { track(topic, lastNumber) }
    }

    /// One client less has the topic.
    func remove(_ topic: String) {
        guard var phrase = phrases[topic] else { return }
        phrase.clientCount -= 1
        guard phrase.clientCount == 0 else {
            phrases[topic] = phrase
            return
        }
        phrases[topic] = nil
        topics[phrase.number] = nil
        if isTracking { matcher.remove(id: phrase.number) }
    }

    /// A topic that is no phrase (it has no word, or far too many) is matched by no text.
    private func track(_ topic: String, _ number: Int) { try? matcher.add(phrase: topic, id: number) }

    // MARK: Items

    /// Brings the items of a feed to the clients of this loop that have a topic which matches.
    func deliver(_ items: [FeedItem], hub: Hub) {
        if !isTracking {
            isTracking = true
            for (topic, phrase) in phrases { track(topic, phrase.number) }
        }
        for item in items {
            var numbers = matcher.match(item.text)
            if let topic = item.topic, let phrase = phrases[topic], !numbers.contains(phrase.number) {
                numbers.append(phrase.number)
            }
            switch numbers.count {
            case 0: break
            case 1: publish(item, to: numbers[0], hub: hub)
            default: publish(item, to: numbers.sorted(), hub: hub)
            }
        }
    }

    /// The usual case: all receivers get the same frame. At once, so that each of them gets all items in their order,
    /// whichever of its topics they match.
    private func publish(_ item: FeedItem, to number: Int, hub: Hub) {
        guard let topic = topics[number], let audience = hub.audiences[.relay(topic)] else { return }
        hub.flush(audience)
        let frame = textFrame(StreamFrame(item).json(matching: [topic]))
        for connection in audience.members where isComfortable(connection) { hub.enqueue(frame, to: connection) }
    }

    /// Whoever lets much wait misses items, and nobody else does.
    private func isComfortable(_ connection: Connection) -> Bool { connection.outbox.byteCount <= comfortableBytes }

    /// Each receiver is told of those of its own topics that match, and of nobody else's.
    private func publish(_ item: FeedItem, to numbers: [Int], hub: Hub) {
        itemNumber += 1
        var receivers: [(Connection, RelaySession)] = []
        for number in numbers {
            guard let topic = topics[number], let audience = hub.audiences[.relay(topic)] else { continue }
            // What was published before in this turn goes first.
            hub.flush(audience)
            for connection in audience.members {
                guard let session = connection.relaySession else { continue }
                if session.lastItem != itemNumber {
                    session.lastItem = itemNumber
                    session.matches = []
                    receivers.append((connection, session))
                }
                session.matches.append(number)
            }
        }
        let frame = StreamFrame(item)
        var frames: [[Int]: [UInt8]] = [:]
        for (connection, session) in receivers {
            guard isComfortable(connection) else { continue }
            let bytes =
                frames[session.matches] ?? textFrame(frame.json(matching: session.matches.compactMap { topics[$0] }))
            frames[session.matches] = bytes
            hub.enqueue(bytes, to: connection)
        }
    }
}
