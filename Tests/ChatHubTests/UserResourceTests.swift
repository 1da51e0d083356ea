import ChatDomain
import Testing

@testable import ChatHub

/// Users as they see themselves and each other, and blocks.
@Suite struct UserResourceTests {
    @Test func aProfileIsChangedFieldByField() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada", extra: #","phone":"345""#)
        let changed = try scene.ask(
            "PATCH", "/v1/users/me", by: ada.token,
            #"{"display_name":"Ada","settings":{"status_text":" busy ","hides_last_seen":true}}"#)
        #expect(changed.status == 200)
        for response in [changed, try scene.ask("GET", "/v1/users/me", by: ada.token)] {
            let user = try #require(response.json?["user"])
            #expect(user["display_name"]?.string == "Ada")
            #expect(user["username"]?.string == "ada")
            #expect(user["phone"]?.string == "345")
            #expect(user["settings"]?["status_text"]?.string == "busy")
            #expect(user["settings"]?["hides_last_seen"]?.bool == true)
            #expect(user["settings"]?["hides_typing"]?.bool == false)
        }
        let cleared = try scene.ask(
            "PATCH", "/v1/users/me", by: ada.token, #"{"phone":null,"settings":{"status_text":""}}"#)
        #expect(cleared.json?["user"]?["phone"] == nil)
        #expect(cleared.json?["user"]?["settings"]?["status_text"]?.string == "")
        #expect(cleared.json?["user"]?["settings"]?["hides_last_seen"]?.bool == true)
        #expect(try scene.ask("PATCH", "/v1/users/me", by: ada.token, "{}").status == 200)
    }

    @Test(arguments: [
        (#"{"display_name":7}"#, 400), (#"{"settings":7}"#, 400), (#"{"settings":{"hides_typing":"yes"}}"#, 400),
        (#"{"display_name":" "}"#, 422), (#"{"phone":"none"}"#, 422),
        (#"{"settings":{"status_text":"\#(String(repeating: "a", count: 141))"}}"#, 422), (#"{"phone":"345"}"#, 409),
    ]) func badChangesAreRefused(body: String, status: Int) throws {
        let scene = IdentityScene()
        _ = try scene.register("bob", extra: #","phone":"345""#)
        let ada = try scene.register("ada")
        #expect(try scene.ask("PATCH", "/v1/users/me", by: ada.token, body).status == status)
    }

    @Test func othersAreFoundAndShown() throws {
        let scene = IdentityScene()
        let ada = try scene.register("ada", extra: #","display_name":"Countess Ada","phone":"345""#)
        let bob = try scene.register("bob")
        let found = try scene.ask("GET", "/v1/users?query=count", by: bob.token)
        #expect(found.status == 200)
        #expect(found.json?["users"]?.array?.compactMap { $0["id"]?.string } == [ada.id])
        let shown = try scene.ask("GET", "/v1/users/\(ada.id)", by: bob.token)
        #expect(shown.json?["user"]?["display_name"]?.string == "Countess Ada")
        for response in [found, shown] {
            #expect(!response.text.contains("345") && !response.text.contains("settings"))
        }
        #expect(try scene.ask("GET", "/v1/users?query=a&limit=1", by: bob.token).json?["users"]?.array?.count == 1)
        for (path, status) in [
            ("/v1/users", 400), ("/v1/users?query=a&limit=0", 422), ("/v1/users?query=a&limit=x", 400),
            ("/v1/users?query=%ff", 400), ("/v1/users/999", 404), ("/v1/users/0", 404), ("/v1/users/%2B1", 404),
        ] {
            #expect(try scene.ask("GET", path, by: bob.token).status == status, "\(path)")
        }
    }

    @Test func usersOfDialectsAreNotShown() throws {
        let scene = try ChatAppScene()
        let identity = IdentityScene(harness: scene.harness)
        let ada = try identity.register("ada")
        let user = try #require(try scene.harness.store.user(phone: "345"))
        #expect(try identity.ask("GET", "/v1/users/\(user.id.rawValue)", by: ada.token).status == 404)
    }

    @Test func blocksAreKept() throws {
        let scene = IdentityScene()
        let (ada, bob) = (try scene.register("ada"), try scene.register("bob"))
        func blocked() throws -> [String]? {
            try scene.ask("GET", "/v1/users/me/blocks", by: ada.token).json?["users"]?.array?.compactMap {
                $0["id"]?.string
            }
        }
        #expect(try blocked() == [])
        for _ in 0..<2 {
            #expect(try scene.ask("PUT", "/v1/users/me/blocks/\(bob.id)", by: ada.token).status == 204)
            #expect(try blocked() == [bob.id])
        }
        #expect(try scene.ask("PUT", "/v1/users/me/blocks/\(ada.id)", by: ada.token).status == 422)
        #expect(try scene.ask("PUT", "/v1/users/me/blocks/999", by: ada.token).status == 404)
        for _ in 0..<2 {
            #expect(try scene.ask("DELETE", "/v1/users/me/blocks/\(bob.id)", by: ada.token).status == 204)
            #expect(try blocked() == [])
        }
    }
}
