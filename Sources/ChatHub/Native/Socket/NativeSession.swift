import ChatDomain
import ChatStore

/// What the server knows of one socket of the native protocol.
final class NativeSession {
    var phase: Phase
    /// Whose it is, from the moment that its token is known.
    var user: NativeUser?
    /// By which its user is signed in; there when `user` is.
    var record: SessionRecord?
    var deviceID: String?
    private var frames: TokenBucket
    private var flood: Flood?
    /// Streams whose past is still being looked up or sent, in the order in which they were asked for.
    var syncs: [StreamSync] = []
    /// How many bytes they hold back together.
    var heldBytes = 0
    /// Frames that came while the socket was arriving: at most what one read has brought.
    var heldFrames: [[UInt8]] = []
    /// What `hello` asked for, until `welcome` answers it.
    var arrival: Arrival?
    /// When somebody last did something with the device; nil until it is welcome.
    var lastActive: Instant?
    /// Nobody has done anything with it for so long that it counts as away.
    var isIdle = false
    /// The device has said that it is away.
    var saysAway = false
    /// Whether anybody has ever typed on it.
    var hasTyped = false
    /// The rooms in which somebody is about to type, by the latest question to the store about it.
    var pendingTyping: [RoomID: UInt64] = [:]
    /// When the ping went that nothing was heard since.
    var pingedAt: Instant?

    /// How far a socket has come.
    enum Phase {
        /// Waits for its `hello`, until then. The token is that of a cookie.
        case new(cookie: String?, until: Instant)
        /// `hello` has come, `welcome` has not gone.
        case arriving
        case live
        case over
    }

    private struct Flood {
        var since: Instant
        var last: Instant
    }

    private static let floodMsMax: Int64 = 5_000
    private static let floodPauseMs: Int64 = 1_000

    init(cookie: String?, helloUntil: Instant, limits: HubLimits) {
        phase = .new(cookie: cookie, until: helloUntil)
        frames = TokenBucket(ratePerSecond: Double(limits.framesPerSecond), burst: limits.frameBurst)
    }

    var isLive: Bool { if case .live = phase { true } else { false } }
    var isOver: Bool { if case .over = phase { true } else { false } }
    var isArriving: Bool { if case .arriving = phase { true } else { false } }

    /// Whether a frame may come now.
    enum FramePace {
        case welcome
        case tooMany(retryAfterMs: Int64)
        /// There were too many for so long that the socket has to go.
        case flood
    }

    func judgeFrame(at now: Instant) -> FramePace {
        guard let waitMs = frames.take(at: now) else { return .welcome }
        if let flood, now.milliseconds(since: flood.last) <= Self.floodPauseMs {
            self.flood = Flood(since: flood.since, last: now)
            if now.milliseconds(since: flood.since) >= Self.floodMsMax { return .flood }
        } else {
            flood = Flood(since: now, last: now)
        }
        return .tooMany(retryAfterMs: waitMs)
    }

    func sync(of stream: StreamName) -> StreamSync? { syncs.first { $0.stream == stream } }
}

/// A user with sockets on this loop.
final class NativeUser {
    let id: UserID
    var user: User
    var settings: UserSettings
    /// As stored when the first socket came.
    let lastSeen: WallTime?
    var connections: [Connection] = []
    /// The newest offset of the user's own stream that this loop has been told of as committed.
    var heard: Int64 = 0
    var floors = Floors()
    /// Those who get the user's own stream live.
    var topic: Listeners?
    /// Sockets whose part of the user's own stream is still being looked up or sent.
    var syncing: [StreamSync] = []

    init(_ principal: Principal) {
        id = principal.id
        user = principal.user
        settings = principal.settings
        lastSeen = principal.lastSeen
    }
}

/// A stream of durable events.
enum StreamName: Hashable {
    case me
    case room(RoomID)
}
