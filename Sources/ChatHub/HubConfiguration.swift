public import HTTPCore

/// What a hub is told when it is made.
public struct HubConfiguration: Sendable {
    /// Which of the process's loops this hub belongs to, from 0.
    public var loopIndex = 0
    public var loopCount = 1
    public var dialects: Set<Dialect> = Set(Dialect.allCases)
    /// Who may use the dialects.
    public var dialectAccess = DialectAccess.loopback
    /// Serves `GET /echo`.
    public var enablesEcho = false
    /// The foreign origins whose pages may use the chat-app dialect.
    public var corsOrigins = ["http://localhost:3000", "http://localhost:8080"].compactMap { Origin($0) }
    /// The foreign origins whose pages may use the native interface, with a token.
    public var allowedOrigins: [Origin] = []
    /// Where the server is for its clients, whatever requests say; nil: where each request says.
    public var publicURL: Origin?
    /// What tells this server from others on the same host, in the names of its cookies: letters and digits.
    public var instance = ""
    public var limits = HubLimits()
    /// Gives bits that nobody can predict, for identifiers that open something. The system's, unless a test needs to
    /// repeat itself.
    public var secretBits: @Sendable () -> UInt64 = {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }
    /// The peers that are believed about whom they speak for.
    public var trustedProxies: [IPBlock] = []
    /// By which fields they say so.
    public var proxyFields = Forwarding.Field.xForwarded
    /// Whether every connection of theirs begins with a head of the PROXY protocol.
    public var expectsProxyProtocol = false
    /// Whether there is a door that sends to https.
    public var redirects = false
    /// The port of the door with TLS, where plain connections are sent to it.
    public var securePort: UInt16?
    /// For how many seconds browsers are told to come by https only; said by TLS alone. nil: they are not.
    public var strictTransportSeconds: Int?
    /// Reads what answers a challenge for a certificate (ACME), by its name; called on a reader's thread, and may block.
    public var readChallenge: (@Sendable (String) -> [UInt8]?)?
    /// The feeds to begin with. No two have the same name.
    public var feeds: [FeedConfiguration] = []
    /// What `/metrics` shows beside the hubs' own figures. Called on a loop's thread: it must not block.
    public var readings: @Sendable () -> [MetricReading] = { [] }
    /// Why `/ready` says no, by name; empty where nothing is wrong. Called on a loop's thread: it must not block.
    public var unreadiness: @Sendable () -> [String] = { [] }
    /// What there is at all.
    public var offer = Offer.everything
    /// Who may make an account.
    public var registration = Registration.openLocally
    /// Without it nobody can sign in.
    public var cryptography: Cryptography?
    /// What signed-in users may do with topics.
    public var topicGrants = TopicGrants()
    /// Which topics keep what was published last; the first rule that matches a topic is its own.
    public var topicHistory: [TopicHistoryRule] = []
    /// Counts what changes accounts and sessions; the same for all loops. Without it no loop remembers who a token stands
    /// for.
    public var accountChanges: AccountChanges?
    /// Reads the API keys; called on a reader's thread, and may block. nil where they cannot be read. Without it there are
    /// none.
    public var readKeys: (@Sendable () -> APIKeyList?)?
    /// The pages and their assets, by path.
    public var files: StaticFiles

    public init(files: StaticFiles) { self.files = files }
}

/// What a hub offers.
public enum Offer: Sendable {
    case everything
    /// `/health`, `/ready` and `/metrics`, to everybody who reaches it.
    ///
    /// - Parameter figures: what `/metrics` shows; called on a reader's thread, and may block.
    case operations(figures: @Sendable () -> String)
}

/// A protocol of somebody else's clients that the server speaks.
public enum Dialect: String, CaseIterable, Sendable {
    case chatApp = "chat-app"
    case broadcast
    case relay
    case stream
}

/// Who may make an account.
public enum Registration: String, CaseIterable, Sendable {
    case open
    /// Whoever has an invitation.
    case invite
    case closed
    /// `open` to this very machine, `invite` to others.
    case openLocally = "default"
}

/// For which requests the dialects are open.
public enum DialectAccess: Sendable {
    /// Only where the peer and the Host are loopback and nothing speaks of a proxy.
    case loopback
    case everyone
}
