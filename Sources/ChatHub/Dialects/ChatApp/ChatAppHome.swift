import ChatDomain
import ChatStore

/// The ephemeral state that one loop holds for all: who of its users is online, who types in its rooms, and (on loop 0)
/// how many chat-app sockets there are.
final class ChatAppHome {
    private var presence: Presence
    private var typing: TypingTracker
    /// The handles of users with presence here.
    private var handles: [UserID: String] = [:]
    /// What a frame about each typist needs.
    private var typists: [Typist: (notice: TypingNotice, connection: ConnectionID)] = [:]
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
        presence = Presence(graceMs: Int64(limits.presenceGraceMs))
        typing = TypingTracker(expireMs: Int64(limits.typingExpireMs))
    }

    var nextDeadline: Instant? {
        guard let a = presence.nextDeadline else { return typing.nextDeadline }
        guard let b = typing.nextDeadline else { return a }
        return min(a, b)
    }

    func advance(hub: Hub) {
        if let deadline = presence.nextDeadline, deadline <= hub.now {
            for change in presence.advance(to: hub.now) { announce(change, hub: hub) }
        }
        if let deadline = typing.nextDeadline, deadline <= hub.now {
            for typist in typing.expire(at: hub.now) { announceEnd(of: typist, hub: hub) }
        }
    }

    func handle(_ message: ChatAppPost, hub: Hub) {
        switch message {
        case .joined(let user, let handle, let connection):
            // A loop that has not heard of the deletion yet will say that the socket is nobody's.
            guard !hub.chatApp.directory.isGone(user) else { return }
            handles[user] = handle
            if let change = presence.join(user, on: connection, at: hub.now) { announce(change, hub: hub) }
        case .tookPart(let user, let room, let roomHandle): tookPart(user, in: room, roomHandle, hub: hub)
        case .left(let user, let connection):
            if let change = presence.leave(user, on: connection, at: hub.now) { announce(change, hub: hub) }
        case .typing(let notice, let connection): noticed(notice, connection, hub: hub)
        case .stoppedTyping(let connection):
            for typist in typing.left(connection) { announceEnd(of: typist, hub: hub) }
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
        guard presence.isOnline(user) else { return }
        joinedDuringLookup[user]?.insert(room)
        tell(room, roomHandle, of: user, hub: hub)
    }

    /// A socket of the user has named a room. While their rooms are being looked up, it waits with them.
    private func tookPart(_ user: UserID, in room: RoomID, _ roomHandle: String, hub: Hub) {
        guard presence.isOnline(user), places[user, default: [:]].count < limits.listEntriesMax else { return }
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
        if let change = presence.forget(user) { announce(change, hub: hub) }
    }

    private func noticed(_ notice: TypingNotice, _ connection: ConnectionID, hub: Hub) {
        let key = Typist(user: notice.user, room: notice.room)
        if notice.isTyping {
            _ = typing.started(notice.user, in: notice.room, on: connection, at: hub.now)
            typists[key] = (notice, connection)
            // The tracker is bounded, and forgets the oldest without a word.
            if typists.count > typing.limit { typists[key] = nil }
        } else {
            _ = typing.stopped(notice.user, in: notice.room)
            typists[key] = nil
        }
    }

    /// Nobody types for ever: the room is told OUT in the name of who went silent or away.
    private func announceEnd(of typist: Typist, hub: Hub) {
        guard let (notice, connection) = typists.removeValue(forKey: typist)
        else { return }
        hub.chatApp.publishTyping(
            isTyping: false, room: notice.room, roomHandle: notice.roomHandle, userHandle: notice.userHandle,
            by: connection, hub: hub)
    }

    /// Tells every loop, and then each of the user's rooms.
    private func announce(_ change: PresenceChange, hub: Hub) {
        let (user, isOnline) =
            switch change {
            case .online(let user): (user, true)
            case .offline(let user, _): (user, false)
            }
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
            guard self.presence.isOnline(user) == isOnline else { return }
            // Right before the frames, and not earlier: a newcomer in between would hear of it twice.
            hub.tellAll(.presence(PresenceNotice(user: user, userHandle: handle, isOnline: isOnline)))
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
