import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

/// A server that people register at and sign in to.
struct IdentityScene {
    let harness: HubHarness

    static let password = "correct horse"

    init(loopCount: Int = 1, configure: (inout HubConfiguration) -> Void = { _ in }) {
        harness = HubHarness(loopCount: loopCount, configure: configure)
    }

    init(harness: HubHarness) { self.harness = harness }

    /// Somebody who is signed in.
    struct Person {
        var id: String
        var name: String
        var token: String
        var session: String
        /// By name, as a browser keeps them.
        var cookies: [String: String]

        /// What a browser sends of them; of one sort, named by what its name holds.
        func cookie(_ sort: String = "chat_session") -> (String, String) {
            let pairs = cookies.filter { $0.key.contains(sort) }.map { "\($0.key)=\($0.value)" }
            return ("Cookie", (["other=1"] + pairs).joined(separator: "; "))
        }
    }

    /// A request with a JSON body.
    func ask(
        _ method: String, _ path: String, by token: String? = nil, _ body: String? = nil,
        headers: [(String, String)] = [], loop: Int = 0, peer: IPAddress? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> TestResponse {
        var headers = headers
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
        let client = harness.connect(loop: loop, peer: peer)
        client.sendRequest(method, path, headers: headers, body: body)
        harness.run(sourceLocation: sourceLocation)
        let responses = client.takeResponses()
        try #require(responses.count == 1, "\(responses)", sourceLocation: sourceLocation)
        harness.kill(client)
        return responses[0]
    }

    func register(_ name: String, loop: Int = 0, extra: String = "") throws -> Person {
        let body = #"{"username":"\#(name)","password":"\#(Self.password)"\#(extra)}"#
        let response = try ask("POST", "/v1/auth/register", body, loop: loop)
        try #require(response.status == 201, "\(response)")
        return try person(name, response)
    }

    func logIn(
        _ name: String, password: String = IdentityScene.password, headers: [(String, String)] = [], loop: Int = 0,
        peer: IPAddress? = nil
    ) throws -> TestResponse {
        let body = #"{"username":"\#(name)","password":"\#(password)"}"#
        return try ask("POST", "/v1/auth/login", body, headers: headers, loop: loop, peer: peer)
    }

    func person(_ name: String, _ response: TestResponse) throws -> Person {
        let json = try #require(response.json)
        return Person(
            id: try #require(json["user"]?["id"]?.string), name: name, token: try #require(json["token"]?.string),
            session: try #require(json["session_id"]?.string), cookies: Self.cookies(of: response))
    }

    static func cookies(of response: TestResponse) -> [String: String] {
        var cookies: [String: String] = [:]
        for field in response.fields where field.name == "set-cookie" {
            let pair = field.value.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
            cookies[String(pair[0])] = pair.count > 1 ? String(pair[1]) : ""
        }
        return cookies
    }

    /// The account is made an administrator's.
    func promote(_ person: Person) throws {
        let id = try #require(WireID.user(person.id))
        _ = try harness.store.append([.account(.setAdmin(id, true))], at: harness.wallTime)
    }
}

extension TestResponse {
    /// The code of the error, nil for none.
    var errorCode: String? { json?["error"]?["code"]?.string }
}
