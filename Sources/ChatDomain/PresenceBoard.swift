/// What others see of a user's presence.
public struct PresenceSnapshot: Hashable, Sendable, Codable {
    /// What is shown.
    public enum State: UInt8, Sendable, Codable {
        case offline, away, online, doNotDisturb

        /// The name on the wire.
        public var name: String {
            switch self {
            case .offline: "offline"
            case .away: "away"
            case .online: "online"
            case .doNotDisturb: "dnd"
            }
        }
    }

    public var state: State
    /// How many different devices are connected; 0 where the user looks offline.
    public var devices: Int
    public var statusText: String
    /// When the user was last connected; nil while connected, where it is hidden, and where it is not known.
    public var lastSeen: WallTime?

    public init(state: State, devices: Int, statusText: String = "", lastSeen: WallTime? = nil) {
        self.state = state
        self.devices = devices
        self.statusText = statusText
        self.lastSeen = lastSeen
    }
}

/// Who is online, away, busy or offline, over all the devices of each user: the presence of all protocols.
///
/// A user shows the most available state of their live devices; `doNotDisturb` and `invisible`, chosen for the user,
/// win over it. Who has lost the last connection keeps the state they had for `graceMs`, so that nobody sees a reload.
/// Changes are gathered for `gatherMs` and then handed out once, as the state that there is then; what changed back in
/// between is not told.
///
/// Report everything that happens; set a timer to `nextDeadline`, and tell the watchers of what `advance` returns.
///
/// A dialect whose clients know only online and offline tells them of `connected` and of those who have `ended`, at
/// once. Its sockets are one device, and when its users were there is not kept.
public struct PresenceBoard: Sendable {
    public let graceMs: Int64
    public let gatherMs: Int64

    private struct Connected: Sendable {
        var device: String?
        var isAway: Bool
    }

    private struct Person: Sendable {
        var settings: UserSettings
        var connections: [ConnectionID: Connected] = [:]
        /// The best state of the devices, as of the last connection that was there.
        var deviceState = PresenceSnapshot.State.online
        var lastSeen: WallTime?
        /// The account is gone.
        var isForgotten = false
        /// What watchers were told last.
        var told: PresenceSnapshot
    }

    /// Everybody who is connected or within the grace.
    private var people: [UserID: Person] = [:]
    private var grace = DeadlineTable<UserID, Bool>()
    private var changed: Set<UserID> = []
    private var tellAt: Instant?
    /// Those whose grace the last `advance` has ended, the longest over first.
    public private(set) var ended: [UserID] = []

    public init(graceMs: Int64 = 30_000, gatherMs: Int64 = 1_000) {
        self.graceMs = max(0, graceMs)
        self.gatherMs = max(0, gatherMs)
    }

    /// A connection of the user's begins, on a device that is online.
    ///
    /// - Parameters:
    ///   - device: nil for a dialect's.
    ///   - lastSeen: as stored; used where the user was not known here.
    /// - Returns: whether the user was neither connected nor within the grace.
    @discardableResult
    public mutating func connected(
        _ user: UserID, device: String?, on connection: ConnectionID, settings: UserSettings = UserSettings(),
        lastSeen: WallTime? = nil, at now: Instant
    ) -> Bool {
        guard people[user]?.isForgotten != true else { return false }
        let isNew = people[user] == nil
        // Taken out, so that its connections are not copied.
        var person =
            people.removeValue(forKey: user)
            ?? Person(
                settings: settings, lastSeen: lastSeen,
                told: PresenceSnapshot(state: .offline, devices: 0, lastSeen: settings.hidesLastSeen ? nil : lastSeen))
        person.settings = settings
        person.connections[connection] = Connected(device: device, isAway: false)
        person.deviceState = .online
        people[user] = person
        grace.remove(user)
        note(user, at: now)
        return isNew
    }

    /// A connection of the user's has ended.
    public mutating func disconnected(
        _ user: UserID, on connection: ConnectionID, at now: Instant, wallTime: WallTime
    ) {
        guard let connected = people[user]?.connections[connection], var person = people.removeValue(forKey: user)
        else { return }
        person.connections[connection] = nil
        if connected.device != nil { person.lastSeen = wallTime }
        if person.connections.isEmpty {
            grace.set(user, to: true, deadline: now.advanced(byMs: graceMs))
        } else {
            person.deviceState = Self.best(of: person)
        }
        people[user] = person
        note(user, at: now)
    }

    /// The device behind the connection is away: nobody has touched it for a while, or it said so. Or it is back.
    public mutating func set(isAway: Bool, _ user: UserID, on connection: ConnectionID, at now: Instant) {
        guard people[user]?.connections[connection] != nil, var person = people.removeValue(forKey: user) else {
            return
        }
        person.connections[connection]?.isAway = isAway
        person.deviceState = Self.best(of: person)
        people[user] = person
        note(user, at: now)
    }

    /// The user has chosen other settings.
    public mutating func set(_ settings: UserSettings, of user: UserID, at now: Instant) {
        guard people[user] != nil else { return }
        people[user]?.settings = settings
        note(user, at: now)
    }

    /// The account is gone: the user is offline at once, and was never seen.
    public mutating func forget(_ user: UserID, at now: Instant) {
        guard var person = people[user] else { return }
        person.connections = [:]
        person.lastSeen = nil
        person.isForgotten = true
        people[user] = person
        grace.remove(user)
        note(user, at: now)
        tellAt = now
    }

    /// Ends the graces that are over, and returns what watchers must be told: each user whose state is another than the
    /// one told last. `gone` are those who are offline now, with the time to store as their last one.
    public mutating func advance(
        to now: Instant
    ) -> (diffs: [UserID: PresenceSnapshot], gone: [UserID: WallTime]) {
        var gone: [UserID: WallTime] = [:]
        ended = []
        while let entry = grace.removeFirst(dueBy: now) {
            ended.append(entry.key)
            if let lastSeen = people[entry.key]?.lastSeen { gone[entry.key] = lastSeen }
            note(entry.key, at: now)
        }
        // Whoever went is told of as soon as they went: the grace was long enough.
        if !ended.isEmpty { tellAt = now }
        guard let due = tellAt, due <= now else { return ([:], gone) }
        tellAt = nil
        var diffs: [UserID: PresenceSnapshot] = [:]
        for user in changed {
            let present = snapshot(of: user)
            guard present != people[user]?.told else { continue }
            people[user]?.told = present
            diffs[user] = present
        }
        for user in changed where people[user]?.isForgotten == true { people[user] = nil }
        for user in ended where people[user]?.connections.isEmpty == true { people[user] = nil }
        changed = []
        return (diffs, gone)
    }

    /// When `advance` has something to do next; nil while nothing waits.
    public var nextDeadline: Instant? {
        guard let end = grace.first?.deadline else { return tellAt }
        return tellAt.map { min($0, end) } ?? end
    }

    /// What others see of the user now. Of who is not known here it says offline, last seen unknown.
    public func snapshot(of user: UserID) -> PresenceSnapshot {
        guard let person = people[user] else { return PresenceSnapshot(state: .offline, devices: 0) }
        let isLive = !person.connections.isEmpty || grace[user] != nil
        let lastSeen = person.settings.hidesLastSeen ? nil : person.lastSeen
        guard isLive, !person.isForgotten, person.settings.availability != .invisible else {
            return PresenceSnapshot(state: .offline, devices: 0, lastSeen: lastSeen)
        }
        let state = person.settings.availability == .doNotDisturb ? .doNotDisturb : person.deviceState
        let devices = Set(person.connections.values.map(\.device)).count
        return PresenceSnapshot(state: state, devices: devices, statusText: person.settings.statusText)
    }

    /// When each user was there last, as it is to be stored if nothing more is heard of them: now for who is connected.
    public func lastSeen(at now: WallTime) -> [UserID: WallTime] {
        var times: [UserID: WallTime] = [:]
        for (user, person) in people where !person.isForgotten {
            let isKept = person.connections.values.contains { $0.device != nil }
            times[user] = isKept ? now : person.lastSeen
        }
        return times
    }

    /// Whether others see the user, whose account is there, as online: also within the grace.
    public func isOnline(_ user: UserID) -> Bool { people[user].map { !$0.isForgotten } ?? false }

    /// Whether the user is connected or within the grace.
    public func isKnown(_ user: UserID) -> Bool { people[user] != nil }

    /// How many connections the user has.
    public func connectionCount(of user: UserID) -> Int { people[user]?.connections.count ?? 0 }

    /// How many users are connected or within the grace.
    public var count: Int { people.count }

    private mutating func note(_ user: UserID, at now: Instant) {
        changed.insert(user)
        if tellAt == nil { tellAt = now.advanced(byMs: gatherMs) }
    }

    private static func best(of person: Person) -> PresenceSnapshot.State {
        person.connections.values.contains { !$0.isAway } ? .online : .away
    }
}
