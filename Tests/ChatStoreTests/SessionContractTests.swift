import ChatDomain
import ChatStore
import Testing

@Suite("Sessions, in every store")
struct SessionContractTests {
    @Test(arguments: Backend.allCases)
    func signingIn(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let first = try fixture.signIn(ada, 1, device: "phone")
        fixture.now = WallTime(milliseconds: 2_000)
        let second = try fixture.signIn(ada, 2)
        #expect([first.id, second.id] == [SessionID(1), SessionID(2)])
        #expect([first.deviceID, second.deviceID] == ["phone", nil])
        #expect(second.createdAt == fixture.now)
        #expect(try fixture.reader.sessions(of: ada.id) == [second, first])
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(1)) == first)
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(3)) == nil)
        #expect(try fixture.reader.session(tokenHash: []) == nil)
        #expect(
            try fixture.account(.signIn(UserID(9), credential: "x", fixture.session(3))) == .refused(.unknownUser))
        #expect(try fixture.account(.signIn(ada.id, credential: "x", fixture.session(3))) == .refused(.conflict))
        // The token is somebody's.
        #expect(
            try fixture.account(.signIn(ada.id, credential: "hash of ada", fixture.session(1))) == .refused(.conflict))
        #expect(try fixture.reader.sessions(of: ada.id).count == 2)
    }

    @Test(arguments: Backend.allCases)
    func ending(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let sessions = try (1...3).map { try fixture.signIn(ada, $0) }
        let other = try fixture.signIn(bob, 9)
        let commit = try fixture.append([
            .account(.endSessions(ada.id, [sessions[2].id, other.id, sessions[0].id, SessionID(99), sessions[0].id])),
            .account(.endSessions(ada.id, [sessions[0].id, other.id])),
            .account(.endSessions(ada.id, [])),
        ])
        #expect(
            commit
                == Commit(
                    outcomes: [.done, .refused(.unknownSession), .refused(.unknownSession)], events: [],
                    notices: [.sessionsEnded(ada.id, [sessions[0].id, sessions[2].id])]))
        #expect(try fixture.reader.sessions(of: ada.id) == [sessions[1]])
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(1)) == nil)
        #expect(try fixture.reader.sessions(of: bob.id) == [other])
        // The number is not used again.
        #expect(try fixture.signIn(ada, 4).id == SessionID(5))
    }

    @Test("A new password ends the other sessions; an old hash comes too late", arguments: Backend.allCases)
    func credential(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let sessions = try (1...3).map { try fixture.signIn(ada, $0) }
        func set(_ old: String?, _ new: String, keeping: SessionID?) throws -> Commit {
            try fixture.append([.account(.setCredential(ada.id, old: old, new: new, keeping: keeping))])
        }
        #expect(try set("wrong", "new", keeping: nil) == Commit(outcomes: [.refused(.conflict)], events: []))
        #expect(
            try set("hash of ada", "new", keeping: sessions[1].id)
                == Commit(
                    outcomes: [.done], events: [],
                    notices: [.sessionsEnded(ada.id, [sessions[0].id, sessions[2].id])]))
        #expect(try fixture.reader.account(ada.id)?.credential == "new")
        #expect(
            try fixture.account(.signIn(ada.id, credential: "hash of ada", fixture.session(4)))
                == .refused(.conflict))
        // By an administrator: whatever it was, and with nothing left to end the second time.
        #expect(
            try set(nil, "newer", keeping: nil)
                == Commit(outcomes: [.done], events: [], notices: [.sessionsEnded(ada.id, [sessions[1].id])]))
        #expect(try set(nil, "newest", keeping: nil) == Commit(outcomes: [.done], events: []))
        #expect(
            try fixture.account(.setCredential(UserID(9), old: nil, new: "x", keeping: nil))
                == .refused(.unknownUser))
    }

    @Test("A 101st session ends the one unused for longest", arguments: Backend.allCases)
    func sessionsAreBounded(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let signIns = (1...100).map {
            Draft.account(.signIn(ada.id, credential: "hash of ada", fixture.session($0)))
        }
        #expect(try fixture.append(signIns).notices == [])
        let later = WallTime(milliseconds: 5_000)
        #expect(
            try fixture.account(.touch(sessions: [SessionID(1): later, SessionID(999): later], users: [:])) == .done)
        let commit = try fixture.append([
            .account(.signIn(ada.id, credential: "hash of ada", fixture.session(101)))
        ])
        #expect(commit.notices == [.sessionsEnded(ada.id, [SessionID(2)])])
        #expect(try fixture.reader.sessions(of: ada.id).map(\.id.rawValue) == (3...101).reversed() + [1])
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(2)) == nil)
    }

    @Test("When something was last used never falls", arguments: Backend.allCases)
    func touching(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let session = try fixture.signIn(ada, 1)
        for (ms, expected) in [(3_000, 3_000), (2_000, 3_000), (4_000, 4_000)] as [(Int64, Int64)] {
            let time = WallTime(milliseconds: ms)
            let commit = try fixture.append([
                .account(.touch(sessions: [session.id: time], users: [ada.id: time, UserID(77): time]))
            ])
            #expect(commit == Commit(outcomes: [.done], events: []))
            #expect(try fixture.reader.sessions(of: ada.id).map(\.lastSeenAt.milliseconds) == [expected])
            #expect(try fixture.reader.account(ada.id)?.lastSeen?.milliseconds == expected)
        }
    }
}
