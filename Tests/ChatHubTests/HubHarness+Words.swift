import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Short words for what many tests do.
extension HubHarness {
    /// One request on a connection of its own, and its answer.
    func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String? = nil, loop: Int = 0,
        isLoopbackPeer: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> TestResponse {
        let client = connect(loop: loop, isLoopbackPeer: isLoopbackPeer)
        client.sendRequest(method, path, headers: headers, body: body)
        run(sourceLocation: sourceLocation)
        let responses = client.takeResponses()
        try #require(responses.count == 1, "\(responses)", sourceLocation: sourceLocation)
        kill(client)
        return responses[0]
    }

    /// A socket at `path`, whose first frames are still to be taken.
    func openSocket(
        _ path: String, loop: Int = 0, isLoopbackPeer: Bool = true, host: String = "localhost:8080",
        headers: [(String, String)] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> TestClient {
        let client = connect(loop: loop, isLoopbackPeer: isLoopbackPeer)
        try client.sendUpgrade(path, host: host, headers: headers)
        run(sourceLocation: sourceLocation)
        let responses = client.takeResponses()
        try #require(
            client.webSocket != nil, "\(responses) \(client.handshakeFailure ?? "")", sourceLocation: sourceLocation)
        return client
    }

    /// Sends a text, and plays until all is done.
    func say(_ client: TestClient, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        client.send(text)
        run(sourceLocation: sourceLocation)
    }

    /// Drops what the clients have been sent so far.
    func forget(_ clients: TestClient...) { for client in clients { _ = client.takeFrames() } }
}

/// How many loops the tests of the dialects run with.
let loopCounts = [1, 3]
