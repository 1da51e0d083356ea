import ChatDomain
import ChatStore

/// Who on this loop watches whose presence: at most 200 users a connection, and only those that the watcher shares a
/// room with, and who have not blocked them.
///
/// The list is checked when it is given, and again, a second later, whenever a watcher or somebody watched has left a
/// room; who is on it no more looks offline from then on.
final class PresenceWatching {
    private struct Watch {
        let viewer: UserID
        var users: Set<UserID> = []
        /// The states that the homes are being asked for.
        var pending: Pending?
        /// Tells the latest list from earlier ones whose look-up is still under way.
        var question: UInt64
    }

    private struct Pending {
        var states: [UserID: PresenceSnapshot]
        /// How many homes have not answered.
        var missing: Int
        var commandID: String
    }

    private static let recheckMs: Int64 = 1_000

    private let loopIndex: Int
    private var watches: [ConnectionID: Watch] = [:]
    private var watchers: [UserID: Set<ConnectionID>] = [:]
    /// The connections that watch, by whose they are.
    private var idsByViewer: [UserID: Set<ConnectionID>] = [:]
    private var lastQuestion: UInt64 = 0
    private var unchecked: Set<ConnectionID> = []
    private(set) var nextDeadline: Instant?

    init(configuration: HubConfiguration) {
        loopIndex = configuration.loopIndex
    }

    // MARK: Watching

    /// Replaces the connection's list.
    ///
    /// - Parameter commandID: what the ack, which goes right before the states, carries.
    func watch(_ users: [UserID], by viewer: UserID, on id: ConnectionID, commandID: String, hub: Hub) {
        lastQuestion += 1
        let question = lastQuestion
        drop(id, hub: hub)
        watches[id] = Watch(viewer: viewer, question: question)
        idsByViewer[viewer, default: []].insert(id)
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [UserID: PresenceSnapshot] in
            try Self.visible(users, to: viewer, reader)
        } then: { hub, result in
            guard self.watches[id]?.question == question else { return }
            guard case .success(let stored) = result else {
                self.drop(id, hub: hub)
                guard let connection = hub.connection(id) else { return }
                hub.native.fail(commandID, .unavailable, on: connection, hub: hub)
                return
            }
            self.begin(stored, on: id, question: question, commandID: commandID, hub: hub)
        }
    }

    /// Those of the users that the viewer may watch, each as they would look if they were not connected.
    private static func visible(
        _ users: [UserID], to viewer: UserID, _ reader: borrowing any ChatStoreReader
    ) throws(StoreError) -> [UserID: PresenceSnapshot] {
        var visible: [UserID: PresenceSnapshot] = [:]
        for user in try reader.contacts(of: viewer, among: users) where try !reader.hasBlocked(viewer, by: user) {
            guard let account = try reader.account(user) else { continue }
            visible[user] = PresenceSnapshot(
                state: .offline, devices: 0, lastSeen: account.settings.hidesLastSeen ? nil : account.lastSeen)
        }
        return visible
    }

    private func begin(
        _ stored: [UserID: PresenceSnapshot], on id: ConnectionID, question: UInt64, commandID: String,
        hub: Hub
    ) {
        let byHome = Dictionary(grouping: stored.keys) { hub.homes.home(of: .user($0)) }
        watches[id]?.users = Set(stored.keys)
        for user in stored.keys { watchers[user, default: []].insert(id) }
        watches[id]?.pending = Pending(states: stored, missing: byHome.count, commandID: commandID)
        guard !byHome.isEmpty else { return answer(id, hub: hub) }
        let asker = hub.askLoops(answers: byHome.count) { hub, answer in
            self.heard(answer, on: id, question: question, hub: hub)
        }
        for (home, users) in byHome { hub.tell(loop: home, .nativeHome(.watch(users, loop: loopIndex, asker))) }
    }

    /// One of the homes has said who of its users is connected.
    private func heard(_ answer: Answer, on id: ConnectionID, question: UInt64, hub: Hub) {
        guard let watch = watches[id], watch.question == question, let pending = watch.pending else { return }
        guard case .presence(let states) = answer else {
            drop(id, hub: hub)
            guard let connection = hub.connection(id) else { return }
            return hub.native.fail(pending.commandID, .unavailable, retryAfterMs: 1_000, on: connection, hub: hub)
        }
        watches[id]?.pending?.states.merge(states) { _, live in live }
        watches[id]?.pending?.missing -= 1
        if pending.missing == 1 { self.answer(id, hub: hub) }
    }

    /// The connection has ended.
    func left(_ id: ConnectionID, hub: Hub) {
        drop(id, hub: hub)
        unchecked.remove(id)
    }

    private func drop(_ id: ConnectionID, hub: Hub) {
        guard let watch = watches.removeValue(forKey: id) else { return }
        for user in watch.users { unwatch(user, id, hub: hub) }
        idsByViewer[watch.viewer]?.remove(id)
        if idsByViewer[watch.viewer]?.isEmpty == true { idsByViewer[watch.viewer] = nil }
    }

    private func unwatch(_ user: UserID, _ id: ConnectionID, hub: Hub) {
        watchers[user]?.remove(id)
        guard watchers[user]?.isEmpty == true else { return }
        watchers[user] = nil
        hub.tell(homeOf: .user(user), .nativeHome(.unwatch([user], loop: loopIndex)))
    }

    // MARK: Hearing

    private func answer(_ id: ConnectionID, hub: Hub) {
        guard let pending = watches[id]?.pending, let connection = hub.connection(id) else { return }
        watches[id]?.pending = nil
        hub.native.acknowledge(pending.commandID, on: connection, hub: hub)
        hub.enqueue(NativeFrame.presence("presence.state", pending.states), to: connection)
    }

    /// What has changed of those who are watched here.
    func tell(_ diffs: [UserID: PresenceSnapshot], hub: Hub) {
        var byConnection: [ConnectionID: [UserID: PresenceSnapshot]] = [:]
        for (user, snapshot) in diffs {
            for id in watchers[user] ?? [] {
                if watches[id]?.pending != nil {
                    watches[id]?.pending?.states[user] = snapshot
                } else {
                    byConnection[id, default: [:]][user] = snapshot
                }
            }
        }
        for (id, diffs) in byConnection { tell(diffs, id, hub: hub) }
    }

    /// Presence is ephemeral: a connection that is slow does without.
    private func tell(_ diffs: [UserID: PresenceSnapshot], _ id: ConnectionID, hub: Hub) {
        guard let connection = hub.connection(id), connection.outbox.byteCount <= hub.limits.queueBytesMax / 2 else {
            return
        }
        hub.enqueue(NativeFrame.presence("presence.diff", diffs), to: connection)
    }

    // MARK: Losing sight

    /// The user has left a room: some may not see them any more, nor they some.
    func leftRoom(_ user: UserID, hub: Hub) {
        for id in watchers[user] ?? [] { recheck(id, hub: hub) }
        for id in idsByViewer[user] ?? [] { recheck(id, hub: hub) }
    }

    /// Somebody has blocked somebody.
    func blocked(_ viewer: UserID, by user: UserID, hub: Hub) {
        for id in watchers[user] ?? [] where watches[id]?.viewer == viewer { recheck(id, hub: hub) }
    }

    private func recheck(_ id: ConnectionID, hub: Hub) {
        unchecked.insert(id)
        if nextDeadline == nil { nextDeadline = hub.now.advanced(byMs: Self.recheckMs) }
    }

    func advance(hub: Hub) {
        guard let due = nextDeadline, due <= hub.now else { return }
        nextDeadline = nil
        for id in unchecked {
            guard let watch = watches[id] else { continue }
            let users = Array(watch.users)
            hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Set<UserID> in
                Set(try Self.visible(users, to: watch.viewer, reader).keys)
            } then: { hub, result in
                guard case .success(let visible) = result, self.watches[id]?.question == watch.question else { return }
                self.lose(watch.users.subtracting(visible), id, hub: hub)
            }
        }
        unchecked = []
    }

    private func lose(_ users: Set<UserID>, _ id: ConnectionID, hub: Hub) {
        guard !users.isEmpty else { return }
        var diffs: [UserID: PresenceSnapshot] = [:]
        for user in users where watches[id]?.users.remove(user) != nil {
            unwatch(user, id, hub: hub)
            diffs[user] = PresenceSnapshot(state: .offline, devices: 0)
            watches[id]?.pending?.states[user] = nil
        }
        tell(diffs, id, hub: hub)
    }
}
