import ChatDomain
import ChatStore

/// The dialect's view of what one loop holds for all (`NativeHome`): who of its users is online, and who types in its
/// rooms, with the words that the dialect's frames need; and (on loop 0) how many chat-app sockets there are.
///
/// What its clients hear differs: a user's coming and going at once, not gathered, to the rooms and not to who watches;
/// each typist's beginning at once, and their end in their own name. So the view has its own telling, and no clock, no
/// counting and no limits of its own.
final class ChatAppHome {
    /// The handles of users of the dialect who are online here.
    private var handles: [UserID: String] = [:]
    /// What a frame about each typist needs.
    private var typists: [Typist: (named: NamedTypist, connection: ConnectionID)] = [:]
    private var lobbyCount = 0
    /// The rooms that users have joined while the list of their rooms is being looked up to announce them: those are
    /// told of by the joining.
    private var joinedDuringLookup: [UserID: Set<RoomID>] = [:]
    /// The rooms that sockets of users who are online here have named.
    private var places: [UserID: [RoomID: String]] = [:]
    /// Those that were told of each of them.
    private var told: [UserID: Set<RoomID>] = [:]
    private let limits: HubLimits

    init(limits: HubLimits) {
        self.limits = limits
    }

    func handle(_ message: ChatAppPost, hub: Hub) {
        switch message {
        case .joined(let user, let handle, let connection):
            // A loop that has not heard of the deletion yet will say that the socket is nobody's.
            guard !hub.chatApp.directory.isGone(user) else { return }
            handles[user] = handle
            if hub.native.home.entered(user, on: connection, hub: hub) { announce(user, isOnline: true, hub: hub) }
        case .tookPart(let user, let room, let roomHandle): tookPart(user, in: room, roomHandle, hub: hub)
        case .left(let user, let connection):
            hub.native.home.left(user, on: connection, hub: hub)
        case .typing(let named, let connection): noticed(named, connection, hub: hub)
        case .stoppedTyping(let connection):
            fellSilent(hub.native.home.typistLeft(connection, hub: hub), hub: hub)
        case .lobbyEntered(let connection):
            lobbyCount += 1
            let frame = textFrame(ChatAppFrame.connect(number: connection.number))
            if lobbyCount <= limits.announcedSocketsMax {
                hub.publish(frame, to: .chatApp)
            } else {
                hub.tell(loop: hub.homes.loop(of: connection), .frame(frame, connection))
            }
        case .lobbyLeft:
            lobbyCount -= 1
            // Where all are about to go, nobody needs to hear of each.
            if !hub.isDraining, lobbyCount < limits.announcedSocketsMax {
                hub.publish(textFrame(ChatAppFrame.disconnect()), to: .chatApp)
            }
        }
    }

    /// Somebody has become a member of a room. If it is somebody who is online here, the room is told.
    func joined(_ user: UserID, _ room: RoomID, roomHandle: String, hub: Hub) {
        guard hub.native.home.isOnline(user) else { return }
        joinedDuringLookup[user]?.insert(room)
        tell(room, roomHandle, of: user, hub: hub)
    }

    /// A socket of the user has named a room. While their rooms are being looked up, it waits with them.
    private func tookPart(_ user: UserID, in room: RoomID, _ roomHandle: String, hub: Hub) {
        guard hub.native.home.isOnline(user), places[user, default: [:]].count < limits.listEntriesMax else { return }
        places[user, default: [:]][room] = roomHandle
        if joinedDuringLookup[user] == nil { tell(room, roomHandle, of: user, hub: hub) }
    }

    /// Tells a room, once, that somebody is online.
    private func tell(_ room: RoomID, _ roomHandle: String, of user: UserID, hub: Hub) {
        guard let handle = handles[user], told[user, default: []].insert(room).inserted else { return }
        publishStatus(isOnline: true, of: user, handle, in: room, roomHandle, hub: hub)
    }

    /// Somebody is no member of a room any more, and their sockets take no part in it.
    func left(_ user: UserID, _ room: RoomID) {
        places[user]?[room] = nil
        told[user]?.remove(room)
    }

    /// A room is no more.
    func gone(_ room: RoomID) {
        for user in places.keys { places[user]?[room] = nil }
        for user in told.keys { told[user]?.remove(room) }
    }

    /// A deleted account is offline at once.
    func forget(_ user: UserID, hub: Hub) {
        hub.native.home.forget(user, hub: hub)
        announce(user, isOnline: false, hub: hub)
    }

    /// These have been away for too long, those of the dialect among them.
    func went(_ users: [UserID], hub: Hub) { for user in users { announce(user, isOnline: false, hub: hub) } }

    private func noticed(_ named: NamedTypist, _ connection: ConnectionID, hub: Hub) {
        let typist = Typist(user: named.user, room: named.room)
        let isNoted = hub.native.home.noted(isTyping: named.isTyping, typist, on: connection, hub: hub)
        typists[typist] = named.isTyping && isNoted ? (named, connection) : nil
    }

    /// Nobody types for ever: the rooms are told OUT in the name of who went silent or away.
    func fellSilent(_ ended: [Typist], hub: Hub) {
        for typist in ended {
            guard let (named, connection) = typists.removeValue(forKey: typist) else { continue }
            hub.chatApp.publishTyping(
                isTyping: false, room: named.room, roomHandle: named.roomHandle, userHandle: named.userHandle,
                by: connection, hub: hub)
        }
    }

    /// Tells every loop, and then each of the user's rooms. Of users who are none of the dialect's there is nothing to
    /// tell.
    private func announce(_ user: UserID, isOnline: Bool, hub: Hub) {
        guard let handle = handles[user] else { return }
        var named: [RoomID: String] = [:]
        if !isOnline {
            handles[user] = nil
            named = places.removeValue(forKey: user) ?? [:]
            told[user] = nil
        }
        joinedDuringLookup[user] = []
        let limit = limits.listEntriesMax
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.rooms(of: user, limit: limit)
        } then: { hub, result in
            let joined = self.joinedDuringLookup.removeValue(forKey: user) ?? []
            // Answers may come in another order than they were asked for: what is no longer so is not told.
            guard hub.native.home.isOnline(user) == isOnline else { return }
            // Right before the frames, and not earlier: a newcomer in between would hear of it twice.
            hub.tellAll(.presence(user, handle: handle, isOnline: isOnline))
            if isOnline { named = self.places[user] ?? [:] }
            if case .success(let rooms) = result {
                for summary in rooms where summary.room.isOpen { named[summary.room.id] = summary.room.handle }
            }
            for (room, roomHandle) in named.sorted(by: { $0.key < $1.key }) {
                if isOnline {
                    if !joined.contains(room) { self.tell(room, roomHandle, of: user, hub: hub) }
                } else {
                    self.publishStatus(isOnline: false, of: user, handle, in: room, roomHandle, hub: hub)
                }
            }
        }
    }

    private func publishStatus(
        isOnline: Bool, of user: UserID, _ handle: String, in room: RoomID, _ roomHandle: String, hub: Hub
    ) {
        let json = ChatAppFrame.status(isOnline: isOnline, roomHandle: roomHandle, userHandle: handle)
        hub.chatApp.publish(json, to: room, excluding: .user(user), isEphemeral: true, hub: hub)
    }
}
