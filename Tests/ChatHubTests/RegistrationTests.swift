import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

/// Who may make an account, and how.
@Suite struct RegistrationTests {
    @Test(arguments: loopCounts) func anAccountBeginsWithASession(loopCount: Int) throws {
        let scene = IdentityScene(loopCount: loopCount)
        let loop = loopCount - 1
        let body =
            #"{"username":"Ada.L","password":"correct horse","display_name":" Ada ","phone":"+1 2","device_id":"d1"}"#
        let response = try scene.ask("POST", "/v1/auth/register", body, loop: loop)
        #expect(response.status == 201)
        #expect(response.keys == ["user", "token", "session_id", "expires_at"])
        let user = try #require(response.json?["user"])
        #expect(user["username"]?.string == "Ada.L")
        #expect(user["display_name"]?.string == "Ada")
        #expect(user["phone"] == nil)
        // 90 days from the harness's time.
        #expect(response.json?["expires_at"]?.string == "2026-04-01T00:16:40.000Z")
        let person = try scene.person("Ada.L", response)
        #expect(person.token.utf8.count == 43)
        #expect(response["cache-control"] == "no-store")
        let me = try scene.ask("GET", "/v1/users/me", by: person.token)
        #expect(me.json?["user"]?["id"]?.string == person.id)
        #expect(me.json?["user"]?["phone"]?.string == "+1 2")
        #expect(me.json?["user"]?["admin"]?.bool == false)
        let sessions = try #require(try scene.ask("GET", "/v1/sessions", by: person.token).json?["sessions"]?.array)
        #expect(sessions.count == 1)
        #expect(sessions.first?["device_id"]?.string == "d1")
        #expect(sessions.first?["current"]?.bool == true)
    }

    @Test func cookiesAreForThisHostAndNotForScripts() throws {
        let scene = IdentityScene()
        let response = try scene.ask(
            "POST", "/v1/auth/register", #"{"username":"ada","password":"correct horse"}"#)
        let cookies = response.fields.filter { $0.name == "set-cookie" }.map(\.value)
        let token = try #require(response.json?["token"]?.string)
        #expect(cookies.first == "chat_session_test=\(token); Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax")
        try #require(cookies.count == 2)
        #expect(cookies[1].hasPrefix("chat_device_test="))
        #expect(cookies[1].hasSuffix("; Path=/v1/auth; Max-Age=34560000; HttpOnly; SameSite=Lax"))
    }

    @Test func behindTLSCookiesAreSecure() throws {
        let scene = IdentityScene {
            $0.trustedProxies = [IPBlock("10.0.0.1")].compactMap { $0 }
            $0.registration = .open
        }
        let response = try scene.ask(
            "POST", "/v1/auth/register", #"{"username":"ada","password":"correct horse"}"#,
            headers: [("X-Forwarded-For", "192.0.2.9"), ("X-Forwarded-Proto", "https")],
            peer: IPAddress("10.0.0.1"))
        #expect(response.status == 201)
        let cookies = response.fields.filter { $0.name == "set-cookie" }.map(\.value)
        #expect(cookies.count == 2)
        for cookie in cookies { #expect(cookie.contains("; Secure; HttpOnly")) }
        #expect(cookies.first?.hasPrefix("__Host-chat_session_test=") == true)
        #expect(cookies.last?.hasPrefix("__Secure-chat_device_test=") == true)
    }

    @Test(arguments: [
        (#"{"#, 400, "bad_request"),
        (#"[]"#, 400, "bad_request"),
        (#"{"password":"correct horse"}"#, 400, "bad_request"),
        (#"{"username":7,"password":"correct horse"}"#, 400, "bad_request"),
        (#"{"username":"ada"}"#, 400, "bad_request"),
        (#"{"username":"ada","password":"correct horse","device_id":7}"#, 400, "bad_request"),
        (#"{"username":"a","password":"correct horse"}"#, 422, "unprocessable"),
        (#"{"username":"","password":"correct horse"}"#, 422, "unprocessable"),
        (#"{"username":"ada lovelace","password":"correct horse"}"#, 422, "unprocessable"),
        (#"{"username":"adä","password":"correct horse"}"#, 422, "unprocessable"),
        (#"{"username":"\#(String(repeating: "a", count: 33))","password":"correct horse"}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"7 bytes"}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"\#(String(repeating: "a", count: 1_025))"}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"correct horse","display_name":""}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"correct horse","display_name":"a\u0007b"}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"correct horse","phone":"call me"}"#, 422, "unprocessable"),
        (#"{"username":"ada","password":"correct horse","device_id":""}"#, 422, "unprocessable"),
    ]) func badBodiesAreRefused(body: String, status: Int, code: String) throws {
        let response = try IdentityScene().ask("POST", "/v1/auth/register", body)
        #expect(response.status == status)
        #expect(response.errorCode == code)
        #expect(response["set-cookie"] == nil)
    }

    @Test(arguments: ["ab", String(repeating: "a", count: 32), "A.b_c-9"]) func goodNamesAreTaken(name: String) throws {
        _ = try IdentityScene().register(name)
    }

    @Test func namesAreTakenCaselesslyAndPhonesExactly() throws {
        let scene = IdentityScene()
        _ = try scene.register("ada", extra: #","phone":"345""#)
        let again = try scene.ask("POST", "/v1/auth/register", #"{"username":"ADA","password":"correct horse"}"#)
        #expect(again.status == 409)
        #expect(again.errorCode == "conflict")
        let phone = try scene.ask(
            "POST", "/v1/auth/register", #"{"username":"bob","password":"correct horse","phone":"345"}"#)
        #expect(phone.status == 409)
    }

    /// Registration, whether the request is local, and whether one may register without an invitation and with one.
    @Test(arguments: [
        (Registration.openLocally, true, 201, 201), (.openLocally, false, 403, 201), (.open, false, 201, 201),
        (.invite, true, 403, 201), (.invite, false, 403, 201), (.closed, true, 403, 403),
    ]) func registrationIsOpenToWhom(policy: Registration, isLocal: Bool, without: Int, with: Int) throws {
        let scene = IdentityScene { $0.registration = policy }
        let invite = try inviteToken(scene)
        let peer = isLocal ? nil : IPAddress("192.0.2.7")
        let plain = #"{"username":"bob","password":"correct horse"}"#
        #expect(try scene.ask("POST", "/v1/auth/register", plain, peer: peer).status == without)
        let invited = #"{"username":"eve","password":"correct horse","invite":"\#(invite)"}"#
        #expect(try scene.ask("POST", "/v1/auth/register", invited, peer: peer).status == with)
    }

    /// Made in the store, as nobody may be able to register.
    private func inviteToken(_ scene: IdentityScene) throws -> String {
        let cryptography = TestCryptography.make(seed: 99)
        let token = SessionToken(using: cryptography)
        let invite = NewInvite(tokenHash: token.hash(using: cryptography), expiresAt: nil, uses: 1)
        _ = try scene.harness.store.append(
            [.account(.inviteToRegister(invite, by: nil))], at: scene.harness.wallTime)
        return token.text
    }

    @Test func anAdministratorInvites() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        #expect(try scene.ask("POST", "/v1/invites", by: ada.token).status == 403)
        try scene.promote(ada)
        let response = try scene.ask("POST", "/v1/invites", by: ada.token, #"{"uses":2,"expires_in_s":60}"#)
        #expect(response.status == 201)
        let token = try #require(response.json?["token"]?.string)
        #expect(response.json?["url"]?.string == "http://localhost:8080/#invite=\(token)")
        #expect(response.json?["expires_at"]?.string == "2026-01-01T00:17:40.000Z")
        let elsewhere = IPAddress("192.0.2.7")
        for (name, status) in [("bob", 201), ("ann", 201), ("eve", 403)] {
            let body = #"{"username":"\#(name)","password":"correct horse","invite":"\#(token)"}"#
            #expect(try scene.ask("POST", "/v1/auth/register", body, peer: elsewhere).status == status)
        }
    }

    @Test(arguments: ["short", String(repeating: "A", count: 43)]) func madeUpInvitationsLetNobodyIn(token: String)
        throws
    {
        let scene = IdentityScene { $0.registration = .invite }
        let body = #"{"username":"bob","password":"correct horse","invite":"\#(token)"}"#
        let response = try scene.ask("POST", "/v1/auth/register", body)
        #expect(response.status == 403)
        #expect(response.errorCode == "forbidden")
    }

    @Test func aDiskThatIsFullMakesNoAccount() throws {
        let scene = IdentityScene()
        scene.harness.store.fail(writes: true)
        let body = #"{"username":"ada","password":"correct horse"}"#
        let response = try scene.ask("POST", "/v1/auth/register", body)
        #expect(response.status == 503)
        #expect(response.errorCode == "unavailable")
        #expect(response["set-cookie"] == nil)
        scene.harness.store.fail()
        #expect(try scene.ask("POST", "/v1/auth/register", body).status == 201)
    }
}
