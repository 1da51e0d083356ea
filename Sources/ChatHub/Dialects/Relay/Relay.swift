import ChatDomain
import WSProtocol

/// The relay dialect on one loop: clients register, open the socket that they are told of, and get what is published
/// to their topics.
///
/// A registration is kept by the loop that took it, its home, which its identifier names. A socket may be on any loop:
/// it is claimed from the home by mail, and has its topics with it from then on, so that publishing is a matter of the
/// hub's topics, the same on every loop, and asks no home.
final class Relay {
    let limits: HubLimits
    let loopIndex: Int
    let loopCount: Int
    /// What each loop may hold of the whole process's share.
    private let registrationsMax: Int
    private let entriesMax: Int
    private let secretBits: @Sendable () -> UInt64
    /// Where the clients' topics are tracked in feeds as well.
    private let stream: TrackedPhrases?

    private(set) var home = RelayHome()
    /// This loop's sockets, by user.
    private var connectionsByUser: [Int64: [ConnectionID: Connection]] = [:]
    /// How many topics this loop's sockets have together.
    private(set) var entryCount = 0
    /// Requests for a socket of which the home has not said whether there is such a client.
    var claims: [ConnectionID: RelayClaim] = [:]

    static let topicOfNewcomers = "cats"

    init(configuration: HubConfiguration) {
        limits = configuration.limits
        loopIndex = configuration.loopIndex
        loopCount = configuration.loopCount
        registrationsMax = max(1, limits.registrationsMax / loopCount)
        entriesMax = max(limits.clientTopicsMax, limits.topicEntriesMax / loopCount)
        secretBits = configuration.secretBits
        stream = configuration.dialects.contains(.stream) ? TrackedPhrases(configuration: configuration) : nil
    }

    var nextDeadline: Instant? { home.nextDeadline }

    func advance(hub: Hub) {
        if let deadline = home.nextDeadline, deadline <= hub.now { home.expire(at: hub.now) }
    }

    /// Keeps a new client for as long as it may take to open its socket; nil where there are too many.
    func register(_ registration: RelayRegistration, hub: Hub) -> RelayID? {
        guard home.count < registrationsMax, hasRoom(for: registration.topics.count) else { return nil }
        let id = RelayID(homeLoop: loopIndex, bits: secretBits)
        home.add(id, registration, until: hub.now.advanced(byMs: Int64(limits.registrationMs)))
        return id
    }

    private func hasRoom(for count: Int) -> Bool { home.entryCount + entryCount + count <= entriesMax }

    // MARK: Sockets

    /// A client's socket is open.
    func entered(_ session: RelaySession, _ connection: Connection, hub: Hub) {
        connectionsByUser[session.user, default: [:]][connection.id] = connection
        replaceTopics(of: session, with: session.topicsAtFirst, connection, hub: hub)
        session.topicsAtFirst = []
    }

    /// The socket has gone; it is in no topic any more.
    func left(_ session: RelaySession, _ connection: Connection, hub: Hub) {
        entryCount -= session.topics.count
        if let stream { for topic in session.topics { stream.remove(topic) } }
        session.topics = []
        connectionsByUser[session.user]?[connection.id] = nil
        if connectionsByUser[session.user]?.isEmpty == true { connectionsByUser[session.user] = nil }
        hub.tell(loop: session.id.homeLoop, .relay(.left(session.id, connection.id)))
    }

    /// What a socket says: a list of topics that takes the place of the one before; all else is ignored.
    func received(_ message: Span<UInt8>, _ session: RelaySession, _ connection: Connection, hub: Hub) {
        guard let body = try? RelayBody(parsing: message, limits: limits), body.topic == nil, let topics = body.topics,
            topics.count <= session.topics.count || hasRoom(for: topics.count - session.topics.count)
        else { return }
        replaceTopics(of: session, with: topics, connection, hub: hub)
    }

    private func replaceTopics(of session: RelaySession, with topics: Set<String>, _ connection: Connection, hub: Hub) {
        entryCount += topics.count - session.topics.count
        // From the end, so that each is taken out at the cost of itself, however many there are.
        for place in connection.memberships.indices.reversed() {
            guard case .relay(let topic) = connection.memberships[place].topic.audience, !topics.contains(topic)
            else { continue }
            hub.leave(at: place, connection)
            stream?.remove(topic)
        }
        for topic in topics where !session.topics.contains(topic) {
            hub.joinNew(hub.listeners(of: .relay(topic)), connection)
            stream?.add(topic)
        }
        session.topics = topics
    }

    // MARK: Publishing

    /// Brings what feeds have said to those who follow it.
    func deliver(_ items: [FeedItem], hub: Hub) { stream?.deliver(items, hub: hub) }

    /// Brings a text to all clients that have the topic.
    func publish(_ message: [UInt8], to topic: String, hub: Hub) {
        let audience = Audience.relay(topic)
        guard hub.audiences[audience] != nil || loopCount > 1 else { return }
        hub.publish(to: hub.listeners(of: audience)) { FrameEncoder.append(.text, message, to: &$0) }
    }

    /// Brings a text to those of one user's clients that have the topic.
    func publish(_ message: [UInt8], to topic: String, user: Int64, hub: Hub) {
        // What was published before goes first, here and on the other loops.
        if let audience = hub.audiences[.relay(topic)] { hub.flush(audience) }
        hub.tellAll(.relay(.frame(textFrame(message), topic: topic, user: user)))
    }

    private func deliver(_ frame: [UInt8], topic: String, user: Int64, hub: Hub) {
        guard let connections = connectionsByUser[user] else { return }
        if let audience = hub.audiences[.relay(topic)] { hub.flush(audience) }
        for connection in connections.values {
            guard let session = connection.relaySession, session.topics.contains(topic) else { continue }
            hub.enqueue(frame, to: connection)
        }
    }

    // MARK: Mail

    func handle(_ mail: RelayPost, hub: Hub) {
        switch mail {
        case .claim(let id, let seat, let takes, let asker): claim(id, for: seat, takes: takes, asker, hub: hub)
        case .left(let id, let connection): home.left(id, connection)
        case .remove(let id, let asker): remove(id, asker, hub: hub)
        case .handOver(let connection, let asker): handOver(connection, asker, hub: hub)
        case .close(let id, let asker):
            // It may still be on its way from a socket that had to give way.
            claims[id]?.isCancelled = true
            if let connection = hub.connection(id), connection.relaySession != nil {
                hub.closeSocket(connection, .normal)
            }
            hub.answer(asker, .done)
        case .frame(let frame, let topic, let user): deliver(frame, topic: topic, user: user, hub: hub)
        }
    }

    private func claim(_ id: RelayID, for seat: RelaySeat, takes: Bool, _ asker: Asker, hub: Hub) {
        guard takes else { return hub.answer(asker, .registration(home.look(at: id))) }
        switch home.claim(id, for: seat) {
        case .granted(let granted): hub.answer(asker, .registration(granted))
        case .seated(let old): hub.tell(loop: old.loop, .relay(.handOver(old.connection, asker)))
        case .unknown: hub.answer(asker, .registration(nil))
        }
    }

    /// The client has come again: its old socket is closed, and what it had goes to the new one.
    private func handOver(_ old: ConnectionID, _ asker: Asker, hub: Hub) {
        var registration: RelayRegistration?
        if let connection = hub.connection(old), let session = connection.relaySession {
            registration = RelayRegistration(user: session.user, topics: session.topics)
            hub.closeSocket(connection, .normal, reason: "opened again elsewhere")
        }
        hub.answer(asker, .registration(registration))
    }

    private func remove(_ id: RelayID, _ asker: Asker, hub: Hub) {
        guard let seat = home.remove(id) else { return hub.answer(asker, .done) }
        hub.tell(loop: seat.loop, .relay(.close(seat.connection, asker)))
    }
}
