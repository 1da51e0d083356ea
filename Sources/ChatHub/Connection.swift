public import ChatDomain
public import HTTPCore

/// One connection as the hub sees it: no descriptor, no clock; bytes come in by `Hub.receive` and go out through
/// `outbox`.
public final class Connection {
    public let id: ConnectionID
    /// Who is at the other end; nil where that is no address.
    public let peer: IPAddress?
    let door: Door
    /// Whom the peer speaks for: itself, unless its PROXY head has named somebody.
    var source: IPAddress?
    /// Whether that one came to the peer by TLS, as its PROXY head says; nil: nothing was said.
    var isTLS: Bool?
    var phase: Phase
    public internal(set) var outbox = Outbox()
    /// What shall become of the connection once the outbox is written.
    public internal(set) var ending: Ending = .none
    /// The hub has forgotten it.
    public internal(set) var isGone = false
    /// Whether more bytes shall be read; while not, the peer's wait in the kernel.
    public internal(set) var wantsBytes = true

    /// Since this was last looked at the peer has taken some of what waits, and not yet all: it is slow, not gone.
    var takesItsTime = false
    /// No more is read until the outbox is shorter.
    var isChoked = false
    /// It has sent something since it was last written to: whoever speaks shall hear the answer first.
    public internal(set) var hasSpoken = false
    /// The shell has it in line for a write.
    public var isQueued = false

    /// In the hub's list of connections that the end of the turn has something to do for.
    var isListed = false
    /// The turn in which something was published that this connection, or its user, must not get.
    var exclusionTurn: UInt64 = 0
    /// When the last byte came.
    var lastHeard: Instant
    /// What the handshake agreed on lets it take compressed frames that are made for many.
    var takesPacked = false
    /// What it has missed is being sent: more follows when some is taken.
    var isReplaying = false
    /// What is published to these topics comes here.
    var memberships: [ListenerPlace] = []
    /// What it has to do with topics of the native protocol.
    var topicSession: TopicSession?

    init(id: ConnectionID, peer: IPAddress?, door: Door = .plain, phase: Phase, at now: Instant) {
        self.id = id
        self.peer = peer
        self.door = door
        source = peer
        self.phase = phase
        lastHeard = now
    }

    var isLoopbackPeer: Bool { peer?.isLoopback ?? false }

    /// What the connection speaks.
    enum Phase {
        /// The head of the PROXY protocol, which a trusted proxy sends before anything else.
        case proxyHead(ProxyHeadReader)
        case http(HTTPExchange)
        case webSocket(Socket)
        /// Over: nothing that comes is looked at any more.
        case over
    }

    /// How a connection comes to its end.
    public enum Ending {
        case none
        /// Close as soon as the outbox is written.
        case close
        /// When the outbox is written, end our side and drop what still comes for a while: closing with unread bytes
        /// would reset the connection, and the peer might never see our last words.
        case linger
        /// Close at once, whatever is unwritten.
        case cut
    }
}

/// One connection's place among a topic's members.
struct ListenerPlace {
    let topic: Listeners
    var index: Int
    /// In a room of the native protocol: the number of its newest message when the member joined.
    var joinedAfter: Int64 = 0
}
