import HTTPCore
import Testing

@testable import ChatHub

/// What all interfaces have in common: one grammar, of which each has a table.
@Suite struct RouteTests {
    /// An interface, a request that it refuses, and the answer in the form that its clients know.
    private static let refusals: [(method: String, path: String, status: Int, body: String)] = [
        (
            "GET", "/v1/users/me", 401,
            #"{"error":{"code":"unauthorized","message":"Sign in first: there is no token with this request."}}"#
        ),
        (
            "GET", "/v1/feeds", 401,
            #"{"error":{"code":"unauthorized","message":"Feeds need an administrator or a key."}}"#
        ),
        ("POST", "/rooms", 400, #"{"error":400,"message":"The body is not a JSON object."}"#),
        ("POST", "/publish", 400, #"{"error":{"code":"bad_request","message":"The body is not a JSON object."}}"#),
        ("PUT", "/rooms", 405, #"{"error":405,"message":"The method is not allowed here."}"#),
        (
            "PUT", "/publish", 405,
            #"{"error":{"code":"method_not_allowed","message":"The method is not allowed here."}}"#
        ),
        ("GET", "/nothing", 404, #"{"error":{"code":"not_found","message":"There is nothing at this path."}}"#),
    ]

    @Test(arguments: refusals)
    func refusalsHaveTheFormOfTheirInterface(
        _ refusal: (method: String, path: String, status: Int, body: String)
    ) throws {
        let harness = HubHarness { $0.dialectAccess = .everyone }
        let response = try harness.request(refusal.method, refusal.path, body: "[1]", isLoopbackPeer: false)
        #expect(response.status == refusal.status)
        #expect(response.text == refusal.body)
        #expect(response["www-authenticate"] == (refusal.status == 401 ? "Bearer" : nil))
        #expect((response["allow"] != nil) == (refusal.status == 405))
    }

    /// One more than a body may hold is refused, whichever interface it is for; as many are read.
    @Test(arguments: [("POST", "/v1/feeds", 1_000), ("POST", "/rooms", 10_000)])
    func aBodyHoldsAsMuchAsItsRouteSays(method: String, path: String, valuesMax: Int) throws {
        let harness = HubHarness()
        // The object, the member and the list count as well.
        for (count, isRead) in [(valuesMax - 2, true), (valuesMax + 1, false)] {
            let body = #"{"x":[\#(Array(repeating: "0", count: count).joined(separator: ","))]}"#
            let response = try harness.request(method, path, body: body)
            #expect(response.status == 400)
            #expect(response.text.contains("not valid JSON") != isRead, "\(count): \(response.text)")
        }
    }

    @Test func noTwoRoutesOfAnInterfaceAreTheSame() {
        for routes in [Native.routes + Feeds.routes + [Native.socketRoute], ChatApp.routes, Relay.routes] {
            #expect(Set(routes.map { "\($0.method) \($0.pattern)" }).count == routes.count)
        }
    }
}
