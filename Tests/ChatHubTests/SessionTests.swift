import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

/// Sessions, cookies, and what ends them.
@Suite struct SessionTests {
    private let own = ("Origin", "http://localhost:8080")

    private func cookie(_ person: IdentityScene.Person) -> (String, String) { person.cookie() }

    @Test func aCookieSpeaksForItsOwnerOnPagesOfThisServerOnly() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let change = #"{"display_name":"Ada L."}"#
        #expect(try scene.ask("GET", "/v1/users/me", headers: [cookie(ada)]).status == 200)
        #expect(
            try scene.ask("GET", "/v1/users/me", headers: [cookie(ada), ("Origin", "http://evil.example")]).status
                == 200)
        let refused: [[(String, String)]] = [
            [], [("Origin", "http://evil.example")], [("Origin", "null")], [("Origin", "http://localhost:8081")],
            [("Referer", "http://evil.example/http://localhost:8080/")],
            [("Referer", "http://localhost:8080.evil.example/")],
            [("Referer", "nonsense")], [("Origin", "http://evil.example"), ("Referer", "http://localhost:8080/")],
        ]
        for headers in refused {
            let response = try scene.ask("PATCH", "/v1/users/me", change, headers: headers + [cookie(ada)])
            #expect(response.status == 403, "\(headers)")
            #expect(response.errorCode == "forbidden")
        }
        let allowed: [[(String, String)]] = [
            [own], [("Origin", "https://localhost:8080")], [("Referer", "http://localhost:8080")],
            [("Referer", "http://localhost:8080/a/b?c=http://evil.example")],
        ]
        for headers in allowed {
            #expect(try scene.ask("PATCH", "/v1/users/me", change, headers: headers + [cookie(ada)]).status == 200)
        }
        // A token in a field needs no such proof, and goes before a cookie.
        #expect(try scene.ask("PATCH", "/v1/users/me", by: ada.token, change).status == 200)
        #expect(try scene.ask("PATCH", "/v1/users/me", by: "wrong", change, headers: [own, cookie(ada)]).status == 401)
    }

    /// What a proxy in front asks for, browsers send with every request.
    @Test(arguments: [
        ["Basic YTpi"], ["Negotiate abc"], ["Digest username=\"a\", realm=\"Bearer\""], ["Bearerx y"],
        ["Basic a", "NTLM b"],
        [""], ["basic"],
    ])
    func foreignSchemesArePassedOver(values: [String]) throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let foreign = values.map { ("Authorization", $0) }
        #expect(try scene.ask("GET", "/v1/users/me", headers: foreign + [cookie(ada)]).status == 200)
        #expect(try scene.ask("POST", "/v1/auth/logout", headers: foreign + [own]).status == 401)
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token, headers: foreign).status == 200)
        #expect(try scene.ask("POST", "/v1/auth/logout", headers: foreign + [own, cookie(ada)]).status == 204)
    }

    /// There is one way to read a token, for sessions and keys alike.
    @Test(arguments: ["Bearer ", "bearer ", "BEARER    "])
    func aTokenIsReadHoweverItIsWritten(scheme: String) throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        for path in ["/v1/users/me", "/v1/feeds"] {
            try scene.promote(ada)
            let response = try scene.ask(
                "GET", path, headers: [("Authorization", scheme + ada.token)], peer: IPAddress("192.0.2.1"))
            #expect(response.status == 200, "\(path)")
        }
    }

    /// Whoever means to show a token and does not is nobody, whatever cookie is there.
    @Test(arguments: [["Bearer"], ["Bearer  "], ["Bearer x y"], ["Bearer a", "Bearer b"]])
    func aTokenThatIsNoneIsNoReasonToTakeTheCookie(values: [String]) throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let headers = values.map { ("Authorization", $0) }
        #expect(try scene.ask("GET", "/v1/users/me", headers: headers + [cookie(ada)]).status == 401)
    }

    /// Cookies know no port and no scheme: what one server sets, and what came by https, is not for others to read.
    @Test func serversAndSchemesHaveCookiesOfTheirOwn() throws {
        let behind: (inout HubConfiguration) -> Void = {
            $0.trustedProxies = [IPBlock("10.0.0.1")].compactMap { $0 }
            $0.registration = .open
        }
        let scene = IdentityScene(configure: behind)
        let body = #"{"username":"ada","password":"correct horse"}"#
        let proxy = IPAddress("10.0.0.1")
        let https = ("X-Forwarded-Proto", "https")
        let secure = try scene.person(
            "ada", try scene.ask("POST", "/v1/auth/register", body, headers: [https], peer: proxy))
        let plain = try scene.person("ada", try scene.ask("POST", "/v1/auth/login", body, peer: proxy))
        #expect(Set(secure.cookies.keys).isDisjoint(with: plain.cookies.keys))
        // A browser has both; each way of asking has its own.
        let both = ("Cookie", secure.cookie().1 + "; " + plain.cookie().1)
        func session(_ headers: [(String, String)]) throws -> String? {
            let response = try scene.ask("GET", "/v1/sessions", headers: headers, peer: proxy)
            return response.json?["sessions"]?.array?.first { $0["current"]?.bool == true }?["id"]?.string
        }
        #expect(try session([https, both]) == secure.session)
        #expect(try session([both]) == plain.session)
        #expect(try session([https, plain.cookie()]) == nil)
        #expect(try session([secure.cookie()]) == nil)
        // Another server on the host.
        let other = IdentityScene {
            behind(&$0)
            $0.instance = "other"
        }
        let there = try other.person("ada", try other.ask("POST", "/v1/auth/register", body, peer: proxy))
        #expect(Set(there.cookies.keys).isDisjoint(with: plain.cookies.keys))
    }

    @Test func loggingOutEndsOneSession() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let other = try scene.person("ada", try scene.logIn("ada"))
        let response = try scene.ask("POST", "/v1/auth/logout", headers: [own, cookie(ada)])
        #expect(response.status == 204)
        #expect(response["set-cookie"] == "chat_session_test=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).errorCode == "unauthorized")
        #expect(try scene.ask("GET", "/v1/users/me", by: other.token).status == 200)
        #expect(try scene.ask("POST", "/v1/auth/logout", by: ada.token).status == 401)
    }

    @Test func sessionsAreListedAndRevoked() throws {
        let scene = IdentityScene()
        let (ada, bob) = (try scene.register("ada"), try scene.register("bob"))
        let body = #"{"username":"ada","password":"correct horse","device_id":"phone"}"#
        let phone = try scene.person("ada", try scene.ask("POST", "/v1/auth/login", body))
        let sessions = try #require(try scene.ask("GET", "/v1/sessions", by: ada.token).json?["sessions"]?.array)
        #expect(Set(sessions.compactMap { $0["id"]?.string }) == [ada.session, phone.session])
        #expect(sessions.filter { $0["current"]?.bool == true }.compactMap { $0["id"]?.string } == [ada.session])
        #expect(sessions.compactMap { $0["device_id"]?.string } == ["phone"])
        // Those of others, and those that are none, look the same.
        for id in [bob.session, "999", "0", "-1", "x", "01"] {
            #expect(try scene.ask("DELETE", "/v1/sessions/\(id)", by: ada.token).status == 404)
        }
        #expect(try scene.ask("DELETE", "/v1/sessions/\(phone.session)", by: ada.token).status == 204)
        #expect(try scene.ask("GET", "/v1/users/me", by: phone.token).status == 401)
        #expect(try scene.ask("DELETE", "/v1/sessions/\(phone.session)", by: ada.token).status == 404)
        #expect(try scene.ask("DELETE", "/v1/sessions/\(ada.session)", by: ada.token).status == 204)
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 401)
    }

    @Test func sessionsEndWhenTheyAreNotUsed() throws {
        let day: Int64 = 86_400_000
        let scene = IdentityScene { $0.limits.sessionDays = 2 }
        let ada = try scene.register("ada")
        let idle = try scene.person("ada", try scene.logIn("ada"))
        for _ in 0..<3 {
            scene.harness.advance(byMs: day)
            #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 200)
            // The use is stored a little later, with others.
            scene.harness.advance(byMs: 5_000)
        }
        let response = try scene.ask("GET", "/v1/users/me", by: idle.token)
        #expect(response.status == 401)
        #expect(response.errorCode == "token_expired")
        // An ended one is not listed.
        let sessions = try #require(try scene.ask("GET", "/v1/sessions", by: ada.token).json?["sessions"]?.array)
        #expect(sessions.compactMap { $0["id"]?.string } == [ada.session])
    }

    @Test func aBrowserIsToldOnceADayToKeepItsCookie() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        #expect(try scene.ask("GET", "/v1/users/me", headers: [cookie(ada)])["set-cookie"] == nil)
        scene.harness.advance(byMs: 86_400_001)
        let renewed = try scene.ask("GET", "/v1/users/me", headers: [cookie(ada)])
        #expect(renewed["set-cookie"]?.hasPrefix("chat_session_test=\(ada.token); Path=/; Max-Age=7776000") == true)
        scene.harness.advance(byMs: 10_000)
        #expect(try scene.ask("GET", "/v1/users/me", headers: [cookie(ada)])["set-cookie"] == nil)
    }

    @Test func aNewPasswordEndsAllOtherSessions() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let other = try scene.person("ada", try scene.logIn("ada"))
        let wrong = try scene.ask(
            "POST", "/v1/auth/password", by: ada.token,
            #"{"current_password":"wrong password","new_password":"another horse"}"#)
        #expect(wrong.status == 403)
        let short = try scene.ask(
            "POST", "/v1/auth/password", by: ada.token, #"{"current_password":"correct horse","new_password":"short"}"#)
        #expect(short.status == 422)
        let response = try scene.ask(
            "POST", "/v1/auth/password", by: ada.token,
            #"{"current_password":"correct horse","new_password":"another horse"}"#)
        #expect(response.status == 204)
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 200)
        #expect(try scene.ask("GET", "/v1/users/me", by: other.token).status == 401)
        #expect(try scene.logIn("ada").status == 401)
        #expect(try scene.logIn("ada", password: "another horse").status == 200)
    }

    @Test func whoIsSignedInMayGuessThePasswordNoMoreOften() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        let body = #"{"password":"wrong password"}"#
        for _ in 0..<20 { #expect(try scene.ask("DELETE", "/v1/users/me", by: ada.token, body).status == 403) }
        #expect(try scene.ask("DELETE", "/v1/users/me", by: ada.token, body).status == 429)
    }

    @Test func aDeletedAccountIsGone() throws {
        let scene = IdentityScene()
        let (ada, bob) = (try scene.register("ada", extra: #","phone":"345""#), try scene.register("bob"))
        #expect(try scene.ask("DELETE", "/v1/users/me", by: ada.token).status == 400)
        let response = try scene.ask("DELETE", "/v1/users/me", by: ada.token, #"{"password":"correct horse"}"#)
        #expect(response.status == 204)
        #expect(response["set-cookie"]?.hasPrefix("chat_session_test=; Path=/; Max-Age=0") == true)
        #expect(try scene.ask("GET", "/v1/users/me", by: ada.token).status == 401)
        #expect(try scene.logIn("ada").status == 401)
        let shown = try scene.ask("GET", "/v1/users/\(ada.id)", by: bob.token)
        #expect(shown.status == 200)
        #expect(shown.json?["user"]?["deleted"]?.bool == true)
        #expect(!shown.text.contains("ada") && !shown.text.contains("345"))
        // Name and phone are free again.
        #expect(try scene.register("ada", extra: #","phone":"345""#).id != ada.id)
    }

    @Test func aDatabaseThatIsBusySaysSo() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada")
        scene.harness.store.fail(reads: true)
        let response = try scene.ask("GET", "/v1/users/me", by: ada.token)
        #expect(response.status == 503)
        #expect(response["retry-after"] == "1")
    }
}
