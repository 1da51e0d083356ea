import ChatDomain
import Testing

@testable import ChatHub

/// A server with the relay, and short words for what its clients do.
struct RelayScene {
    let harness: HubHarness

    init(loopCount: Int = 1, seed: UInt64? = nil, configure: (inout HubConfiguration) -> Void = { _ in }) {
        harness = HubHarness(loopCount: loopCount, seed: seed, configure: configure)
    }

    /// Registers a client, and gives its identifier.
    func register(_ body: String, loop: Int = 0) throws -> String {
        let response = try harness.request("POST", "/register", body: body, loop: loop)
        let url = try #require(response.json?["url"]?.string, "\(response)")
        return String(url.split(separator: "/").last ?? "")
    }

    /// A client's socket.
    func client(_ body: String, registeredOn loop: Int = 0, on socketLoop: Int = 0) throws -> TestClient {
        try harness.openSocket("/ws/\(try register(body, loop: loop))", loop: socketLoop)
    }

    func publish(_ topic: String, _ message: String, user: Int? = nil, loop: Int = 0) throws {
        let target = user.map { #","user_id":\#($0)"# } ?? ""
        let response = try harness.request(
            "POST", "/publish", body: #"{"topic":"\#(topic)","message":"\#(message)"\#(target)}"#, loop: loop)
        #expect(response.status == 200, "\(response)")
        #expect(response.body.isEmpty)
    }
}
