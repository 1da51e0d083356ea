/// The members of one frame that the protocol knows, as they lie in its bytes: a first, quick pass over the JSON, before
/// anything is made of it.
///
/// It costs no allocation where a frame has only members that are known, with plain values or lists of such. Anything
/// else is gone through once more, for names that occur twice.
struct CommandFields {
    private var fields = InlineArray<31, Field>(repeating: Field())
    private var seen: UInt32 = 0

    /// A member that the protocol knows, by its place in the table of names.
    enum Name: Int {
        case type, id, room, clientMessageID, text, replyTo, thread, mentions, seq, key, topic, data, state, kind
        case epoch, offset, token, client, deviceID, resume, version, attachments, scope, ifVersion, statusText, users
        case topics, userID, positions
    }

    /// What a member's value is, and where.
    struct Field {
        var kind = Kind.absent
        /// Of a string, between its quotes; of anything else, as a whole. Of a flag `start` is 1 where it is true.
        var start: Int32 = 0
        var end: Int32 = 0

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    enum Kind: UInt8 {
        case absent, string, escapedString, number, flag, null, array, object
    }

    subscript(name: Name) -> Field { fields[name.rawValue] }

    init(reading bytes: Span<UInt8>) throws(CommandProblem) {
        let isObject: Bool
        do throws(JSONError) {
            isObject = try read(bytes)
        } catch {
            throw CommandProblem(.badRequest, error.description)
        }
        guard isObject else { throw CommandProblem(.badRequest, "A frame is one JSON object.") }
    }

    private mutating func read(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        var reader = JSONReader()
        guard try reader.next(in: bytes) == .beginObject else { return false }
        var unknownCount = 0
        var hasObjects = false
        while let token = try reader.next(in: bytes) {
            guard case .key(let key) = token else { continue }
            let field = try Self.readValue(&reader, in: bytes, &hasObjects)
            guard let name = CommandNames.find(key, in: bytes) else {
                unknownCount += 1
                continue
            }
            let bit: UInt32 = 1 << UInt32(name.rawValue)
            guard seen & bit == 0 else { throw .duplicateKey(at: key.range.lowerBound - 1) }
            seen |= bit
            fields[name.rawValue] = field
        }
        if hasObjects || unknownCount > 1 { _ = try JSONValue(parsing: bytes) }
        return true
    }

    private static func readValue(
        _ reader: inout JSONReader, in bytes: Span<UInt8>, _ hasObjects: inout Bool
    ) throws(JSONError) -> Field {
        guard let token = try reader.next(in: bytes) else { throw .unexpectedEnd }
        switch token {
        case .string(let text):
            return Field(
                kind: text.hasEscapes ? .escapedString : .string, start: Int32(clamping: text.range.lowerBound),
                end: Int32(clamping: text.range.upperBound))
        case .number(let range):
            return Field(
                kind: .number, start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound))
        case .bool(let flag): return Field(kind: .flag, start: flag ? 1 : 0)
        case .null: return Field(kind: .null)
        case .beginArray, .beginObject:
            let start = reader.position - 1
            if token == .beginObject { hasObjects = true }
            var depth = 1
            while depth > 0 {
                switch try reader.next(in: bytes) {
                case .beginArray: depth += 1
                case .beginObject:
                    depth += 1
                    hasObjects = true
                case .endArray, .endObject: depth -= 1
                case nil: throw .unexpectedEnd
                default: break
                }
            }
            return Field(
                kind: token == .beginArray ? .array : .object, start: Int32(clamping: start),
                end: Int32(clamping: reader.position))
        case .key, .endArray, .endObject: throw .unexpectedEnd
        }
    }
}

/// The names of the members, found by their first eight bytes.
private enum CommandNames {
    private struct Entry {
        let head: UInt64
        let text: StaticString
        let name: CommandFields.Name
    }

    /// Those of the most frequent frames first.
    private static let table: [Entry] = [
        entry("type", .type), entry("id", .id), entry("room", .room), entry("client_msg_id", .clientMessageID),
        entry("text", .text), entry("reply_to", .replyTo), entry("thread", .thread), entry("mentions", .mentions),
        entry("seq", .seq), entry("key", .key), entry("topic", .topic), entry("data", .data), entry("state", .state),
        entry("kind", .kind), entry("epoch", .epoch), entry("offset", .offset), entry("token", .token),
        entry("client", .client), entry("device_id", .deviceID), entry("resume", .resume),
        entry("version", .version), entry("attachments", .attachments), entry("scope", .scope),
        entry("if_version", .ifVersion), entry("status_text", .statusText), entry("users", .users),
        entry("topics", .topics), entry("user_id", .userID), entry("positions", .positions),
    ]

    private static func entry(_ text: StaticString, _ name: CommandFields.Name) -> Entry {
        // Safe: the pointer does not leave the closure.
        let head = text.withUTF8Buffer { unsafe Self.head(of: $0.span, 0..<$0.count) }
        return Entry(head: head, text: text, name: name)
    }

    static func find(_ key: JSONText, in bytes: Span<UInt8>) -> CommandFields.Name? {
        guard !key.hasEscapes else {
            return table.first { key.equals($0.text, in: bytes) }?.name
        }
        let wanted = head(of: bytes, key.range)
        let count = key.range.count
        for entry in table where entry.head == wanted && entry.text.utf8CodeUnitCount == count {
            if count <= 8 || key.equals(entry.text, in: bytes) { return entry.name }
        }
        return nil
    }

    private static func head(of bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var head: UInt64 = 0
        for index in range.prefix(8) { head = head << 8 | UInt64(bytes[index]) }
        return head
    }
}
