import ChatDomain
import WSProtocol

/// From one publication to many outboxes.
extension Hub {
    /// By audience.
    var topics: [Audience: Listeners] { publisher.topics }

    /// The topic of an audience on this loop, made if there is none.
    func topic(_ audience: Audience) -> Listeners { publisher.topic(audience) }

    /// Adds a connection to an audience. What was published before in this turn does not reach it.
    func join(_ topic: Listeners, _ connection: Connection) {
        if !topic.contains(connection) { joinNew(topic, connection) }
    }

    /// Adds a connection to an audience that it is not in.
    func joinNew(_ topic: Listeners, _ connection: Connection) {
        flush(topic)
        topic.add(connection)
    }

    /// Takes a connection out of an audience. What was published before in this turn still reaches it.
    func leave(_ topic: Listeners, _ connection: Connection) {
        flush(topic)
        topic.remove(connection)
        publisher.tidy(topic)
    }

    /// Takes a connection out of the audience that it has at `place` of its memberships, as `leave` does.
    func leave(at place: Int, _ connection: Connection) {
        let topic = connection.memberships[place].topic
        flush(topic)
        Listeners.removeMembership(at: place, of: connection)
        publisher.tidy(topic)
    }

    /// Takes a connection out of all audiences.
    func leaveAll(_ connection: Connection) {
        while let membership = connection.memberships.last { leave(membership.topic, connection) }
    }

    /// Publishes one frame, to be delivered at the end of the turn.
    ///
    /// - Parameters:
    ///   - reachesOtherLoops: false for what every loop makes by itself from a committed event.
    ///   - write: appends the whole frame to the bytes it is given.
    func publish(
        to topic: Listeners, excluding exclusion: FrameBatch.Exclusion = .nobody, isEphemeral: Bool = false,
        reachesOtherLoops: Bool = true, _ write: (inout [UInt8]) -> Void
    ) {
        if topic.batch.reachesOtherLoops != reachesOtherLoops { flush(topic) }
        if topic.batch.isEmpty {
            topic.batch.reachesOtherLoops = reachesOtherLoops
            publisher.noteFirst(in: topic)
        }
        topic.batch.append(excluding: exclusion, isEphemeral: isEphemeral, write)
        mark(exclusion)
    }

    /// Publishes one text, compressed for those who take it so.
    func publishText(
        _ text: Span<UInt8>, to topic: Listeners, isEphemeral: Bool = false, reachesOtherLoops: Bool
    ) {
        publish(to: topic, isEphemeral: isEphemeral, reachesOtherLoops: reachesOtherLoops) {
            FrameEncoder.append(.text, text, to: &$0)
        }
        guard topic.packedCount > 0, text.count >= limits.compressBytesMin else { return }
        topic.batch.packLast { FrameEncoder.appendCompressed(.text, text, to: &$0) }
    }

    /// Publishes one ready-made frame to an audience, if it has members on this loop or may have on others.
    func publish(
        _ frame: [UInt8], to audience: Audience, excluding exclusion: FrameBatch.Exclusion = .nobody,
        isEphemeral: Bool = false, reachesOtherLoops: Bool = true
    ) {
        guard topics[audience] != nil || reachesOtherLoops && configuration.loopCount > 1 else { return }
        publish(
            to: topic(audience), excluding: exclusion, isEphemeral: isEphemeral, reachesOtherLoops: reachesOtherLoops
        ) { $0 += frame }
    }

    /// Delivers what another loop has published.
    func deliver(_ batch: FrameBatch, to audience: Audience) {
        guard let topic = topics[audience] else { return }
        flush(topic)
        for exclusion in batch.exclusions { mark(exclusion) }
        fanOut(batch, to: topic)
    }

    func flushTopics() {
        // First: a publisher that is answered may go on to publish elsewhere.
        topicHub.flush(hub: self)
        guard publisher.hasWork else { return }
        for topic in publisher.takeDirty() {
            flush(topic)
            publisher.tidy(topic)
        }
    }

    /// Brings what was published to a topic in this turn to its members.
    func flush(_ topic: Listeners) {
        guard !topic.batch.isEmpty else { return }
        let batch = topic.batch
        topic.batch = FrameBatch()
        if batch.reachesOtherLoops, configuration.loopCount > 1 {
            turn.mail.append((.others, .batch(batch, topic.audience)))
        }
        fanOut(batch, to: topic)
    }

    private func fanOut(_ batch: FrameBatch, to topic: Listeners) {
        let bytes = batch.bytes
        let packed = batch.packed
        let comfortable = limits.queueBytesMax / 2 - bytes.count
        for member in topic.members {
            let isSlow = member.outbox.byteCount > comfortable
            if isSlow && batch.hasEphemeral || batch.hasExclusions && member.exclusionTurn == publisher.turnNumber {
                let selected = batch.bytes(for: member.id, of: member.user, withEphemeral: !isSlow)
                if !selected.isEmpty { enqueue(selected, to: member) }
            } else if let packed, member.takesPacked {
                enqueue(packed, to: member)
            } else {
                enqueue(bytes, to: member)
            }
        }
    }

    /// Marks those for whom a batch must be gone through frame by frame.
    private func mark(_ exclusion: FrameBatch.Exclusion) {
        switch exclusion {
        case .nobody: break
        case .connection(let id): connection(id)?.exclusionTurn = publisher.turnNumber
        case .user(let user):
            for connection in chatApp.connections(of: user) { connection.exclusionTurn = publisher.turnNumber }
        }
    }

    /// Appends bytes to a connection's outbox, or ends a connection that takes too little.
    func enqueue(_ bytes: [UInt8], to connection: Connection) {
        if case .none = connection.ending {} else { return }
        guard connection.outbox.byteCount + bytes.count <= limits.queueBytesMax else {
            cutSlowConsumer(connection)
            return
        }
        connection.outbox.append(bytes)
        list(connection)
    }

    func cutSlowConsumer(_ connection: Connection) {
        connection.outbox.dropUnstarted()
        connection.outbox.append { FrameEncoder.appendClose(.slowConsumer, reason: "too slow", to: &$0) }
        end(connection, .close)
    }
}

extension CloseCode {
    /// The connection did not take what it was sent: come back later.
    static let slowConsumer = CloseCode(rawValue: 4101)
}
