import ChatDomain
import ChatStore
import WSProtocol

/// The native protocol on one loop: accounts, rooms, messages, presence, by REST and by the socket `/v1/ws`.
///
/// Its parts are in this folder; what each loop is told of commits comes in here, and goes on to the streams that
/// sockets of this loop are subscribed to.
final class Native {
    let limits: HubLimits
    let loopIndex: Int
    let identity: Identity

    /// The rooms that sockets of this loop are subscribed to.
    var rooms: [RoomID: NativeRoom] = [:]
    /// The users with sockets on this loop.
    var users: [UserID: NativeUser] = [:]
    var lookups = TokenLookups()
    var sessions: SessionCache
    /// What this loop holds for all, of the users and rooms whose home it is.
    let home: NativeHome
    let watching: PresenceWatching
    let activity: ActivityBoard
    /// Those of whom everything is being sent to them.
    var exporting: Set<UserID> = []
    var lastTypingQuestion: UInt64 = 0

    /// Of the users whose home this loop is.
    var gate: UserGate

    /// Where frames are written before their length is known; kept, so that it costs no memory each time.
    var scratch: [UInt8] = []

    init(configuration: HubConfiguration) {
        limits = configuration.limits
        loopIndex = configuration.loopIndex
        identity = Identity(configuration: configuration)
        sessions = SessionCache(changes: configuration.accountChanges)
        home = NativeHome(limits: configuration.limits)
        watching = PresenceWatching(configuration: configuration)
        activity = ActivityBoard(limits: configuration.limits)
        gate = UserGate(limits: configuration.limits)
    }

    /// When `advance` has something to do next; nil while nothing waits.
    var nextDeadline: Instant? {
        [identity.nextDeadline, home.nextDeadline, watching.nextDeadline, activity.nextDeadline].compactMap { $0 }.min()
    }

    /// Nothing waits to be handed to the store.
    var isSettled: Bool { home.isSettled }

    func advance(hub: Hub) {
        identity.advance(hub: hub)
        home.advance(hub: hub)
        watching.advance(hub: hub)
        activity.advance(hub: hub)
    }

    /// What the store has committed to a room's stream: on every loop, in order.
    func committed(_ event: Event, hub: Hub) {
        endTyping(by: event, hub: hub)
        activity.heard(event, at: hub.now)
        guard let room = rooms[event.room] else { return }
        room.heard = event.offset
        room.floors.heard(event.offset)
        switch event.kind {
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
            // First, so that they get nothing more of the room.
            removed(user, from: room, by: event, hub: hub)
        case .memberJoined(let user, _, _):
            for sync in room.syncing where sync.session.user?.id == user {
                if case .locating(.removed?) = sync.phase { sync.phase = .locating(nil) }
            }
        case .roomUpdated(let stored, _): room.history = stored.history
        default: break
        }
        if let epoch = room.epoch, !room.isUnused {
            if room.history == .joined, let seq = event.kind.changedSeq {
                return conceal(event, of: seq, in: room, epoch: epoch, hub: hub)
            }
            publish(to: room.topic, except: room.floors, holding: room.syncing, offset: event.offset, hub: hub) {
                NativeJSON.append(event, epoch: epoch, to: &$0)
            }
        } else {
            // Nobody knows yet whether anybody may read it: the log will tell.
            for sync in room.syncing { sync.target = max(sync.target, event.offset) }
        }
        if case .roomDeleted = event.kind { deleted(room, hub: hub) }
    }

    /// Makes one frame, for all sockets of a stream.
    private func publish(
        to topic: Listeners?, except floors: Floors, holding syncing: [StreamSync], offset: Int64, hub: Hub,
        _ write: (inout JSONWriter) -> Void
    ) {
        var json = JSONWriter(appendingTo: scratch)
        scratch = []
        write(&json)
        var bytes = json.takeBytes()
        if let topic {
            if offset > floors.max {
                hub.publishText(bytes.span, to: topic, reachesOtherLoops: false)
            } else {
                sendLate(bytes.span, to: topic, except: floors.connections(with: offset), hub: hub)
            }
        }
        if !syncing.isEmpty {
            var frame: [UInt8] = []
            frame.reserveCapacity(bytes.count + 10)
            FrameEncoder.append(.text, bytes.span, to: &frame)
            for sync in syncing { sync.hold(frame, offset: offset, bytesMax: heldBytesMax) }
        }
        bytes.removeAll(keepingCapacity: true)
        if bytes.capacity <= 65_536 { scratch = bytes }
    }

    /// What has happened to a message that not every member may see: who may not gets an event that says nothing.
    private func conceal(_ event: Event, of seq: Int64, in room: NativeRoom, epoch: Epoch, hub: Hub) {
        for sync in room.syncing { sync.leaveToLog(event.offset) }
        guard let topic = room.topic else { return }
        guard topic.members.contains(where: { topic.joinedAfter(of: $0) >= seq }) else {
            return publish(to: topic, except: room.floors, holding: [], offset: event.offset, hub: hub) {
                NativeJSON.append(event, epoch: epoch, to: &$0)
            }
        }
        var concealed = event
        concealed.kind = .messageConcealed(seq: seq)
        let whole = NativeJSON.bytes { NativeJSON.append(event, epoch: epoch, to: &$0) }
        let rest = NativeJSON.bytes { NativeJSON.append(concealed, epoch: epoch, to: &$0) }
        let known = room.floors.connections(with: event.offset)
        hub.flush(topic)
        // As a copy: who takes too little leaves.
        for member in topic.members where !known.contains(member.id) {
            hub.enqueueText(topic.joinedAfter(of: member) >= seq ? rest.span : whole.span, to: member)
        }
    }

    /// An event that some have read from the log already, for the others.
    private func sendLate(_ text: Span<UInt8>, to topic: Listeners, except known: Set<ConnectionID>, hub: Hub) {
        hub.flush(topic)
        // As a copy: who takes too little leaves.
        for member in topic.members where !known.contains(member.id) { hub.enqueueText(text, to: member) }
    }

    /// What is held back for one socket whose streams are being looked up.
    var heldBytesMax: Int { min(262_144, limits.queueBytesMax / 4) }

    /// What the same commit did to users: on every loop, after its events.
    func noticed(_ notice: Notice, hub: Hub) {
        sessions.noticed(notice)
        changePresence(by: notice, hub: hub)
        switch notice {
        case .user(let event):
            guard let user = users[event.user] else { return }
            user.heard = event.offset
            user.floors.heard(event.offset)
            publish(to: user.topic, except: user.floors, holding: user.syncing, offset: event.offset, hub: hub) {
                NativeJSON.append(event, to: &$0)
            }
        case .sessionsEnded(let user, let ids): sessionsEnded(ids, of: user, hub: hub)
        case .accountDeleted(let user, _): accountDeleted(user, hub: hub)
        case .profileChanged(let account):
            users[account.user.id]?.user = account.user
            users[account.user.id]?.settings = account.settings
        case .faceChanged(let user, let rooms): activity.heard(user, in: rooms, at: hub.now)
        case .blockChanged: break
        }
    }
}
