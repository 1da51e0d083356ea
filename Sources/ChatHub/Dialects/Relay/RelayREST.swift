import ChatDomain
import HTTPCore
import WSProtocol

/// The dialect's requests.
extension Relay {
    /// What can be asked for.
    enum Resource: Sendable {
        case register
        case unregister
        case publish
        case socket

        static let table: [(Method, String, Resource)] = [
            (.post, "/register", .register),
            (.delete, "/register/{id}", .unregister),
            (.post, "/publish", .publish),
            (.get, "/ws/{id}", .socket),
        ]
    }

    /// Answers a request; the hub awaits the answer already.
    func serve(
        _ resource: Resource, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ connection: Connection, hub: Hub
    ) {
        do throws(RequestProblem) {
            switch resource {
            case .register: try register(request, context, connection, hub: hub)
            case .unregister: unregister(parameters["id"] ?? "", connection, hub: hub)
            case .publish: try publish(request, connection, hub: hub)
            case .socket: open(parameters["id"] ?? "", request, connection, hub: hub)
            }
        } catch {
            hub.reply(.error(error.status, error.sentence, .relay), to: connection)
        }
    }

    private func register(
        _ request: Request, _ context: RequestContext, _ connection: Connection, hub: Hub
    ) throws(RequestProblem) {
        let body = try RelayBody(parsing: request.body.span, limits: limits)
        guard let user = body.user else { throw RequestProblem(.badRequest, "The field 'user_id' is missing.") }
        guard let host = context.host else { throw RequestProblem(.badRequest, "The request names no host.") }
        let registration = RelayRegistration(user: user, topics: body.topics ?? [Self.topicOfNewcomers])
        guard let id = register(registration, hub: hub) else {
            throw RequestProblem(.unavailable, "There are too many clients just now: try again later.")
        }
        var json = JSONWriter(reserving: 128)
        json.beginObject()
        json.member("url", "\(context.isSecure ? "wss" : "ws")://\(host)/ws/\(id)")
        json.endObject()
        hub.reply(.json(json.takeBytes()), to: connection)
    }

    /// Whether there was such a client or not, afterwards there is none.
    private func unregister(_ text: String, _ connection: Connection, hub: Hub) {
        guard let id = RelayID(text), id.homeLoop < loopCount else {
            hub.reply(Response(status: .ok), to: connection)
            return
        }
        hub.tell(loop: id.homeLoop, .relay(.remove(id, whoWaits(connection, hub: hub))))
    }

    /// Answers the request once others have done what it asks for.
    private func whoWaits(_ connection: Connection, hub: Hub) -> Asker {
        hub.askLoops { hub, answer in self.finish(answer, connection, hub: hub) }
    }

    private func finish(_ answer: Answer, _ connection: Connection, hub: Hub) {
        if case .done = answer { return hub.reply(Response(status: .ok), to: connection) }
        hub.reply(.error(.unavailable, "The server cannot do this just now: try again later.", .relay), to: connection)
    }

    private func publish(_ request: Request, _ connection: Connection, hub: Hub) throws(RequestProblem) {
        let body = try RelayBody(parsing: request.body.span, limits: limits)
        guard let topic = body.topic else { throw RequestProblem(.badRequest, "The field 'topic' is missing.") }
        guard let message = body.message else { throw RequestProblem(.badRequest, "The field 'message' is missing.") }
        guard message.count <= limits.messageBytesMax else {
            throw RequestProblem(.contentTooLarge, "A message has at most \(limits.messageBytesMax) bytes.")
        }
        if let user = body.user {
            publish(message, to: topic, user: user, hub: hub)
        } else {
            publish(message, to: topic, hub: hub)
        }
        // A client that names the topic after this answer must not get what was published before.
        hub.whenDelivered { hub, answer in self.finish(answer, connection, hub: hub) }
    }

    // MARK: The socket

    private func open(_ text: String, _ request: Request, _ connection: Connection, hub: Hub) {
        guard let id = RelayID(text), id.homeLoop < loopCount else {
            refuse(connection, hub: hub)
            return
        }
        let isHandshake = (try? ServerHandshake.accept(HandshakeFields(request), deflate: nil)) != nil
        let takes = isHandshake && !hub.isDraining
        claims[connection.id] = RelayClaim(request: request, takes: takes)
        let seat = RelaySeat(loop: loopIndex, connection: connection.id)
        let asker = hub.askLoops { hub, answer in self.claimed(id, connection, answer, hub: hub) }
        hub.tell(loop: id.homeLoop, .relay(.claim(id, seat, takes: takes, asker)))
    }

    /// There is such a client, and the socket is its own, or there is none; or nobody has said so.
    private func claimed(_ id: RelayID, _ connection: Connection, _ answer: Answer, hub: Hub) {
        guard let claim = claims.removeValue(forKey: connection.id) else { return }
        if !connection.isGone {
            if case .registration(let registration) = answer {
                if let registration, !claim.isCancelled {
                    hub.upgradeAwaiting(claim.request, connection) { _ in
                        RelaySession(id: id, registration: registration)
                    }
                } else {
                    refuse(connection, hub: hub)
                }
            } else {
                finish(.unavailable, connection, hub: hub)
            }
            if connection.relaySession != nil { return }
        }
        if claim.takes { hub.tell(loop: id.homeLoop, .relay(.left(id, connection.id))) }
    }

    private func refuse(_ connection: Connection, hub: Hub) {
        hub.reply(.error(.notFound, "There is no such client.", .relay), to: connection)
    }
}
