import ChatDomain
import WSProtocol

/// From one publication to many outboxes.
extension Hub {
    /// Those who listen on this loop, by audience.
    var audiences: [Audience: Listeners] { publisher.audiences }

    /// The listeners of an audience on this loop, made if there are none.
    func listeners(of audience: Audience) -> Listeners { publisher.listeners(of: audience) }

    /// Adds a connection to an audience. What was published before in this turn does not reach it.
    func join(_ listeners: Listeners, _ connection: Connection) {
        if !listeners.contains(connection) { joinNew(listeners, connection) }
    }

    /// Adds a connection to an audience that it is not in.
    func joinNew(_ listeners: Listeners, _ connection: Connection) {
        flush(listeners)
        listeners.add(connection)
    }

    /// Takes a connection out of an audience. What was published before in this turn still reaches it.
    func leave(_ listeners: Listeners, _ connection: Connection) {
        flush(listeners)
        listeners.remove(connection)
        publisher.tidy(listeners)
    }

    /// Takes a connection out of the audience that it has at `place` of its memberships, as `leave` does.
    func leave(at place: Int, _ connection: Connection) {
        let listeners = connection.memberships[place].topic
        flush(listeners)
        Listeners.removeMembership(at: place, of: connection)
        publisher.tidy(listeners)
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
        to listeners: Listeners, excluding exclusion: FrameBatch.Exclusion = .nobody, isEphemeral: Bool = false,
        reachesOtherLoops: Bool = true, _ write: (inout [UInt8]) -> Void
    ) {
        if listeners.batch.reachesOtherLoops != reachesOtherLoops { flush(listeners) }
        if listeners.batch.isEmpty {
            listeners.batch.reachesOtherLoops = reachesOtherLoops
            publisher.noteFirst(in: listeners)
        }
        listeners.batch.append(excluding: exclusion, isEphemeral: isEphemeral, write)
        mark(exclusion)
    }

    /// Publishes one text, compressed for those who take it so.
    func publishText(
        _ text: Span<UInt8>, to listeners: Listeners, isEphemeral: Bool = false, reachesOtherLoops: Bool
    ) {
        publish(to: listeners, isEphemeral: isEphemeral, reachesOtherLoops: reachesOtherLoops) {
            FrameEncoder.append(.text, text, to: &$0)
        }
        guard listeners.packedCount > 0, text.count >= limits.compressBytesMin else { return }
        listeners.batch.packLast { FrameEncoder.appendCompressed(.text, text, to: &$0) }
    }

    /// Publishes one ready-made frame to an audience, if it has members on this loop or may have on others.
    func publish(
        _ frame: [UInt8], to audience: Audience, excluding exclusion: FrameBatch.Exclusion = .nobody,
        isEphemeral: Bool = false, reachesOtherLoops: Bool = true
    ) {
        guard audiences[audience] != nil || reachesOtherLoops && configuration.loopCount > 1 else { return }
        publish(
            to: listeners(of: audience), excluding: exclusion, isEphemeral: isEphemeral,
            reachesOtherLoops: reachesOtherLoops
        ) { $0 += frame }
    }

    /// Delivers what another loop has published.
    func deliver(_ batch: FrameBatch, to audience: Audience) {
        guard let listeners = audiences[audience] else { return }
        flush(listeners)
        for exclusion in batch.exclusions { mark(exclusion) }
        fanOut(batch, to: listeners)
    }

    func flushAudiences() {
        // First: a publisher that is answered may go on to publish elsewhere.
        topicHub.flush(hub: self)
        guard publisher.hasWork else { return }
        for listeners in publisher.takeDirty() {
            flush(listeners)
            publisher.tidy(listeners)
        }
    }

    /// Brings what was published to an audience in this turn to its members.
    func flush(_ listeners: Listeners) {
        guard !listeners.batch.isEmpty else { return }
        let batch = listeners.batch
        listeners.batch = FrameBatch()
        if batch.reachesOtherLoops, configuration.loopCount > 1 {
            turn.mail.append((.others, .batch(batch, listeners.audience)))
        }
        fanOut(batch, to: listeners)
    }

    private func fanOut(_ batch: FrameBatch, to listeners: Listeners) {
        let bytes = batch.bytes
        let packed = batch.packed
        let comfortable = limits.queueBytesMax / 2 - bytes.count
        for member in listeners.members {
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
