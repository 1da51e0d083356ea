/// Every limit of the hub. Each can be set by name (`--set NAME=VALUE`).
public struct HubLimits: Sendable {
    public var messageBytesMax = 65_536
    public var fragmentsMax = 1_024
    public var controlFramesPerSecondMax = 100
    public var textBytesMax = 16_384
    public var queueBytesMax = 1_048_576
    public var connectionsMax = 0
    public var pingIntervalMs = 5_000
    public var silenceMsMax = 10_000
    public var presenceGraceMs = 30_000
    public var typingExpireMs = 8_000
    public var headMsMax = 10_000
    public var bodyMsMax = 30_000
    public var keepAliveMs = 75_000
    public var handshakeMsMax = 10_000
    public var handshakesMax = 10_000
    public var bodyBytesMax = 1_048_576
    public var requestsPerConnectionMax = 0
    public var messagesPerSecond = 10
    public var messageBurst = 20
    public var historyMessagesMax = 5_000
    public var listEntriesMax = 10_000
    public var announcedSocketsMax = 100
    public var registrationsMax = 100_000
    public var registrationMs = 60_000
    public var clientTopicsMax = 10_000
    public var topicEntriesMax = 1_000_000
    public var topicBytesMax = 255
    public var topicsMax = 100_000
    public var topicHistoryBytesMax = 67_108_864
    public var topicSubscriptionsMax = 128
    public var publishRate = 0
    public var publishBurst = 100
    public var unwrittenMax = 20_000
    public var membersPerRequestMax = 1_000
    public var sessionDays = 90
    public var passwordCost = 17
    public var hashBytesMax = 268_435_456
    public var diskFreeMin = 67_108_864
    public var signInFailuresMax = 20
    public var signInRefillMs = 30_000
    public var countsLoopback = 0
    public var helloMs = 10_000
    public var presenceGatherMs = 1_000
    public var activityGatherMs = 1_000
    public var activityRoomsMax = 10_000
    public var typingIntervalMs = 1_000
    public var markerIntervalMs = 1_000
    public var ephemeralMembersMax = 100
    public var idleMs = 300_000
    public var nativePingMs = 25_000
    public var pongTimeoutMs = 8_000
    public var userConnectionsMax = 10
    public var framesPerSecond = 50
    public var frameBurst = 100
    public var subscriptionsMax = 128
    public var historyEventsMax = 300
    public var compressBytesMin = 256
    public var feedsMax = 64
    public var feedItemBytesMax = 262_144
    public var feedQueueBytesMax = 16_777_216
    public var feedOpenMsMax = 15_000
    public var feedSilenceMsMax = 90_000
    public var closeMs = 2_000
    public var drainMs = 5_000
    /// How long the store, a worker or another loop may take to answer.
    public var questionMs = 30_000

    public init() {}

    /// One limit: its name on the command line, what it means, and what it may be.
    public struct Setting: Sendable {
        public let name: String
        public let help: String
        public let range: ClosedRange<Int>
        let path: any WritableKeyPath<HubLimits, Int> & Sendable
    }

    public static let settings: [Setting] = [
        Setting(
            name: "message_bytes", help: "longest WebSocket message", range: 125...16_777_216, path: \.messageBytesMax),
        Setting(
            name: "fragments", help: "most fragments of a WebSocket message", range: 1...16_777_216,
            path: \.fragmentsMax),
        Setting(
            name: "control_frames", help: "pings, pongs and closes a second and socket", range: 1...1_000_000,
            path: \.controlFramesPerSecondMax),
        Setting(name: "text_bytes", help: "longest text of a chat message", range: 1...1_048_576, path: \.textBytesMax),
        Setting(
            name: "queue_bytes", help: "unsent bytes at which a slow receiver is cut off",
            range: 65_536...1_073_741_824, path: \.queueBytesMax),
        Setting(
            name: "connections", help: "open connections, 0 for what the system permits", range: 0...8_388_608,
            path: \.connectionsMax),
        Setting(
            name: "ping_interval_ms", help: "time between pings", range: 100...3_600_000, path: \.pingIntervalMs),
        Setting(
            name: "silence_ms", help: "silence after which a socket is closed", range: 200...7_200_000,
            path: \.silenceMsMax),
        Setting(
            name: "presence_grace_ms", help: "time from a user's last socket to being offline", range: 0...3_600_000,
            path: \.presenceGraceMs),
        Setting(
            name: "typing_expire_ms", help: "time after which a typist who says no more has stopped",
            range: 100...600_000, path: \.typingExpireMs),
        Setting(
            name: "head_ms", help: "time for a whole request head", range: 100...600_000, path: \.headMsMax),
        Setting(
            name: "handshake_ms", help: "time for a whole TLS handshake", range: 100...600_000,
            path: \.handshakeMsMax),
        Setting(
            name: "handshakes", help: "TLS handshakes that are not done", range: 1...1_000_000, path: \.handshakesMax),
        Setting(name: "body_ms", help: "time for a whole request body", range: 100...600_000, path: \.bodyMsMax),
        Setting(
            name: "keep_alive_ms", help: "time between requests of one connection", range: 100...3_600_000,
            path: \.keepAliveMs),
        Setting(
            name: "body_bytes", help: "longest request body", range: 1_024...67_108_864, path: \.bodyBytesMax),
        Setting(
            name: "requests_per_connection", help: "requests on one connection, 0 for any number",
            range: 0...1_000_000_000, path: \.requestsPerConnectionMax),
        Setting(
            name: "message_rate", help: "chat messages a second and user, 0 for any; chat-app: not from loopback",
            range: 0...1_000_000, path: \.messagesPerSecond),
        Setting(
            name: "message_burst", help: "chat messages at once, before message_rate counts", range: 1...1_000_000,
            path: \.messageBurst),
        Setting(
            name: "history_messages", help: "newest messages in one answer of a conversation", range: 1...100_000,
            path: \.historyMessagesMax),
        Setting(
            name: "list_entries", help: "users or rooms in one answer", range: 1...100_000, path: \.listEntriesMax),
        Setting(
            name: "announced_sockets", help: "chat-app sockets up to which all hear of each coming and going",
            range: 0...100_000, path: \.announcedSocketsMax),
        Setting(
            name: "registrations", help: "clients of the relay, connected or not", range: 1...10_000_000,
            path: \.registrationsMax),
        Setting(
            name: "registration_ms", help: "time for a registered client to open its socket",
            range: 100...86_400_000, path: \.registrationMs),
        Setting(
            name: "client_topics", help: "topics of a client of the relay", range: 1...1_000_000,
            path: \.clientTopicsMax),
        Setting(
            name: "topic_entries", help: "topics of all clients of the relay together", range: 1...100_000_000,
            path: \.topicEntriesMax),
        Setting(
            name: "topic_bytes", help: "longest topic of the relay", range: 1...4_096, path: \.topicBytesMax),
        Setting(
            name: "topics", help: "native topics whose offsets are known at once", range: 1...10_000_000,
            path: \.topicsMax),
        Setting(
            name: "topic_history_bytes", help: "histories of all native topics together",
            range: 65_536...17_179_869_184, path: \.topicHistoryBytesMax),
        Setting(
            name: "topic_subscriptions", help: "native topics that a connection is subscribed to", range: 1...10_000,
            path: \.topicSubscriptionsMax),
        Setting(
            name: "publish_rate", help: "publications a second and API key, 0 for any number", range: 0...1_000_000,
            path: \.publishRate),
        Setting(
            name: "publish_burst", help: "publications at once, before publish_rate counts", range: 1...1_000_000,
            path: \.publishBurst),
        Setting(
            name: "members_per_request", help: "people that one request may add to a room", range: 1...100_000,
            path: \.membersPerRequestMax),
        Setting(
            name: "unwritten", help: "messages of a loop that may wait for the store before sockets must",
            range: 1...1_000_000, path: \.unwrittenMax),
        Setting(name: "feeds", help: "feeds that can be added", range: 0...10_000, path: \.feedsMax),
        Setting(
            name: "feed_item_bytes", help: "longest item of a feed", range: 1_024...16_777_216,
            path: \.feedItemBytesMax),
        Setting(
            name: "feed_queue_bytes", help: "items of a feed's loop that may wait for another loop",
            range: 65_536...1_073_741_824, path: \.feedQueueBytesMax),
        Setting(
            name: "feed_open_ms", help: "time for a feed's source to answer", range: 100...600_000,
            path: \.feedOpenMsMax),
        Setting(
            name: "feed_silence_ms", help: "silence after which a feed connects anew", range: 200...86_400_000,
            path: \.feedSilenceMsMax),
        Setting(
            name: "session_days", help: "days that a session lasts after it was last used", range: 1...3_650,
            path: \.sessionDays),
        Setting(
            name: "password_cost", help: "logarithm of scrypt's N: 17 takes 128 MiB for each password at work",
            range: 4...20, path: \.passwordCost),
        Setting(
            name: "hash_bytes",
            help: "memory for all passwords at work; less where the machine or its cgroup has little: a quarter",
            range: 16_384...1_099_511_627_776, path: \.hashBytesMax),
        Setting(
            name: "disk_free_min",
            help: "free bytes of the disk below which /ready says no, at most a twentieth of it; 0 for any",
            range: 0...1_152_921_504_606_846_976, path: \.diskFreeMin),
        Setting(
            name: "sign_in_failures", help: "wrong passwords of an address, or for an account, before they slow down",
            range: 1...100_000, path: \.signInFailuresMax),
        Setting(
            name: "sign_in_refill_ms", help: "time between attempts after that", range: 10...3_600_000,
            path: \.signInRefillMs),
        Setting(
            name: "count_loopback", help: "1: limits by address hold for this very machine too", range: 0...1,
            path: \.countsLoopback),
        Setting(
            name: "presence_gather_ms", help: "time for which changes of presence are gathered", range: 0...60_000,
            path: \.presenceGatherMs),
        Setting(
            name: "activity_gather_ms", help: "time for which news of rooms not subscribed to is gathered",
            range: 0...60_000, path: \.activityGatherMs),
        Setting(
            name: "activity_rooms", help: "rooms of a user of which there is such news", range: 0...1_000_000,
            path: \.activityRoomsMax),
        Setting(
            name: "typing_interval_ms", help: "least time between a room's lists of typists", range: 0...60_000,
            path: \.typingIntervalMs),
        Setting(
            name: "marker_interval_ms", help: "least time between writes of what was read", range: 0...60_000,
            path: \.markerIntervalMs),
        Setting(
            name: "ephemeral_members", help: "members up to which a room hears who types and reads",
            range: 0...100_000, path: \.ephemeralMembersMax),
        Setting(
            name: "idle_ms", help: "time without a sign of somebody after which a device is away",
            range: 1_000...86_400_000, path: \.idleMs),
        Setting(
            name: "hello_ms", help: "time for a socket of /v1/ws to say who it is", range: 100...600_000,
            path: \.helloMs),
        Setting(
            name: "native_ping_ms", help: "time between pings of a socket of /v1/ws", range: 100...3_600_000,
            path: \.nativePingMs),
        Setting(
            name: "pong_timeout_ms", help: "time for a socket of /v1/ws to answer a ping", range: 100...600_000,
            path: \.pongTimeoutMs),
        Setting(
            name: "user_connections", help: "sockets of /v1/ws that a user may have", range: 1...1_000_000,
            path: \.userConnectionsMax),
        Setting(
            name: "frame_rate", help: "messages a second on a socket of /v1/ws, 0 for any", range: 0...1_000_000,
            path: \.framesPerSecond),
        Setting(
            name: "frame_burst", help: "messages at once, before frame_rate counts", range: 1...1_000_000,
            path: \.frameBurst),
        Setting(
            name: "subscriptions", help: "rooms that a socket of /v1/ws can be subscribed to", range: 1...100_000,
            path: \.subscriptionsMax),
        Setting(
            name: "history_events", help: "missed events up to which a socket of /v1/ws is sent them",
            range: 1...1_000_000, path: \.historyEventsMax),
        Setting(
            name: "compress_bytes", help: "length from which events are compressed", range: 1...16_777_216,
            path: \.compressBytesMin),
        Setting(
            name: "close_ms", help: "time for the peer to answer a close", range: 10...60_000, path: \.closeMs),
        Setting(
            name: "drain_ms", help: "time for connections to end at shutdown", range: 100...9_000, path: \.drainMs),
        Setting(
            name: "question_ms", help: "time after which what waits for the store has failed",
            range: 1_000...600_000, path: \.questionMs),
    ]

    /// Sets one limit.
    ///
    /// - Returns: nil, or a sentence about what is wrong with the name or the value.
    public mutating func set(_ name: String, to value: String) -> String? {
        guard let setting = Self.settings.first(where: { $0.name == name }) else {
            return "There is no limit named '\(name)'."
        }
        guard let number = Int(value), setting.range.contains(number) else {
            return
                "The limit \(name) takes a whole number from \(setting.range.lowerBound) to "
                + "\(setting.range.upperBound), not '\(value)'."
        }
        self[keyPath: setting.path] = number
        return nil
    }

    /// What a limit is now.
    public func value(of setting: Setting) -> Int { self[keyPath: setting.path] }
}
