/// A key of a program that uses the interface, and what it may do. The key itself is known to its holder alone.
public struct APIKey: Equatable, Sendable {
    /// What every key begins with, so that it is never taken for something else.
    public static let prefix = "ck_"

    /// The key's name for people, which is no secret.
    public var id: String
    /// SHA-256 of the whole key: 32 bytes.
    public var digest: [UInt8]
    /// What it may publish to.
    public var publish: [TopicPattern]
    /// Whether it may add and remove feeds.
    public var managesFeeds: Bool
    /// Whether it may read the server's figures.
    public var readsMetrics: Bool

    public init(
        id: String, digest: [UInt8], publish: [TopicPattern], managesFeeds: Bool = false, readsMetrics: Bool = false
    ) {
        self.id = id
        self.digest = digest
        self.publish = publish
        self.managesFeeds = managesFeeds
        self.readsMetrics = readsMetrics
    }

    public func mayPublish(to topic: TopicName) -> Bool { publish.contains { $0.matches(topic) } }
}

/// All keys that are valid, by digest.
public struct APIKeyList: Sendable {
    private var keys: [[UInt8]: APIKey] = [:]

    public init(_ keys: [APIKey] = []) {
        for key in keys { self.keys[key.digest] = key }
    }

    public var count: Int { keys.count }

    public func contains(_ key: APIKey) -> Bool { keys[key.digest] == key }

    /// A digest says nothing about the key, so that the time the look-up takes does not either.
    func key(digest: [UInt8]) -> APIKey? { keys[digest] }
}
