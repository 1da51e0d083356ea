import ChatDomain

/// Topics on the socket: `topic.subscribe`, `topic.unsubscribe` and `publish`.
extension Native {
    func subscribe(to topics: [String], _ positions: [NamedClaim], _ call: SocketCall) {
        guard let user = call.user else { return }
        guard let requests = requests(topics, positions) else {
            return refuseTopic("patterns such as 'news.*' and 'news.>' included", call)
        }
        let hub = call.hub
        hub.topicHub.enter(call.connection, user: user.id)
        do throws(TopicHub.SubscriptionProblem) {
            try hub.topicHub.subscribe(call.connection, to: requests, hub: hub) { _, locations in
                guard let locations else { return call.fail(.unavailable) }
                call.acknowledge { json in Self.append(locations, to: &json) }
            }
        } catch {
            switch error {
            case .forbidden(let pattern): call.fail(.forbidden, "You may not subscribe to '\(pattern)'.")
            case .tooMany:
                call.fail(.unprocessable, "A connection has at most \(limits.topicSubscriptionsMax) topics.")
            }
        }
    }

    func unsubscribe(from topics: [String], _ call: SocketCall) {
        // What is no topic one is not subscribed to either.
        call.hub.topicHub.unsubscribe(call.connection, from: topics.compactMap { TopicPattern($0) }, hub: call.hub)
        call.acknowledge()
    }

    func publish(_ data: [UInt8], to topic: String, _ receiver: UserID?, _ call: SocketCall) {
        guard let user = call.user else { return }
        guard let name = TopicName(topic) else { return refuseTopic("and no wildcards", call) }
        let hub = call.hub
        guard hub.topicHub.grants.mayPublish(to: name, user.id) else {
            return call.fail(.forbidden, "You may not publish to that topic.")
        }
        let draft = TopicDraft(topic: name, data: data, user: receiver)
        call.atRate(of: user.id) {
            hub.topicHub.publish(draft, hub: hub) { _, receipt in
                guard case .delivered(let receivers) = receipt else { return call.fail(.unavailable) }
                call.acknowledge { json in
                    json.member("receivers", receivers)
                }
            }
        }
    }

    private func refuseTopic(_ supplement: String, _ call: SocketCall) {
        call.fail(
            .unprocessable, "A topic has 1 to 255 bytes of letters, digits and '._-:/', \(supplement).")
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

    private static func append(_ locations: [TopicLocation], to json: inout JSONWriter) {
        json.key("topics")
        json.beginObject()
        var seen: Set<TopicName> = []
        for location in locations where seen.insert(location.topic).inserted {
            json.key(text: location.topic.description)
            json.beginObject()
            if let isRecovered = location.isRecovered { json.member("recovered", isRecovered) }
            json.member("epoch", location.head.epoch)
            json.member("offset", location.head.offset)
            json.endObject()
        }
        json.endObject()
    }
}
