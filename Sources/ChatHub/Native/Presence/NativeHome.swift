import ChatDomain
import ChatStore

/// The state that one loop holds for all: the presence of its users and who watches them, and the typists and moving
/// markers of its rooms. The chat-app dialect looks at the same, in its own words (`ChatAppHome`).
final class NativeHome {
    private var presence: PresenceBoard
    private var typing: TypingBoard
    private var markers: MarkerBoard
    /// The loops with somebody who watches a user.
    private var watchingLoops: [UserID: Set<Int>] = [:]

    init(limits: HubLimits) {
        presence = PresenceBoard(graceMs: Int64(limits.presenceGraceMs), gatherMs: Int64(limits.presenceGatherMs))
        typing = TypingBoard(expireMs: Int64(limits.typingExpireMs), intervalMs: Int64(limits.typingIntervalMs))
        markers = MarkerBoard(intervalMs: Int64(limits.markerIntervalMs))
    }

    var nextDeadline: Instant? {
        [presence.nextDeadline, typing.nextDeadline, markers.nextDeadline].compactMap { $0 }.min()
    }

    func advance(hub: Hub) {
        if let deadline = presence.nextDeadline, deadline <= hub.now { advancePresence(hub) }
        if let deadline = typing.nextDeadline, deadline <= hub.now {
            for (room, list) in typing.advance(to: hub.now) {
                hub.publish(
                    NativeFrame.typing(list, in: room), to: .nativeRoom(room), isEphemeral: true)
            }
            hub.chatApp.home.fellSilent(typing.ended, hub: hub)
        }
        advanceMarkers(hub)
    }

    func handle(_ message: NativeHomePost, hub: Hub) {
        switch message {
        case .connected(let user, let device, let connection, let settings, let lastSeen):
            presence.connected(
                user, device: device, on: connection, settings: settings, lastSeen: lastSeen, at: hub.now)
        case .disconnected(let user, let connection):
            presence.disconnected(user, on: connection, at: hub.now, wallTime: hub.wallTime)
        case .isAway(let isAway, let user, let connection):
            presence.set(isAway: isAway, user, on: connection, at: hub.now)
        case .watch(let users, let loop, let asker):
            var states: [UserID: PresenceSnapshot] = [:]
            for user in users {
                watchingLoops[user, default: []].insert(loop)
                if presence.isKnown(user) { states[user] = presence.snapshot(of: user) }
            }
            hub.answer(asker, .presence(states))
        case .unwatch(let users, let loop):
            for user in users {
                watchingLoops[user]?.remove(loop)
                if watchingLoops[user]?.isEmpty == true { watchingLoops[user] = nil }
            }
        case .typing(let room, let user, let kind, let thread, let connection):
            typing.started(user, in: room, kind: kind, thread: thread, on: connection, at: hub.now)
        case .stoppedTyping(let room, let user): typing.stopped(user, in: room, at: hub.now)
        case .typistLeft(let connection): typing.left(connection, at: hub.now)
        case .marked(let move, let asker):
            if markers.mark(move, asker), let asker { hub.answer(asker, .done) }
        }
    }

    /// Somebody has said what they wrote, or may write no more: the room hears that they stopped.
    func stopped(_ user: UserID, in room: RoomID, hub: Hub) { typing.stopped(user, in: room, at: hub.now) }

    func settingsChanged(_ settings: UserSettings, of user: UserID, hub: Hub) {
        presence.set(settings, of: user, at: hub.now)
    }

    func forget(_ user: UserID, hub: Hub) { presence.forget(user, at: hub.now) }

    private func advancePresence(_ hub: Hub) {
        let (diffs, gone) = presence.advance(to: hub.now)
        hub.chatApp.home.went(presence.ended, hub: hub)
        if !gone.isEmpty { hub.submit(.account(.touch(sessions: [:], users: gone))) { _, _ in } }
        var byLoop: [Int: [UserID: PresenceSnapshot]] = [:]
        for (user, snapshot) in diffs {
            for loop in watchingLoops[user] ?? [] { byLoop[loop, default: [:]][user] = snapshot }
        }
        for (loop, diffs) in byLoop { hub.tell(loop: loop, .watched(diffs)) }
    }

    // MARK: The view of a dialect

    /// - Returns: whether the user has come online by it.
    func entered(_ user: UserID, on connection: ConnectionID, hub: Hub) -> Bool {
        presence.connected(user, device: nil, on: connection, at: hub.now)
    }

    func left(_ user: UserID, on connection: ConnectionID, hub: Hub) {
        presence.disconnected(user, on: connection, at: hub.now, wallTime: hub.wallTime)
    }

    func isOnline(_ user: UserID) -> Bool { presence.isOnline(user) }

    /// - Returns: whether there was room to note it.
    func noted(isTyping: Bool, _ typist: Typist, on connection: ConnectionID, hub: Hub) -> Bool {
        typing.noted(isTyping: isTyping, typist, on: connection, at: hub.now)
    }

    func typistLeft(_ connection: ConnectionID, hub: Hub) -> [Typist] { typing.left(connection, at: hub.now) }

    /// Nothing waits to be handed to the store.
    var isSettled: Bool { markers.isStored }

    /// Nothing will be stored later: what is known is stored now.
    func drain(hub: Hub) {
        let seen = presence.lastSeen(at: hub.wallTime).sorted { $0.key < $1.key }
        for start in stride(from: 0, to: seen.count, by: Self.usersPerDraft) {
            let users = seen[start..<min(start + Self.usersPerDraft, seen.count)]
            let times = Dictionary(users.map { ($0.key, $0.value) }) { first, _ in first }
            hub.submit(.account(.touch(sessions: [:], users: times))) { _, _ in }
        }
    }

    private static let usersPerDraft = 1_000

    // MARK: Markers

    /// Hands to the store what has moved, and tells of what is stored.
    private func advanceMarkers(_ hub: Hub) {
        tell(markers.advance(to: hub.now), hub: hub)
        let moved = markers.takeMoved(all: hub.isDraining)
        guard !moved.isEmpty else { return }
        hub.submit(.mark(moved.map(\.update))) { hub, outcome in
            var isStored = true
            if case .refused = outcome { isStored = false }
            let (told, askers) = self.markers.settle(moved, isStored: isStored, at: hub.now)
            self.tell(told, hub: hub)
            for asker in askers { hub.answer(asker, isStored ? .done : .unavailable) }
        }
    }

    /// Tells the rooms, and the users' other devices.
    private func tell(_ moved: [MarkerBoard.Moved], hub: Hub) {
        for mark in moved {
            if let read = mark.update.read {
                let room = mark.update.room
                let frame =
                    if let thread = mark.update.thread {
                        NativeFrame.threadMarked(thread, in: room, read: read, at: hub.wallTime)
                    } else {
                        NativeFrame.markerUpdated(room, read: read, at: hub.wallTime)
                    }
                hub.publish(frame, to: .nativeUser(mark.update.user), isEphemeral: true)
            }
            if mark.isTold, !mark.update.isPrivate {
                hub.publish(
                    NativeFrame.receipt(mark.update), to: .nativeRoom(mark.update.room), isEphemeral: true)
            }
        }
    }
}
