import ChatDomain
import ChatStore

/// Who on this loop watches whose presence: at most 200 users a connection, and only those that the watcher shares a
/// room with, and who have not blocked them.
///
/// Who may be seen is asked when the list is given, and again whenever that may have changed: at once when a block begins
/// or ends, a second later when somebody has come to a room or left one. Who may be seen no more looks offline from then
/// on; of who may be seen again the present state is told.
final class PresenceWatching {
    private struct Watch {
        let viewer: UserID
        /// Those of the list whose state has been told, and is told when it changes.
        var seen: Set<UserID> = []
        /// Those of the list who may not be seen, or of whom that is not known yet.
        var unseen: Set<UserID>
        /// Of the list that nothing has been told of yet: what the ack, which goes right before the states, carries.
        var commandID: String?
        /// The states that the homes are being asked for.
        var pending: Pending?
        /// Tells the latest look from earlier ones, whose answers count no more.
        var question: UInt64 = 0
    }

    private struct Pending {
        var states: [UserID: PresenceSnapshot]
        /// How many homes have not answered.
        var missing: Int
    }

    private static let recheckMs: Int64 = 1_000

    private let loopIndex: Int
    private var watches: [ConnectionID: Watch] = [:]
    /// The connections that see a user, or are about to.
    private var watchers: [UserID: Set<ConnectionID>] = [:]
    /// The connections that would like to see a user.
    private var waiting: [UserID: Set<ConnectionID>] = [:]
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
    /// - Parameter commandID: what the ack carries.
    func watch(_ users: [UserID], by viewer: UserID, on id: ConnectionID, commandID: String, hub: Hub) {
        drop(id, hub: hub)
        watches[id] = Watch(viewer: viewer, unseen: Set(users), commandID: commandID)
        idsByViewer[viewer, default: []].insert(id)
        for user in users { waiting[user, default: []].insert(id) }
        look(id, hub: hub)
    }

    /// Finds out who of the list may be seen, and tells the connection what that changes.
    private func look(_ id: ConnectionID, hub: Hub) {
        guard var watch = watches[id] else { return }
        lastQuestion += 1
        let question = lastQuestion
        watch.question = question
        let untold = watch.pending?.states.keys.map { $0 } ?? []
        watch.pending = nil
        watches[id] = watch
        // Their states may be those of before: they are asked for again.
        for user in untold { lose(user, id, hub: hub) }
        let (viewer, users) = (watch.viewer, Array(watch.seen.union(watch.unseen).union(untold)))
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [UserID: PresenceSnapshot] in
            try Self.visible(users, to: viewer, reader)
        } then: { hub, result in
            guard self.watches[id]?.question == question else { return }
            guard case .success(let stored) = result else { return self.failed(id, hub: hub) }
            self.found(stored, id, hub: hub)
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

    private func found(_ visible: [UserID: PresenceSnapshot], _ id: ConnectionID, hub: Hub) {
        guard let seen = watches[id]?.seen else { return }
        var lost: [UserID: PresenceSnapshot] = [:]
        for user in seen where visible[user] == nil {
            watches[id]?.seen.remove(user)
            lose(user, id, hub: hub)
            lost[user] = PresenceSnapshot(state: .offline, devices: 0)
        }
        if !lost.isEmpty { tell(lost, id, hub: hub) }
        let gained = visible.filter { !seen.contains($0.key) }
        guard !gained.isEmpty || watches[id]?.commandID != nil else { return }
        ask(gained, id, hub: hub)
    }

    /// Asks the homes of those who may be seen how they are now, and has them tell from then on.
    private func ask(_ states: [UserID: PresenceSnapshot], _ id: ConnectionID, hub: Hub) {
        guard let question = watches[id]?.question else { return }
        let byHome = Dictionary(grouping: states.keys) { hub.homes.home(of: .user($0)) }
        for user in states.keys {
            watches[id]?.unseen.remove(user)
            remove(id, from: &waiting, user)
            watchers[user, default: []].insert(id)
        }
        watches[id]?.pending = Pending(states: states, missing: byHome.count)
        guard !byHome.isEmpty else { return answer(id, hub: hub) }
        let asker = hub.askLoops(answers: byHome.count) { hub, answer in
            self.heard(answer, on: id, question: question, hub: hub)
        }
        for (home, users) in byHome { hub.tell(loop: home, .nativeHome(.watch(users, loop: loopIndex, asker))) }
    }

    /// One of the homes has said who of its users is connected.
    private func heard(_ answer: Answer, on id: ConnectionID, question: UInt64, hub: Hub) {
        guard let watch = watches[id], watch.question == question, let pending = watch.pending else { return }
        guard case .presence(let states) = answer else { return failed(id, hub: hub) }
        watches[id]?.pending?.states.merge(states) { _, live in live }
        watches[id]?.pending?.missing -= 1
        if pending.missing == 1 { self.answer(id, hub: hub) }
    }

    /// The store or a home does not answer: whoever has given the list is told so; one that stands is looked at again.
    private func failed(_ id: ConnectionID, hub: Hub) {
        guard let commandID = watches[id]?.commandID else { return recheck(id, hub: hub) }
        drop(id, hub: hub)
        guard let connection = hub.connection(id) else { return }
        hub.native.fail(commandID, .unavailable, retryAfterMs: 1_000, on: connection, hub: hub)
    }

    /// The connection has ended.
    func left(_ id: ConnectionID, hub: Hub) {
        drop(id, hub: hub)
        unchecked.remove(id)
    }

    private func drop(_ id: ConnectionID, hub: Hub) {
        guard let watch = watches.removeValue(forKey: id) else { return }
        for user in watch.seen { unwatch(user, id, hub: hub) }
        for user in watch.pending?.states.keys.map({ $0 }) ?? [] { unwatch(user, id, hub: hub) }
        for user in watch.unseen { remove(id, from: &waiting, user) }
        remove(id, from: &idsByViewer, watch.viewer)
    }

    /// The connection sees the user no more, and would like to.
    private func lose(_ user: UserID, _ id: ConnectionID, hub: Hub) {
        watches[id]?.unseen.insert(user)
        waiting[user, default: []].insert(id)
        unwatch(user, id, hub: hub)
    }

    private func unwatch(_ user: UserID, _ id: ConnectionID, hub: Hub) {
        remove(id, from: &watchers, user)
        guard watchers[user] == nil else { return }
        hub.tell(homeOf: .user(user), .nativeHome(.unwatch([user], loop: loopIndex)))
    }

    private func remove(_ id: ConnectionID, from index: inout [UserID: Set<ConnectionID>], _ user: UserID) {
        index[user]?.remove(id)
        if index[user]?.isEmpty == true { index[user] = nil }
    }

    // MARK: Hearing

    /// Tells the states that have been asked for: all, behind the ack, or those that can be seen again.
    private func answer(_ id: ConnectionID, hub: Hub) {
        guard let watch = watches[id], let pending = watch.pending else { return }
        watches[id]?.pending = nil
        watches[id]?.commandID = nil
        watches[id]?.seen.formUnion(pending.states.keys)
        guard let commandID = watch.commandID else { return tell(pending.states, id, hub: hub) }
        guard let connection = hub.connection(id) else { return }
        hub.native.acknowledge(commandID, on: connection, hub: hub)
        hub.enqueue(NativeFrame.presence("presence.state", pending.states), to: connection)
    }

    /// What has changed of those who are watched here.
    func tell(_ diffs: [UserID: PresenceSnapshot], hub: Hub) {
        var byConnection: [ConnectionID: [UserID: PresenceSnapshot]] = [:]
        for (user, snapshot) in diffs {
            for id in watchers[user] ?? [] {
                if watches[id]?.pending?.states[user] != nil {
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

    // MARK: Losing sight, and gaining it

    /// The user has left a room: some may not see them any more, nor they some.
    func leftRoom(_ user: UserID, hub: Hub) {
        for id in watchers[user] ?? [] { recheck(id, hub: hub) }
        // It may be unknown as yet whether they may be seen.
        for id in waiting[user] ?? [] { recheck(id, hub: hub) }
        for id in idsByViewer[user] ?? [] { recheck(id, hub: hub) }
    }

    /// The user has come to a room: some may see them from now on, and they some.
    func joinedRoom(_ user: UserID, hub: Hub) {
        for id in waiting[user] ?? [] { recheck(id, hub: hub) }
        for id in idsByViewer[user] ?? [] where watches[id]?.unseen.isEmpty == false { recheck(id, hub: hub) }
    }

    /// Somebody has blocked the viewer, or does so no more.
    func blockChanged(_ viewer: UserID, by user: UserID, hub: Hub) {
        for id in idsByViewer[viewer] ?? []
        where watchers[user]?.contains(id) == true || waiting[user]?.contains(id) == true {
            look(id, hub: hub)
        }
    }

    private func recheck(_ id: ConnectionID, hub: Hub) {
        unchecked.insert(id)
        if nextDeadline == nil { nextDeadline = hub.now.advanced(byMs: Self.recheckMs) }
    }

    func advance(hub: Hub) {
        guard let due = nextDeadline, due <= hub.now else { return }
        nextDeadline = nil
        let ids = unchecked
        unchecked = []
        for id in ids { look(id, hub: hub) }
    }
}
