/// The values of a frame's members, each read as what its command wants it to be.
struct FrameReading {
    private let fields: CommandFields
    /// Nil for one that is missing or unknown.
    let type: CommandType?
    /// Nil where it is missing, or not what it must be.
    let id: String?

    var hasID: Bool { fields[.id].kind != .absent }

    init(_ bytes: Span<UInt8>) throws(CommandProblem) {
        fields = try CommandFields(reading: bytes)
        type = Self.type(fields[.type], bytes)
        id = Self.text(fields[.id], bytes).flatMap { text in
            (1...ClientFrame.idBytesMax).contains(text.utf8.count) ? text : nil
        }
    }

    private static func type(_ field: CommandFields.Field, _ bytes: Span<UInt8>) -> CommandType? {
        guard field.kind == .string || field.kind == .escapedString else { return nil }
        let text = JSONText(range: field.range, hasEscapes: field.kind == .escapedString)
        // On the way of most frames.
        if text.equals("message.send", in: bytes) { return .send }
        return CommandType(rawValue: text.string(in: bytes))
    }

    /// Nil for what is no string.
    private static func text(_ field: CommandFields.Field, _ bytes: Span<UInt8>) -> String? {
        guard field.kind == .string || field.kind == .escapedString else { return nil }
        return JSONText(range: field.range, hasEscapes: field.kind == .escapedString).string(in: bytes)
    }

    // MARK: One value

    func string(
        _ name: CommandFields.Name, _ word: StaticString, _ bytes: Span<UInt8>
    ) throws(CommandProblem) -> String {
        guard let text = Self.text(fields[name], bytes) else { throw .missing(word) }
        return text
    }

    func optionalString(
        _ name: CommandFields.Name, _ word: StaticString, _ bytes: Span<UInt8>
    ) throws(CommandProblem) -> String? {
        switch fields[name].kind {
        case .absent, .null: nil
        default: try string(name, word, bytes)
        }
    }

    /// Whole numbers from 1; nil where there is none.
    func reference(_ name: CommandFields.Name, _ bytes: Span<UInt8>) throws(CommandProblem) -> Int64? {
        switch fields[name].kind {
        case .absent, .null: return nil
        case .number:
            guard let number = JSONReader.integer(fields[name].range, in: bytes), number > 0, number < 1 << 53 else {
                throw .unprocessable("The number of a message is a whole number from 1.")
            }
            return number
        default: throw CommandProblem(.badRequest, "The number of a message is a number.")
        }
    }

    func choice<T: RawRepresentable>(
        _ name: CommandFields.Name, _: T.Type, _ bytes: Span<UInt8>
    ) throws(CommandProblem) -> T? where T.RawValue == String {
        switch fields[name].kind {
        case .absent, .null: return nil
        default: break
        }
        guard let text = Self.text(fields[name], bytes) else {
            throw CommandProblem(.badRequest, "'\(name)' is not a string.")
        }
        guard let value = T(rawValue: text) else { throw .unprocessable("'\(name)' is not one of its values.") }
        return value
    }

    /// A string that is no identifier names a room that does not exist.
    func room(_ bytes: Span<UInt8>) throws(CommandProblem) -> RoomID {
        let field = fields[.room]
        switch field.kind {
        case .string:
            guard let id = WireID.parse(bytes.extracting(field.range)) else {
                throw CommandProblem(.notFound, Self.noRoom)
            }
            return RoomID(id)
        case .escapedString:
            guard let id = Self.text(field, bytes).flatMap({ WireID.room($0) }) else {
                throw CommandProblem(.notFound, Self.noRoom)
            }
            return id
        default: throw .missing("room")
        }
    }

    /// What is said of a room that does not exist, or is hidden.
    static let noRoom = "There is nothing of that name here for you."

    func seq(_ bytes: Span<UInt8>) throws(CommandProblem) -> Int64 {
        guard let seq = try reference(.seq, bytes) else { throw .missing("seq") }
        return seq
    }

    func ifVersion(_ bytes: Span<UInt8>) throws(CommandProblem) -> Int? {
        try reference(.ifVersion, bytes).map { Int($0) }
    }

    func text(_ bytes: Span<UInt8>) throws(CommandProblem) -> String {
        let text = try string(.text, "text", bytes)
        guard !text.isEmpty else { throw .unprocessable("The message is empty.") }
        return text
    }

    func reactionKey(_ bytes: Span<UInt8>) throws(CommandProblem) -> String {
        let key = try string(.key, "key", bytes)
        guard (1...64).contains(key.utf8.count) else { throw .unprocessable("'key' has 1 to 64 bytes.") }
        return key
    }

    func isStart(_ bytes: Span<UInt8>) throws(CommandProblem) -> Bool {
        switch try string(.state, "state", bytes) {
        case "start": return true
        case "stop": return false
        default: throw .unprocessable("'state' is 'start' or 'stop'.")
        }
    }

    // MARK: Commands

    func send(_ bytes: Span<UInt8>) throws(CommandProblem) -> SendCommand {
        let room = try room(bytes)
        let field = fields[.clientMessageID]
        let key: MessageKey?
        switch field.kind {
        case .string: key = MessageKey(utf8: bytes.extracting(field.range))
        case .escapedString: key = Self.text(field, bytes).flatMap { MessageKey($0) }
        default: throw .missing("client_msg_id")
        }
        guard let key else { throw .unprocessable("'client_msg_id' is not a UUID.") }
        switch fields[.attachments].kind {
        case .absent, .null: break
        case .array:
            guard isEmptyList(fields[.attachments], bytes) else {
                throw .unprocessable("There is no such attachment.")
            }
        default: throw .missing("attachments")
        }
        return SendCommand(
            room: room, key: key, text: try text(bytes), replyTo: try reference(.replyTo, bytes),
            thread: try reference(.thread, bytes), mentions: try mentions(bytes))
    }

    /// Of an edit; nil where it leaves the mentions as they were.
    func newMentions(_ bytes: Span<UInt8>) throws(CommandProblem) -> [UserID]? {
        switch fields[.mentions].kind {
        case .absent, .null: nil
        default: try mentions(bytes)
        }
    }

    private func mentions(_ bytes: Span<UInt8>) throws(CommandProblem) -> [UserID] {
        if fields[.mentions].kind == .absent { return [] }
        let mentions = try users(.mentions, "mentions", bytes)
        guard mentions.count <= ClientFrame.mentionsMax else {
            throw .unprocessable("A message mentions \(ClientFrame.mentionsMax) members at most.")
        }
        return mentions.compactMap { $0 }
    }

    func watched(_ bytes: Span<UInt8>) throws(CommandProblem) -> [UserID] {
        guard fields[.users].kind == .array else { throw .missing("users") }
        let users = try users(.users, "users", bytes)
        guard users.count <= ClientFrame.watchedMax else {
            throw .unprocessable("\(ClientFrame.watchedMax) users can be watched at most.")
        }
        return users.compactMap { $0 }
    }

    private func users(
        _ name: CommandFields.Name, _ word: StaticString, _ bytes: Span<UInt8>
    ) throws(CommandProblem) -> [UserID?] {
        switch fields[name].kind {
        case .absent, .null: []
        case .array: try list(name, word, bytes) { WireID.user($0) }
        default: throw .missing(word)
        }
    }

    func topics(_ bytes: Span<UInt8>) throws(CommandProblem) -> [String] {
        guard fields[.topics].kind == .array else { throw .missing("topics") }
        return try list(.topics, "topics", bytes) { $0 }
    }

    func publication(_ bytes: Span<UInt8>) throws(CommandProblem) -> ClientCommand {
        let topic = try string(.topic, "topic", bytes)
        let field = fields[.data]
        var data: [UInt8] = []
        switch field.kind {
        case .absent: throw .missing("data")
        case .null: data = Array("null".utf8)
        case .flag: data = Array((fields[.data].start == 1 ? "true" : "false").utf8)
        case .number, .array, .object: data.append(copying: bytes.extracting(field.range))
        case .string, .escapedString:
            data.append(copying: bytes.extracting(field.range.lowerBound - 1..<field.range.upperBound + 1))
        }
        let user = try optionalString(.userID, "user_id", bytes)
        let id = user.flatMap { WireID.user($0) }
        if user != nil, id == nil { throw .unprocessable("'user_id' is not the identifier of a user.") }
        return .publish(topic: topic, data: data, user: id)
    }

    func hello(_ bytes: Span<UInt8>) throws(CommandProblem) -> Hello {
        var hello = Hello()
        hello.token = try optionalString(.token, "token", bytes)
        hello.client = try optionalString(.client, "client", bytes)
        hello.deviceID = try optionalString(.deviceID, "device_id", bytes)
        if let device = hello.deviceID, !(1...64).contains(device.utf8.count) {
            throw .unprocessable("'device_id' has 1 to 64 bytes.")
        }
        switch fields[.version].kind {
        case .absent, .null: break
        case .number: hello.version = JSONReader.integer(fields[.version].range, in: bytes) ?? 0
        default: throw CommandProblem(.badRequest, "'version' is not a number.")
        }
        hello.resume = try claims(.resume, bytes)
        return hello
    }

    // MARK: Positions

    /// The position beside a subscription; nil where there is none.
    func claim(_ bytes: Span<UInt8>) -> PositionClaim? {
        let (epoch, offset) = (fields[.epoch], fields[.offset])
        let isAbsent = { (field: CommandFields.Field) in field.kind == .absent || field.kind == .null }
        if isAbsent(epoch), isAbsent(offset) { return nil }
        guard let text = Self.text(epoch, bytes), let epoch = Epoch(text), offset.kind == .number,
            let number = JSONReader.integer(offset.range, in: bytes), number >= 0
        else { return .malformed }
        return .at(StreamPosition(epoch: epoch, offset: number))
    }

    /// Positions by name.
    func claims(_ name: CommandFields.Name, _ bytes: Span<UInt8>) throws(CommandProblem) -> [NamedClaim] {
        let field = fields[name]
        switch field.kind {
        case .absent, .null: return []
        case .object: break
        default: throw CommandProblem(.badRequest, "'\(name)' is not an object.")
        }
        do throws(JSONError) {
            guard let members = try JSONValue(parsing: bytes.extracting(field.range)).object else { return [] }
            return members.map { NamedClaim($0.key, Self.claim($0.value)) }
        } catch {
            throw CommandProblem(.badRequest, error.description)
        }
    }

    private static func claim(_ value: JSONValue) -> PositionClaim {
        guard let text = value["epoch"]?.string, let epoch = Epoch(text), let offset = value["offset"]?.integer,
            offset >= 0
        else { return .malformed }
        return .at(StreamPosition(epoch: epoch, offset: offset))
    }

    // MARK: Lists

    private func isEmptyList(_ field: CommandFields.Field, _ bytes: Span<UInt8>) -> Bool {
        var reader = JSONReader()
        let part = bytes.extracting(field.range)
        _ = try? reader.next(in: part)
        return (try? reader.next(in: part)) == .endArray
    }

    /// A list of strings, each as `transform` makes it.
    private func list<T>(
        _ name: CommandFields.Name, _ word: StaticString, _ bytes: Span<UInt8>, _ transform: (String) -> T
    ) throws(CommandProblem) -> [T] {
        let part = bytes.extracting(fields[name].range)
        var reader = JSONReader()
        var list: [T] = []
        do throws(JSONError) {
            _ = try reader.next(in: part)
            while let token = try reader.next(in: part), token != .endArray {
                guard case .string(let text) = token else { throw .unexpectedByte(at: 0) }
                list.append(transform(text.string(in: part)))
            }
        } catch {
            throw CommandProblem(.badRequest, "'\(word)' is not a list of strings.")
        }
        return list
    }
}
