import ChatDomain
import Testing

@Suite struct PresenceBoardTests {
    private let ada = UserID(1)
    private let phone = ConnectionID(number: 1, slot: 1)
    private let laptop = ConnectionID(number: 2, slot: 2)

    @Test func tellsAfterASecond() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        #expect(board.nextDeadline == at(1_000))
        #expect(board.advance(to: at(999)).diffs.isEmpty)
        #expect(board.advance(to: at(1_000)).diffs == [ada: PresenceSnapshot(state: .online, devices: 1)])
        #expect(board.nextDeadline == nil)
    }

    @Test func countsDevicesNotSockets() {
        var board = board()
        connect(&board, phone, "same", at: 0)
        connect(&board, laptop, "same", at: 0)
        #expect(board.snapshot(of: ada).devices == 1 && board.connectionCount(of: ada) == 2)
    }

    @Test func showsTheMostAvailableDevice() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        connect(&board, laptop, "laptop", at: 0)
        board.set(isAway: true, ada, on: laptop, at: at(1))
        #expect(board.snapshot(of: ada).state == .online)
        board.set(isAway: true, ada, on: phone, at: at(2))
        #expect(board.snapshot(of: ada).state == .away)
        board.set(isAway: false, ada, on: laptop, at: at(3))
        #expect(board.snapshot(of: ada).state == .online)
        board.disconnected(ada, on: laptop, at: at(4), wallTime: wall(4))
        #expect(board.snapshot(of: ada) == PresenceSnapshot(state: .away, devices: 1))
    }

    @Test func hidesAReload() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        _ = board.advance(to: at(1_000))
        board.disconnected(ada, on: phone, at: at(2_000), wallTime: wall(2_000))
        #expect(board.advance(to: at(3_000)).diffs == [ada: PresenceSnapshot(state: .online, devices: 0)])
        connect(&board, laptop, "laptop", at: 20_000)
        let told = board.advance(to: at(21_000))
        #expect(told.diffs == [ada: PresenceSnapshot(state: .online, devices: 1)] && told.gone.isEmpty)
        #expect(board.advance(to: at(90_000)).diffs.isEmpty)
    }

    @Test func isOfflineThirtySecondsAfterTheLastSocket() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        _ = board.advance(to: at(1_000))
        board.disconnected(ada, on: phone, at: at(2_000), wallTime: wall(2_000))
        _ = board.advance(to: at(3_000))
        #expect(board.nextDeadline == at(32_000))
        #expect(board.advance(to: at(31_999)).diffs.isEmpty)
        let told = board.advance(to: at(32_000))
        #expect(told.diffs == [ada: PresenceSnapshot(state: .offline, devices: 0, lastSeen: wall(2_000))])
        #expect(told.gone == [ada: wall(2_000)])
        #expect(board.count == 0 && board.nextDeadline == nil)
    }

    @Test(arguments: [
        (UserSettings.Availability.doNotDisturb, PresenceSnapshot(state: .doNotDisturb, devices: 1)),
        (.invisible, PresenceSnapshot(state: .offline, devices: 0, lastSeen: WallTime(milliseconds: 7))),
        (.automatic, PresenceSnapshot(state: .online, devices: 1)),
    ])
    func whatTheUserChoseWins(_ availability: UserSettings.Availability, _ expected: PresenceSnapshot) {
        var board = board()
        connect(&board, phone, "phone", at: 0, lastSeen: WallTime(milliseconds: 7))
        board.set(UserSettings(availability: availability), of: ada, at: at(1))
        #expect(board.snapshot(of: ada) == expected)
    }

    @Test func hidesWhenAskedTo() {
        var board = board()
        board.connected(
            ada, device: "d", on: phone, settings: UserSettings(hidesLastSeen: true), lastSeen: wall(1), at: at(0))
        _ = board.advance(to: at(1_000))
        board.disconnected(ada, on: phone, at: at(2_000), wallTime: wall(2_000))
        let told = board.advance(to: at(60_000))
        #expect(told.diffs == [ada: PresenceSnapshot(state: .offline, devices: 0)])
        #expect(told.gone == [ada: wall(2_000)])
    }

    @Test func saysNothingOfWhatChangedBack() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        _ = board.advance(to: at(1_000))
        board.set(isAway: true, ada, on: phone, at: at(2_000))
        board.set(isAway: false, ada, on: phone, at: at(2_500))
        #expect(board.advance(to: at(3_000)).diffs.isEmpty)
    }

    @Test func aDeletedAccountIsOfflineAtOnce() {
        var board = board()
        connect(&board, phone, "phone", at: 0)
        _ = board.advance(to: at(1_000))
        board.disconnected(ada, on: phone, at: at(1_500), wallTime: wall(1_500))
        board.forget(ada, at: at(2_000))
        #expect(board.advance(to: at(2_000)).diffs == [ada: PresenceSnapshot(state: .offline, devices: 0)])
        #expect(board.count == 0)
        #expect(board.advance(to: at(90_000)).gone.isEmpty)
    }

    // MARK: The view of a dialect

    /// Its clients hear of a coming and of the end of a grace at once, and when its users were there is not kept.
    @Test func aDialectHearsAtOnce() {
        var board = board()
        #expect(board.connected(ada, device: nil, on: phone, at: at(0)) == true)
        #expect(board.connected(ada, device: nil, on: laptop, at: at(1)) == false)
        #expect(board.snapshot(of: ada).devices == 1)
        _ = board.advance(to: at(2_000))
        board.disconnected(ada, on: phone, at: at(3_000), wallTime: wall(3_000))
        #expect(board.lastSeen(at: wall(3_500)).isEmpty)
        board.disconnected(ada, on: laptop, at: at(4_000), wallTime: wall(4_000))
        #expect(board.isOnline(ada) && board.lastSeen(at: wall(5_000)).isEmpty)
        #expect(board.advance(to: at(34_000)).gone.isEmpty && board.ended == [ada])
        #expect(!board.isOnline(ada))
        _ = board.advance(to: at(34_001))
        #expect(board.ended.isEmpty)
    }

    /// Against a plain list of users.
    @Test(arguments: UInt64(0)..<300) func agreesWithAList(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let graceMs = Int64([0, 30, 30, 100][Int(seed % 4)])
        var board = PresenceBoard(graceMs: graceMs, gatherMs: 20)
        var model = PresenceModel(graceMs: graceMs)
        var now: Int64 = 0
        for _ in 0..<200 {
            now += Int64.random(in: 0...10, using: &random)
            let user = UserID(Int64.random(in: 1...5, using: &random))
            let connection = ConnectionID(number: UInt64.random(in: 1...3, using: &random), slot: 0)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7:
                let isNew = board.connected(user, device: nil, on: connection, at: at(now))
                #expect(isNew == model.connected(user, connection))
            case 7..<15:
                board.disconnected(user, on: connection, at: at(now), wallTime: wall(now))
                model.disconnected(user, connection, at: now)
            case 15:
                board.forget(user, at: at(now))
                #expect(!board.isOnline(user))
                model.users.removeAll { $0.user == user }
                _ = board.advance(to: at(now))
                #expect(board.ended == model.advance(to: now))
            default:
                _ = board.advance(to: at(now))
                #expect(board.ended == model.advance(to: now))
            }
            for number in 1...5 {
                let user = UserID(Int64(number))
                let known = model.users.first { $0.user == user }
                #expect(board.isOnline(user) == (known != nil))
                #expect(board.connectionCount(of: user) == known?.connections.count ?? 0)
            }
        }
    }

    private func board() -> PresenceBoard { PresenceBoard(graceMs: 30_000, gatherMs: 1_000) }

    private func connect(
        _ board: inout PresenceBoard, _ connection: ConnectionID, _ device: String, at ms: Int64,
        lastSeen: WallTime? = nil
    ) {
        board.connected(
            ada, device: device, on: connection, settings: UserSettings(), lastSeen: lastSeen, at: at(ms))
    }

    private func at(_ ms: Int64) -> Instant { Instant(milliseconds: ms) }
    private func wall(_ ms: Int64) -> WallTime { WallTime(milliseconds: ms) }
}

/// Who should be online, worked out the slow way.
private struct PresenceModel {
    struct Online {
        let user: UserID
        var connections: Set<ConnectionID> = []
        /// nil while there is a connection.
        var deadline: Int64?
    }

    let graceMs: Int64
    /// In the order in which their graces began.
    var users: [Online] = []

    init(graceMs: Int64) { self.graceMs = graceMs }

    mutating func connected(_ user: UserID, _ connection: ConnectionID) -> Bool {
        if let index = users.firstIndex(where: { $0.user == user }) {
            users[index].connections.insert(connection)
            users[index].deadline = nil
            return false
        }
        users.append(Online(user: user, connections: [connection]))
        return true
    }

    mutating func disconnected(_ user: UserID, _ connection: ConnectionID, at now: Int64) {
        guard let index = users.firstIndex(where: { $0.user == user && $0.connections.contains(connection) }) else {
            return
        }
        users[index].connections.remove(connection)
        guard users[index].connections.isEmpty else { return }
        var gone = users.remove(at: index)
        gone.deadline = now + graceMs
        users.append(gone)
    }

    mutating func advance(to now: Int64) -> [UserID] {
        let isOver = { (online: Online) in online.deadline.map { $0 <= now } ?? false }
        defer { users.removeAll(where: isOver) }
        return users.filter(isOver).map(\.user)
    }
}
