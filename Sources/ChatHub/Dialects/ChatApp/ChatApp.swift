import ChatDomain
import ChatStore
import WSProtocol

/// The chat-app dialect on one loop: REST and a socket, over the hub and the store.
///
/// A socket's frames name a user and a room by handle. Once both are looked up (the directory remembers), a TEXT
/// becomes a draft and comes back as an event; TYPING and STATUS are published at once. Who is online, who types, how much
/// somebody has said and how many sockets there are is held by one loop each (`ChatAppHome`), and told to it as mail.
final class ChatApp {
    let limits: HubLimits
    var directory = ChatAppDirectory()
    let home: ChatAppHome
    /// This loop's sockets, by the user they have named.
    var connectionsByUser: [UserID: [Connection]] = [:]
    /// Everybody who is online, on whichever loop, by handle.
    var onlineUsers: [UserID: String] = [:]
    /// This loop's sockets whose user's rooms are being looked up.
    var lookingUp: [Connection] = []
    /// Sockets with a held message that the store was too far behind to take.
    var waitingForStore: [(ChatAppSession, Connection)] = []

    init(configuration: HubConfiguration) {
        limits = configuration.limits
        home = ChatAppHome(limits: configuration.limits)
    }

    func connections(of user: UserID) -> [Connection] { connectionsByUser[user] ?? [] }

    func handle(_ message: ChatAppPost, hub: Hub) { home.handle(message, hub: hub) }

    // MARK: Coming and going

    func entered(_ connection: Connection, hub: Hub) {
        hub.join(hub.listeners(of: .chatApp), connection)
        hub.join(hub.listeners(of: .chatAppUnplaced), connection)
        hub.tell(homeOf: .lobby, .home(.lobbyEntered(connection.id)))
    }

    /// The socket has gone; it is in no topic any more.
    func left(_ session: ChatAppSession, _ connection: Connection, hub: Hub) {
        session.held = []
        dropUser(session, connection, hub: hub)
        if session.hasTyped {
            // What it has typed in this turn must go before its end, which another loop may announce.
            hub.flushAudiences()
            hub.tellAll(.home(.stoppedTyping(connection.id)))
        }
        hub.tell(homeOf: .lobby, .home(.lobbyLeft(connection.id)))
    }

    private func dropUser(_ session: ChatAppSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user else { return }
        session.user = nil
        connectionsByUser[user.id]?.removeAll { $0 === connection }
        if connectionsByUser[user.id]?.isEmpty == true { connectionsByUser[user.id] = nil }
        hub.tell(homeOf: .user(user.id), .home(.left(user.id, connection.id)))
    }

    // MARK: Events

    /// What the store has committed: on every loop, each for its own sockets.
    func committed(_ event: Event, hub: Hub) {
        switch event.kind {
        case .messageCreated(let message):
            guard
                hub.audiences[.room(event.room)] != nil || hub.audiences[.chatAppUnplaced] != nil || !lookingUp.isEmpty
            else { return }
            let origin = ConnectionID(rawValue: event.origin)
            let json = ChatAppFrame.json(
                "TEXT", value: message.text, roomHandle: event.roomHandle, userHandle: message.authorHandle,
                connectionNumber: origin.number)
            publish(
                json, to: event.room, excluding: event.origin == 0 ? .nobody : .connection(origin), isEphemeral: false,
                reachesOtherLoops: false, hub: hub)
            holdForLookups(json, of: event.room, except: origin, hub: hub)
        case .memberJoined(let user, _, _): joined(user, event.room, event.roomHandle, hub: hub)
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
            for connection in connections(of: user) {
                guard let session = connection.chatAppSession else { continue }
                session.lookup?.left.insert(event.room)
                if let topic = hub.audiences[.room(event.room)] { hub.leave(topic, connection) }
            }
            home.left(user, event.room)
        case .roomDeleted:
            directory.gone(event.room, handle: event.roomHandle)
            home.gone(event.room)
            guard let topic = hub.audiences[.room(event.room)] else { return }
            while let member = topic.members.last { hub.leave(topic, member) }
        case .messageEdited, .messageDeleted, .messageConcealed, .roomCreated, .roomUpdated, .roomArchived,
            .memberRoleChanged, .reactionAdded, .reactionRemoved, .messagePinned, .messageUnpinned:
            break
        }
    }

    /// Keeps what was said for the sockets that may turn out to take part in the room, and have not got it.
    private func holdForLookups(_ json: [UInt8], of room: RoomID, except origin: ConnectionID, hub: Hub) {
        guard !lookingUp.isEmpty else { return }
        let frame = textFrame(json)
        let reached = [hub.audiences[.room(room)], hub.audiences[.chatAppUnplaced]].compactMap { $0 }
        for connection in lookingUp
        where connection.id != origin && !reached.contains(where: { $0.contains(connection) }) {
            connection.chatAppSession?.lookup?.hold(frame, of: room, bytesMax: limits.queueBytesMax / 4)
        }
    }

    private func joined(_ user: UserID, _ room: RoomID, _ handle: String, hub: Hub) {
        for connection in connections(of: user) {
            guard let session = connection.chatAppSession else { continue }
            session.lookup?.joined(room)
            takePart(in: room, connection, hub: hub)
        }
        home.joined(user, room, roomHandle: handle, hub: hub)
    }

    func presenceChanged(of user: UserID, handle: String, isOnline: Bool) {
        onlineUsers[user] = isOnline ? handle : nil
        guard isOnline else { return }
        for connection in lookingUp { connection.chatAppSession?.lookup?.cameOnline.insert(user) }
    }

    /// A deleted account: its sockets are nobody's.
    func userGone(_ user: UserID, handle: String, hub: Hub) {
        directory.gone(user, handle: handle)
        for connection in connections(of: user) {
            guard let session = connection.chatAppSession else { continue }
            dropUser(session, connection, hub: hub)
        }
        home.forget(user, hub: hub)
    }
}

/// A text message as the frame that carries it.
func textFrame(_ json: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(json.count + 10)
    FrameEncoder.append(.text, json, to: &frame)
    return frame
}
