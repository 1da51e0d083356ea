import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

/// Signing in, failing to, and what slows it down.
@Suite struct SignInTests {
    private static let elsewhere = IPAddress("192.0.2.7")
    private let open: (inout HubConfiguration) -> Void = { $0.registration = .open }

    @Test(arguments: loopCounts) func whoKnowsThePasswordGetsASession(loopCount: Int) throws {
        let scene = IdentityScene(loopCount: loopCount)
        let ada = try scene.register("ada")
        let response = try scene.logIn("ADA", loop: loopCount - 1)
        #expect(response.status == 200)
        let again = try scene.person("ada", response)
        #expect(again.id == ada.id)
        #expect(again.session != ada.session)
        #expect(again.token != ada.token)
        for token in [ada.token, again.token] {
            #expect(try scene.ask("GET", "/v1/users/me", by: token).status == 200)
        }
    }

    @Test func unknownNamesAndWrongPasswordsLookTheSame() throws {
        let scene = IdentityScene()
        _ = try scene.register("ada")
        let wrong = try scene.logIn("ada", password: "wrong password")
        let unknown = try scene.logIn("bob", password: "wrong password")
        let malformed = try scene.logIn("no such name!", password: "")
        for response in [wrong, unknown, malformed] {
            #expect(response.status == 401)
            #expect(response.body == wrong.body)
            #expect(response["set-cookie"] == nil)
        }
        #expect(wrong.errorCode == "unauthorized")
    }

    @Test func foreignPagesSignNobodyIn() throws {
        let scene = IdentityScene()
        _ = try scene.register("ada")
        for origin in ["http://evil.example", "null"] {
            #expect(try scene.logIn("ada", headers: [("Origin", origin)]).status == 403)
        }
        #expect(try scene.logIn("ada", headers: [("Origin", "http://localhost:8080")]).status == 200)
    }

    @Test(arguments: loopCounts) func twentyFailuresOfAnAddressSlowItDown(loopCount: Int) throws {
        let scene = IdentityScene(loopCount: loopCount, configure: open)
        for index in 0..<20 {
            let response = try scene.logIn("nobody\(index)", loop: index % loopCount, peer: Self.elsewhere)
            #expect(response.status == 401)
        }
        let slowed = try scene.logIn("nobody20", peer: Self.elsewhere)
        #expect(slowed.status == 429)
        #expect(slowed.errorCode == "rate_limited")
        #expect(slowed["retry-after"] == "31")
        #expect(slowed.json?["error"]?["retry_after_ms"]?.integer == 30_001)
        // Nobody else is slowed by it.
        #expect(try scene.logIn("nobody20", peer: IPAddress("192.0.2.8")).status == 401)
        #expect(try scene.logIn("nobody20").status == 401)
        // Whoever waits as it was told is heard.
        scene.harness.advance(byMs: 30_001)
        #expect(try scene.logIn("nobody20", peer: Self.elsewhere).status == 401)
        #expect(try scene.logIn("nobody20", peer: Self.elsewhere).status == 429)
    }

    @Test func aSubscribersAddressesCountTogether() throws {
        let scene = IdentityScene(configure: open)
        for index in 0..<20 {
            _ = try scene.logIn("nobody\(index)", peer: IPAddress("2001:db8::\(index + 1)"))
        }
        #expect(try scene.logIn("nobody", peer: IPAddress("2001:db8::ffff")).status == 429)
        #expect(try scene.logIn("nobody", peer: IPAddress("2001:db8:0:1::1")).status == 401)
    }

    @Test func successesCountForNothing() throws {
        let scene = IdentityScene(configure: open)
        _ = try scene.register("ada")
        for _ in 0..<50 { #expect(try scene.logIn("ada", peer: Self.elsewhere).status == 200) }
    }

    @Test func thisMachineIsNotCountedUnlessItShallBe() throws {
        for counts in [0, 1] {
            let scene = IdentityScene { $0.limits.countsLoopback = counts }
            for index in 0..<20 { _ = try scene.logIn("nobody\(index)") }
            #expect(try scene.logIn("nobody20").status == (counts == 0 ? 401 : 429))
        }
    }

    @Test func failuresOnAnAccountSlowItDownWhereverTheyComeFrom() throws {
        let scene = IdentityScene(configure: open)
        let ada = try scene.register("ada")
        for index in 0..<20 {
            let peer = IPAddress("192.0.2.\(100 + index)")
            #expect(try scene.logIn("Ada", password: "guess \(index)", peer: peer).status == 401)
        }
        // Those who have guessed are slowed down.
        let slowed = try scene.logIn("ada", peer: IPAddress("192.0.2.100"))
        #expect(slowed.status == 429)
        #expect(slowed["retry-after"] == "31")
        // The owner is not: neither by a browser that has signed in before, nor with an earlier session,
        let device = ada.cookie("chat_device")
        #expect(try scene.logIn("ada", headers: [device], peer: IPAddress("192.0.2.100")).status == 200)
        #expect(
            try scene.logIn("ada", headers: [("Authorization", "Bearer \(ada.token)")], peer: IPAddress("192.0.2.100"))
                .status == 200)
        // nor on a device and from an address that are new: once.
        #expect(try scene.logIn("ada", password: "guess 20", peer: Self.elsewhere).status == 401)
        #expect(try scene.logIn("ada", peer: Self.elsewhere).status == 429)
        #expect(try scene.logIn("ada", peer: IPAddress("192.0.2.8")).status == 200)
    }

    @Test func marksOfOtherAccountsAndMadeUpOnesAreNone() throws {
        let scene = IdentityScene(configure: open)
        let (ada, bob) = (try scene.register("ada"), try scene.register("bob"))
        let name = try #require(ada.cookies.keys.first { $0.contains("chat_device") })
        let mark = try #require(ada.cookies[name])
        let foreign = try #require(bob.cookies[name])
        for index in 0..<20 { _ = try scene.logIn("ada", password: "guess \(index)", peer: Self.elsewhere) }
        scene.harness.advance(byMs: 10)
        let flipped = (mark.hasPrefix("A") ? "B" : "A") + mark.dropFirst()
        for text in [foreign, flipped, String(mark.dropLast()), mark + ".x", "", "x.y"] {
            let response = try scene.logIn("ada", headers: [("Cookie", "\(name)=\(text)")], peer: Self.elsewhere)
            #expect(response.status == 429, "\(text)")
        }
        #expect(
            try scene.logIn("ada", headers: [("Cookie", "\(name)=\(mark)")], peer: IPAddress("192.0.2.8")).status
                == 200)
    }

    @Test func aKnownDeviceMayGuessNoMoreThanOthers() throws {
        let scene = IdentityScene(configure: open)
        let ada = try scene.register("ada")
        let cookie = ada.cookie("chat_device")
        for index in 0..<20 {
            #expect(try scene.logIn("ada", password: "guess \(index)", headers: [cookie]).status == 401)
        }
        #expect(try scene.logIn("ada", headers: [cookie]).status == 429)
    }

    @Test func registrationsOfAnAddressAreCounted() throws {
        let scene = IdentityScene(configure: open)
        for index in 0..<20 {
            let body = #"{"username":"user\#(index)","password":"correct horse"}"#
            #expect(try scene.ask("POST", "/v1/auth/register", body, peer: Self.elsewhere).status == 201)
        }
        let body = #"{"username":"user20","password":"correct horse"}"#
        #expect(try scene.ask("POST", "/v1/auth/register", body, peer: Self.elsewhere).status == 429)
    }

    @Test func aPasswordThatChangesMeanwhileLetsNobodyIn() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let id = try #require(WireID.user(ada.id))
        scene.harness.isStoreHalted = true
        let client = scene.harness.connect()
        client.sendRequest(
            "POST", "/v1/auth/login", body: #"{"username":"ada","password":"\#(IdentityScene.password)"}"#)
        scene.harness.run()
        scene.harness.isStoreHalted = false
        // One step answers the look-up; the password is changed before the draft is written.
        for _ in 0..<3 { scene.harness.step() }
        _ = try scene.harness.store.append(
            [.account(.setCredential(id, old: nil, new: "plain:other", keeping: nil))], at: scene.harness.wallTime)
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [401])
    }

    @Test func hashesOfOtherDaysAreMadeAnew() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let id = try #require(WireID.user(ada.id))
        let old = TestCryptography.outdatedHash(IdentityScene.password)
        _ = try scene.harness.store.append(
            [.account(.renewCredential(id, old: TestCryptography.hash(IdentityScene.password), new: old))],
            at: scene.harness.wallTime)
        #expect(try scene.logIn("ada").status == 200)
        #expect(try scene.harness.store.account(id)?.credential == TestCryptography.hash(IdentityScene.password))
        // Nobody was signed out by it.
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 200)
    }
}
