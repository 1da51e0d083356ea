import ChatDomain
import ChatStore

/// Topics on the socket: `topic.subscribe`, `topic.unsubscribe` and `publish`.
extension Native {
    func performTopic(
        _ command: ClientCommand, _ id: String, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user?.id else { return }
        switch command {
        case .subscribeTopics(let topics, let positions):
            guard let requests = requests(topics, positions) else {
                return refuseTopic(id, "patterns such as 'news.*' and 'news.>' included", connection, hub: hub)
            }
            hub.topicHub.enter(connection, user: user)
            subscribe(connection, to: requests, id, session, hub: hub)
        case .unsubscribeTopics(let topics):
            // What is no topic one is not subscribed to either.
            hub.topicHub.unsubscribe(connection, from: topics.compactMap { TopicPattern($0) }, hub: hub)
            acknowledge(id, on: connection, hub: hub)
        case .publish(let topic, let data, let receiver):
            guard let name = TopicName(topic) else {
                return refuseTopic(id, "and no wildcards", connection, hub: hub)
            }
            guard hub.topicHub.grants.mayPublish(to: name, user) else {
                return fail(id, .forbidden, "You may not publish to that topic.", on: connection, hub: hub)
            }
            let draft = TopicDraft(topic: name, data: data, user: receiver)
            publish(draft, by: user, id, session, connection, hub: hub)
        default: fail(id, .badRequest, on: connection, hub: hub)
        }
    }

    private func refuseTopic(_ id: String, _ supplement: String, _ connection: Connection, hub: Hub) {
        fail(
            id, .unprocessable, "A topic has 1 to 255 bytes of letters, digits and '._-:/', \(supplement).",
            on: connection, hub: hub)
    }

    /// nil where one of the topics is neither a name nor a pattern.
    private func requests(_ topics: [String], _ positions: [NamedClaim]) -> [TopicHub.Request]? {
        var since: [String: StreamPosition] = [:]
        for position in positions {
            switch position.claim {
            case .at(let place): since[position.name] = place
            // It is nothing that the topic's home has ever given out.
            case .malformed: since[position.name] = StreamPosition(epoch: Epoch(0), offset: -1)
            }
        }
        var requests: [TopicHub.Request] = []
        for topic in topics {
            guard let pattern = TopicPattern(topic) else { return nil }
            requests.append(TopicHub.Request(pattern: pattern, since: since[topic]))
        }
        return requests
    }

    private func subscribe(
        _ connection: Connection, to requests: [TopicHub.Request], _ id: String, _ session: NativeSession, hub: Hub
    ) {
        do throws(TopicHub.Refusal) {
            try hub.topicHub.subscribe(connection, to: requests, hub: hub) { hub, locations in
                guard let locations else { return self.fail(id, Refusal.unavailable, on: connection, hub: hub) }
                self.acknowledge(id, on: connection, hub: hub) { json in Self.append(locations, to: &json) }
            }
        } catch {
            switch error {
            case .forbidden(let pattern):
                fail(id, .forbidden, "You may not subscribe to '\(pattern)'.", on: connection, hub: hub)
            case .tooMany:
                fail(
                    id, .unprocessable, "A connection has at most \(limits.topicSubscriptionsMax) topics.",
                    on: connection, hub: hub)
            }
        }
    }

    private static func append(_ locations: [TopicLocation], to json: inout JSONWriter) {
        json.key("topics")
        json.beginObject()
        var seen: Set<TopicName> = []
        for location in locations where seen.insert(location.topic).inserted {
            json.key(location.topic.description)
            json.beginObject()
            if let isRecovered = location.isRecovered {
                json.key("recovered")
                json.value(isRecovered)
            }
            json.key("epoch")
            json.value(location.head.epoch)
            json.key("offset")
            json.value(location.head.offset)
            json.endObject()
        }
        json.endObject()
    }

    private func publish(
        _ draft: TopicDraft, by user: UserID, _ id: String, _ session: NativeSession, _ connection: Connection,
        hub: Hub
    ) {
        takeToken(of: user, hub: hub) { hub, waitMs in
            guard session.isLive else { return }
            if let waitMs { return self.fail(id, .rateLimited, retryAfterMs: waitMs, on: connection, hub: hub) }
            hub.topicHub.publish(draft, hub: hub) { hub, receipt in
                guard session.isLive else { return }
                guard case .delivered(let receivers) = receipt else {
                    return self.fail(id, Refusal.unavailable, on: connection, hub: hub)
                }
                self.acknowledge(id, on: connection, hub: hub) { json in
                    json.key("receivers")
                    json.value(receivers)
                }
            }
        }
    }
}
