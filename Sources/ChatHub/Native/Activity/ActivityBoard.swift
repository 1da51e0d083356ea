import ChatDomain
import ChatStore

/// What the sockets of this loop hear of the rooms of their users beside the streams that they are subscribed to: that
/// somebody has said something, and what people are called now.
///
/// All of it is gathered, so that a socket hears of a room, or of somebody, once in a while however much happens. It is
/// ephemeral: a connection that is slow does without, and a client that comes back asks for what is unread.
final class ActivityBoard {
    private var places: RoomPlaces
    private var news: [RoomID: RoomNews] = [:]
    /// Those who are called otherwise now, with the rooms that they share.
    private var faces: [UserID: (user: User, rooms: Set<RoomID>)] = [:]
    private(set) var nextDeadline: Instant?
    private let gatherMs: Int64

    /// With more than these they are told of at once.
    private static let facesMax = 1_000
    /// A frame tells of no more rooms than these.
    private static let roomsPerFrame = 64

    init(limits: HubLimits) {
        places = RoomPlaces(roomsMax: limits.activityRoomsMax)
        gatherMs = Int64(limits.activityGatherMs)
    }

    // MARK: Who is here

    /// A socket of the user arrives: whether the store is to be asked for the user's rooms.
    func isAsking(forRoomsOf user: UserID) -> Bool { places.begin(user) }

    /// The store has answered.
    func found(_ rooms: [RoomJoining], of user: UserID) { places.found(rooms, of: user) }

    /// The user has no socket here any more.
    func forget(_ user: UserID) { places.forget(user) }

    // MARK: What happens

    func heard(_ event: Event, at now: Instant) {
        switch event.kind {
        case .messageCreated(let message):
            guard places.hasMembers(of: event.room) else { return }
            if news[event.room]?.take(message, event) == nil { news[event.room] = RoomNews(message, event) }
            schedule(at: now)
        case .messageEdited(let message, _): news[event.room]?.change(message)
        case .messageDeleted(let seq, _): news[event.room]?.erase(seq)
        case .memberJoined(let user, _, _): places.joined(user, event.room, logID: event.logID)
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
            places.left(user, event.room, logID: event.logID)
        case .roomDeleted:
            places.ended(event.room)
            news[event.room] = nil
        case .memberRoleChanged, .reactionAdded, .reactionRemoved, .messagePinned, .messageUnpinned, .roomCreated,
            .roomUpdated, .roomArchived, .messageConcealed:
            break
        }
    }

    /// Somebody is called otherwise now, or was deleted.
    func heard(_ user: User, in rooms: [RoomID], at now: Instant) {
        faces[user.id] = (user, rooms.reduce(into: faces[user.id]?.rooms ?? []) { $0.insert($1) })
        nextDeadline = faces.count > Self.facesMax ? now : nextDeadline ?? now.advanced(byMs: gatherMs)
    }

    private func schedule(at now: Instant) {
        if nextDeadline == nil { nextDeadline = now.advanced(byMs: gatherMs) }
    }

    // MARK: Telling

    func advance(hub: Hub) {
        guard let due = nextDeadline, due <= hub.now else { return }
        nextDeadline = nil
        let (news, faces) = (news, faces)
        self.news = [:]
        self.faces = [:]
        if !news.isEmpty { tell(news, hub: hub) }
        for face in faces.values { tell(face.user, in: face.rooms, hub: hub) }
    }

    private func tell(_ news: [RoomID: RoomNews], hub: Hub) {
        var told: [ConnectionID: (connection: Connection, parts: [[UInt8]])] = [:]
        for (room, news) in news.sorted(by: { $0.key < $1.key }) {
            // Mostly all who are here are subscribed, and nobody needs them.
            lazy var plain = news.json(of: room, isMentioned: false)
            lazy var mentioning = news.json(of: room, isMentioned: true)
            for (id, joined) in places.members(of: room) where joined < news.logID {
                guard let user = hub.native.users[id] else { continue }
                for connection in user.connections where hub.native.isUnheard(room, on: connection, hub: hub) {
                    told[connection.id, default: (connection, [])].parts
                        .append(news.mentions(id) ? mentioning : plain)
                }
            }
        }
        for (connection, parts) in told.values {
            for start in stride(from: 0, to: parts.count, by: Self.roomsPerFrame) {
                let part = parts[start..<min(start + Self.roomsPerFrame, parts.count)]
                hub.enqueue(textFrame(RoomNews.frame(of: part)), to: connection)
            }
        }
    }

    private func tell(_ user: User, in rooms: Set<RoomID>, hub: Hub) {
        var others: Set<UserID> = [user.id]
        for room in rooms { others.formUnion(places.members(of: room).keys) }
        let frame = NativeFrame.profile(user)
        for other in others {
            for connection in hub.native.users[other]?.connections ?? []
            where hub.native.takesNews(connection, hub: hub) {
                hub.enqueue(frame, to: connection)
            }
        }
    }
}

extension Native {
    /// Whether a socket can be told something that it can do without.
    func takesNews(_ connection: Connection, hub: Hub) -> Bool {
        guard let session = connection.nativeSession, session.isLive else { return false }
        return connection.outbox.byteCount <= limits.queueBytesMax / 2
    }

    /// Whether a socket hears nothing of a room otherwise.
    func isUnheard(_ id: RoomID, on connection: Connection, hub: Hub) -> Bool {
        guard takesNews(connection, hub: hub), connection.nativeSession?.sync(of: .room(id)) == nil else {
            return false
        }
        guard let room = rooms[id] else { return true }
        return !isSubscribed(connection, to: room)
    }
}
