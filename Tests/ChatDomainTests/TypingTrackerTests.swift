import ChatDomain
import Testing

@Suite struct TypingTrackerTests {
    private let ada = UserID(1)
    private let bob = UserID(2)
    private let red = RoomID(10)
    private let blue = RoomID(20)
    private let phone = ConnectionID(number: 1, slot: 1)
    private let laptop = ConnectionID(number: 2, slot: 2)

    @Test func tellsWhoBeginsAndEnds() {
        var tracker = TypingTracker(expireMs: 8_000)
        #expect(tracker.nextDeadline == nil)
        let started = tracker.started(ada, in: red, on: phone, at: at(0))
        let startedAgain = tracker.started(ada, in: red, on: phone, at: at(5_000))
        #expect(started && !startedAgain)
        #expect(tracker.typists(in: red) == [ada])
        #expect(tracker.typists(in: blue) == [])
        #expect(tracker.nextDeadline == at(13_000))
        #expect(tracker.expire(at: at(12_999)) == [])
        #expect(tracker.expire(at: at(13_000)) == [Typist(user: ada, room: red)])
        #expect(tracker.nextDeadline == nil && tracker.count == 0)
        let stopped = tracker.stopped(ada, in: red)
        #expect(!stopped)
    }

    @Test func tellsRoomsApart() {
        var tracker = TypingTracker()
        _ = tracker.started(bob, in: red, on: phone, at: at(0))
        _ = tracker.started(ada, in: red, on: phone, at: at(1))
        let elsewhere = tracker.started(ada, in: blue, on: phone, at: at(2))
        #expect(elsewhere)
        #expect(tracker.typists(in: red) == [ada, bob])
        let stopped = tracker.stopped(ada, in: red)
        #expect(stopped)
        #expect(tracker.typists(in: red) == [bob])
        #expect(tracker.typists(in: blue) == [ada])
        #expect(tracker.count == 2)
    }

    /// The connection that said so last keeps the user typing; the other one may go.
    @Test func followsTheLastConnection() {
        var tracker = TypingTracker()
        _ = tracker.started(ada, in: red, on: phone, at: at(0))
        _ = tracker.started(ada, in: red, on: laptop, at: at(1))
        #expect(tracker.left(phone) == [])
        #expect(tracker.typists(in: red) == [ada])
        #expect(tracker.left(laptop) == [Typist(user: ada, room: red)])
        #expect(tracker.left(laptop) == [])
        #expect(tracker.nextDeadline == nil)
    }

    @Test func countsAsTypingUntilTheEndIsReported() {
        var tracker = TypingTracker(expireMs: 10)
        _ = tracker.started(ada, in: red, on: phone, at: at(0))
        let isNew = tracker.started(ada, in: red, on: phone, at: at(50))
        #expect(!isNew)
        #expect(tracker.nextDeadline == at(60))
    }

    @Test func evictsWhatExpiresFirst() {
        var tracker = TypingTracker(expireMs: 100, limit: 2)
        _ = tracker.started(ada, in: red, on: phone, at: at(0))
        _ = tracker.started(bob, in: red, on: laptop, at: at(1))
        _ = tracker.started(ada, in: red, on: phone, at: at(2))
        let isNew = tracker.started(ada, in: blue, on: phone, at: at(3))
        #expect(isNew)
        #expect(tracker.count == 2)
        #expect(tracker.typists(in: red) == [ada])
        #expect(tracker.left(laptop) == [])
        #expect(tracker.nextDeadline == at(102))
    }

    @Test func keepsTheNewestOfALimitOfOne() {
        var tracker = TypingTracker(limit: 0)
        _ = tracker.started(ada, in: red, on: phone, at: at(0))
        _ = tracker.started(bob, in: blue, on: phone, at: at(0))
        #expect(tracker.count == 1)
        #expect(tracker.typists(in: blue) == [bob])
    }

    /// Against a plain list of entries.
    @Test(arguments: UInt64(0)..<300) func agreesWithAList(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = seed % 3 == 0 ? 6 : 1_000
        var tracker = TypingTracker(expireMs: 40, limit: limit)
        var model = TypingModel(expireMs: 40, limit: limit)
        var now: Int64 = 0
        for _ in 0..<200 {
            now += Int64.random(in: 0...8, using: &random)
            let typist = Typist(
                user: UserID(Int64.random(in: 1...6, using: &random)),
                room: RoomID(Int64.random(in: 1...4, using: &random)))
            let connection = ConnectionID(number: UInt64.random(in: 1...8, using: &random), slot: 0)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let isNew = tracker.started(typist.user, in: typist.room, on: connection, at: at(now))
                #expect(isNew == model.started(typist, on: connection, at: now))
            case 6:
                let wasTyping = tracker.stopped(typist.user, in: typist.room)
                #expect(wasTyping == model.stopped(typist))
            case 7: #expect(tracker.left(connection) == model.left(connection))
            default: #expect(tracker.expire(at: at(now)) == model.expire(at: now))
            }
            #expect(tracker.count == model.entries.count)
            #expect(tracker.nextDeadline?.milliseconds == model.entries.map(\.deadline).min())
            for room in 1...4 { #expect(tracker.typists(in: RoomID(Int64(room))) == model.typists(in: room)) }
        }
        #expect(Set(tracker.expire(at: at(.max))) == Set(model.entries.map(\.typist)))
        #expect(tracker.count == 0 && tracker.nextDeadline == nil)
    }

    private func at(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }
}

/// What the tracker should do, done the slow way.
private struct TypingModel {
    let expireMs: Int64
    let limit: Int
    var entries: [(typist: Typist, connection: ConnectionID, deadline: Int64)] = []

    init(expireMs: Int64, limit: Int) { (self.expireMs, self.limit) = (expireMs, limit) }

    mutating func started(_ typist: Typist, on connection: ConnectionID, at now: Int64) -> Bool {
        let wasTyping = stopped(typist)
        entries.append((typist, connection, now + expireMs))
        if entries.count > limit { entries.removeFirst() }
        return !wasTyping
    }

    mutating func stopped(_ typist: Typist) -> Bool {
        let countBefore = entries.count
        entries.removeAll { $0.typist == typist }
        return entries.count < countBefore
    }

    mutating func left(_ connection: ConnectionID) -> [Typist] {
        let gone = entries.filter { $0.connection == connection }.map(\.typist)
        entries.removeAll { $0.connection == connection }
        return gone.sorted()
    }

    mutating func expire(at now: Int64) -> [Typist] {
        let gone = entries.filter { $0.deadline <= now }.map(\.typist)
        entries.removeAll { $0.deadline <= now }
        return gone
    }

    func typists(in room: Int) -> [UserID] {
        entries.map(\.typist).filter { $0.room == RoomID(Int64(room)) }.map(\.user).sorted()
    }
}
