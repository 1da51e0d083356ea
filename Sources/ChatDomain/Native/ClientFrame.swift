/// A frame of a client: its command, and the `id` by which the answer names it.
public struct ClientFrame: Equatable, Sendable {
    /// 1 to 64 bytes; nil only for those commands that may do without an answer.
    public var id: String?
    public var command: ClientCommand

    public static let idBytesMax = 64
    public static let mentionsMax = 50
    public static let watchedMax = 200

    public init(id: String?, command: ClientCommand) {
        self.id = id
        self.command = command
    }

    /// Reads a frame. What is wrong with it is thrown as what the client is to be told: `bad_request` for what cannot be
    /// read, lacks a field or has one of the wrong kind, `unprocessable` for a field of a bad value.
    public init(parsing bytes: Span<UInt8>) throws(CommandProblem) {
        let reading = try FrameReading(bytes)
        do throws(CommandProblem) {
            try self.init(reading, bytes)
        } catch {
            var problem = error
            problem.id = reading.id
            problem.isQuiet = reading.type?.isQuiet ?? false
            throw problem
        }
    }

    private init(_ reading: FrameReading, _ bytes: Span<UInt8>) throws(CommandProblem) {
        guard let type = reading.type else { throw CommandProblem(.badRequest, "'type' is not one that is known.") }
        guard reading.id != nil || type.isQuiet && !reading.hasID else {
            throw CommandProblem(.badRequest, "'id' is not a string of 1 to \(Self.idBytesMax) bytes.")
        }
        id = reading.id
        switch type {
        case .hello: command = .hello(try reading.hello(bytes))
        case .subscribe: command = .subscribe(try reading.room(bytes), reading.claim(bytes))
        case .unsubscribe: command = .unsubscribe(try reading.room(bytes))
        case .send: command = .send(try reading.send(bytes))
        case .edit:
            command = .edit(
                try reading.room(bytes), seq: try reading.seq(bytes), text: try reading.text(bytes),
                mentions: try reading.newMentions(bytes), ifVersion: try reading.ifVersion(bytes))
        case .delete:
            command = .delete(
                try reading.room(bytes), seq: try reading.seq(bytes),
                try reading.choice(.scope, DeletionScope.self, bytes) ?? .all,
                ifVersion: try reading.ifVersion(bytes))
        case .react:
            command = .react(
                try reading.room(bytes), seq: try reading.seq(bytes), key: try reading.reactionKey(bytes))
        case .unreact:
            command = .unreact(
                try reading.room(bytes), seq: try reading.seq(bytes), key: try reading.reactionKey(bytes))
        case .typing:
            command = .typing(
                try reading.room(bytes), isTyping: try reading.isStart(bytes),
                try reading.choice(.kind, TypingMedium.self, bytes) ?? .text,
                thread: try reading.reference(.thread, bytes))
        case .receipt:
            guard let kind = try reading.choice(.kind, MarkerKind.self, bytes) else { throw .missing("kind") }
            command = .receipt(
                try reading.room(bytes), kind, seq: try reading.seq(bytes),
                thread: try reading.reference(.thread, bytes))
        case .setPresence:
            guard let state = try reading.choice(.state, PresenceChoice.self, bytes) else { throw .missing("state") }
            command = .setPresence(state, statusText: try reading.optionalString(.statusText, "status_text", bytes))
        case .watchPresence: command = .watchPresence(try reading.watched(bytes))
        case .subscribeTopics:
            command = .subscribeTopics(try reading.topics(bytes), positions: try reading.claims(.positions, bytes))
        case .unsubscribeTopics: command = .unsubscribeTopics(try reading.topics(bytes))
        case .publish: command = try reading.publication(bytes)
        case .refresh: command = .refresh(token: try reading.string(.token, "token", bytes))
        case .ping: command = .ping
        }
    }
}

/// The types of frames that a client may send.
enum CommandType: String, CaseIterable {
    case hello, subscribe, unsubscribe
    case send = "message.send"
    case edit = "message.edit"
    case delete = "message.delete"
    case react = "reaction.add"
    case unreact = "reaction.remove"
    case typing, receipt
    case setPresence = "presence.set"
    case watchPresence = "presence.watch"
    case subscribeTopics = "topic.subscribe"
    case unsubscribeTopics = "topic.unsubscribe"
    case publish
    case refresh = "auth.refresh"
    case ping

    /// May come without an `id`, and then gets no answer.
    var isQuiet: Bool { self == .typing || self == .receipt }
}

extension CommandProblem {
    static func missing(_ name: StaticString) -> CommandProblem {
        CommandProblem(.badRequest, "'\(name)' is missing, or of the wrong kind.")
    }

    static func unprocessable(_ sentence: String) -> CommandProblem { CommandProblem(.unprocessable, sentence) }
}
