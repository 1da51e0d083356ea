import ChatDomain
import ChatStore
import HTTPCore
import WSProtocol

/// The life of a socket of the native protocol: its upgrade, its time, its end.
extension Native {
    static let subprotocol = "chat.v1.json"

    /// Nothing is kept between messages, in either direction, so that an idle socket costs little and one compressed
    /// frame serves all.
    static let deflate = DeflateOptions(serverNoContextTakeover: true, clientNoContextTakeover: true)

    /// The session of a request for an upgrade. A cookie counts only where a page of our own says that it comes from
    /// there: whoever can make a browser connect could use it otherwise.
    func makeSession(for request: Request, _ context: RequestContext, hub: Hub) -> NativeSession {
        var cookie: String?
        if case .own = hub.site.page(of: context) {
            cookie = hub.cookies.session(in: request, isSecure: context.isSecure)
        }
        return NativeSession(
            cookie: cookie, helloUntil: hub.now.advanced(byMs: Int64(limits.helloMs)), limits: limits)
    }

    /// Goes on with what came while the socket was arriving.
    func resume(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        let frames = session.heldFrames
        session.heldFrames = []
        for frame in frames where session.isLive { session.received(.text, frame.span, connection, hub: hub) }
        if session.isLive { hub.resumeReading(connection) }
    }

    // MARK: Time

    private static let useIntervalMs: Int64 = 3_600_000

    /// A socket's time has come: to have said hello, to be pinged, or to be given up.
    func deadlineCame(_ session: NativeSession, _ socket: Socket, _ connection: Connection, hub: Hub) {
        if case .new(_, let until) = session.phase {
            guard until > hub.now else { return close(connection, .noHello, hub: hub) }
            hub.setDeadline(of: connection, at: until)
            return
        }
        if let record = session.record {
            guard identity.expiry(of: record) > hub.wallTime else {
                return close(connection, .tokenExpired, hub: hub)
            }
            // As long as its socket is open, a session is in use.
            if hub.wallTime.milliseconds - record.lastSeenAt.milliseconds >= Self.useIntervalMs {
                identity.used(record, hub: hub)
                session.record?.lastSeenAt = hub.wallTime
            }
        }
        if let pingedAt = session.pingedAt {
            if connection.lastHeard >= pingedAt {
                session.pingedAt = nil
            } else if !connection.wantsBytes && !connection.isChoked || connection.takesItsTime {
                // The peer is not silent where nobody listens to it, nor while it takes what lies before the ping.
                session.pingedAt = hub.now
                connection.takesItsTime = false
            } else if hub.now.milliseconds(since: pingedAt) >= Int64(limits.pongTimeoutMs) {
                return close(connection, .heartbeatTimeout, hub: hub)
            }
        }
        if session.pingedAt == nil, socket.nextPing <= hub.now {
            hub.enqueue(Hub.pingFrame, to: connection)
            guard !session.isOver else { return }
            session.pingedAt = hub.now
            socket.nextPing = hub.now.advanced(byMs: Int64(limits.nativePingMs))
        }
        var next = socket.nextPing
        if let pingedAt = session.pingedAt { next = min(next, pingedAt.advanced(byMs: Int64(limits.pongTimeoutMs))) }
        if let idle = checkIdleness(session, connection, hub: hub) { next = min(next, idle) }
        hub.setDeadline(of: connection, at: next)
    }

    // MARK: The end

    /// The socket has gone: it takes part in nothing any more.
    func left(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        becameAbsent(session, connection, hub: hub)
        session.phase = .over
        session.heldFrames = []
        session.arrival = nil
        for sync in session.syncs {
            sync.followers = []
            end(sync, hub: hub)
        }
        for membership in connection.memberships {
            guard case .nativeRoom(let id) = membership.topic.audience else { continue }
            hub.leave(membership.topic, connection)
            if let room = rooms[id] { tidy(room) }
        }
        guard let user = session.user else { return }
        if let topic = user.topic {
            hub.leave(topic, connection)
            if topic.isEmpty { user.topic = nil }
        }
        user.connections.removeAll { $0 === connection }
        if user.connections.isEmpty {
            users[user.id] = nil
            activity.forget(user.id)
        }
        hub.tell(homeOf: .user(user.id), .native(.left(user.id, connection.id)))
    }

    /// Tells every socket when to come back: spread over a time that grows with their number.
    func drain(hub: Hub) {
        identity.drain(hub: hub)
        home.drain(hub: hub)
        let spreadMs = UInt64(min(max(hub.connectionCount * 2, 2_000), 30_000))
        hub.forEachConnection { connection in
            guard connection.nativeSession != nil else { return }
            let waitMs = Int64(500 + hub.random.next() % spreadMs)
            send(to: connection, hub: hub) { json in
                json.beginObject()
                json.member("type", "draining")
                json.member("reconnect_in_ms", waitMs)
                json.endObject()
            }
        }
    }
}
