import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// What all of the native protocol's REST interface has in common.
@Suite struct NativeFrameTests {
    private static let noToken =
        #"{"error":{"code":"unauthorized","message":"Sign in first: there is no token with this request."}}"#

    private static let signedInRoutes = Native.routes.compactMap { route in
        if case .signedIn = route.begin { "\(route.method) \(route.pattern)" } else { nil as String? }
    }

    @Test(arguments: signedInRoutes)
    func whoeverIsNotSignedInGetsNothing(route: String) throws {
        let harness = HubHarness()
        let parts = route.split(separator: " ")
        let path = parts[1].replacing("{", with: "").replacing("}", with: "")
        let response = try harness.request(String(parts[0]), String(path))
        #expect(response.status == 401)
        #expect(response.text == Self.noToken)
        #expect(response["www-authenticate"] == "Bearer")
        #expect(response["cache-control"] == "no-store")
    }

    @Test(arguments: ["Basic YTpi", "Bearer", "Bearer ", "Bearer short", "Digest x"])
    func otherFieldsLetNobodyIn(field: String) throws {
        let response = try HubHarness().request("GET", "/v1/users/me", headers: [("Authorization", field)])
        #expect(response.status == 401)
        #expect(response.json?["error"]?["code"]?.string == "unauthorized")
    }

    @Test func anotherMethodIsNotAllowed() throws {
        let response = try HubHarness().request("PUT", "/v1/users/me")
        #expect(response.status == 405)
        #expect(response["allow"] == "GET, HEAD, PATCH, DELETE")
        #expect(response.json?["error"]?["code"]?.string == "method_not_allowed")
    }

    @Test(arguments: [(1, "1"), (1_000, "1"), (1_001, "2"), (29_999, "30")])
    func waitsAreRoundedUp(milliseconds: Int64, seconds: String) {
        let response = Problem(.rateLimited, "Wait.", retryAfterMs: milliseconds).response(in: .native)
        #expect(response.status == .tooManyRequests)
        #expect(response.headers["Retry-After"] == seconds)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"error":{"code":"rate_limited","message":"Wait.","retry_after_ms":\#(milliseconds)}}"#)
    }
}
