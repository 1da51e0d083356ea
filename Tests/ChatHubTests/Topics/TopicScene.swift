import ChatDomain
import Synchronization
import Testing

@testable import ChatHub

/// A server with topics: subscribers on sockets that say nothing themselves, and publishers with API keys.
final class TopicScene {
    let harness: HubHarness
    let keys: TestKeys

    init(loopCount: Int = 1, seed: UInt64? = nil, configure: (inout HubConfiguration) -> Void = { _ in }) {
        let keys = TestKeys()
        self.keys = keys
        harness = HubHarness(loopCount: loopCount, seed: seed) { configuration in
            configuration.cryptography = Cryptography(
                digest: { $0.reversed() }, randomBytes: { [UInt8](repeating: 7, count: $0) })
            configuration.readKeys = { keys.read() }
            configure(&configuration)
        }
    }

    func subscriber(user: Int64 = 1, loop: Int = 0) throws -> TestClient {
        let client = try harness.openSocket("/broadcast/unused-\(user)", loop: loop)
        let connection = try #require(harness.connection(of: client))
        harness.hubs[loop].topicHub.enter(connection, user: UserID(user))
        return client
    }

    /// Subscribes, and gives where the topics are once that is known.
    @discardableResult
    func subscribe(
        _ client: TestClient, _ patterns: String..., since: StreamPosition? = nil
    ) throws -> [TopicLocation] {
        let box = Box<[TopicLocation]>()
        try beginToSubscribe(client, patterns, since: since) { box.value = $0 }
        harness.run()
        return try #require(box.value)
    }

    func beginToSubscribe(
        _ client: TestClient, _ patterns: [String], since: StreamPosition? = nil,
        then completion: @escaping ([TopicLocation]) -> Void
    ) throws {
        let connection = try #require(harness.connection(of: client))
        let requests = try patterns.map { TopicHub.Request(pattern: try pattern($0), since: since) }
        var refusal: TopicHub.SubscriptionProblem?
        harness.turn(client.loop) { hub in
            do throws(TopicHub.SubscriptionProblem) {
                try hub.topicHub.subscribe(connection, to: requests, hub: hub) { _, locations in
                    if let locations { completion(locations) }
                }
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }

    func unsubscribe(_ client: TestClient, _ patterns: String...) throws {
        let connection = try #require(harness.connection(of: client))
        let patterns = try patterns.map(pattern)
        harness.turn(client.loop) { $0.topicHub.unsubscribe(connection, from: patterns, hub: $0) }
    }

    /// Publishes without asking for a key.
    ///
    /// - Returns: to how many it went.
    @discardableResult
    func publish(_ topic: String, _ data: String, user: Int64? = nil, loop: Int = 0) throws -> Int {
        let box = Box<TopicHub.PublicationResult>()
        try beginToPublish(topic, data, user: user, loop: loop) { box.value = $0 }
        harness.run()
        guard case .delivered(let receivers) = try #require(box.value) else { return -1 }
        return receivers
    }

    func beginToPublish(
        _ topic: String, _ data: String, user: Int64? = nil, loop: Int = 0,
        then completion: @escaping (TopicHub.PublicationResult) -> Void = { _ in }
    ) throws {
        let draft = TopicDraft(
            topic: try #require(TopicName(topic)), data: Array(data.utf8), user: user.map { UserID($0) })
        harness.turn(loop) { hub in hub.topicHub.publish(draft, hub: hub) { _, receipt in completion(receipt) } }
    }

    private func pattern(_ text: String) throws -> TopicPattern { try #require(TopicPattern(text), "\(text)") }

    /// What a client was sent, as data and offset.
    func take(_ client: TestClient) throws -> [String] {
        try client.takeTexts().map { text in
            let json = try JSONValue(parsing: Array(text.utf8))
            #expect(json["type"]?.string == "publication")
            let topic = json["topic"]?.string ?? ""
            let data = json["data"]?.string ?? json["data"].map { "\($0)" } ?? ""
            return "\(topic) \(json["offset"]?.integer.map(String.init) ?? "-") \(data)"
        }
    }

    final class Box<Value> { var value: Value? }
}

/// API keys that a test adds and removes.
final class TestKeys: Sendable {
    private let state = Mutex((keys: [APIKey](), readCount: 0))

    /// The digest of a test's key is its bytes in reverse.
    func add(_ text: String, publish: [String], managesFeeds: Bool = false) {
        let key = APIKey(
            id: text, digest: text.utf8.reversed(), publish: publish.compactMap(TopicPattern.init),
            managesFeeds: managesFeeds)
        state.withLock { $0.keys.append(key) }
    }

    func removeAll() { state.withLock { $0.keys = [] } }

    var readCount: Int { state.withLock { $0.readCount } }

    func read() -> APIKeyList {
        state.withLock { state in
            state.readCount += 1
            return APIKeyList(state.keys)
        }
    }
}
