import ChatDomain
import Testing

@Suite struct PresenceTests {
    private let ada = UserID(1)
    private let bob = UserID(2)
    private let phone = ConnectionID(number: 1, slot: 1)
    private let laptop = ConnectionID(number: 2, slot: 2)

    @Test func comesAndGoes() {
        var presence = Presence(graceMs: 30_000)
        #expect(!presence.isOnline(ada) && presence.nextDeadline == nil)
        #expect(presence.join(ada, on: phone, at: at(0)) == .online(ada))
        #expect(presence.isOnline(ada) && presence.connections(of: ada) == 1 && presence.nextDeadline == nil)
        #expect(presence.leave(ada, on: phone, at: at(1_000)) == nil)
        #expect(presence.isOnline(ada) && presence.connections(of: ada) == 0)
        #expect(presence.nextDeadline == at(31_000))
        #expect(presence.advance(to: at(30_999)) == [])
        #expect(presence.advance(to: at(31_000)) == [.offline(ada, lastSeen: at(1_000))])
        #expect(!presence.isOnline(ada) && presence.onlineCount == 0 && presence.nextDeadline == nil)
        #expect(presence.join(ada, on: phone, at: at(40_000)) == .online(ada))
    }

    @Test func hidesAReload() {
        var presence = Presence(graceMs: 30_000)
        _ = presence.join(ada, on: phone, at: at(0))
        _ = presence.leave(ada, on: phone, at: at(10))
        #expect(presence.join(ada, on: laptop, at: at(29_000)) == nil)
        #expect(presence.nextDeadline == nil)
        #expect(presence.advance(to: at(100_000)) == [])
        #expect(presence.leave(ada, on: laptop, at: at(100_000)) == nil)
        #expect(presence.advance(to: at(130_000)) == [.offline(ada, lastSeen: at(100_000))])
    }

    @Test func staysWithTheLastConnection() {
        var presence = Presence(graceMs: 10)
        _ = presence.join(ada, on: phone, at: at(0))
        #expect(presence.join(ada, on: laptop, at: at(1)) == nil)
        #expect(presence.join(ada, on: laptop, at: at(2)) == nil)
        #expect(presence.connections(of: ada) == 2)
        _ = presence.leave(ada, on: phone, at: at(3))
        _ = presence.leave(ada, on: phone, at: at(4))
        #expect(presence.connections(of: ada) == 1 && presence.nextDeadline == nil)
        _ = presence.leave(ada, on: laptop, at: at(5))
        #expect(presence.nextDeadline == at(15))
    }

    @Test func ignoresConnectionsItDoesNotKnow() {
        var presence = Presence(graceMs: 10)
        #expect(presence.leave(ada, on: phone, at: at(0)) == nil)
        _ = presence.join(ada, on: phone, at: at(1))
        #expect(presence.leave(ada, on: laptop, at: at(2)) == nil)
        #expect(presence.leave(bob, on: phone, at: at(2)) == nil)
        #expect(presence.isOnline(ada) && presence.nextDeadline == nil)
    }

    @Test func doesWithoutAGrace() {
        var presence = Presence(graceMs: 0)
        _ = presence.join(ada, on: phone, at: at(5))
        #expect(presence.leave(ada, on: phone, at: at(6)) == .offline(ada, lastSeen: at(6)))
        #expect(presence.nextDeadline == nil && !presence.isOnline(ada))
    }

    @Test func forgetsAnAccount() {
        var presence = Presence(graceMs: 10)
        #expect(presence.forget(ada) == nil)
        _ = presence.join(ada, on: phone, at: at(1))
        _ = presence.join(bob, on: laptop, at: at(2))
        _ = presence.leave(bob, on: laptop, at: at(3))
        _ = presence.advance(to: at(5))
        #expect(presence.forget(ada) == .offline(ada, lastSeen: at(5)))
        #expect(presence.forget(bob) == .offline(bob, lastSeen: at(3)))
        #expect(presence.leave(ada, on: phone, at: at(6)) == nil)
        #expect(presence.onlineUsers == [] && presence.nextDeadline == nil)
    }

    @Test func doesNotGoBackInTime() {
        var presence = Presence(graceMs: 10)
        _ = presence.join(ada, on: phone, at: at(100))
        _ = presence.leave(ada, on: phone, at: at(50))
        #expect(presence.nextDeadline == at(110))
        #expect(presence.advance(to: at(110)) == [.offline(ada, lastSeen: at(100))])
    }

    /// Against a plain list of users.
    @Test(arguments: UInt64(0)..<300) func agreesWithAList(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graceMs = Int64([0, 30, 30, 100][Int(seed % 4)])
        var presence = Presence(graceMs: graceMs)
        var model = PresenceModel(graceMs: graceMs)
        var now: Int64 = 0
        for _ in 0..<200 {
            now += Int64.random(in: 0...10, using: &random)
            let user = UserID(Int64.random(in: 1...5, using: &random))
            let connection = ConnectionID(number: UInt64.random(in: 1...3, using: &random), slot: 0)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7:
                #expect(presence.join(user, on: connection, at: at(now)) == model.join(user, connection, at: now))
            case 7..<15:
                #expect(presence.leave(user, on: connection, at: at(now)) == model.leave(user, connection, at: now))
            case 15: #expect(presence.forget(user) == model.forget(user))
            default: #expect(presence.advance(to: at(now)) == model.advance(to: now))
            }
            #expect(presence.nextDeadline?.milliseconds == model.users.compactMap(\.deadline).min())
            #expect(presence.onlineUsers == model.users.map(\.user).sorted())
            #expect(presence.onlineCount == model.users.count)
            for number in 1...5 {
                let user = UserID(Int64(number))
                let known = model.users.first { $0.user == user }
                #expect(presence.isOnline(user) == (known != nil))
                #expect(presence.connections(of: user) == known?.connections.count ?? 0)
            }
        }
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
}

/// What presence should be, worked out the slow way.
private struct PresenceModel {
    struct Online {
        let user: UserID
        var connections: Set<ConnectionID> = []
        var lastSeen: Int64 = 0
        /// nil while there is a connection.
        var deadline: Int64?
    }

    let graceMs: Int64
    /// In the order in which their graces began.
    var users: [Online] = []
    var latest: Int64 = 0

    init(graceMs: Int64) { self.graceMs = graceMs }

    mutating func join(_ user: UserID, _ connection: ConnectionID, at now: Int64) -> PresenceChange? {
        latest = now
        if let index = users.firstIndex(where: { $0.user == user }) {
            users[index].connections.insert(connection)
            users[index].deadline = nil
            return nil
        }
        users.append(Online(user: user, connections: [connection]))
        return .online(user)
    }

    mutating func leave(_ user: UserID, _ connection: ConnectionID, at now: Int64) -> PresenceChange? {
        latest = now
        guard let index = users.firstIndex(where: { $0.user == user && $0.connections.contains(connection) }) else {
            return nil
        }
        users[index].connections.remove(connection)
        guard users[index].connections.isEmpty else { return nil }
        var gone = users.remove(at: index)
        gone.lastSeen = now
        gone.deadline = now + graceMs
        users.append(gone)
        return graceMs == 0 ? advance(to: now).first : nil
    }

    mutating func forget(_ user: UserID) -> PresenceChange? {
        guard let index = users.firstIndex(where: { $0.user == user }) else { return nil }
        let gone = users.remove(at: index)
        let lastSeen = gone.deadline == nil ? latest : gone.lastSeen
        return .offline(user, lastSeen: Instant(milliseconds: lastSeen))
    }

    mutating func advance(to now: Int64) -> [PresenceChange] {
        latest = now
        let isOver = { (online: Online) in online.deadline.map { $0 <= now } ?? false }
        let gone = users.filter(isOver)
        users.removeAll(where: isOver)
        return gone.map { .offline($0.user, lastSeen: Instant(milliseconds: $0.lastSeen)) }
    }
}
