import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// What a loop remembers of who tokens stand for, and that nobody is let in by it who would not be without.
@Suite struct SessionCacheTests {
    @Test func whoAsksAgainIsNotAskedForAgain() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 200)
        let before = scene.harness.questionCount
        let second = try scene.ask("GET", "/v1/users/me", by: ada.token)
        #expect(second.json?["user"]?["username"]?.string == "ada")
        #expect(scene.harness.questionCount == before)
        // And whatever else is asked costs the one question that it is.
        #expect(try scene.ask("GET", "/v1/rooms", by: ada.token).status == 200)
        #expect(scene.harness.questionCount == before + 1)
    }

    /// What ends sessions of Ada's, and which.
    enum Revocation: CaseIterable {
        case logOut, endOther, password, account

        var endsOwn: Bool { self == .logOut || self == .account }
        var endsOther: Bool { self != .logOut }
    }

    private func revoke(_ way: Revocation, by ada: IdentityScene.Person, other: String) -> (String, String, String?) {
        switch way {
        case .logOut: ("POST", "/v1/auth/logout", nil)
        case .endOther: ("DELETE", "/v1/sessions/\(other)", nil)
        case .password:
            (
                "POST", "/v1/auth/password",
                #"{"current_password":"\#(IdentityScene.password)","new_password":"another one"}"#
            )
        case .account: ("DELETE", "/v1/users/me", #"{"password":"\#(IdentityScene.password)"}"#)
        }
    }

    /// The other loop has not been told of the revocation when its answer is there, and lets nobody in all the same.
    @Test(arguments: Revocation.allCases)
    func noLoopServesATokenOnceItsEndIsAnswered(_ way: Revocation) throws {
        let scene = IdentityScene(loopCount: 2)
        let ada = try scene.register("ada")
        let other = try scene.person("ada", try scene.logIn("ada"))
        let bob = try scene.register("bob")
        for loop in 0..<2 {
            for token in [ada.token, other.token, bob.token] {
                #expect(try scene.ask("GET", "/v1/users/me", by: token, loop: loop).status == 200)
            }
        }
        scene.harness.loopsWithoutNews = [1]
        let (method, path, body) = revoke(way, by: ada, other: other.session)
        #expect(try scene.ask(method, path, by: ada.token, body).status < 300)
        func check() throws {
            for loop in 0..<2 {
                let (own, others) = (way.endsOwn ? 401 : 200, way.endsOther ? 401 : 200)
                #expect(try scene.ask("GET", "/v1/users/me", by: ada.token, loop: loop).status == own)
                #expect(try scene.ask("GET", "/v1/users/me", by: other.token, loop: loop).status == others)
                #expect(try scene.ask("GET", "/v1/users/me", by: bob.token, loop: loop).status == 200)
            }
        }
        try check()
        scene.harness.loopsWithoutNews = []
        scene.harness.run()
        try check()
        // Bystanders are remembered through all of it.
        let before = scene.harness.questionCount
        #expect(try scene.ask("GET", "/v1/users/me", by: bob.token, loop: 1).status == 200)
        #expect(scene.harness.questionCount == before)
    }

    @Test func whatAUserChangesIsSeenOnEveryLoopAtOnce() throws {
        let scene = IdentityScene(loopCount: 2)
        let ada = try scene.register("ada")
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token, loop: 1).status == 200)
        scene.harness.loopsWithoutNews = [1]
        #expect(try scene.ask("PATCH", "/v1/users/me", by: ada.token, #"{"display_name":"Countess"}"#).status == 200)
        let answer = try scene.ask("GET", "/v1/users/me", by: ada.token, loop: 1)
        #expect(answer.json?["user"]?["display_name"]?.string == "Countess")
    }

    /// The store may have been asked before a session ended, and its answer come after the news; or be under way when
    /// nobody has been told yet.
    @Test(arguments: 0..<60)
    func anOldAnswerOfTheStoreLetsNobodyInLater(_ seed: UInt64) throws {
        let scene = IdentityScene(harness: HubHarness(loopCount: 2, seed: seed))
        let ada = try scene.register("ada")
        let other = try scene.person("ada", try scene.logIn("ada"))
        let asking = (0..<4).map { scene.harness.connect(loop: $0 % 2) }
        let revoking = scene.harness.connect()
        let authorization = ("Authorization", "Bearer \(other.token)")
        for (index, client) in asking.enumerated() {
            if index == 2 {
                let own = ("Authorization", "Bearer \(ada.token)")
                revoking.sendRequest("DELETE", "/v1/sessions/\(other.session)", headers: [own], body: nil)
            }
            client.sendRequest("GET", "/v1/users/me", headers: [authorization], body: nil)
            for _ in 0..<Int(seed % 7) { scene.harness.step() }
        }
        var answers: [TestResponse] = []
        while answers.isEmpty {
            try #require(scene.harness.step())
            answers = revoking.takeResponses()
        }
        #expect(answers.map(\.status) == [204])
        for loop in [0, 1, 1, 0] {
            let client = scene.harness.connect(loop: loop)
            client.sendRequest("GET", "/v1/users/me", headers: [authorization], body: nil)
            scene.harness.run()
            #expect(client.takeResponses().map(\.status) == [401])
        }
    }

    // MARK: By itself

    private func principal(_ number: Int64) -> Principal {
        let user = User(
            id: UserID(number), handle: "h\(number)", username: "User", phone: nil,
            createdAt: WallTime(milliseconds: 0),
            isOpen: false)
        let session = SessionRecord(
            id: SessionID(number), user: user.id, deviceID: nil, createdAt: WallTime(milliseconds: 0),
            lastSeenAt: WallTime(milliseconds: 0), expiresAt: WallTime(milliseconds: 0))
        return Principal(user: user, settings: UserSettings(), session: session, lastSeen: nil)
    }

    @Test func nothingIsRememberedBeyondTheSessionsEndNorForLong() {
        var cache = SessionCache(changes: AccountChanges())
        let (start, wall) = (Instant(milliseconds: 5_000), WallTime(milliseconds: 1_000_000))
        let soon = WallTime(milliseconds: 1_010_000)
        cache.keep(principal(1), [1], until: soon, mark: cache.mark, at: start)
        #expect(cache.find([1], at: start, wallTime: WallTime(milliseconds: 1_009_999))?.id == UserID(1))
        #expect(cache.find([1], at: start, wallTime: soon) == nil)
        #expect(cache.find([2], at: start, wallTime: wall) == nil)
        cache.keep(principal(2), [2], until: .distantFuture, mark: cache.mark, at: start)
        #expect(cache.find([2], at: start.advanced(byMs: 59_999), wallTime: wall) != nil)
        #expect(cache.find([2], at: start.advanced(byMs: 60_000), wallTime: wall) == nil)
    }

    @Test func itHoldsSoManyAndTheNewestOfThem() {
        var cache = SessionCache(changes: AccountChanges())
        let (now, wall) = (Instant(milliseconds: 0), WallTime(milliseconds: 0))
        let count = 10_000
        for number in 0..<count {
            let hash = [UInt8(number & 255), UInt8(number >> 8)]
            cache.keep(principal(Int64(number)), hash, until: .distantFuture, mark: cache.mark, at: now)
        }
        let held = (0..<count).filter { number in
            cache.find([UInt8(number & 255), UInt8(number >> 8)], at: now, wallTime: wall) != nil
        }
        #expect(held.count <= 4_096)
        #expect(held == Array(count - held.count..<count))
        #expect(held.count >= 2_048)
    }

    @Test func whereNobodyCountsNothingIsRemembered() {
        var cache = SessionCache(changes: nil)
        cache.keep(
            principal(1), [1], until: .distantFuture, mark: cache.mark, at: Instant(milliseconds: 0))
        #expect(cache.find([1], at: Instant(milliseconds: 0), wallTime: WallTime(milliseconds: 0)) == nil)
    }
}
