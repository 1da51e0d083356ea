import ChatDomain

/// Finds in an item what is to be known of it, in one pass over its bytes.
///
/// The paths that are looked for make a tree. While the document is read, the tree is gone down with it, and what is on
/// no path is skipped (but must be valid).
struct FeedItemReader {
    /// What an item may say.
    struct Fields: Equatable {
        var text: String?
        var topic: String?
        var author: String?
        var time: String?
        var id: String?
        var cursor: String?
    }

    private enum Slot: Int, CaseIterable {
        case text, topic, author, time, id, cursor
    }

    private struct Node {
        var children: [(name: [UInt8], node: Int)] = []
        /// What a value here is good for; a lower rank is better.
        var uses: [(slot: Slot, rank: Int)] = []
    }

    private enum Value {
        case text(JSONText)
        case number(Range<Int>)
    }

    private struct Found {
        var rank: Int
        var value: Value
    }

    private var nodes = [Node()]
    private var found = [Found?](repeating: nil, count: Slot.allCases.count)

    /// Where the usual sources have it, the best first. `data` and `includes` are those of the filtered stream.
    private static let textPaths = [
        "data.text", "text", "extended_tweet.full_text", "full_text", "message", "content", "body", "title",
        "data.message", "data.content", "data", "summary", "description",
    ]
    private static let authorPaths = [
        "includes.users.0.username", "includes.users.0.name", "user.screen_name", "user.username", "user.name",
        "author.username", "author.name", "account.username", "author", "user", "username", "screen_name", "nick",
        "sender", "from", "data.author", "data.user", "data.username", "data.author_id", "author_id", "user_id",
    ]
    private static let timePaths = [
        "data.created_at", "created_at", "timestamp", "time", "ts", "date", "published_at", "published",
        "data.timestamp", "data.time",
    ]
    private static let idPaths = ["data.id", "id_str", "id", "_id", "uuid", "guid"]

    init(_ configuration: FeedConfiguration) {
        add(configuration.textField.map { [$0] } ?? Self.textPaths.compactMap { FieldPath($0) }, .text)
        add(configuration.topicField.map { [$0] } ?? [], .topic)
        add(configuration.cursor.map { [$0.field] } ?? [], .cursor)
        add(Self.authorPaths.compactMap { FieldPath($0) }, .author)
        add(Self.timePaths.compactMap { FieldPath($0) }, .time)
        add(Self.idPaths.compactMap { FieldPath($0) }, .id)
    }

    private mutating func add(_ paths: [FieldPath], _ slot: Slot) {
        for (rank, path) in paths.enumerated() {
            var node = 0
            for name in path.names {
                let bytes = Array(name.utf8)
                if let child = nodes[node].children.first(where: { $0.name == bytes }) {
                    node = child.node
                    continue
                }
                nodes.append(Node())
                nodes[node].children.append((bytes, nodes.count - 1))
                node = nodes.count - 1
            }
            nodes[node].uses.append((slot, rank))
        }
    }

    /// Reads an item, which must be one JSON object.
    mutating func read(_ bytes: Span<UInt8>) throws(JSONError) -> Fields {
        for index in found.indices { found[index] = nil }
        var reader = JSONReader()
        guard case .beginObject? = try reader.next(in: bytes) else { throw .unexpectedByte(at: 0) }
        try readMembers(of: 0, &reader, bytes)
        // Throws where anything but white space follows.
        _ = try reader.next(in: bytes)
        return Fields(
            text: text(of: .text, bytes), topic: text(of: .topic, bytes), author: text(of: .author, bytes),
            time: text(of: .time, bytes), id: text(of: .id, bytes), cursor: text(of: .cursor, bytes))
    }

    // The recursion is as deep as the longest path.

    private mutating func readMembers(
        of node: Int, _ reader: inout JSONReader, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        while case .key(let key)? = try reader.next(in: bytes) {
            if let child = child(of: node, key, bytes), let token = try reader.next(in: bytes) {
                try take(token, child, &reader, bytes)
            } else {
                try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readElements(
        of node: Int, _ reader: inout JSONReader, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        var index = 0
        while let token = try reader.next(in: bytes), token != .endArray {
            let name = Array(String(index).utf8)
            if index < 8, let child = nodes[node].children.first(where: { $0.name == name }) {
                try take(token, child.node, &reader, bytes)
            } else if token == .beginObject || token == .beginArray {
                try reader.skipToEnd(in: bytes)
            }
            index += 1
        }
    }

    private mutating func take(
        _ token: JSONToken, _ node: Int, _ reader: inout JSONReader, _ bytes: Span<UInt8>
    ) throws(JSONError) {
        switch token {
        case .string(let text): use(.text(text), node)
        case .number(let range): use(.number(range), node)
        case .beginObject: try readMembers(of: node, &reader, bytes)
        case .beginArray: try readElements(of: node, &reader, bytes)
        case .bool, .null, .endObject, .endArray, .key: break
        }
    }

    private func child(of node: Int, _ key: JSONText, _ bytes: Span<UInt8>) -> Int? {
        let children = nodes[node].children
        guard !children.isEmpty else { return nil }
        if key.hasEscapes {
            var name: [UInt8] = []
            key.append(to: &name, from: bytes)
            return children.first { $0.name == name }?.node
        }
        let name = bytes.extracting(key.range)
        for (other, node) in children where equal(other.span, name) { return node }
        return nil
    }

    private mutating func use(_ value: Value, _ node: Int) {
        for (slot, rank) in nodes[node].uses where found[slot.rawValue].map({ rank < $0.rank }) ?? true {
            found[slot.rawValue] = Found(rank: rank, value: value)
        }
    }

    private func text(of slot: Slot, _ bytes: Span<UInt8>) -> String? {
        switch found[slot.rawValue]?.value {
        case .text(let text): text.string(in: bytes)
        case .number(let range): String(decoding: Array(copying: bytes.extracting(range)), as: UTF8.self)
        case nil: nil
        }
    }
}

private func equal(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices where a[index] != b[index] { return false }
    return true
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self = []
        append(copying: span)
    }
}
