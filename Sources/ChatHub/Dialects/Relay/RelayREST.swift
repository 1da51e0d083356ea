import ChatDomain
import HTTPCore
import WSProtocol

/// The dialect's requests.
extension Relay {
    static let routes: [Route] = [
        .open(.post, "/register", register),
        .open(.delete, "/register/{id}", unregister),
        .open(.post, "/publish", publish),
        .open(.get, "/ws/{id}", openSocket),
        // The root has it; here it stands for who asks whether it may.
        .health,
    ]

    private static func register(_ call: RESTCall) throws(Problem) {
        let body = try call.relayBody()
        guard let user = body.user else { throw .missing("user_id") }
        guard let host = call.context.host else { throw Problem(.badRequest, "The request names no host.") }
        let registration = RelayRegistration(user: user, topics: body.topics ?? [Self.topicOfNewcomers])
        guard let id = call.hub.relay.register(registration, hub: call.hub) else {
            throw Problem(.unavailable, "There are too many clients just now: try again later.")
        }
        call.reply { json in
            json.beginObject()
            json.member("url", "\(call.context.isSecure ? "wss" : "ws")://\(host)/ws/\(id)")
            json.endObject()
        }
    }

    /// Whether there was such a client or not, afterwards there is none.
    private static func unregister(_ call: RESTCall) {
        let hub = call.hub
        guard let id = RelayID(call.parameter("id")), id.homeLoop < hub.relay.loopCount else {
            return call.finish(.done)
        }
        let asker = hub.askLoops { _, answer in call.finish(answer) }
        hub.tell(loop: id.homeLoop, .relay(.remove(id, asker)))
    }

    private static func publish(_ call: RESTCall) throws(Problem) {
        let body = try call.relayBody()
        guard let topic = body.topic else { throw .missing("topic") }
        guard let message = body.message else { throw .missing("message") }
        let bytesMax = call.hub.limits.messageBytesMax
        guard message.count <= bytesMax else { throw Problem(.tooLarge, "A message has at most \(bytesMax) bytes.") }
        if let user = body.user {
            call.hub.relay.publish(message, to: topic, user: user, hub: call.hub)
        } else {
            call.hub.relay.publish(message, to: topic, hub: call.hub)
        }
        // A client that names the topic after this answer must not get what was published before.
        call.hub.whenDelivered { _, answer in call.finish(answer) }
    }

    // MARK: The socket

    private static func openSocket(_ call: RESTCall) throws(Problem) {
        let hub = call.hub
        let relay = hub.relay
        guard let id = RelayID(call.parameter("id")), id.homeLoop < relay.loopCount else { throw noSuchClient }
        let isHandshake = (try? ServerHandshake.accept(HandshakeFields(call.request), deflate: nil)) != nil
        let takes = isHandshake && !hub.isDraining
        relay.claims[call.connection.id] = RelayClaim(takes: takes)
        let seat = RelaySeat(loop: relay.loopIndex, connection: call.connection.id)
        let asker = hub.askLoops { _, answer in claimed(id, call, answer) }
        hub.tell(loop: id.homeLoop, .relay(.claim(id, seat, takes: takes, asker)))
    }

    /// There is such a client, and the socket is its own, or there is none; or nobody has said so.
    private static func claimed(_ id: RelayID, _ call: RESTCall, _ answer: Answer) {
        let connection = call.connection
        guard let claim = call.hub.relay.claims.removeValue(forKey: connection.id) else { return }
        if !connection.isGone {
            if case .registration(let registration) = answer {
                if let registration, !claim.isCancelled {
                    call.upgrade { _ in RelaySession(id: id, registration: registration) }
                } else {
                    call.fail(noSuchClient)
                }
            } else {
                call.finish(.unavailable)
            }
            if connection.relaySession != nil { return }
        }
        if claim.takes { call.hub.tell(loop: id.homeLoop, .relay(.left(id, connection.id))) }
    }

    private static var noSuchClient: Problem { Problem(.notFound, "There is no such client.") }
}

extension RESTCall {
    fileprivate func relayBody() throws(Problem) -> RelayBody {
        let bytes = request.body
        return try RelayBody(parsing: bytes.span, limits: hub.limits)
    }

    /// Others have done what was asked for, or have not.
    fileprivate func finish(_ answer: Answer) {
        if case .done = answer { reply(Response(status: .ok)) } else { fail(.unavailable) }
    }
}
