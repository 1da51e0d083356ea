import ChatDomain
import ChatStore

/// One socket's way into a stream: from the moment it is asked for until everything older has been sent, and it is live.
///
/// Theory of operation. The sync is registered with its stream first, and holds back what is published from then on.
/// Then the store is asked where the stream's head is and whether the user may read it (`located`), and the client is
/// told. What lies between the client's position and `target` is read from the log in pages and sent, as fast as the
/// socket takes it. Every event above the head that was read has been held back, unless there were too many: then those
/// are dropped, and `target` grows to the last of them, so that they are read from the log too. When all up to `target`
/// is sent, the held ones above it go out, and the socket joins the stream's topic within the same turn.
final class StreamSync {
    let stream: StreamName
    /// Whose it is: they know each other until the sync is over.
    let session: NativeSession
    let connection: Connection
    let claim: PositionClaim?
    var phase = Phase.locating(nil)
    /// The stream's head when the store was asked: up to there it knew whether the user may read the stream.
    var head: Int64 = 0
    /// Of a room: where it stood when the user joined.
    var joining = Sight.whole
    /// Up to here everything has been sent.
    var last: Int64 = 0
    /// Up to here the log is to be read.
    var target: Int64 = 0
    /// What to do on the stream when the sync has come to its end: `subscribe`s and `unsubscribe`s that came meanwhile.
    var followers: [Follower] = []

    /// How far it has come.
    enum Phase {
        /// The store is being asked where the head is.
        case locating(Loss?)
        /// The client knows where the head is. This has been read from the log, and is not sent yet.
        case sending([ReplayedEvent])
        /// More is being read from the log; nothing read before waits.
        case reading
        case over
    }

    /// What has happened since the store was asked, which it may not have known yet.
    enum Loss {
        /// The user was taken out of the room, by the event of that offset.
        case removed(at: Int64)
        /// The room is no more.
        case gone
    }

    /// The store has said where the head is, and the client has been told.
    var isLocated: Bool {
        switch phase {
        case .sending, .reading: true
        case .locating, .over: false
        }
    }

    var isOver: Bool { if case .over = phase { true } else { false } }

    private var held: [(offset: Int64, frame: [UInt8])] = []
    private var heldBytes = 0

    struct Follower {
        /// The command's.
        var id: String?
        var subscribes: Bool
        var claim: PositionClaim?
    }

    init(_ stream: StreamName, of session: NativeSession, _ connection: Connection, claim: PositionClaim?) {
        self.stream = stream
        self.session = session
        self.connection = connection
        self.claim = claim
    }

    /// An event has happened in the stream.
    func hold(_ frame: [UInt8], offset: Int64, bytesMax: Int) {
        guard session.heldBytes + frame.count <= bytesMax else {
            // This one too: what is held must have no gap.
            return leaveToLog(offset)
        }
        session.heldBytes += frame.count
        heldBytes += frame.count
        held.append((offset, frame))
    }

    /// Has the log tell what has happened: what it is to this user, the store says.
    func leaveToLog(_ offset: Int64) {
        dropHeld()
        target = max(target, offset)
    }

    func dropHeld() {
        if let newest = held.last { target = max(target, newest.offset) }
        held = []
        session.heldBytes -= heldBytes
        heldBytes = 0
    }

    /// The frames held back that the log has not been read for.
    func takeHeld() -> [[UInt8]] {
        let frames = held.filter { $0.offset > last }.map(\.frame)
        if let newest = held.last { last = max(last, newest.offset) }
        held = []
        session.heldBytes -= heldBytes
        heldBytes = 0
        return frames
    }
}

/// An event read back from the log of a room, or of a user.
enum ReplayedEvent: Sendable {
    case room(Event, Epoch)
    case user(UserEvent)

    var offset: Int64 {
        switch self {
        case .room(let event, _): event.offset
        case .user(let event): event.offset
        }
    }

    /// About how much memory it holds.
    var byteCount: Int {
        switch self {
        case .room(let event, _):
            switch event.kind {
            case .messageCreated(let message), .messageEdited(let message, _): 256 + message.text.utf8.count
            default: 256
            }
        case .user: 1_024
        }
    }
}
