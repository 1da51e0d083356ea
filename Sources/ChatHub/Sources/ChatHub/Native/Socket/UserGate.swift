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
    func homeLoop(of user: UserID) -> Int { Int(UInt64(bitPattern: user.rawValue) % UInt64(loopCount)) }

    func handle(_ mail: NativeMail, hub: Hub) {
        switch mail {
        case .enter(let user, let id, let loop):
            let isAdmitted = gate.enter(user, id)
            hub.tell(loop: loop, .native(.entered(id, isAdmitted: isAdmitted)))
        case .entered(let id, let isAdmitted):
            guard let connection = hub.connection(id), let session = connection.nativeSession else { return }
            admitted(isAdmitted, session, connection, hub: hub)
        case .left(let user, let id): gate.leave(user, id)
        case .takeToken(let user, let loop, let question):
            let waitMs = gate.take(user, at: hub.now)
            hub.tell(loop: loop, .native(.token(question: question, waitMs: waitMs)))
        case .token(let question, let waitMs): tokenQuestions.removeValue(forKey: question)?(hub, waitMs)
        case .giveTokenBack(let user): gate.giveBack(user)
        }
    }

    /// Takes one of the user's tokens, wherever they are kept; `use` gets nil where there was one, else the milliseconds
    /// until there is.
    func takeToken(of user: UserID, hub: Hub, then use: @escaping (Hub, Int64?) -> Void) {
        guard limits.messagesPerSecond > 0 else { return use(hub, nil) }
        let home = homeLoop(of: user)
        guard home != loopIndex else { return use(hub, gate.take(user, at: hub.now)) }
        lastTokenQuestion += 1
        tokenQuestions[lastTokenQuestion] = use
        hub.tell(loop: home, .native(.takeToken(user, loop: loopIndex, question: lastTokenQuestion)))
    }

    func giveTokenBack(of user: UserID, hub: Hub) {
        guard limits.messagesPerSecond > 0 else { return }
        hub.tell(loop: homeLoop(of: user), .native(.giveTokenBack(user)))
    }
}
