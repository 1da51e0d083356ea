import ChatDomain
import ChatStore

/// What a `hello` has asked for, on its way to the `welcome` that answers it.
final class Arrival {
    let helloID: String
    /// The rooms to go on with, in their order; from `next` on they have not been looked up.
    let claims: [NamedClaim]
    let myClaim: PositionClaim?
    var next = 0
    /// The streams that `welcome` tells of.
    var answers: [(name: String, answer: StreamAnswer)] = []

    init(_ hello: Hello, id: String) {
        helloID = id
        claims = hello.resume.filter { $0.name != "me" }
        myClaim = hello.resume.first { $0.name == "me" }?.claim
    }
}

/// What became of one stream of a `hello`.
enum StreamAnswer {
    /// - Parameter isRecovered: nil where nothing was to be.
    case found(isRecovered: Bool?, StreamPosition)
    case denied(ErrorCode)
}

/// From `hello` to `welcome`.
extension Native {
    func greet(_ hello: Hello, _ id: String, cookie: String?, _ call: SocketCall) {
        let (session, connection, hub) = (call.session, call.connection, call.hub)
        if let version = hello.version, version != 1 { return close(connection, .unsupportedVersion, hub: hub) }
        guard let token = hello.token ?? cookie else { return close(connection, .invalidToken, hub: hub) }
        session.phase = .arriving
        session.deviceID = hello.deviceID
        session.arrival = Arrival(hello, id: id)
        // What comes behind waits for the welcome.
        hub.pauseReading(connection)
        authenticate(token: token, hub: hub) { hub, result in
            guard session.isArriving else { return }
            switch result {
            case .failure(.unknown): self.close(connection, .invalidToken, hub: hub)
            case .failure(.expired): self.close(connection, .tokenExpired, hub: hub)
            case .failure(.unavailable): self.close(connection, .overload, hub: hub)
            case .failure(.ended): self.close(connection, .sessionRevoked, hub: hub)
            case .success(let principal): self.recognized(principal, session, connection, hub: hub)
            }
        }
    }

    /// From here on the user's revocations find the socket.
    private func recognized(
        _ principal: Principal, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        let user = users[principal.id] ?? NativeUser(principal)
        users[user.id] = user
        user.connections.append(connection)
        session.user = user
        session.record = principal.session
        if session.deviceID == nil { session.deviceID = principal.session.deviceID }
        let asker = hub.askLoops { hub, answer in
            guard session.isArriving else { return }
            guard case .admitted(let isAdmitted) = answer else {
                return self.close(connection, .overload, hub: hub)
            }
            self.admitted(isAdmitted, session, connection, hub: hub)
        }
        hub.tell(homeOf: .user(user.id), .native(.enter(user.id, connection.id, asker)))
    }

    /// The user's home has said whether there may be one socket more.
    private func admitted(_ isAdmitted: Bool, _ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let arrival = session.arrival, let user = session.user else { return }
        guard isAdmitted else { return close(connection, .tooManyConnections, hub: hub) }
        let sync = begin(.me, claim: arrival.myClaim, session, connection)
        let (id, roomsMax) = (user.id, limits.activityRoomsMax)
        let asksForRooms = activity.isAsking(forRoomsOf: id)
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Beginning? in
            guard let account = try reader.account(id) else { return nil }
            return Beginning(
                position: StreamPosition(epoch: Epoch(account.epoch), offset: account.offset),
                rooms: asksForRooms ? try reader.joinings(of: id, limit: roomsMax) : [])
        } then: { hub, result in
            guard session.isArriving, !sync.isOver else { return }
            guard case .success(let beginning?) = result else { return self.close(connection, .overload, hub: hub) }
            if asksForRooms { self.activity.found(beginning.rooms, of: id) }
            let position = beginning.position
            if case .found(let isRecovered, let position) = self.locate(
                sync, epoch: position.epoch, head: position.offset)
            {
                let answer = arrival.myClaim == nil ? nil : isRecovered
                arrival.answers.append(("me", .found(isRecovered: answer, position)))
            }
            self.locateRooms(arrival, session, connection, hub: hub)
        }
    }

    /// What the store says of a user who arrives.
    private struct Beginning: Sendable {
        var position: StreamPosition
        /// Asked for with the user's first socket here.
        var rooms: [RoomJoining]
    }

    /// Looks up the next rooms of a `hello`: as many as there may be subscriptions. Where some of them cannot be read,
    /// others take their place.
    private func locateRooms(_ arrival: Arrival, _ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user?.id else { return }
        var syncs: [(name: String, sync: StreamSync, room: RoomID)] = []
        let vacancies = limits.subscriptionsMax - subscriptionCount(of: session, connection)
        while arrival.next < arrival.claims.count, syncs.count < vacancies {
            let claim = arrival.claims[arrival.next]
            arrival.next += 1
            guard let id = WireID.room(claim.name) else {
                arrival.answers.append((claim.name, .denied(.notFound)))
                continue
            }
            let sync = begin(.room(id), claim: claim.claim, session, connection)
            syncs.append((claim.name, sync, id))
        }
        guard !syncs.isEmpty else {
            for claim in arrival.claims[arrival.next...] {
                arrival.answers.append((claim.name, .denied(.unprocessable)))
            }
            return welcome(arrival, session, connection, hub: hub)
        }
        let ids = syncs.map(\.room)
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [RoomLocation] in
            var locations: [RoomLocation] = []
            for id in ids { locations.append(try RoomLocation.find(id, for: user, reader)) }
            return locations
        } then: { hub, result in
            guard session.isArriving else { return }
            guard case .success(let locations) = result, locations.count == syncs.count else {
                return self.close(connection, .overload, hub: hub)
            }
            for ((name, sync, _), location) in zip(syncs, locations) where !sync.isOver {
                switch self.locate(sync, in: location, at: hub.wallTime) {
                case .found(let isRecovered, let position):
                    arrival.answers.append((name, .found(isRecovered: isRecovered, position)))
                case .denied:
                    arrival.answers.append((name, .denied(.notFound)))
                    self.end(sync, hub: hub)
                }
            }
            self.locateRooms(arrival, session, connection, hub: hub)
        }
    }

    private func welcome(_ arrival: Arrival, _ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user, let record = session.record, case .webSocket(let socket) = connection.phase
        else { return }
        // A room that the user was taken out of since it was looked up has no sync any more.
        let answers = arrival.answers.map { name, answer in
            guard name != "me", case .found = answer, let id = WireID.room(name), session.sync(of: .room(id)) == nil
            else { return (name: name, answer: answer) }
            return (name: name, answer: .denied(.notFound))
        }
        session.arrival = nil
        session.phase = .live
        send(to: connection, hub: hub) { json in
            json.beginObject()
            json.member("type", "welcome")
            json.member("id", arrival.helloID)
            json.member("session_id", record.id)
            json.member("user_id", user.id)
            json.member("ts", hub.wallTime)
            appendTerms(to: &json)
            json.key("streams")
            json.beginObject()
            for (name, answer) in answers {
                json.key(text: name)
                append(answer, to: &json)
            }
            json.endObject()
            json.endObject()
        }
        guard session.isLive else { return }
        becamePresent(session, connection, hub: hub)
        socket.nextPing = hub.now.advanced(byMs: Int64(limits.nativePingMs))
        hub.setDeadline(of: connection, at: socket.nextPing)
        pump(session, connection, hub: hub)
        resume(session, connection, hub: hub)
    }

    private func append(_ answer: StreamAnswer, to json: inout JSONWriter) {
        json.beginObject()
        switch answer {
        case .found(let isRecovered, let position):
            if let isRecovered { json.member("recovered", isRecovered) }
            json.member("epoch", position.epoch)
            json.member("offset", position.offset)
        case .denied(let code):
            json.member("recovered", false)
            json.member("code", code.rawValue)
        }
        json.endObject()
    }

    /// What a client has to keep to.
    private func appendTerms(to json: inout JSONWriter) {
        func member(_ name: StaticString, _ value: Int) {
            json.member(name, value)
        }
        member("ping_ms", limits.nativePingMs)
        member("pong_timeout_ms", limits.pongTimeoutMs)
        json.key("limits")
        json.beginObject()
        member("frame", limits.messageBytesMax)
        member("text", limits.textBytesMax)
        member("subscriptions", limits.subscriptionsMax)
        member("queue_bytes", limits.queueBytesMax)
        member("history", limits.historyEventsMax)
        json.endObject()
        json.key("typing")
        json.beginObject()
        member("resend_ms", 5_000)
        member("idle_ms", 5_000)
        member("expire_ms", limits.typingExpireMs)
        json.endObject()
    }
}
