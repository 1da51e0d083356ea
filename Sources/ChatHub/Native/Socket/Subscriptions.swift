import ChatDomain
import ChatStore

/// Which sockets get which rooms' streams.
extension Native {
    /// How many rooms a socket is subscribed to, or is about to be.
    func subscriptionCount(of session: NativeSession, _ connection: Connection) -> Int {
        let live = connection.memberships.count { membership in
            if case .nativeRoom = membership.topic.audience { true } else { false }
        }
        return live + session.syncs.count { $0.stream != .me }
    }

    func isSubscribed(_ connection: Connection, to room: NativeRoom) -> Bool {
        room.topic?.contains(connection) ?? false
    }

    /// The room as this loop knows it, made if it does not.
    func room(_ id: RoomID) -> NativeRoom {
        if let room = rooms[id] { return room }
        let room = NativeRoom(id: id)
        rooms[id] = room
        return room
    }

    /// Forgets a room that nobody here is subscribed to any more.
    func tidy(_ room: NativeRoom) {
        if room.topic?.isEmpty == true { room.topic = nil }
        if room.isUnused, rooms[room.id] === room { rooms[room.id] = nil }
    }

    // MARK: Commands

    func subscribe(to id: RoomID, _ claim: PositionClaim?, _ call: SocketCall) {
        let (session, connection, hub) = (call.session, call.connection, call.hub)
        if let sync = session.sync(of: .room(id)) {
            follow(sync, .init(id: call.id, subscribes: true, claim: claim), hub: hub)
            return
        }
        if let room = rooms[id], let topic = room.topic, topic.contains(connection) {
            guard claim != nil else {
                // Before the answer, so that what it says is the head has been sent.
                hub.flush(topic)
                acknowledgeSubscription(call, room, isRecovered: nil, offset: room.position(of: connection))
                return
            }
            // Until it is live again it is a sync like any other.
            hub.leave(topic, connection)
        } else {
            guard subscriptionCount(of: session, connection) < limits.subscriptionsMax else {
                call.fail(.unprocessable, "A socket has \(limits.subscriptionsMax) subscriptions at most.")
                return
            }
        }
        let sync = begin(.room(id), claim: claim, session, connection)
        tidyTopic(of: room(id))
        guard let user = call.user?.id else { return }
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> RoomLocation in
            try RoomLocation.find(id, for: user, reader)
        } then: { _, result in
            self.answered(result, sync, call)
        }
    }

    private func tidyTopic(of room: NativeRoom) {
        if room.topic?.isEmpty == true { room.topic = nil }
    }

    private func answered(_ result: Result<RoomLocation, StoreError>, _ sync: StreamSync, _ call: SocketCall) {
        guard !sync.isOver, case .room(let id) = sync.stream else { return }
        switch result {
        case .failure:
            call.fail(.unavailable)
            end(sync, hub: call.hub)
        case .success(let location):
            switch locate(sync, in: location, at: call.hub.wallTime) {
            case .denied(let problem):
                call.fail(problem)
                end(sync, hub: call.hub)
            case .found(let isRecovered, let position):
                acknowledgeSubscription(
                    call, room(id), isRecovered: sync.claim == nil ? nil : isRecovered, offset: position.offset)
                pump(call.session, call.connection, hub: call.hub)
            }
        }
    }

    private func acknowledgeSubscription(_ call: SocketCall, _ room: NativeRoom, isRecovered: Bool?, offset: Int64) {
        call.acknowledge { json in
            json.member("room", room.id)
            if let epoch = room.epoch { json.member("epoch", epoch) }
            json.member("offset", offset)
            if let isRecovered { json.member("recovered", isRecovered) }
        }
    }

    func unsubscribe(from id: RoomID, _ call: SocketCall) {
        let hub = call.hub
        if let sync = call.session.sync(of: .room(id)) {
            guard sync.isLocated else {
                // Its `subscribe` is still to be answered.
                follow(sync, .init(id: call.id, subscribes: false), hub: hub)
                return
            }
            end(sync, hub: hub)
        } else if let room = rooms[id], let topic = room.topic, topic.contains(call.connection) {
            hub.leave(topic, call.connection)
            tidy(room)
        }
        call.acknowledge { json in
            json.member("room", id)
        }
    }

    /// Has a command wait until the stream's sync is over.
    private func follow(_ sync: StreamSync, _ follower: StreamSync.Follower, hub: Hub) {
        guard sync.followers.count < Self.followersMax else {
            let call = SocketCall(id: follower.id, session: sync.session, connection: sync.connection, hub: hub)
            call.fail(.rateLimited, "The room is still being subscribed to.", retryAfterMs: 1_000)
            return
        }
        sync.followers.append(follower)
    }

    private static let followersMax = 16

    func runFollowers(of sync: StreamSync, hub: Hub) {
        guard case .room(let id) = sync.stream, !sync.followers.isEmpty else { return }
        let followers = sync.followers
        sync.followers = []
        for follower in followers where sync.session.isLive {
            let call = SocketCall(id: follower.id, session: sync.session, connection: sync.connection, hub: hub)
            if follower.subscribes { subscribe(to: id, follower.claim, call) } else { unsubscribe(from: id, call) }
        }
    }

    // MARK: Being taken out

    /// Somebody is no member any more: their sockets get nothing more of the room, not even that.
    func removed(_ user: UserID, from room: NativeRoom, by event: Event, hub: Hub) {
        for sync in room.syncing where sync.session.user?.id == user {
            switch sync.phase {
            case .sending, .reading:
                // What the store knew when it said that the user is a member is no news.
                if event.offset > sync.head { end(sync, hub: hub) }
            case .locating(.gone?), .over: break
            case .locating: sync.phase = .locating(.removed(at: event.offset))
            }
        }
        guard let topic = room.topic else { return }
        for connection in users[user]?.connections ?? []
        where topic.contains(connection) && !room.floors.has(connection.id, event.offset) {
            hub.leave(topic, connection)
        }
        tidyTopic(of: room)
        // What still waits for the store keeps the room.
        tidy(room)
    }

    /// The room is no more; its subscribers have been told.
    func deleted(_ room: NativeRoom, hub: Hub) {
        for sync in room.syncing {
            switch sync.phase {
            case .sending, .reading: end(sync, hub: hub)
            case .locating: sync.phase = .locating(.gone)
            case .over: break
            }
        }
        if let topic = room.topic {
            while let member = topic.members.last { hub.leave(topic, member) }
        }
        tidy(room)
    }
}

/// What the store says of a room that somebody wants to read.
struct RoomLocation: Sendable {
    let access: RoomAccess
    /// The offset of the newest event.
    let head: Int64

    /// The head first: of whoever is a member afterwards, the removal has a higher offset.
    static func find(
        _ id: RoomID, for user: UserID, _ reader: borrowing any ChatStoreReader
    ) throws(StoreError) -> RoomLocation {
        let head = try reader.head(of: id).offset
        return RoomLocation(access: try RoomAccess.find(id, for: user, reader), head: head)
    }
}
