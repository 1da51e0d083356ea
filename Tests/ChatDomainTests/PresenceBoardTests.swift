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
