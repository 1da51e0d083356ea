import ChatDomain
import ChatStore
import WSProtocol

/// From a client's position to being live: `StreamSync` says how.
extension Native {
    /// What became of the wish to read a stream.
    enum Locating {
        case denied(Problem)
        /// The stream's head; whether all that was missed will come.
        case found(isRecovered: Bool, StreamPosition)
    }

    /// Registers a sync with its stream: from now on it holds back what is published there.
    func begin(
        _ stream: StreamName, claim: PositionClaim?, _ session: NativeSession, _ connection: Connection
    ) -> StreamSync {
        let sync = StreamSync(stream, of: session, connection, claim: claim)
        session.syncs.append(sync)
        switch stream {
        case .me: session.user?.syncing.append(sync)
        case .room(let id): room(id).syncing.append(sync)
        }
        return sync
    }

    /// Takes the store's answer for a room.
    func locate(_ sync: StreamSync, in location: RoomLocation, at now: WallTime) -> Locating {
        guard let epoch = location.access.epoch, case .room(let id) = sync.stream else { return .denied(.notFound) }
        do throws(Problem) {
            try location.access.require(.read, at: now)
        } catch {
            return .denied(error)
        }
        switch sync.phase {
        case .locating(.gone?): return .denied(.notFound)
        case .locating(.removed(let offset)?) where offset > location.head:
            return .denied(location.access.problemWithoutMembership)
        case .locating, .sending, .reading, .over: break
        }
        let room = room(id)
        room.epoch = epoch
        // Where the store knows less than this loop has heard of, that counts.
        if room.history == nil || location.head >= room.heard { room.history = location.access.history }
        sync.joining = location.access.joining
        return locate(sync, epoch: epoch, head: location.head, from: location.access.sight.offset)
    }

    /// Takes the store's answer: where the head is, and behind which offset the stream is the user's to see.
    func locate(_ sync: StreamSync, epoch: Epoch, head: Int64, from first: Int64 = 0) -> Locating {
        sync.phase = .sending([])
        sync.head = head
        sync.last = head
        var isRecovered = false
        if case .at(let position)? = sync.claim, position.epoch == epoch,
            (first...max(first, head)).contains(position.offset),
            head - position.offset <= Int64(limits.historyEventsMax)
        {
            isRecovered = true
            sync.last = position.offset
        }
        sync.target = max(sync.target, head)
        return .found(isRecovered: isRecovered, StreamPosition(epoch: epoch, offset: head))
    }

    /// Ends a sync, finished or not; what it holds is dropped.
    func end(_ sync: StreamSync, hub: Hub) {
        guard !sync.isOver else { return }
        sync.phase = .over
        sync.dropHeld()
        let session = sync.session
        session.syncs.removeAll { $0 === sync }
        switch sync.stream {
        case .me: session.user?.syncing.removeAll { $0 === sync }
        case .room(let id):
            if let room = rooms[id] {
                room.syncing.removeAll { $0 === sync }
                tidy(room)
            }
        }
        sync.connection.isReplaying = session.syncs.contains { $0.isLocated }
        runFollowers(of: sync, hub: hub)
    }

    /// Sends what the socket's streams have missed, one stream after another, as far as the socket takes it.
    func pump(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        while session.isLive, let sync = session.syncs.first(where: \.isLocated) {
            connection.isReplaying = true
            guard sendPage(of: sync, hub: hub), session.isLive, !sync.isOver else { return }
            if sync.last >= sync.target {
                goLive(sync, hub: hub)
            } else {
                readPage(of: sync, hub: hub)
                return
            }
        }
    }

    /// No more than this waits for the socket before the next is sent.
    private var replayBytesMax: Int { min(65_536, limits.queueBytesMax / 4) }
    private static let pageEventsMax = 100
    private static let pageBytesMax = 65_536

    /// - Returns: whether everything that was read is sent.
    private func sendPage(of sync: StreamSync, hub: Hub) -> Bool {
        guard case .sending(let page) = sync.phase else { return false }
        var sent = 0
        let connection = sync.connection
        while sent < page.count {
            guard connection.outbox.byteCount < replayBytesMax else { break }
            let event = page[sent]
            send(to: connection, hub: hub) { json in
                switch event {
                case .room(let event, let epoch): NativeJSON.append(event, epoch: epoch, to: &json)
                case .user(let event): NativeJSON.append(event, to: &json)
                }
            }
            // It may have been cut.
            guard !sync.isOver else { return false }
            sync.last = event.offset
            sent += 1
        }
        if sent > 0 { sync.phase = .sending(Array(page[sent...])) }
        return sent == page.count
    }

    private func readPage(of sync: StreamSync, hub: Hub) {
        guard sync.connection.outbox.byteCount < replayBytesMax, let user = sync.session.user?.id else { return }
        sync.phase = .reading
        let (after, target) = (sync.last, sync.target)
        let limit = Int(min(Int64(Self.pageEventsMax), target - after))
        let stream = sync.stream
        let epoch: Epoch? = if case .room(let id) = stream { rooms[id]?.epoch } else { nil }
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [ReplayedEvent]? in
            var page: [ReplayedEvent] = []
            switch stream {
            case .me: page = try reader.userEvents(of: user, after: after, limit: limit).map { .user($0) }
            case .room(let id):
                guard let epoch else { return [] }
                page = try reader.events(in: id, after: after, limit: limit, for: user).map { .room($0, epoch) }
                // Deleted, which this loop has not heard of yet.
                if page.isEmpty, try reader.room(id) == nil { return nil }
            }
            return Self.beginning(of: page, bytesMax: Self.pageBytesMax)
        } then: { hub, result in
            guard !sync.isOver, sync.session.isLive else { return }
            if case .success(nil) = result { return self.end(sync, hub: hub) }
            // What is not there any more, or cannot be read, was promised: the client has to begin anew.
            guard case .success(let page?) = result, page.first?.offset == after + 1 else {
                self.close(sync.connection, .insufficientState, hub: hub)
                return
            }
            sync.phase = .sending(page)
            self.pump(sync.session, sync.connection, hub: hub)
        }
    }

    /// The first events, as many as have about that many bytes; at least one.
    private static func beginning(of page: [ReplayedEvent], bytesMax: Int) -> [ReplayedEvent] {
        var room = bytesMax
        var count = 0
        for event in page {
            room -= event.byteCount
            if room < 0, count > 0 { break }
            count += 1
        }
        return Array(page.prefix(count))
    }

    /// Everything up to the target is sent: what was held back follows, and then the socket is live.
    private func goLive(_ sync: StreamSync, hub: Hub) {
        let connection = sync.connection
        for frame in sync.takeHeld() { hub.enqueue(frame, to: connection) }
        guard !sync.isOver else { return }
        switch sync.stream {
        case .me:
            guard let user = sync.session.user else { return }
            let topic = hub.listeners(of: .nativeUser(user.id))
            user.topic = topic
            hub.join(topic, connection)
            if sync.last > user.heard {
                user.floors.add(connection.id, offset: sync.last) { hub.connection($0) != nil }
            }
        case .room(let id):
            let room = room(id)
            let topic = hub.listeners(of: .nativeRoom(id))
            room.topic = topic
            hub.join(topic, connection)
            if sync.joining.seq > 0 { topic.note(joinedAfter: sync.joining.seq, of: connection) }
            if sync.last > room.heard {
                room.floors.add(connection.id, offset: sync.last) { hub.connection($0) != nil }
            }
        }
        end(sync, hub: hub)
    }
}
