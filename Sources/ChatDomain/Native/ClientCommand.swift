/// What a client of the native protocol says in one frame.
public enum ClientCommand: Equatable, Sendable {
    case hello(Hello)
    case subscribe(RoomID, PositionClaim?)
    case unsubscribe(RoomID)
    case send(SendCommand)
    /// - Parameter mentions: nil: as they were.
    case edit(RoomID, seq: Int64, text: String, mentions: [UserID]? = nil, ifVersion: Int?)
    case delete(RoomID, seq: Int64, DeletionScope, ifVersion: Int?)
    case react(RoomID, seq: Int64, key: String)
    case unreact(RoomID, seq: Int64, key: String)
    case typing(RoomID, isTyping: Bool, TypingMedium, thread: Int64?)
    case receipt(RoomID, MarkerKind, seq: Int64, thread: Int64?)
    case setPresence(PresenceChoice, statusText: String?)
    /// At most 200; what is no identifier is left out.
    case watchPresence([UserID])
    case subscribeTopics([String], positions: [NamedClaim])
    case unsubscribeTopics([String])
    /// - Parameter data: JSON, as it came.
    case publish(topic: String, data: [UInt8], user: UserID?)
    case refresh(token: String)
    case ping
}

/// The first frame of a socket.
public struct Hello: Equatable, Sendable {
    public var token: String?
    public var client: String?
    public var deviceID: String?
    /// Of the protocol; nil for the one that the subprotocol says.
    public var version: Int64?
    /// The streams to go on with, as they are named.
    public var resume: [NamedClaim]

    public init(
        token: String? = nil, client: String? = nil, deviceID: String? = nil, version: Int64? = nil,
        resume: [NamedClaim] = []
    ) {
        self.token = token
        self.client = client
        self.deviceID = deviceID
        self.version = version
        self.resume = resume
    }
}

/// Where a client says that it is in a stream.
public enum PositionClaim: Equatable, Sendable {
    case at(StreamPosition)
    /// Nothing that was ever given out.
    case malformed
}

/// Where a client says that it is in a stream of that name.
public struct NamedClaim: Equatable, Sendable {
    public var name: String
    public var claim: PositionClaim

    public init(_ name: String, _ claim: PositionClaim) {
        self.name = name
        self.claim = claim
    }
}

/// A message to be, as a client says it. Its text is not empty, and may still be too long.
public struct SendCommand: Equatable, Sendable {
    public var room: RoomID
    public var key: MessageKey
    public var text: String
    public var replyTo: Int64?
    public var thread: Int64?
    /// At most 50.
    public var mentions: [UserID]

    public init(
        room: RoomID, key: MessageKey, text: String, replyTo: Int64? = nil, thread: Int64? = nil,
        mentions: [UserID] = []
    ) {
        self.room = room
        self.key = key
        self.text = text
        self.replyTo = replyTo
        self.thread = thread
        self.mentions = mentions
    }
}

/// For whom a message is deleted. Its raw value is its name on the wire, as with those that follow.
public enum DeletionScope: String, Sendable {
    case mine = "self"
    case all
}

/// What somebody is making.
public enum TypingMedium: String, Sendable, Codable {
    case text, audio, video
}

/// Which marker a receipt moves.
public enum MarkerKind: String, Sendable, Codable {
    case received, read
    case readPrivate = "read_private"
}

/// What a client says about its device (`online`, `away`) or its user (the others).
public enum PresenceChoice: String, Sendable {
    case online, away, dnd, invisible
}

/// Why a frame is not done as it says.
public struct CommandProblem: Error, Equatable, Sendable {
    public var code: ErrorCode
    /// For a person.
    public var sentence: String
    /// The frame's, where it could be read.
    public var id: String?
    /// The frame was one that wants no answer where it has no `id`.
    public var isQuiet: Bool

    public init(_ code: ErrorCode, _ sentence: String, id: String? = nil, isQuiet: Bool = false) {
        self.code = code
        self.sentence = sentence
        self.id = id
        self.isQuiet = isQuiet
    }
}
