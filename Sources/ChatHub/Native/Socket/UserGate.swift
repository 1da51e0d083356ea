import ChatDomain

/// What a home loop holds of its users: how many sockets each has, and how much they may say.
///
/// With several loops a token is asked for by mail. Mail between two loops keeps its order, and so do the commands of a
/// socket that wait for one.
struct UserGate {
    private var sockets: [UserID: Set<ConnectionID>] = [:]
    private var limiter: RateLimiter<UserID>
    private let socketsMax: Int

    init(limits: HubLimits) {
        socketsMax = limits.userConnectionsMax
        limiter = RateLimiter(
            ratePerSecond: Double(limits.messagesPerSecond), burst: limits.messageBurst, keysMax: 100_000)
    }

    /// - Returns: whether the socket may come in.
    mutating func enter(_ user: UserID, _ connection: ConnectionID) -> Bool {
        guard sockets[user]?.count ?? 0 < socketsMax else { return false }
        sockets[user, default: []].insert(connection)
        return true
    }

    mutating func leave(_ user: UserID, _ connection: ConnectionID) {
        sockets[user]?.remove(connection)
        if sockets[user]?.isEmpty == true { sockets[user] = nil }
    }

    mutating func take(_ user: UserID, at now: Instant) -> Int64? { limiter.take(user, at: now) }

    mutating func giveBack(_ user: UserID) { limiter.giveBack(user) }
}

extension Native {
    func handle(_ mail: GatePost, hub: Hub) {
        switch mail {
        case .enter(let user, let id, let asker): hub.answer(asker, .admitted(gate.enter(user, id)))
        case .left(let user, let id): gate.leave(user, id)
        case .takeToken(let user, let asker): hub.answer(asker, .token(waitMs: gate.take(user, at: hub.now)))
        case .giveTokenBack(let user): gate.giveBack(user)
        }
    }

    /// Takes one of the user's tokens, wherever they are kept; `use` gets nil where there was one, else the milliseconds
    /// until there is, or, where nobody answers, until it is worth asking again.
    func takeToken(of user: UserID, hub: Hub, then use: @escaping (Hub, Int64?) -> Void) {
        guard limits.messagesPerSecond > 0 else { return use(hub, nil) }
        if hub.homes.isHere(.user(user)) { return use(hub, gate.take(user, at: hub.now)) }
        let asker = hub.askLoops { hub, answer in
            if case .token(let waitMs) = answer { use(hub, waitMs) } else { use(hub, 1_000) }
        }
        hub.tell(homeOf: .user(user), .native(.takeToken(user, asker)))
    }

    func giveTokenBack(of user: UserID, hub: Hub) {
        guard limits.messagesPerSecond > 0 else { return }
        hub.tell(homeOf: .user(user), .native(.giveTokenBack(user)))
    }
}
